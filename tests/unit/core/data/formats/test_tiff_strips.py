"""A large TIFF is read strip by strip: to the same pixels, and in little memory."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ahsml_app.core.data.decode import UnreadableImage, decode
from ahsml_app.core.data.formats import pixels, tiff

HUGE = (3500, 3400, 3)  # 71 MB of 16 bits


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    kind=st.sampled_from(["uint16", "int16", "float16", "uint32", "float32", "float64"]),
    byteorder=st.sampled_from("<>"),
    compression=st.sampled_from([None, "zlib"]),
    channels=st.sampled_from([(), (2,), (3,), (4,)]),
    rows=st.integers(1, 40),
    height=st.integers(2, 40),
    planes=st.sampled_from(["first", 2]),
    seed=st.integers(0, 99),
)
def test_strips_give_the_pixels_of_the_whole(
    tmp_path: Path,
    monkeypatch_session: pytest.MonkeyPatch,
    kind: str,
    byteorder: str,
    compression: str | None,
    channels: tuple[int, ...],
    rows: int,
    height: int,
    planes: str | int,
    seed: int,
) -> None:
    samples = np.random.default_rng(seed).normal(200, 40, (height, 9, *channels)).astype(kind)
    path = tmp_path / "a.tif"
    is_colour = channels in ((3,), (4,))
    tifffile.imwrite(
        path,
        samples,
        byteorder=byteorder,
        compression=compression,
        rowsperstrip=rows,
        planarconfig="contig" if channels else None,
        photometric="rgb" if is_colour else "minisblack",
    )
    chosen = planes if channels else "first"
    with monkeypatch_session.context() as patch:
        patch.setattr(pixels, "BAND_PIXELS", 30)  # bands of three rows
        whole = np.asarray(decode(path, planes=chosen))
        patch.setattr(tiff, "_AT_ONCE", 0)
        found = np.asarray(decode(path, planes=chosen))
    np.testing.assert_array_equal(found, whole)


@pytest.fixture(scope="module")
def monkeypatch_session() -> pytest.MonkeyPatch:
    """One that lives as long as all examples of a property."""
    return pytest.MonkeyPatch()


@pytest.fixture
def huge(tmp_path: Path) -> Path:
    """The file of a picture that is larger than what is decoded at once."""
    samples = np.zeros(HUGE, np.uint16)
    samples[::7], samples[:, ::11] = 30_000, 500
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric="rgb", compression="zlib")
    return tmp_path / "a.tif"


def test_a_large_picture_takes_a_part_of_its_samples(huge: Path) -> None:
    tracemalloc.start()
    try:
        decode(huge, box=192)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 32 << 20


def test_a_large_picture_whose_end_is_missing_is_set_aside(huge: Path) -> None:
    content = huge.read_bytes()
    huge.write_bytes(content[: len(content) - 20_000])
    with pytest.raises(UnreadableImage):
        decode(huge, box=192)

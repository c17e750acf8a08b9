"""Decoding takes a bounded amount of memory, however large an image is."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hostile import make_hostile_folder, tiff_of
from PIL import Image

from ahsml_app.core.data import memory_budget
from ahsml_app.core.data.decode import UnreadableImage, decode
from ahsml_app.core.data.formats import pixels
from ahsml_app.core.data.memory_budget import Budget, machine_memory

CHECKOUT = Path(__file__).resolve().parents[4]
MEGABYTE = 1 << 20
PEAK = """
import pathlib, resource, sys
from ahsml_app.core.data.decode import decode
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
small, large = map(pathlib.Path, sys.argv[1:])
decode(small, box=224)
before = peak()
decode(large, box=224)
print(peak() - before)
"""


def test_bands_of_rows_change_no_pixel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "pictures"
    good = make_hostile_folder(folder, plain=1).good
    generator = np.random.default_rng(0)
    deep = generator.integers(0, 4096, (1100, 950), dtype=np.uint16)
    deep[1::2] *= 8  # the sample has every second row
    Image.fromarray(deep).save(folder / "deep.png")
    colours = generator.integers(0, 4096, (40, 30, 3), dtype=np.uint16)
    (folder / "deep colours.tif").write_bytes(tiff_of(colours))
    spots = np.full((300, 200), 7, np.uint16)
    spots[250, 3] = 9
    Image.fromarray(spots).save(folder / "spots.tif")
    paths = [*good, "deep.png", "deep colours.tif", "spots.tif"]
    whole = {path: decode(folder / path).tobytes() for path in paths}
    monkeypatch.setattr(pixels, "BAND_PIXELS", 97)
    for path in paths:
        assert decode(folder / path).tobytes() == whole[path], path


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is in other units elsewhere")
@pytest.mark.parametrize("kind", ["16 bits", "transparent"])
def test_a_large_image_takes_a_few_bytes_per_pixel(tmp_path: Path, kind: str) -> None:
    """One of 10,000 x 10,000 pixels of 16 bits took 8 GB: 80 bytes per pixel."""
    side = 4000
    ramp = (np.arange(side, dtype=np.uint16)[:, None] * 16).repeat(side, axis=1)
    image = Image.fromarray(ramp)
    if kind == "transparent":
        image = Image.fromarray(ramp.astype(np.uint8)).convert("LA")
        image.putalpha(100)
    image.save(tmp_path / "large.png", compress_level=1)
    Image.fromarray(ramp[:50, :50]).save(tmp_path / "small.png")
    command = [sys.executable, "-c", PEAK, str(tmp_path / "small.png"), str(tmp_path / "large.png")]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "AHSML_APP_CACHE": str(tmp_path)}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    # The bands themselves take about 20 MB, whatever the size of the image.
    assert int(done.stdout) < 9 * side * side + 40 * MEGABYTE


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is in other units elsewhere")
@pytest.mark.parametrize("planes", ["contig", "separate"])
def test_deep_colours_take_three_times_their_samples(tmp_path: Path, planes: str) -> None:
    side = 3000
    colours = np.zeros((side, side, 3), np.uint16)
    colours[::7], colours[:, ::11] = 30_000, 500
    small = np.ascontiguousarray(colours[:50, :50])
    for name, values in (("large.tif", colours), ("small.tif", small)):
        stored = values.transpose(2, 0, 1) if planes == "separate" else values
        tifffile.imwrite(
            tmp_path / name,
            np.ascontiguousarray(stored),
            photometric="rgb",
            planarconfig=planes,
            compression="zlib",
        )
    command = [sys.executable, "-c", PEAK, str(tmp_path / "small.tif"), str(tmp_path / "large.tif")]
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "AHSML_APP_CACHE": str(tmp_path)}
    done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    # Some of it is the compressed file, and bands of rows.
    assert int(done.stdout) < 1.5 * colours.nbytes + 20 * MEGABYTE


def test_an_image_that_this_machine_cannot_decode_has_a_plain_reason(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.new("RGB", (2000, 1000)).save(tmp_path / "a.png")
    monkeypatch.setattr(memory_budget, "machine_memory", lambda: 16 * MEGABYTE)
    with pytest.raises(UnreadableImage, match=r"too large for the memory.*2 million pixels"):
        decode(tmp_path / "a.png")
    monkeypatch.setattr(memory_budget, "machine_memory", lambda: 24 * MEGABYTE)
    assert decode(tmp_path / "a.png").size == (2000, 1000)


def test_images_share_the_budget_and_a_larger_one_is_decoded_alone() -> None:
    budget, lock = Budget(100 * MEGABYTE), threading.Lock()
    taken, most = [0, 0], [0, 0]

    def take(size: int) -> None:
        with budget.taken(size):
            with lock:
                taken[0], taken[1] = taken[0] + size, taken[1] + 1
                most[0] = max(most[0], taken[0] if taken[1] > 1 else 0)
                most[1] = max(most[1], taken[0])
            time.sleep(0.002)
            with lock:
                taken[0], taken[1] = taken[0] - size, taken[1] - 1

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(take, [40 * MEGABYTE, 33 * MEGABYTE, 300 * MEGABYTE] * 20))
    assert 0 < most[0] <= 100 * MEGABYTE
    assert most[1] == 300 * MEGABYTE


def test_the_memory_is_plausible() -> None:
    assert 100 * MEGABYTE < machine_memory() < 1 << 50

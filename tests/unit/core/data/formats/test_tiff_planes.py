"""What is read of several pages or channels: the first, the brightest of all, or one by number."""

from __future__ import annotations

import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from hostile import sample_image
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image
from test_extra_kinds import dicom
from test_tiff import assert_read as first_is_read
from test_tiff import stretched

from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.core.data.decode import UnreadableImage, decode
from ahsml_app.core.data.formats.plane_notices import plane_notices

STACK = np.stack([np.asarray(sample_image(n).convert("L")) for n in range(3, 8)])
COLOURS = np.stack([np.asarray(sample_image(n)) for n in range(3, 6)])
KINDS = ["uint8", "uint16", "float32"]
FORMS: dict[str, dict[str, Any]] = {
    "plain": {"photometric": "minisblack"},
    "compressed": {"photometric": "minisblack", "compression": "zlib"},
    "big": {"photometric": "minisblack", "bigtiff": True, "byteorder": ">"},
    "OME": {"photometric": "minisblack", "ome": True, "metadata": {"axes": "CYX"}},
    "ImageJ": {"imagej": True, "metadata": {"axes": "ZYX"}},
}


def of_kind(values: np.ndarray, kind: str) -> np.ndarray:
    return values.astype(kind) * {"uint16": 50, "float32": np.float32(0.01)}.get(kind, 1)


def shown(values: np.ndarray) -> np.ndarray:
    """The picture of samples: those of 8 bits as they are, deeper ones stretched."""
    return values if values.dtype == np.uint8 else stretched(values)


def assert_read(path: Path, planes: Planes, expected: np.ndarray) -> None:
    found = np.asarray(decode(path, planes=planes)).astype(float)
    if expected.ndim == 2:
        expected = expected[..., None].repeat(3, axis=2)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= 1


def reason(path: Path, planes: Planes) -> str:
    with pytest.raises(UnreadableImage) as caught:
        decode(path, planes=planes)
    return str(caught.value.reason)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("form", FORMS)
def test_pages_of_a_stack(tmp_path: Path, form: str, kind: str) -> None:
    stack, path = of_kind(STACK, kind), tmp_path / "a.tif"
    tifffile.imwrite(path, stack, **FORMS[form])
    first_is_read(path, shown(stack[0]))
    assert_read(path, "max", shown(stack.max(0)))
    for number in (1, 3, 5):
        assert_read(path, number, shown(stack[number - 1]))
    assert reason(path, 6) == "page 6 was chosen, and it has 5 pages"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("imagej", [True, False])
def test_a_stack_with_a_page_for_its_first_plane_only(
    tmp_path: Path, kind: str, imagej: bool
) -> None:
    """So ImageJ writes more than 4 GB."""
    stack, path = of_kind(STACK, kind), tmp_path / "a.tif"
    kept: dict[str, Any] = {} if imagej else {"photometric": "minisblack"}
    with tifffile.TiffWriter(path, imagej=imagej, byteorder=">") as writer:
        writer.write(stack, truncate=True, metadata={"axes": "ZYX"}, **kept)
    with Image.open(path) as image:
        assert getattr(image, "n_frames", 1) == 1
    first_is_read(path, shown(stack[0]))
    assert_read(path, "max", shown(stack.max(0)))
    assert_read(path, 4, shown(stack[3]))
    assert reason(path, 6) == "page 6 was chosen, and it has 5 pages"
    path.write_bytes(path.read_bytes()[:-200])
    first_is_read(path, shown(stack[0]))
    assert reason(path, "max") == "the image is cut off (truncated file)"


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("planar", [False, True])
def test_channels_of_one_page(tmp_path: Path, kind: str, planar: bool) -> None:
    stack, path = of_kind(STACK, kind), tmp_path / "a.tif"
    stored = stack if planar else np.ascontiguousarray(np.moveaxis(stack, 0, -1))
    layout = "separate" if planar else "contig"
    tifffile.imwrite(path, stored, photometric="minisblack", planarconfig=layout)
    first_is_read(path, shown(np.moveaxis(stack[:3], 0, -1)))
    assert_read(path, "max", shown(stack.max(0)))
    assert_read(path, 2, shown(stack[1]))
    assert_read(path, 5, shown(stack[4]))
    assert reason(path, 6) == "channel 6 was chosen, and it has 5 channels"


def test_of_two_channels_and_transparency(tmp_path: Path) -> None:
    two = np.ascontiguousarray(np.moveaxis(STACK[:2], 0, -1))
    tifffile.imwrite(tmp_path / "two.tif", two, photometric="minisblack", planarconfig="contig")
    assert_read(tmp_path / "two.tif", "max", STACK[:2].max(0))
    assert_read(tmp_path / "two.tif", 2, STACK[1])
    five = np.concatenate([COLOURS[0], STACK[0][..., None], np.full_like(two[..., :1], 255)], -1)
    extra = ["unspecified", "unassalpha"]
    tifffile.imwrite(tmp_path / "five.tif", five, photometric="rgb", extrasamples=extra)
    assert_read(tmp_path / "five.tif", "max", five[..., :4].max(-1))
    assert_read(tmp_path / "five.tif", 4, STACK[0])
    assert reason(tmp_path / "five.tif", 5) == "channel 5 was chosen, and it has 4 channels"
    other = np.ascontiguousarray(five[..., [0, 1, 2, 4, 3]])
    tifffile.imwrite(tmp_path / "o.tif", other, photometric="rgb", extrasamples=extra[::-1])
    assert_read(tmp_path / "o.tif", 4, STACK[0])


@pytest.mark.parametrize("kind", KINDS)
def test_colours_stay_colours(tmp_path: Path, kind: str) -> None:
    stack, path = of_kind(COLOURS, kind), tmp_path / "a.tif"
    tifffile.imwrite(path, stack, photometric="rgb")
    assert_read(path, "max", shown(stack.max(0)))
    assert_read(path, 2, shown(stack[1]))


@pytest.mark.parametrize("kind", [*KINDS, "uint32"])
@pytest.mark.parametrize("form", ["plain", "compressed", "big"])
def test_where_low_samples_are_white_the_lowest_is_the_brightest(
    tmp_path: Path, kind: str, form: str
) -> None:
    stack, path = of_kind(STACK, kind), tmp_path / "a.tif"
    tifffile.imwrite(path, stack, **FORMS[form] | {"photometric": "miniswhite"})
    assert_read(path, "max", 255.0 - shown(stack.min(0)))


def test_what_is_not_finite_is_no_brightest_sample(tmp_path: Path) -> None:
    stack = of_kind(STACK, "float32")
    stack[1, :9] = np.nan
    tifffile.imwrite(tmp_path / "a.tif", stack, photometric="minisblack")
    assert_read(tmp_path / "a.tif", "max", stretched(np.nanmax(stack, 0)))


@pytest.mark.parametrize("planes", ["max", 1, 2, 99])
def test_ordinary_files_are_read_whole(tmp_path: Path, planes: Planes) -> None:
    for name in ("a.png", "a.tif", "b.gif"):
        Image.fromarray(COLOURS[0]).save(tmp_path / name)
    clear = np.dstack([COLOURS[0], STACK[0]])
    tifffile.imwrite(tmp_path / "c.tif", clear, photometric="rgb", extrasamples=["unassalpha"])
    with tifffile.TiffWriter(tmp_path / "d.tif") as writer:
        writer.write(COLOURS[0].astype(np.uint16), photometric="rgb")
        writer.write(COLOURS[0, ::2, ::2].astype(np.uint16), photometric="rgb", subfiletype=1)
    frames = [Image.fromarray(page) for page in COLOURS]
    frames[0].save(tmp_path / "e.gif", save_all=True, append_images=frames[1:])
    for path in sorted(tmp_path.iterdir()):
        assert decode(path, planes=planes).tobytes() == decode(path).tobytes(), path.name
    assert plane_notices(tmp_path, [path.name for path in tmp_path.iterdir()], planes) == []


def test_smaller_copies_are_no_pages_and_other_sizes_no_part_of_a_projection(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as writer:
        writer.write(STACK[0], photometric="minisblack")
        writer.write(STACK[0, ::2, ::2], photometric="minisblack", subfiletype=1)
        writer.write(np.full((30, 40), 255, np.uint8), photometric="minisblack")
        writer.write(COLOURS[0], photometric="rgb")
        writer.write(STACK[1], photometric="minisblack")
    assert_read(path, "max", STACK[:2].max(0))
    assert_read(path, 2, np.full((30, 40), 255))
    assert_read(path, 3, COLOURS[0])
    assert_read(path, 4, STACK[1])
    assert reason(path, 5) == "page 5 was chosen, and it has 4 pages"


def test_what_only_pillow_reads_is_projected_too(tmp_path: Path) -> None:
    """Compressed as JPEG and by LZW, in palettes, and turned by its orientation."""
    pages = [Image.fromarray(page) for page in STACK]
    more: dict[str, Any] = {"save_all": True, "append_images": pages[1:]}
    pages[0].save(tmp_path / "lzw.tif", compression="tiff_lzw", **more)
    assert_read(tmp_path / "lzw.tif", "max", STACK.max(0))
    assert_read(tmp_path / "lzw.tif", 5, STACK[4])
    deep = [Image.fromarray(page) for page in of_kind(STACK, "uint16")]
    deep[0].save(
        tmp_path / "deep.tif", compression="tiff_lzw", save_all=True, append_images=deep[1:]
    )
    assert_read(tmp_path / "deep.tif", "max", shown(of_kind(STACK, "uint16").max(0)))
    colours = [Image.fromarray(page).quantize(64) for page in COLOURS]
    colours[0].save(tmp_path / "palette.tif", save_all=True, append_images=colours[1:])
    own = np.stack([np.asarray(page.convert("RGB")) for page in colours])
    assert_read(tmp_path / "palette.tif", "max", own.max(0))
    assert_read(tmp_path / "palette.tif", 3, own[2])
    turned = [(274, "H", 1, 6, True)]
    with tifffile.TiffWriter(tmp_path / "turned.tif") as writer:
        for page in STACK[:, :, :-9]:
            writer.write(page, photometric="minisblack", extratags=turned, contiguous=False)
    assert_read(tmp_path / "turned.tif", "max", np.rot90(STACK[:, :, :-9].max(0), -1))
    assert_read(tmp_path / "turned.tif", 2, np.rot90(STACK[1, :, :-9], -1))


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    stack=st.integers(1, 6).flatmap(
        lambda count: arrays(np.uint8, (count, 9, 7), elements=st.integers(0, 255))
    )
)
def test_the_projection_is_that_of_numpy(tmp_path: Path, stack: np.ndarray) -> None:
    tifffile.imwrite(tmp_path / "a.tif", stack, photometric="minisblack")
    found = np.asarray(decode(tmp_path / "a.tif", planes="max"))
    np.testing.assert_array_equal(found[..., 0], stack.max(0))


@pytest.mark.parametrize("form", ["plain", "compressed", "big"])
def test_a_projection_keeps_one_page_at_a_time(tmp_path: Path, form: str) -> None:
    """Pillow's own pixels do not count here: they are those of one page at all times."""
    page, peaks = np.zeros((512, 512), np.uint16), []
    kind = np.int8 if form == "big" else np.uint16  # int8 is read by tifffile
    for count in (2, 24):
        path = tmp_path / f"{count}.tif"
        stack = np.broadcast_to(page.astype(kind), (count, 512, 512))
        tifffile.imwrite(path, stack, **FORMS[form])
        tracemalloc.start()
        decode(path, planes="max")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        path.unlink()
    # The file itself is read at once only while it is small.
    assert peaks[1] < peaks[0] + 1.5 * page.nbytes


def test_a_stack_whose_end_is_missing_has_no_projection(tmp_path: Path) -> None:
    """Most programs write a page before the tags that say where it is."""
    path, only = tmp_path / "a.tif", tmp_path / "only.tif"
    tifffile.imwrite(path, STACK[:3], photometric="minisblack")
    tifffile.imwrite(only, STACK[0], photometric="minisblack")
    for file, number in ((path, 1), (only, 0)):
        with tifffile.TiffFile(file) as opened:
            page = opened.pages[number]
            place = page.offset + 2 + 12 * len(page.tags)
        content = bytearray(file.read_bytes())
        content[place : place + 4] = (len(content) + 9).to_bytes(4, "little")
        file.write_bytes(content)
    for planes in ("max", 3, 4):
        assert reason(path, planes) == "the image is cut off (truncated file)"
    assert_read(path, 2, STACK[1])
    first_is_read(path, STACK[0])
    assert_read(only, "max", STACK[0])


def test_a_stack_of_scanimage(tmp_path: Path) -> None:
    """Of which tifffile guesses where the pages are, if asked for what it knows of such files."""
    path = tmp_path / "a.tif"
    with tifffile.TiffWriter(path) as writer:
        for page in STACK:
            more: dict[str, Any] = {"software": "SI.TIF", "description": "state.a=1"}
            writer.write(page, photometric="minisblack", metadata=None, **more)
    assert_read(path, "max", STACK.max(0))
    for number in range(1, 6):
        assert_read(path, number, STACK[number - 1])
    assert reason(path, 6) == "page 6 was chosen, and it has 5 pages"


def test_pages_in_a_circle_end(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, STACK[:3], photometric="minisblack")
    with tifffile.TiffFile(path) as file:
        last, second = file.pages[2], file.pages[1].offset
        place = last.offset + 2 + 12 * len(last.tags)
    content = bytearray(path.read_bytes())
    content[place : place + 4] = second.to_bytes(4, "little")
    path.write_bytes(content)
    assert_read(path, "max", STACK[:3].max(0))
    assert reason(path, 4) == "page 4 was chosen, and it has 3 pages"


def test_frames_of_dicom(tmp_path: Path) -> None:
    ramp = np.arange(48 * 64).reshape(48, 64) % 500
    frames = np.stack([ramp, np.roll(ramp, 200) * 3, np.roll(ramp, 400) * 2])
    stack, path = frames.astype(np.uint16), tmp_path / "a.dcm"
    content = dicom(stack[0], NumberOfFrames=3)
    path.write_bytes(content[: -stack[0].nbytes - 4] + bytes(4) + stack.tobytes())
    data = bytearray(path.read_bytes())
    place = len(data) - stack.nbytes - 4
    data[place : place + 4] = stack.nbytes.to_bytes(4, "little")
    path.write_bytes(data)
    first_is_read(path, stretched(stack[0]))
    assert_read(path, "max", stretched(stack.max(0)))
    assert_read(path, 3, stretched(stack[2]))
    assert reason(path, 4) == "page 4 was chosen, and it has 3 pages"
    assert "the first is read: 'a.dcm'" in str(plane_notices(tmp_path, ["a.dcm"])[0])
    path.write_bytes(dicom(stack[0]))
    assert_read(path, 4, stretched(stack[0]))


@pytest.mark.parametrize(
    ("planes", "expected"),
    [
        (FIRST, ["first three are read", "the first is read"]),
        ("max", ["the brightest sample of all is read (--planes max): 'stack.tif', 'wide.tif'"]),
        (3, ["page 3 is read, and of one page with several channels that channel (--planes 3)"]),
    ],
)
def test_a_notice_says_the_rule_and_the_option(
    tmp_path: Path, planes: Planes, expected: list[str]
) -> None:
    tifffile.imwrite(tmp_path / "stack.tif", STACK, photometric="minisblack")
    wide = np.ascontiguousarray(np.moveaxis(STACK, 0, -1))
    tifffile.imwrite(tmp_path / "wide.tif", wide, photometric="minisblack", planarconfig="contig")
    (tmp_path / "damaged.tif").write_bytes(b"II*\0 damaged")
    names = ["damaged.tif", "stack.tif", "wide.tif", "gone.tif", "a.png"]
    notices = plane_notices(tmp_path, names, planes)
    assert len(notices) == len(expected)
    for notice, words in zip(notices, expected, strict=True):
        assert words in str(notice)
        assert "--planes" in str(notice)

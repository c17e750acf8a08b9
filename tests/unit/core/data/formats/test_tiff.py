"""Every usual kind of TIFF is read right, or set aside with the exact reason."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest
import tifffile
from hostile import sample_image
from PIL import Image

from ahsml_app.core.data.decode import UnreadableImage, decode
from ahsml_app.core.data.formats.plane_notices import plane_notices

COLOURS = np.asarray(sample_image(3))
GRAY = np.asarray(sample_image(3).convert("L"))


def reason(path: Path) -> str:
    with pytest.raises(UnreadableImage) as caught:
        decode(path)
    return str(caught.value.reason)


def stretched(values: np.ndarray) -> np.ndarray:
    """The rule for deep samples: the 0.5th and 99.5th percentile become black and white."""
    low, high = np.percentile(values, (0.5, 99.5))
    return np.clip((values.astype(np.float64) - low) / (high - low) * 255, 0, 255)


def assert_read(path: Path, expected: np.ndarray, most: float = 1.0) -> None:
    found = np.asarray(decode(path)).astype(float)
    if expected.ndim == 2:
        expected = expected[..., None].repeat(3, axis=2)
    assert found.shape == expected.shape
    assert np.abs(found - expected).max() <= most


@pytest.mark.parametrize("compression", [None, "zlib"])
@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize("bigtiff", [False, True])
@pytest.mark.parametrize("planes", ["contig", "separate"])
@pytest.mark.parametrize(
    "kind", ["uint16", "float16", "float32", "float64", "uint32", "int16", "int8"]
)
def test_deep_colours(
    tmp_path: Path, kind: str, planes: str, bigtiff: bool, byteorder: str, compression: str | None
) -> None:
    values = COLOURS.astype(np.float64) / 255 if kind.startswith("float") else COLOURS // 2
    values = values.astype(kind)
    stored = values.transpose(2, 0, 1) if planes == "separate" else values
    tifffile.imwrite(
        tmp_path / "a.tif",
        np.ascontiguousarray(stored),
        photometric="rgb",
        planarconfig=planes,
        bigtiff=bigtiff,
        byteorder=byteorder,
        compression=compression,
    )
    assert_read(tmp_path / "a.tif", stretched(values))


@pytest.mark.parametrize("planes", ["contig", "separate"])
def test_colours_that_use_the_range_of_16_bits_are_those_of_the_same_picture_of_8(
    tmp_path: Path, planes: str
) -> None:
    darker = COLOURS // 2 + 20
    for colours in (COLOURS, darker):
        values = colours.astype(np.uint16) * 257
        stored = values.transpose(2, 0, 1) if planes == "separate" else values
        tifffile.imwrite(
            tmp_path / "a.tif",
            np.ascontiguousarray(stored),
            photometric="rgb",
            planarconfig=planes,
        )
        assert_read(tmp_path / "a.tif", colours.astype(float))


@pytest.mark.parametrize("byteorder", ["<", ">"])
@pytest.mark.parametrize(
    "kind", ["uint16", "float16", "float32", "float64", "uint32", "int16", "int32", "int8"]
)
def test_deep_gray(tmp_path: Path, kind: str, byteorder: str) -> None:
    values = GRAY.astype(np.float64) / 255 if kind.startswith("float") else GRAY.astype(int) - 100
    values = values.astype(kind) if "u" not in kind else GRAY.astype(kind) * 200
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="minisblack", byteorder=byteorder)
    assert_read(tmp_path / "a.tif", stretched(values))


@pytest.mark.parametrize(("kind", "stretching"), [("uint16", True), ("uint8", False)])
@pytest.mark.parametrize("planes", ["contig", "separate"])
def test_of_several_bands_the_first_three_are_read(
    tmp_path: Path, kind: str, stretching: bool, planes: str
) -> None:
    scale = 200 if stretching else 1
    bands = np.concatenate([COLOURS, 255 - COLOURS[..., :2]], -1).astype(kind) * scale
    stored = bands.transpose(2, 0, 1) if planes == "separate" else bands
    tifffile.imwrite(
        tmp_path / "a.tif",
        np.ascontiguousarray(stored),
        photometric="minisblack",
        planarconfig=planes,
    )
    shown = bands[..., :3]
    assert_read(tmp_path / "a.tif", stretched(shown) if stretching else shown)
    (notice,) = plane_notices(tmp_path, ["a.tif", "b.png"])
    assert "several channels, the first three are read" in str(notice)
    assert "'a.tif'" in str(notice)


def test_of_several_pages_the_first_is_read(tmp_path: Path) -> None:
    pages = np.stack([GRAY, 255 - GRAY]).astype(np.float32)
    tifffile.imwrite(tmp_path / "a.tif", pages, photometric="minisblack")
    assert_read(tmp_path / "a.tif", stretched(pages[0]))
    (notice,) = plane_notices(tmp_path, ["a.tif"])
    assert "several pages, the first is read" in str(notice)


def test_ordinary_files_need_no_notice(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", COLOURS, photometric="rgb")
    with tifffile.TiffWriter(tmp_path / "b.tif") as writer:
        writer.write(COLOURS, photometric="rgb")
        writer.write(COLOURS[::2, ::2], photometric="rgb", subfiletype=1)
    (tmp_path / "c.tif").write_bytes(b"II*\0 damaged")
    clear = np.dstack([COLOURS, GRAY])
    tifffile.imwrite(tmp_path / "d.tif", clear, photometric="rgb", extrasamples=["unassalpha"])
    assert plane_notices(tmp_path, ["a.tif", "b.tif", "c.tif", "d.tif", "gone.tif"]) == []


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("bits", [10, 12, 14])
def test_samples_of_10_to_14_bits(
    tmp_path: Path, bits: int, channels: int, compressed: bool
) -> None:
    values = (COLOURS[:40, :33, :channels].astype(np.uint16) << (bits - 8)) + 3
    rows = values.reshape(40, -1)
    single = np.unpackbits(rows.astype(">u2").view(np.uint8).reshape(*rows.shape, 2), axis=2)
    data = np.packbits(single[:, :, 16 - bits :].reshape(40, -1), axis=1).tobytes()
    write_packed(tmp_path / "a.tif", data, bits, channels, compressed)
    assert_read(tmp_path / "a.tif", stretched(values if channels > 1 else values[..., 0]))


def write_packed(path: Path, data: bytes, bits: int, channels: int, compressed: bool) -> None:
    import struct
    import zlib

    height, width = 40, 33
    stored = zlib.compress(data) if compressed else data
    depths = struct.pack(f"<{channels}H", *[bits] * channels)
    tags = [
        (256, 3, 1, width),
        (257, 3, 1, height),
        (258, 3, channels, bits if channels == 1 else 8 + len(stored)),
        (259, 3, 1, 8 if compressed else 1),
        (262, 3, 1, 1 if channels == 1 else 2),
        (273, 4, 1, 8),
        (277, 3, 1, channels),
        (278, 3, 1, height),
        (279, 4, 1, len(stored)),
    ]
    start = 8 + len(stored) + len(depths)
    entries = struct.pack("<H", len(tags)) + b"".join(struct.pack("<HHII", *t) for t in tags)
    path.write_bytes(b"II*\0" + struct.pack("<I", start) + stored + depths + entries + bytes(4))


def test_a_colour_map_of_8_bits_is_no_black_image(tmp_path: Path) -> None:
    colours = np.random.default_rng(0).integers(0, 256, (3, 256), dtype=np.uint16)
    tifffile.imwrite(tmp_path / "small.tif", GRAY, photometric="palette", colormap=colours)
    tifffile.imwrite(tmp_path / "full.tif", GRAY, photometric="palette", colormap=colours * 257)
    for name in ("small.tif", "full.tif"):
        assert_read(tmp_path / name, colours.T[GRAY], most=0)


def test_white_is_zero_and_an_orientation(tmp_path: Path) -> None:
    values = GRAY[:30].astype(np.float16)
    tags = [(274, 3, 1, 6, True)]
    tifffile.imwrite(tmp_path / "a.tif", values, photometric="miniswhite", extratags=tags)
    assert_read(tmp_path / "a.tif", 255 - np.rot90(stretched(values), 3))
    assert decode(tmp_path / "a.tif").info["stored_size"] == (30, 48)


def test_the_first_of_two_channels_is_gray(tmp_path: Path) -> None:
    pair = np.dstack([GRAY, 255 - GRAY]).astype(np.uint16) * 7
    tifffile.imwrite(tmp_path / "a.tif", pair, photometric="minisblack", planarconfig="contig")
    assert_read(tmp_path / "a.tif", stretched(pair[..., 0]))


def test_a_large_file_is_reduced_as_others_are(tmp_path: Path) -> None:
    smooth = np.asarray(sample_image(3, side=997))[:, :800]
    tifffile.imwrite(tmp_path / "deep.tif", smooth.astype(np.float32), photometric="rgb")
    assert (tmp_path / "deep.tif").stat().st_size > 1 << 20
    image, whole = decode(tmp_path / "deep.tif", box=32), decode(tmp_path / "deep.tif")
    assert image.size == (64, 80)
    assert image.info["stored_size"] == (800, 997)
    expected = whole.resize(image.size, Image.Resampling.BICUBIC, reducing_gap=2.0)
    difference = np.asarray(image).astype(int) - np.asarray(expected)
    assert np.abs(difference).mean() < 1.5


def test_what_cannot_be_read_has_an_exact_reason(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "complex.tif", GRAY.astype(np.complex64))
    assert "1 band of 64 bits" in reason(tmp_path / "complex.tif")
    inks = np.zeros((20, 20, 5), np.uint16)
    tifffile.imwrite(tmp_path / "inks.tif", inks, photometric="separated", planarconfig="contig")
    assert "5 bands of 16 bits" in reason(tmp_path / "inks.tif")
    values = np.full((20, 20, 3), np.nan, np.float32)
    tifffile.imwrite(tmp_path / "nan.tif", values, photometric="rgb")
    assert "no finite sample" in reason(tmp_path / "nan.tif")
    tifffile.imwrite(tmp_path / "cut.tif", COLOURS.astype(np.float64), photometric="rgb")
    whole = (tmp_path / "cut.tif").read_bytes()
    (tmp_path / "cut.tif").write_bytes(whole[: len(whole) // 2])
    assert "cut off" in reason(tmp_path / "cut.tif")


@pytest.mark.skipif(
    importlib.util.find_spec("imagecodecs") is not None, reason="the package is there"
)
def test_a_compression_that_needs_a_package_says_so(tmp_path: Path) -> None:
    values = np.ascontiguousarray(COLOURS.astype(np.uint16).transpose(2, 0, 1))
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, values, photometric="rgb", planarconfig="separate", compression="zlib")
    data = bytearray(path.read_bytes())
    with tifffile.TiffFile(path) as file:
        data[file.pages.first.tags[259].valueoffset] = 5  # LZW
    path.write_bytes(data)
    assert 'pip install "ahsml-app[tiff]"' in reason(path)
    assert "lzw" in reason(path)


def test_the_largest_numbers_are_black_and_white(tmp_path: Path) -> None:
    values = np.zeros((20, 20, 3))
    values[:10], values[10:] = -1.7e308, 1.7e308
    tifffile.imwrite(tmp_path / "far.tif", values, photometric="rgb")
    pixels = np.asarray(decode(tmp_path / "far.tif"))
    assert pixels[0].max() < pixels[-1].min()

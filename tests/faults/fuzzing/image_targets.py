"""The target of the image decoder: every format that it takes."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import tifffile
from hostile import ORIENTATION, sample_image, tiff_of
from PIL import Image

from ahsml_app.core.data.decode import UnreadableImage, decode
from ahsml_app.core.data.memory_budget import largest_image_bytes
from faults.fuzzing.mutation import mutated_bytes
from faults.fuzzing.target import Reader, Target

_PNG = b"\x89PNG\r\n\x1a\n"
_TOKENS = (
    *(
        b"\xff\xd8\xff",
        b"\xff\xda",
        b"\xff\xc4",
        b"\xff\xc2",
        b"\xff\xe1",
        b"\xff\xee",
        b"Exif\0\0",
    ),
    *(_PNG, b"IHDR", b"IDAT", b"tRNS", b"PLTE", b"acTL", b"fcTL", b"fdAT", b"zTXt", b"eXIf"),
    *(b"GIF89a", b"\x21\xf9\x04", b"\x2c", b"RIFF", b"WEBP", b"VP8 ", b"VP8L", b"VP8X", b"ALPH"),
    *(b"ftypavif", b"ftypheic", b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51", b"P6\n", b"\0\0\1\0"),
    *(b"BM", b"II*\0", b"MM\0*", b"II+\0", b"\0", b"\xff", b"%!PS-Adobe-3.0 EPSF-3.0\n"),
)
_BOX = 8


def _encoded(kind: str, image: Image.Image, **options: object) -> bytes:
    stream = io.BytesIO()
    image.copy().save(stream, kind, **options)
    return stream.getvalue()


def _frames() -> dict[str, Any]:
    # A new image each time, since saving it leaves options in it.
    return {"save_all": True, "append_images": [sample_image(2, side=24)]}


def _images(_: Path) -> Sequence[bytes]:
    rgb = sample_image(1, side=24)
    clear = rgb.convert("RGBA")
    clear.putalpha(Image.linear_gradient("L").resize(clear.size))
    turned = Image.Exif()
    turned[ORIENTATION] = 6
    deep = Image.fromarray(np.arange(576, dtype=np.uint16).reshape(24, 24) * 100)
    values = np.linspace(-1e30, 1e30, 576, dtype=np.float32).reshape(24, 24)
    values[0, :3] = np.nan, np.inf, -np.inf
    real = Image.fromarray(values)
    modes = {mode: rgb.convert(mode) for mode in ("L", "P", "1", "CMYK", "YCbCr")}
    gray_alpha = clear.convert("LA")
    return (
        *(_encoded("JPEG", rgb, exif=turned), _encoded("JPEG", modes["L"], quality=5)),
        *(_encoded("JPEG", rgb, progressive=True), _encoded("JPEG", modes["CMYK"])),
        *(_encoded("MPO", rgb, **_frames()), _encoded("PNG", rgb), _encoded("PNG", deep)),
        *(_encoded("PNG", modes["P"], transparency=3), _encoded("PNG", modes["1"])),
        *(_encoded("PNG", gray_alpha), _encoded("PNG", clear, **_frames())),
        *(_encoded("GIF", rgb, **_frames()), _encoded("GIF", modes["P"], transparency=0)),
        *(_encoded("WEBP", rgb), _encoded("WEBP", clear, lossless=True)),
        *(_encoded("WEBP", clear, **_frames()), _encoded("BMP", rgb), _encoded("BMP", modes["P"])),
        *(_encoded("BMP", modes["1"]), _encoded("BMP", clear), _encoded("DIB", rgb)),
        *(_encoded("TIFF", rgb), _encoded("TIFF", deep), _encoded("TIFF", real)),
        *(_encoded("TIFF", rgb, compression=c) for c in ("tiff_lzw", "tiff_deflate", "jpeg")),
        *(_encoded("TIFF", modes["1"], compression=c) for c in ("group3", "group4", "packbits")),
        *(_encoded("TIFF", rgb, big_tiff=True), _encoded("TIFF", modes["YCbCr"])),
        *(_encoded("TIFF", rgb, exif=turned, **_frames()), _encoded("TIFF", modes["CMYK"])),
        *(_encoded("AVIF", rgb), _encoded("JPEG2000", rgb), _encoded("JPEG2000", modes["L"])),
        *(_encoded("PPM", rgb), _encoded("PPM", modes["L"]), _encoded("PPM", modes["1"])),
        *(_encoded("ICO", rgb, sizes=[(24, 24)]), _encoded("TGA", rgb), _encoded("PCX", rgb)),
        *_deep_tiffs(rgb),
        tiff_of(np.arange(576 * 3, dtype=np.uint16).reshape(24, 24, 3)),
        tiff_of(np.arange(576, dtype=np.uint32).reshape(24, 24, 1)),
    )


def _deep_tiffs(rgb: Image.Image) -> list[bytes]:
    """The kinds that Pillow does not read, or not rightly."""
    colours, found = np.asarray(rgb), []
    planes = np.ascontiguousarray(colours.transpose(2, 0, 1))
    for kind, compression, planar in (
        *(("uint16", None, True), ("uint16", "zlib", True), ("uint16", "zlib", False)),
        *(("float16", None, False), ("float32", "zlib", False), ("float64", None, True)),
        *(("int8", None, False), ("uint32", None, False)),
    ):
        stream = io.BytesIO()
        tifffile.imwrite(
            stream,
            (planes if planar else colours).astype(kind),
            photometric="rgb",
            planarconfig="separate" if planar else "contig",
            compression=compression,
            bigtiff=kind == "float64",
        )
        found.append(stream.getvalue())
    bands, map_of_8_bits = io.BytesIO(), io.BytesIO()
    five = np.concatenate([colours, colours[..., :2]], -1).astype(np.uint16)
    tifffile.imwrite(bands, five, photometric="minisblack", planarconfig="contig")
    small = np.arange(768, dtype=np.uint16).reshape(3, 256) % 256
    tifffile.imwrite(map_of_8_bits, colours[..., 0], photometric="palette", colormap=small)
    return [*found, bands.getvalue(), map_of_8_bits.getvalue()]


def _mutated_image(random: Random, corpus: Sequence[bytes]) -> bytes:
    data = mutated_bytes(random, corpus, _TOKENS)
    # Most changes of a PNG would only be noticed by its checksums.
    return _with_checksums(data) if data.startswith(_PNG) and random.random() < 0.8 else data


def _with_checksums(data: bytes) -> bytes:
    parts, start = [_PNG], len(_PNG)
    while start + 12 <= len(data):
        length = struct.unpack(">I", data[start : start + 4])[0]
        end = start + 8 + length
        if end + 4 > len(data):
            break
        body = data[start + 4 : end]
        parts += [data[start : start + 4], body, struct.pack(">I", zlib.crc32(body))]
        start = end + 4
    return b"".join([*parts, data[start:]])


def _image_reader(folder: Path) -> Reader:
    # Two formats are known by their names only.

    def read(data: bytes) -> None:
        suffix = {b"\n": "pcx", b"\0": "tga"}.get(data[:1], "jpg")
        file = folder / f"image.{suffix}"
        file.write_bytes(data)
        for box in (None, _BOX):
            image = decode(file, box=box)
            if image.mode != "RGB" or min(image.size) < 1:
                raise AssertionError(f"decoded as {image.mode} of {image.size}")

    return read


TARGETS = (
    Target(
        "image",
        _images,
        _image_reader,
        _mutated_image,
        expected=(UnreadableImage,),
        seconds=20.0,
        megabytes=max(2048, largest_image_bytes() >> 20),  # what a single image may take
    ),
)

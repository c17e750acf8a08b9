"""Images that need a package: DICOM by pydicom, camera raw by rawpy, JPEG XL by imagecodecs."""

from __future__ import annotations

import functools
import importlib
import io
import struct
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from PIL import Image

from ahsml_app.base.message import Message
from ahsml_app.base.reading.planes import FIRST, MAXIMUM, Planes
from ahsml_app.base.types import AnyArray
from ahsml_app.core.data.formats.pixels import MissingPlane, brightest, eight_bit, stretched

DICOM, RAW, JPEG_XL = "DICOM", "camera raw", "JPEG XL"
_RAW_SUFFIXES = (".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".rw2", ".orf", ".pef", ".srw")
KIND_OF_SUFFIX = {
    ".dcm": DICOM,
    ".dicom": DICOM,
    ".jxl": JPEG_XL,
    **dict.fromkeys(_RAW_SUFFIXES, RAW),
}
BYTES_PER_PIXEL = {DICOM: 16, RAW: 16, JPEG_XL: 32}
"""About how much memory decoding takes: samples of 16 bits, and in between numbers of 64. JPEG XL
has numbers of 32 bits, and keeps those of a progressive image twice."""

_PACKAGES = {
    DICOM: ("pydicom", "dicom"),
    RAW: ("rawpy", "raw"),
    JPEG_XL: ("imagecodecs", "jxl"),
}
"""The module that reads a kind, and the extra that installs it."""

# The sides are in the first ten bytes, in fields of bits. Most images have one of the usual ratios
# of width to height, which is the third field then; 0 says that the width follows.
_JPEG_XL_HEADER = 10
_JPEG_XL_SIDE_BITS = (9, 13, 18, 30)
_JPEG_XL_RATIOS = ((0, 1), (1, 1), (6, 5), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))


def extra_kind(suffix: str) -> str:
    """The kind of image that a suffix stands for, if its package is here; empty otherwise."""
    kind = KIND_OF_SUFFIX.get(suffix, "")
    return kind if kind and _package(kind) is not None else ""


def missing_package(kind: str) -> Message | None:
    """Says which package a kind of image needs; None if it needs none, or has it."""
    if kind not in _PACKAGES or _package(kind) is not None:
        return None
    return Message(
        'images of the kind {kind} need a package: pip install "ahsml-app[{extra}]"',
        kind=kind,
        extra=_PACKAGES[kind][1],
    )


def pixels_to_decode(kind: str, data: bytes) -> tuple[int, int]:
    """Width and height of an image, of which only the header is read."""
    if kind == JPEG_XL:
        return _jpeg_xl_size(_jpeg_xl_codestream(data))
    package = _needed(kind)
    if kind == RAW:
        with package.imread(io.BytesIO(data)) as raw:
            return int(raw.sizes.width), int(raw.sizes.height)
    header = package.dcmread(io.BytesIO(data), stop_before_pixels=True)
    return int(header.Columns), int(header.Rows)


def is_kind(name: str, kind: str) -> bool:
    """Whether a file's name is that of such a kind, whose package is here."""
    return extra_kind(Path(name).suffix.lower()) == kind


def frames_of(path: Path) -> int:
    """Returns how many frames a DICOM file has, of which only the header is read."""
    header = _needed(DICOM).dcmread(path, stop_before_pixels=True)
    return _frame_count(header)


def decode_extra(kind: str, data: bytes, planes: Planes = FIRST) -> Image.Image:
    """Decodes an image of such a kind, upright.

    A DICOM file is read with its window where it has one, of JPEG XL the first frame; samples of
    more than 8 bits are stretched as those of TIFF are. Camera raw is developed as the camera was
    set.

    Args:
        kind: Its kind.
        data: The content of the file.
        planes: Which of several frames of a DICOM file are read.

    Raises:
        MissingPlane: If the file has fewer frames.
    """
    package = _needed(kind)
    if kind == RAW:
        with package.imread(io.BytesIO(data)) as raw:
            return Image.fromarray(raw.postprocess(use_camera_wb=True, output_bps=8))
    if kind == JPEG_XL:
        # One thread, because several images are decoded at a time.
        return _samples(package.jpegxl_decode(data, index=0, numthreads=1))
    dataset = package.dcmread(io.BytesIO(data))
    pixels = _pixels(dataset, planes)
    if pixels.ndim == 3:
        return Image.fromarray(_as_bytes(pixels[..., :3]))
    return _gray(dataset, pixels)


def _frame_count(dataset: Any) -> int:
    return int(dataset.get("NumberOfFrames") or 1)


def _pixels(dataset: Any, planes: Planes) -> AnyArray:
    count, read = _frame_count(dataset), importlib.import_module("pydicom.pixels").pixel_array
    if count == 1 or planes == FIRST:
        first: AnyArray = read(dataset, index=0)
        return first
    if planes == MAXIMUM:
        frames = (read(dataset, index=number) for number in range(count))
        return brightest(frames, inverted=_is_inverted(dataset))
    if planes > count:
        raise MissingPlane(planes, count)
    chosen: AnyArray = read(dataset, index=planes - 1)
    return chosen


def _is_inverted(dataset: Any) -> bool:
    return bool(dataset.PhotometricInterpretation == "MONOCHROME1")


def _gray(dataset: Any, pixels: AnyArray) -> Image.Image:
    tools = importlib.import_module("pydicom.pixels")
    values: AnyArray = tools.apply_rescale(pixels, dataset)
    if "WindowWidth" in dataset or "VOILUTSequence" in dataset:
        values = tools.apply_voi_lut(values, dataset)
    size = (int(values.shape[0]), int(values.shape[1]))
    return stretched(size, lambda first, last: values[first:last], inverted=_is_inverted(dataset))


def _as_bytes(pixels: AnyArray) -> AnyArray:
    if pixels.dtype == np.uint8:
        return np.ascontiguousarray(pixels)
    return (pixels >> (8 * (pixels.dtype.itemsize - 1))).astype(np.uint8)


def _samples(pixels: AnyArray) -> Image.Image:
    if pixels.dtype == np.uint8:
        return eight_bit(Image.fromarray(pixels), "")
    # Without transparency, as in TIFF of more than 8 bits.
    colours = pixels if pixels.ndim == 2 else pixels[..., : 3 if pixels.shape[-1] > 2 else 1]
    plain = colours[..., 0] if colours.shape[2:] == (1,) else colours
    return stretched(plain.shape, lambda first, last: plain[first:last], inverted=False)


def _jpeg_xl_codestream(data: bytes) -> bytes:
    """Returns the beginning of the image itself, which may lie in a container of boxes."""
    if not data.startswith(b"\0\0\0\x0cJXL "):
        return data[: _JPEG_XL_HEADER + 2]
    start = 0
    while start + 8 <= len(data):
        size, kind = struct.unpack_from(">I4s", data, start)
        header = 8
        if size == 1:
            (size,), header = struct.unpack_from(">Q", data, start + 8), 16
        if kind in (b"jxlc", b"jxlp"):
            begin = start + header + (4 if kind == b"jxlp" else 0)
            return data[begin : begin + _JPEG_XL_HEADER + 2]
        if size < header:
            break
        start += size
    raise ValueError("no image in its container")


def _jpeg_xl_size(codestream: bytes) -> tuple[int, int]:
    if not codestream.startswith(b"\xff\x0a"):
        raise ValueError("it does not start like JPEG XL")
    bits, taken = int.from_bytes(codestream[2:], "little"), 0

    def read(count: int) -> int:
        nonlocal taken
        taken += count
        return (bits >> (taken - count)) & ((1 << count) - 1)

    small = read(1)

    def side() -> int:
        return 8 * (read(5) + 1) if small else read(_JPEG_XL_SIDE_BITS[read(2)]) + 1

    height = side()
    over, under = _JPEG_XL_RATIOS[read(3)]
    width = height * over // under if over else side()
    return width, height


def _needed(kind: str) -> ModuleType:
    package = _package(kind)
    if package is None:
        raise ValueError(f"the package for {kind} is gone")
    return package


@functools.cache
def _package(kind: str) -> ModuleType | None:
    try:
        return importlib.import_module(_PACKAGES[kind][0])
    except ImportError:
        return None

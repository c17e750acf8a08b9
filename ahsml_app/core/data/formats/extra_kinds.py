"""Images that need a package beside this program: DICOM by pydicom, camera raw by rawpy."""

from __future__ import annotations

import functools
import importlib
import io
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from PIL import Image

from ahsml_app.base.message import Message
from ahsml_app.base.reading.planes import FIRST, MAXIMUM, Planes
from ahsml_app.base.types import AnyArray
from ahsml_app.core.data.formats.pixels import MissingPlane, brightest, stretched

DICOM, RAW = "DICOM", "camera raw"
_RAW_SUFFIXES = (".dng", ".cr2", ".cr3", ".nef", ".arw", ".raf", ".rw2", ".orf", ".pef", ".srw")
KIND_OF_SUFFIX = {".dcm": DICOM, ".dicom": DICOM, **dict.fromkeys(_RAW_SUFFIXES, RAW)}
BYTES_PER_PIXEL = 16
"""About how much memory decoding takes: samples of 16 bits, and in between numbers of 64."""

_PACKAGES = {DICOM: ("pydicom", "dicom"), RAW: ("rawpy", "raw")}
"""The module that reads a kind, and the extra that installs it."""


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

    A DICOM file is read with its window where it has one; samples are stretched as those of TIFF
    are. Camera raw is developed as the camera was set.

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

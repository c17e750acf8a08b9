"""Labels images by an exported network, without the training that it came from."""

from __future__ import annotations

import contextlib
import io
import json
import os
from collections import deque
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ahsml_app.base.errors import OptionError
from ahsml_app.base.events import CancelToken
from ahsml_app.base.message import Message
from ahsml_app.base.reading.planes import planes_of
from ahsml_app.base.types import ByteArray, FloatArray
from ahsml_app.core.backbones.inference import openvino_core
from ahsml_app.core.backbones.onnx_export import CLASSES, PLANES, PROBABILITY, SIZE, metadata_of
from ahsml_app.core.data.decode import UnreadableImage, decode
from ahsml_app.core.features.augment import augment_image

BATCH = 16
"""Images that the network takes at once."""

_AHEAD = 4  # batches of images that are decoded in advance
_LARGEST_SIDE = 4096


@dataclass(frozen=True, slots=True)
class LabelledImage:
    """One image and what the network says of it.

    Attributes:
        path: The image.
        probabilities: (K,) class probabilities; None for an image that could not be read.
        problem: Why it could not be read; None if it was.
    """

    path: Path
    probabilities: FloatArray | None
    problem: Message | str | None = None

    @property
    def best(self) -> int | None:
        """Index of its most probable class; None for an image that could not be read."""
        return None if self.probabilities is None else int(np.argmax(self.probabilities))


class ExportedModel:
    """A network that `export_onnx` wrote.

    Args:
        file: The ONNX file.

    Attributes:
        class_names: Names of the K classes.
        size: Side of the square images in pixels.
        planes: What is read of images with several pages or channels.

    Raises:
        OptionError: If it is not such a file, or of a version without class probabilities.
    """

    def __init__(self, file: Path) -> None:
        try:
            content = file.read_bytes()
            facts = metadata_of(content)
        except OSError as error:
            raise OptionError(
                Message(
                    "The model {file} cannot be read: {reason}.",
                    file=file,
                    reason=error.strerror or error,
                ),
                hint="Give the folder `model` of a result, or its ONNX file.",
            ) from error
        except Exception as error:  # whatever the parser raises about a file that is no network
            raise _unusable(file, error) from error
        names, side = _names(facts.get(CLASSES, "")), facts.get(SIZE, "")
        if names is None or not side.isdecimal() or not 0 < int(side) <= _LARGEST_SIDE:
            raise OptionError(
                Message("{file} does not say its classes.", file=file),
                hint="Results of an earlier version have no class probabilities: export again.",
            )
        self.class_names, self.size = names, int(side)
        try:
            self.planes = planes_of(facts.get(PLANES))
        except ValueError as error:
            raise _unusable(file, error) from error
        try:
            core = openvino_core()
            settings = {"INFERENCE_PRECISION_HINT": "f32"}
            model = core.read_model(io.BytesIO(content))
            self._compiled: Any = core.compile_model(model, "CPU", settings)
            width = self._compiled.output(PROBABILITY).partial_shape[1].get_length()
        except Exception as error:
            raise _unusable(file, error) from error
        if width != len(names):
            raise _unusable(file, ValueError(f"{width} probabilities, {len(names)} classes"))

    def label(self, paths: Sequence[Path], cancel: CancelToken) -> Iterator[list[LabelledImage]]:
        """Labels images, a batch at a time and in their order.

        Args:
            paths: The images.
            cancel: Checked once a batch.

        Yields:
            What the network says of each image of the next batch.

        Raises:
            Cancelled: When asked to stop.
        """
        batches = [paths[start : start + BATCH] for start in range(0, len(paths), BATCH)]
        with ThreadPoolExecutor(max(2, min(8, os.cpu_count() or 2))) as pool:
            under_way: deque[tuple[Sequence[Path], list[Future[ByteArray]]]] = deque()
            try:
                for batch in (*batches, *[[]] * _AHEAD):
                    if batch:
                        under_way.append((batch, [pool.submit(self._load, path) for path in batch]))
                    if under_way and (len(under_way) > _AHEAD or not batch):
                        cancel.check()
                        yield self._finish(*under_way.popleft())
            finally:
                for _, futures in under_way:
                    for future in futures:
                        future.cancel()

    def _load(self, path: Path) -> ByteArray:
        with contextlib.closing(decode(path, box=self.size, planes=self.planes)) as image:
            pixels: ByteArray = augment_image(image, self.size, (0,), "")[0]
            return pixels

    def _finish(
        self, paths: Sequence[Path], futures: Sequence[Future[ByteArray]]
    ) -> list[LabelledImage]:
        labelled: list[LabelledImage | None] = []
        pixels: list[ByteArray] = []
        for path, future in zip(paths, futures, strict=True):
            try:
                pixels.append(future.result())
                labelled.append(None)
            except UnreadableImage as error:
                labelled.append(LabelledImage(path, None, error.reason))
        found: Iterator[FloatArray] = iter(())
        if pixels:
            outputs = self._compiled([np.stack(pixels).astype(np.float32)])
            found = iter(np.array(outputs[PROBABILITY], dtype=np.float32))
        return [
            LabelledImage(path, next(found)) if image is None else image
            for path, image in zip(paths, labelled, strict=True)
        ]


def _names(text: str) -> tuple[str, ...] | None:
    with contextlib.suppress(ValueError, RecursionError):
        names = json.loads(text)
        if isinstance(names, list) and names and all(isinstance(name, str) for name in names):
            return tuple(names)
    return None


def _unusable(file: Path, error: Exception) -> OptionError:
    return OptionError(
        Message("{file} is not a network of this program.", file=file),
        hint="Give the folder `model` of a result, or its ONNX file.",
        details=repr(error),
    )

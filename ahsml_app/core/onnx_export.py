"""One ONNX file from pixels to the point of the ball, checked against torch before it is kept."""

from __future__ import annotations

import contextlib
import copy
import io
import logging
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ahsml_app.base.errors import OutputError
from ahsml_app.base.paths import atomic_write, cache_folder
from ahsml_app.base.types import FloatArray
from ahsml_app.core.backbones import Backbone
from ahsml_app.core.engine import Normalized, import_openvino, structured_pictures

TOLERANCE = 1e-3
"""Largest difference to torch, as a share of the ball's radius."""

_CHECKED_PICTURES = 3  # another number than the example's, so that the batch must be dynamic


def export_onnx(backbone: Backbone, head: nn.Module, path: Path) -> float:
    """Write the network from pixels to embedding as one ONNX file.

    Its input "pixels" is (B, 3, S, S) float32 of 0 to 255, red first, S being the size of the
    backbone; its output "embedding" is (B, D) float32. B is free.

    Args:
        backbone: Pixels to features.
        head: Features to points of the ball; its attribute `curvature` (1 if absent) says of
            which.
        path: The file to write; it appears only if it passes the check.

    Returns:
        The largest absolute difference to torch on a few structured pictures.

    Raises:
        OutputError: The network cannot be expressed in ONNX, or the file computes something
            else.
    """
    network = copy.deepcopy(Normalized(backbone)).cpu().eval()
    head = copy.deepcopy(head).cpu().eval()
    pictures = structured_pictures(backbone.size, _CHECKED_PICTURES).astype(np.float32)
    try:
        content = _joined(
            _of_backbone(backbone, network),
            _exported(head, torch.zeros(2, backbone.dimension), "features", "embedding"),
        )
        found = _computed(content, pictures)
    except Exception as error:  # the exporter's own errors have no common base
        _kept(backbone).unlink(missing_ok=True)  # made anew the next time
        raise OutputError(
            f"{backbone.name} cannot be written as ONNX.",
            hint="The other files of the model are complete: use those.",
            details=f"{type(error).__name__}: {error}",
        ) from error
    with torch.inference_mode():
        wanted = head(network(torch.from_numpy(pictures))).numpy()
    difference = float(np.abs(found - wanted).max())
    radius = float(getattr(head, "curvature", 1.0)) ** -0.5
    if not difference <= TOLERANCE * radius:  # also where it is not a number
        _kept(backbone).unlink(missing_ok=True)
        raise OutputError(
            f"The ONNX form of {backbone.name} differs from torch by {difference:.2g}.",
            hint="The other files of the model are complete: use those.",
        )
    with atomic_write(path) as stream:
        stream.write(content)
    return difference


def _of_backbone(backbone: Backbone, network: nn.Module) -> bytes:
    """The large part, which takes seconds to make, is the same for every head: it is kept."""
    kept = _kept(backbone)
    with contextlib.suppress(OSError):
        return kept.read_bytes()
    example = torch.zeros(2, 3, backbone.size, backbone.size)
    content = _exported(network, example, "pixels", "features")
    with contextlib.suppress(OSError), atomic_write(kept) as stream:
        stream.write(content)
    return content


def _kept(backbone: Backbone) -> Path:
    version = torch.__version__.partition("+")[0]
    return cache_folder() / "onnx" / f"{backbone.identity}-torch{version}.onnx"


def _joined(first: bytes, second: bytes) -> bytes:
    """One network from the output "features" of the first into the input of the second."""
    import onnx
    from onnx import compose

    models = [onnx.load_from_string(content) for content in (first, second)]
    # Both come from the same exporter, whose names repeat.
    head = compose.add_prefix(models[1], "head/", rename_inputs=False, rename_outputs=False)
    joined = compose.merge_models(models[0], head, io_map=[("features", "features")])
    content: bytes = joined.SerializeToString()
    return content


def _exported(module: nn.Module, example: torch.Tensor, name: str, result: str) -> bytes:
    with _quiet():
        program = torch.onnx.export(
            module,
            (example,),
            dynamo=True,
            input_names=[name],
            output_names=[result],
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch gave no ONNX program")
    content: bytes = program.model_proto.SerializeToString()
    return content


def _computed(content: bytes, pictures: FloatArray) -> FloatArray:
    """Run the file: with OpenVINO, or where it is missing with onnx's slow reference."""
    try:
        openvino = import_openvino()
    except ImportError:
        from onnx import load_from_string
        from onnx.reference import ReferenceEvaluator

        outputs: Any = ReferenceEvaluator(load_from_string(content)).run(None, {"pixels": pictures})
        return np.asarray(outputs[0], dtype=np.float32)
    settings = {"INFERENCE_PRECISION_HINT": "f32"}
    core = openvino.Core()
    compiled = core.compile_model(core.read_model(io.BytesIO(content)), "CPU", settings)
    return np.array(compiled([pictures])[0], dtype=np.float32)


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the exporter's deprecations of its own parts, and its advice, from the terminal."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)

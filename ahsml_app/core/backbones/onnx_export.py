"""Exports one ONNX file from pixels to the embedding, checked against torch."""

from __future__ import annotations

import contextlib
import copy
import hashlib
import io
import logging
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn

from ahsml_app.base.errors import OutputError
from ahsml_app.base.message import Message
from ahsml_app.base.paths import atomic_write, cache_folder
from ahsml_app.base.types import AnyArray, FloatArray
from ahsml_app.base.version import __version__
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.backbones.inference import Normalized, openvino_core, structured_images

TOLERANCE = 1e-3
"""Largest difference from torch, as a share of the longest vector."""

PROBABILITY, CLASSES, SIZE = "probability", "class_names", "input_size"
PLANES = "planes"
"""Name of the output with class probabilities, and keys of the file's properties."""

_CHECK_IMAGES = 3  # differs from the example's batch, so the batch size must be dynamic


def export_onnx(
    backbone: Backbone,
    head: nn.Module,
    path: Path,
    outputs: tuple[str, ...] = ("embedding",),
    properties: Mapping[str, str] | None = None,
) -> float:
    """Writes the network from pixels to embedding as one ONNX file.

    Its input "pixels" is (B, 3, S, S) float32 of 0 to 255, red first, where S is the size of the
    backbone. Its outputs are (B, D) float32, each with its own D. B is free.

    Args:
        backbone: Maps pixels to features.
        head: Maps features to one tensor, or to a tuple of as many as there are outputs.
        path: The file to write; it is only written if the network passes the check.
        outputs: Names of the outputs.
        properties: Texts that the file says about itself, see `metadata_of`.

    Returns:
        The largest absolute difference from torch on a few structured images.

    Raises:
        OutputError: If the network cannot be expressed in ONNX, or the file computes something
            else.
    """
    head = copy.deepcopy(head).cpu().eval()
    cache_paths = (_backbone_path(backbone), _head_path(head, backbone.dimension))
    try:
        first, features = _backbone_graph(backbone, cache_paths[0])
        content = _merge(first, _head_graph(head, backbone.dimension, outputs, cache_paths[1]))
        computed = _run_file(content, _check_images(backbone), outputs)
    except Exception as error:  # the exporter's errors have no common base class
        _delete(*cache_paths)  # exported again the next time
        raise OutputError(
            Message("{name} cannot be written as ONNX.", name=backbone.name),
            hint="The other files of the model are complete: use those.",
            details=f"{type(error).__name__}: {error}",
        ) from error
    if backbone.tuned:  # a tuned backbone is never exported again
        _delete(cache_paths[0])
    reference = _run_head(head, features)
    differences = [float(np.abs(a - b).max()) for a, b in zip(computed, reference, strict=True)]
    lengths = [float(np.linalg.norm(values, axis=1).max()) for values in reference]
    difference = max(differences)
    # Written so that NaN does not pass either.
    if not all(d <= TOLERANCE * length for d, length in zip(differences, lengths, strict=True)):
        _delete(*cache_paths)
        raise OutputError(
            Message(
                "The ONNX form of {name} differs from torch by {difference:.2g}.",
                name=backbone.name,
                difference=difference,
            ),
            hint="The other files of the model are complete: use those.",
        )
    with atomic_write(path) as stream:
        stream.write(_with_properties(content, properties or {}))
    return difference


def _run_head(head: nn.Module, features: FloatArray) -> list[FloatArray]:
    with torch.inference_mode():
        outcome = head(torch.from_numpy(features))
    return [tensor.numpy() for tensor in (outcome if isinstance(outcome, tuple) else (outcome,))]


def metadata_of(content: bytes) -> dict[str, str]:
    """Returns the properties of an ONNX file.

    Raises:
        Exception: Of the parser, if the content is no ONNX file.
    """
    import onnx

    return {entry.key: entry.value for entry in onnx.load_from_string(content).metadata_props}


def _with_properties(content: bytes, properties: Mapping[str, str]) -> bytes:
    import onnx

    model = onnx.load_from_string(content)
    onnx.helper.set_model_props(model, dict(properties))
    serialized: bytes = model.SerializeToString()
    return serialized


def export_backbone(backbone: Backbone) -> None:
    """Exports the backbone into the cache, from which `export_onnx` takes it."""
    _backbone_graph(backbone, _backbone_path(backbone))


def is_exported(backbone: Backbone) -> bool:
    """Whether the cache holds the exported backbone."""
    return _backbone_path(backbone).is_file()


def _check_images(backbone: Backbone) -> FloatArray:
    return structured_images(backbone.size, _CHECK_IMAGES).astype(np.float32)


def _backbone_graph(backbone: Backbone, cache_path: Path) -> tuple[bytes, FloatArray]:
    """Returns the exported backbone, and torch's features of the check images.

    The export takes seconds and is the same for every head. Both results are cached, and then
    the network itself need not be loaded.
    """
    unusable = (OSError, ValueError, KeyError, zipfile.BadZipFile)
    with contextlib.suppress(*unusable), np.load(cache_path) as arrays:
        return arrays["graph"].tobytes(), arrays["features"]
    network = copy.deepcopy(Normalized(backbone)).cpu().eval()
    for module in network.modules():
        if hasattr(module, "inplace"):  # the exporter takes half again as long over these
            setattr(module, "inplace", False)  # noqa: B010 - torch declares no such attribute
    example = torch.zeros(2, 3, backbone.size, backbone.size)
    content = _export(network, example, "pixels", ("features",))
    with torch.inference_mode():
        features = network(torch.from_numpy(_check_images(backbone))).numpy()
    with contextlib.suppress(OSError), atomic_write(cache_path) as stream:
        np.savez(stream, graph=np.frombuffer(content, np.uint8), features=features)
    return content, features


def _head_graph(head: nn.Module, width: int, outputs: tuple[str, ...], cache_path: Path) -> bytes:
    """Returns the exported head.

    Heads differ only in their parameters, which replace those of the cached head.
    """
    import onnx

    values = {name: value.numpy() for name, value in head.state_dict().items()}
    with contextlib.suppress(OSError):
        model = onnx.load_from_string(cache_path.read_bytes())
        if _fill_parameters(model, values):
            serialized: bytes = model.SerializeToString()
            return serialized
    content = _export(head, torch.zeros(2, width), "features", outputs)
    with contextlib.suppress(OSError), atomic_write(cache_path) as stream:
        stream.write(content)
    return content


def _fill_parameters(model: Any, values: Mapping[str, AnyArray]) -> bool:
    """Replaces the parameters of an exported network; returns whether it holds all of them."""
    from onnx import numpy_helper

    parameters = {parameter.name: parameter for parameter in model.graph.initializer}
    for name, value in values.items():
        if name not in parameters or tuple(parameters[name].dims) != value.shape:
            return False
        parameters[name].CopyFrom(numpy_helper.from_array(value, name))
    return True


def _backbone_path(backbone: Backbone) -> Path:
    return _cache_path(backbone.identity, ".npz")


def _head_path(head: nn.Module, width: int) -> Path:
    """Returns the cache path shared by all heads that differ only in their parameters."""
    shapes = [(name, *value.shape) for name, value in sorted(head.state_dict().items())]
    facts = (width, shapes, getattr(head, "curvature", None), __version__)
    digest = hashlib.blake2b(repr(facts).encode(), digest_size=8).hexdigest()
    return _cache_path(f"{type(head).__name__}-{digest}", ".onnx")


def _cache_path(name: str, suffix: str) -> Path:
    version = torch.__version__.partition("+")[0]
    return cache_folder() / "onnx" / f"{name}-torch{version}{suffix}"


def _delete(*paths: Path) -> None:
    for path in paths:
        path.unlink(missing_ok=True)


def _merge(first: bytes, second: bytes) -> bytes:
    """Feeds the output "features" of the first network into the second; returns one network."""
    import onnx
    from onnx import compose

    models = [onnx.load_from_string(content) for content in (first, second)]
    # Both come from the same exporter, so their names collide.
    head = compose.add_prefix(models[1], "head/", rename_inputs=False, rename_outputs=False)
    merged = compose.merge_models(models[0], head, io_map=[("features", "features")])
    content: bytes = merged.SerializeToString()
    return content


def _export(module: nn.Module, example: torch.Tensor, name: str, results: tuple[str, ...]) -> bytes:
    with _quiet():
        program = torch.onnx.export(
            module,
            (example,),
            dynamo=True,
            input_names=[name],
            output_names=list(results),
            dynamic_shapes=({0: torch.export.Dim("batch")},),
            verbose=False,
        )
    if program is None:
        raise RuntimeError("torch gave no ONNX program")
    content: bytes = program.model_proto.SerializeToString()
    return content


def _run_file(content: bytes, images: FloatArray, names: tuple[str, ...]) -> list[FloatArray]:
    """Runs the file with OpenVINO or, if it is missing, with onnx's slow reference evaluator."""
    try:
        core = openvino_core()
    except ImportError:
        from onnx import load_from_string
        from onnx.reference import ReferenceEvaluator

        reference = ReferenceEvaluator(load_from_string(content))
        outputs: Any = reference.run(list(names), {"pixels": images})
        return [np.asarray(values, dtype=np.float32) for values in outputs]
    settings = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = core.compile_model(core.read_model(io.BytesIO(content)), "CPU", settings)
    computed = compiled([images])
    return [np.array(computed[name], dtype=np.float32) for name in names]


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Hides the exporter's deprecation warnings about its own code, and its advice."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)

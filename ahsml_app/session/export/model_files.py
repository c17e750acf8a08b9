"""The files of a trained model: head, properties, and the whole network as ONNX."""

from __future__ import annotations

import json
import logging
from collections.abc import Generator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import OutputError
from ahsml_app.base.events import Event, Notice, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.paths import atomic_write
from ahsml_app.base.reading.planes import FIRST
from ahsml_app.session.export.results import TrainedModel

if TYPE_CHECKING:
    from ahsml_app.core.backbones.backbone import Backbone

TUNED_WEIGHTS = "backbone.safetensors"
_log = logging.getLogger(__name__)


def write_model(
    folder: Path, model: TrainedModel, context: RunContext
) -> Generator[Event, None, None]:
    """Writes the head, its properties, and the whole network as ONNX.

    A tuned backbone is written as a file for `--backbone NAME=FILE`. Where the features came from
    a file, there is no network, and so no ONNX.

    Yields:
        Progress, and a notice if the ONNX file cannot be made.
    """
    from safetensors.numpy import save

    from ahsml_app.core.backbones.backbone import pack_weights
    from ahsml_app.core.backbones.onnx_export import CLASSES, PLANES, SIZE, export_onnx
    from ahsml_app.core.embedding.labelling import LabellingModel

    yield Progress(Stage.LOAD_BACKBONE)
    backbone = model.load_backbone(context)
    yield from context.notices()
    yield Progress(Stage.WRITE)
    folder.mkdir(parents=True, exist_ok=True)
    head = {name: np.array(value) for name, value in model.head.items()}
    further = {"prototypes": model.prototypes, "noise_matrix": model.noise_matrix}
    if (standard := backbone.standard) is not None:
        further |= {"own_centre": standard.centre, "own_spread": standard.spread}
    with atomic_write(folder / "head.safetensors") as stream:
        stream.write(save(head | {name: np.array(value) for name, value in further.items()}))
    network = LabellingModel(head, model.prototypes, model.curvature)
    facts = _facts(model, backbone) | {"outputs": list(network.outputs)}
    if backbone.tuned:
        facts["backbone_weights"] = TUNED_WEIGHTS
        with atomic_write(folder / TUNED_WEIGHTS) as stream:
            stream.write(pack_weights(backbone).tobytes())
    with atomic_write(folder / "model.json", "w", encoding="utf-8", newline="\n") as stream:
        json.dump(facts, stream, indent=2, ensure_ascii=False)
        stream.write("\n")
    if not backbone.is_here:
        yield Notice(
            Message(
                "The features came from {name}, so the model has no network: no ONNX file was "
                "made. model.json says how the head takes features.",
                name=backbone.name,
            )
        )
        return
    properties = {
        CLASSES: json.dumps(list(model.class_names)),
        SIZE: str(backbone.size),
        "preprocessing": json.dumps(facts["preprocessing"]),
    }
    if model.planes != FIRST:
        properties[PLANES] = str(model.planes)
    try:
        export_onnx(backbone, network, folder / "embedding.onnx", network.outputs, properties)
    except OutputError as error:
        _log.info("No ONNX file: %s %s", error, error.details)
        yield Notice(Message("{what} {advice}", what=error.message, advice=error.hint), "warning")


def _facts(model: TrainedModel, backbone: Backbone) -> dict[str, object]:
    """Returns the properties of the model: its classes, and how images are prepared for it."""
    if not backbone.is_here:
        return {
            "backbone": None,
            "class_names": list(model.class_names),
            "features": {
                "file": backbone.name,
                "width": backbone.dimension,
                "standardised": "(features - own_centre) / own_spread, see head.safetensors",
            },
            "curvature": model.curvature,
            "dimension": int(model.prototypes.shape[1]),
        }
    return {
        "backbone": backbone.name,
        "backbone_identity": backbone.identity,
        "class_names": list(model.class_names),
        "preprocessing": {
            "colours": "RGB",
            "resize": [backbone.size, backbone.size],
            "keep_aspect_ratio": False,
            "interpolation": "bilinear, antialiased",
            "layout": "batch, channel, row, column",
            "type": "float32",
            "range": [0, 255],
            **({} if model.planes == FIRST else {"planes": model.planes}),
        },
        "inside_the_network": {
            "pixel_mean": list(backbone.mean),
            "pixel_std": list(backbone.std),
        },
        "curvature": model.curvature,
        "dimension": int(model.prototypes.shape[1]),
    }

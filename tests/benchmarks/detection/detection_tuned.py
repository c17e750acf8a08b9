"""Detection with networks that were tuned end to end, as the product's `--finetune` has it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import EpochEnd, Event, Notice
from ahsml_app.base.paths import cache_folder
from ahsml_app.base.types import SampleTable
from ahsml_app.core.backbones.backbone import load_backbone
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.data.content_hash import fingerprint
from ahsml_app.core.finetune.cross_fit_halves import FinetuneInputs, Tuned, finetune
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainData
from benchmarks.common.ledger import NETWORK_PARTS, code_digest
from benchmarks.common.sets import LabelledSet
from benchmarks.common.variants import varied
from benchmarks.detection.measures import measure_result
from benchmarks.detection.methods import TUNED, TUNED_CACHED, TUNED_ON_CARD, Method, finish

MODULES = (
    *NETWORK_PARTS,
    "finetune/activations/border",
    "finetune/activations/cached",
    "finetune/activations/compute",
    "finetune/activations/depthwise",
    "finetune/cross_fit_halves",
    "finetune/half_scores",
    "finetune/inputs/tensor_augment",
    "finetune/training_loop",
    "finetune/tuned_features",
)
CACHED = "cached"

CODE = code_digest("embedding/learn", "embedding/space", "ensemble/soft_targets", *MODULES)


def tuned(
    features: npt.NDArray[np.float16],
    each: LabelledSet,
    data: Path,
    seed: int,
    *,
    quick: bool,
    way: str = "cpu",
) -> Method:
    """All three networks of the product: two that score labels, and the one that is exported.

    Args:
        features: (V + 1, N, W) of the published backbone.
        each: Labels and paths.
        data: Folder of the image folders.
        seed: Of both trainings.
        quick: One epoch of tiny pictures.
        way: "cached" for cached activations on the CPU, "cpu" for the thorough way there, or a
            graphics card, which trains on pictures of the full size.
    """
    config = TrainConfig(seed=seed)
    tuning = FinetuneConfig(seed=seed, thorough=way != CACHED)
    device = "cpu" if way == CACHED else way
    if quick:
        tuning = varied(replace(tuning, epochs=1), size=32)
    settings = config.settings()
    settings |= {f"tuning_{name}": value for name, value in tuning.settings().items()}
    settings |= {} if device == "cpu" else {"device": device}

    def run() -> dict[str, Any]:
        count = len(each.given)
        labelled = TrainData(features, each.given, np.ones(count, dtype=bool), each.classes)
        before = finish(train(config, labelled))
        names = tuple(str(number) for number in range(each.classes))
        table = SampleTable(data / each.folder, each.paths, each.given, names)
        table, _ = finish(fingerprint(table, index_path=cache_folder() / "fingerprints.sqlite"))
        inputs = FinetuneInputs(table, load_backbone(), labelled, before)
        with tempfile.TemporaryDirectory() as folder:
            context = RunContext(device, checkpoints=Path(folder), exclusive=True)
            found: Tuned = finish(finetune(config, tuning, inputs, context), _say)
        own = measure_result(before, each)["average_precision"]
        return {**measure_result(found.result, each), "kept": found.kept, "before": own}

    name = {"cpu": TUNED, CACHED: TUNED_CACHED}.get(way, TUNED_ON_CARD)
    return Method(f"{name}, seed {seed}" if seed else name, settings, run)


def _say(event: Event) -> None:
    """How far it has come: it takes the better part of an hour."""
    if isinstance(event, EpochEnd):
        print(f"network {event.fold}, epoch {event.epoch}: loss {event.loss:.3f}", flush=True)
    elif isinstance(event, Notice):
        print(event.message, flush=True)

"""A tiny network, tiny images and fine-tuning tasks on them, for tests of fine-tuning."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import timm
import torch
from running import result_of
from sample_images import CLASSES, make_images

from ahsml_app.base.events import CancelToken
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import SampleTable
from ahsml_app.core.backbones.backbone import Backbone, load_backbone
from ahsml_app.core.config import Ablation, TrainConfig
from ahsml_app.core.data.content_hash import fingerprint
from ahsml_app.core.data.scan import scan
from ahsml_app.core.features.extract import extract_features
from ahsml_app.core.features.preprocess import fit_preparation
from ahsml_app.core.finetune.finetune_config import FinetuneAblation, FinetuneConfig
from ahsml_app.core.finetune.step import Task
from ahsml_app.core.head.head_model import HyperbolicHead

SIZE = 32
CONFIG = TrainConfig(dimension=8, epochs=3, folds=2, ablation=Ablation(closed_form=False))
TUNING = FinetuneConfig(
    epochs=2,
    thorough=True,
    ablation=FinetuneAblation(classes_per_batch=3, samples_per_class=4),
)


def accepted(*_: object) -> bool:
    """Replaces `half_scores.is_better`, which depends on rounding in so small a network."""
    return True


def tiny_weights(folder: Path) -> Path:
    """Writes the weights of a network of a few thousand parameters, the same every time."""
    state = torch.random.get_rng_state()
    torch.manual_seed(0)
    file = folder / "tiny.pth"
    torch.save(timm.create_model("test_resnet", zero_init_last=False).state_dict(), file)
    torch.random.set_rng_state(state)
    return file


def tiny_name(folder: Path) -> str:
    """Value of the option `backbone` for a file with these weights, written once.

    With the features of the built-in network a training of twenty images takes five seconds, three
    of them for principal directions.
    """
    file = folder / "tiny.pth"
    return f"timm:test_resnet={file if file.exists() else tiny_weights(folder)}"


def tiny_backbone(folder: Path, *, inner_layers: bool = True) -> Backbone:
    """The network with the weights of `tiny_weights`."""
    spec = f"timm:test_resnet={tiny_weights(folder)}"
    return load_backbone(spec, size=SIZE, inner_layers=inner_layers)


def image_table(folder: Path, per_class: int = 8) -> SampleTable:
    """A folder of images of three classes, two of each with a wrong label."""
    make_images(folder, per_class=per_class)
    scanned = result_of(scan(Source(folder)))
    table, _ = result_of(fingerprint(scanned.table, index_path=folder.parent / "prints.sqlite"))
    return table


def features_of(table: SampleTable, backbone: Backbone, cache: Path) -> np.ndarray:
    """Features of each plain image and of one augmentation."""
    work = extract_features(table, backbone, augmentations=1, cache_folder=cache)
    return result_of(work).features


def task_of(table: SampleTable, backbone: Backbone, cache: Path, seed: int = 0) -> Task:
    """A task of all samples, with targets such as those of a first training."""
    random = np.random.default_rng(seed)
    preparation = fit_preparation(features_of(table, backbone, cache)[0], 16, CancelToken())
    head = HyperbolicHead(
        preparation.rotation.shape[1], CONFIG.dimension, len(CLASSES), CONFIG.ablation.curvature
    )
    head.start(torch.Generator().manual_seed(seed))
    targets = np.eye(len(CLASSES), dtype=np.float32)[table.labels] * 0.7 + 0.1
    weights = random.uniform(0.5, 1, len(table)).astype(np.float32)
    rows = np.arange(len(table))
    return Task(rows, table.labels, targets, weights, preparation, head)

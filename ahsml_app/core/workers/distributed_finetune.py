"""Makes the other processes take part in tuning a network."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import Cancelled, InputError
from ahsml_app.base.message import Message
from ahsml_app.base.paths import content_hash
from ahsml_app.base.reading.planes import Planes, planes_of
from ahsml_app.base.types import IntArray
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.core.config import Ablation, TrainConfig
from ahsml_app.core.distributed.process_group import Packet, recv_reply, send_order, send_reply
from ahsml_app.core.distributed.rank import require_group
from ahsml_app.core.features.preprocess import Preparation
from ahsml_app.core.finetune.finetune_config import FinetuneAblation, FinetuneConfig
from ahsml_app.core.finetune.inputs.image_loader import MARGIN, ImageSource
from ahsml_app.core.finetune.inputs.prefetch import Prefetcher
from ahsml_app.core.finetune.step import NetworkTraining, Task
from ahsml_app.core.finetune.training_loop import Position, TuningRun, run_epochs
from ahsml_app.core.head.head_model import HyperbolicHead
from ahsml_app.core.workers.backbone_transfer import pack_backbone, unpack_backbone
from ahsml_app.core.workers.distributed_features import check_folder

ORDER = "tune"

COMPARED = 48
"""Number of files compared before a training. All would take long, and an outdated copy differs in
many."""

_STATE = "state."
_TASK = ("rows", "labels", "targets", "weights")


def join_training(
    training: NetworkTraining,
    backbone: Backbone,
    paths: Sequence[Path],
    config: TrainConfig,
    position: tuple[int, int, float],
    planes: Planes,
) -> None:
    """Starts the same training in all other processes and joins their group; for rank 0.

    Args:
        training: The training, in the state to start from.
        backbone: The backbone that it was created with.
        paths: Paths of all samples.
        config: The options that it was created with.
        position: Epoch, step and loss so far.
        planes: What is read of images with several pages or channels.
    """
    values, arrays = pack_backbone(backbone)
    task = training.task
    values |= {
        "order": ORDER,
        "paths": [str(path) for path in paths],
        "planes": planes,
        "config": asdict(config),
        "tuning": asdict(training.tuning),
        "position": list(position),
        "hashes": _some_hashes(task.rows, paths),
        "curvature": task.head.curvature,
    }
    arrays |= {name: getattr(task, name) for name in _TASK}
    arrays |= task.preparation.parameters()
    arrays |= {_STATE + name: value for name, value in training.state().items()}
    send_order(values, arrays)
    training.distribute(require_group())


def receive_training(order: Packet) -> tuple[NetworkTraining, list[Path], tuple[int, int, float]]:
    """Builds the training that rank 0 sent, in the same state, with its paths and position.

    Raises:
        InputError: If the image folder is not visible on this machine, or has other files.
        ProcessesError: If the network computes other features here.
    """
    group, values, arrays = require_group(), order.values, order.arrays
    backbone = unpack_backbone(order)
    config, tuning = _configs(values)
    preparation = Preparation(*(arrays[name] for name in ("mean", "scale", "rotation")))
    classes = arrays["targets"].shape[1]
    # The state below sets its parameters.
    head = HyperbolicHead(
        preparation.rotation.shape[1], config.dimension, classes, values["curvature"]
    )
    rows, labels, targets, weights = (arrays[name] for name in _TASK)
    task = Task(rows, labels, targets, weights, preparation, head)
    paths = [Path(path) for path in values["paths"]]
    check_folder([paths[int(row)] for row in task.rows])
    _check_files(values["hashes"])
    training = NetworkTraining(backbone, task, config, tuning, torch.device(group.device))
    training.restore(
        {
            name.removeprefix(_STATE): np.array(value)
            for name, value in arrays.items()
            if name.startswith(_STATE)
        }
    )
    training.distribute(group)
    epoch, step, loss = values["position"]
    return training, paths, (int(epoch), int(step), float(loss))


def _configs(values: Mapping[str, Any]) -> tuple[TrainConfig, FinetuneConfig]:
    config, tuning = dict(values["config"]), dict(values["tuning"])
    config["ablation"] = Ablation(**config["ablation"])
    tuning["ablation"] = FinetuneAblation(**tuning["ablation"])
    return TrainConfig(**config), FinetuneConfig(**tuning)


def _some_hashes(rows: IntArray, paths: Sequence[Path]) -> dict[str, str]:
    """Returns content hashes by path of a few files that rank 0 can read."""
    hashes = {}
    for row in np.unique(rows)[:: max(1, len(rows) // COMPARED)]:
        with contextlib.suppress(OSError):
            hashes[str(paths[row])] = content_hash(paths[row])
    return hashes


def _check_files(hashes: dict[str, str]) -> None:
    """Checks that this machine has the files of rank 0.

    Raises:
        InputError: If a file is missing or differs.
    """
    for path, wanted in hashes.items():
        actual = ""
        with contextlib.suppress(OSError):
            actual = content_hash(Path(path))
        if actual != wanted:
            raise InputError(
                Message("{path} is not the file here that the first process has.", path=path),
                hint="Copy the images anew: all machines need the same ones under the same path.",
            )


def tune_as_worker(order: Packet) -> None:
    """Takes part in tuning the network that rank 0 sends.

    Raises:
        InputError: If the image folder is not visible on this machine, has other files, or
            disappears.
        ProcessesError: If the network computes other features here.
    """
    training, paths, position = receive_training(order)
    images = ImageSource(paths, round(training.size * MARGIN), planes_of(order.values["planes"]))
    device = require_group().device
    prefetcher = Prefetcher(images, len(training.task.rows), torch.device(device))
    run = TuningRun(0, 0, 0, 0, CheckpointFolder(None, ""), RunContext(device))
    with contextlib.suppress(Cancelled):
        for _ in run_epochs(training, prefetcher, Position(*position), run):
            pass
        report_unreadable(images.unreadable)


def report_unreadable(unreadable: dict[int, str]) -> None:
    """Tells rank 0 which images this process could not read."""
    send_reply({"unreadable": sorted(unreadable.items())})


def gather_unreadable(unreadable: dict[int, str]) -> None:
    """Adds the images that the other processes could not read; for rank 0."""
    for rank in range(1, require_group().count):
        unreadable |= {int(row): reason for row, reason in recv_reply(rank).values["unreadable"]}

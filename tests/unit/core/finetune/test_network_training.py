from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import timm
import torch
from benchmarks.common.variants import varied
from finetuning import CONFIG, TUNING, image_table, task_of, tiny_backbone
from PIL import Image
from running import finish

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import Cancelled, InputError
from ahsml_app.base.events import CancelToken, EpochEnd, Event, Notice, Progress
from ahsml_app.base.types import SampleTable
from ahsml_app.core.backbones.backbone import Backbone, load_backbone
from ahsml_app.core.backbones.inner_layers import network_of
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.features.preprocess import Preparation
from ahsml_app.core.finetune import training_loop
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.finetune.inputs.image_loader import ImageSource
from ahsml_app.core.finetune.network import (
    TunedNetwork,
    checkpoint_activations,
    parameter_groups,
    uses_bfloat16,
)
from ahsml_app.core.finetune.step import NetworkTraining, Task, trained_size
from ahsml_app.core.finetune.training_loop import TuningRun, step_count, tune
from ahsml_app.core.losses import LOSSES

torch.set_num_threads(1)


@dataclass(frozen=True)
class Setting:
    """What there is to train on."""

    table: SampleTable
    backbone: Backbone
    task: Task

    @property
    def paths(self) -> list[Path]:
        return [self.table.root / path for path in self.table.paths]


@pytest.fixture(scope="module")
def setting(tmp_path_factory: pytest.TempPathFactory) -> Setting:
    folder = tmp_path_factory.mktemp("finetune")
    table = image_table(folder / "pictures")
    backbone = tiny_backbone(folder)
    return Setting(table, backbone, task_of(table, backbone, folder / "cache"))


def weights_of(backbone: Backbone) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in network_of(backbone.module).state_dict().items()}


def tuning(
    setting: Setting,
    folder: Path | None = None,
    cancel: CancelToken | None = None,
    options: FinetuneConfig = TUNING,
    config: TrainConfig = CONFIG,
) -> Iterator[Event]:
    return tune(
        setting.backbone,
        setting.paths,
        setting.task,
        config,
        options,
        TuningRun(
            0,
            2,
            0,
            step_count(len(setting.task.rows), options),
            CheckpointFolder(folder, "one"),
            RunContext(cancel=cancel or CancelToken()),
        ),
    )


@pytest.mark.parametrize("stop", [1, 3])
def test_a_stopped_training_continues_to_the_same_weights(
    setting: Setting, tmp_path: Path, stop: int
) -> None:
    options = replace(TUNING, memory=6)  # two steps an epoch: stops inside the first and second
    events, whole = finish(tuning(setting, options=options))
    steps = [event for event in events if isinstance(event, Progress)]
    assert [(step.done, step.total) for step in steps] == [(n, 4) for n in range(1, 5)]
    assert [e.epoch for e in events if isinstance(e, EpochEnd)] == [0, 1]
    token, done = CancelToken(), 0
    started = tuning(setting, tmp_path, token, options)
    while done < stop:
        event = next(started)
        done += isinstance(event, Progress)
    token.cancel()
    with pytest.raises(Cancelled):
        finish(started)
    again, resumed = finish(tuning(setting, tmp_path, options=options))
    assert sum(isinstance(event, Progress) for event in again) == 4 - stop
    expected = weights_of(whole)
    for name, values in weights_of(resumed).items():
        assert np.array_equal(values, expected[name]), name
    assert resumed.identity == whole.identity != setting.backbone.identity
    assert finish(tuning(setting, tmp_path, options=options))[0] == []  # it is finished


def test_training_changes_all_layers_but_no_statistics_of_batch_norm(setting: Setting) -> None:
    before = {name: values.copy() for name, values in weights_of(setting.backbone).items()}
    after = weights_of(finish(tuning(setting, options=varied(TUNING, frozen=0.0)))[1])
    assert weights_of(setting.backbone).keys() == before.keys() == after.keys()
    for name, values in before.items():
        assert np.array_equal(values, weights_of(setting.backbone)[name]), name
        fixed = "running" in name or "num_batches" in name
        assert np.array_equal(values, after[name]) == fixed, name


def test_the_stages_at_the_pixels_stay_as_they_are(setting: Setting) -> None:
    after = weights_of(finish(tuning(setting, options=varied(TUNING, frozen=0.5)))[1])
    changed = {
        name.split(".")[0]
        for name, values in weights_of(setting.backbone).items()
        if not np.array_equal(values, after[name])
    }
    assert changed == {"layer2", "layer3", "layer4"}


def test_a_cpu_trains_on_pictures_of_half_the_side(setting: Setting) -> None:
    cpu, job = torch.device("cpu"), (setting.backbone, setting.task, CONFIG)
    assert NetworkTraining(*job, TUNING, cpu).size == setting.backbone.size // 2
    assert NetworkTraining(*job, varied(TUNING, size=24), cpu).size == 24
    assert trained_size(setting.backbone, "cuda") == setting.backbone.size


def test_a_network_of_one_input_size_trains_on_pictures_of_that_size(
    setting: Setting, tmp_path: Path
) -> None:
    file = tmp_path / "vit.pth"
    torch.save(timm.create_model("test_vit3").state_dict(), file)
    backbone = load_backbone(f"timm:test_vit3={file}")
    preparation = wide_preparation(setting, backbone)
    task = replace(setting.task, preparation=preparation)
    training = NetworkTraining(backbone, task, CONFIG, TUNING, torch.device("cpu"))
    assert training.size == backbone.size == 160
    rows = training.batches(0)[0]
    pixels = np.full((len(rows), 3, 183, 183), 99, dtype=np.uint8)
    assert training.step((0, 0, 2), rows, pixels, CancelToken()).isfinite()


def test_every_loss_trains_with_a_memory_and_stays_finite(setting: Setting) -> None:
    options = replace(TUNING, memory=12)
    for loss in sorted(LOSSES):
        for share in (0.1, float("inf")):
            config = varied(CONFIG, loss=loss, pair_weight=share)
            after = finish(tuning(setting, options=options, config=config))[1]
            assert all(np.isfinite(values).all() for values in weights_of(after).values()), loss


def test_a_file_that_vanishes_is_told_and_stops_nothing(tmp_path: Path, setting: Setting) -> None:
    table = image_table(tmp_path / "pictures")
    moved = replace(setting, table=table)
    lost = table.root / table.paths[3]
    lost.unlink()
    events, _ = finish(tuning(moved))
    messages = [str(event.message) for event in events if isinstance(event, Notice)]
    assert len(messages) == 1
    assert str(lost) in messages[0]
    for row in (0, 8, 11, 16, 19):  # two of each class, so half of the worst batch
        moved.paths[row].unlink()
    events, _ = finish(tuning(moved))
    messages = [str(event.message) for event in events if isinstance(event, Notice)]
    assert len(messages) == 4
    assert messages[-1] == "3 more images could not be read while training."


def test_a_drive_that_goes_away_stops_the_training_at_its_last_checkpoint(
    tmp_path: Path, setting: Setting
) -> None:
    moved = replace(setting, table=image_table(tmp_path / "pictures"))
    folder, root, away = tmp_path / "kept", moved.table.root, tmp_path / "unplugged"
    training = tuning(moved, folder)
    assert isinstance(next(training), Progress)
    root.rename(away)
    events: list[Event] = []
    with pytest.raises(InputError, match="--resume") as caught:
        events.extend(training)
    # The first epoch had been read ahead.
    assert sum(isinstance(event, Progress) for event in events) == 1
    assert str(caught.value.message).startswith(f"12 of 12 images in {root} can no longer be read")
    with pytest.raises(InputError):
        finish(tuning(moved, folder))
    away.rename(root)
    again, resumed = finish(tuning(moved, folder))
    assert sum(isinstance(event, Progress) for event in again) == 2
    assert resumed.identity == finish(tuning(moved))[1].identity


@pytest.mark.parametrize(("lost", "stops"), [(1, False), (2, True)])
def test_one_bad_image_stops_nothing_however_small_the_batch(
    tmp_path: Path, lost: int, stops: bool
) -> None:
    Image.new("RGB", (9, 9)).save(tmp_path / "good.png")
    paths = [*(tmp_path / f"gone{number}.png" for number in range(lost)), tmp_path / "good.png"]
    source = ImageSource(paths, 8)
    for row in (0, lost - 1, lost):
        source.read(row)
    with pytest.raises(InputError) if stops else contextlib.nullcontext():
        source.check(np.arange(lost))
    source.check(np.arange(lost, lost + 1))
    for path in paths:
        Image.new("RGB", (9, 9)).save(path)
    for row in range(lost):
        source.read(row)
    source.check(np.arange(lost))


def wide_preparation(setting: Setting, backbone: Backbone) -> Preparation:
    """The task's preparation, or a plain one for a backbone with features of another length."""
    preparation, width = setting.task.preparation, backbone.dimension
    if len(preparation.mean) == width:
        return preparation
    return replace(
        preparation,
        mean=np.zeros(width, np.float32),
        scale=np.ones(width, np.float32),
        rotation=np.eye(width, 16, dtype=np.float32),
    )


def gradients(setting: Setting, options: FinetuneConfig) -> dict[str, np.ndarray]:
    training = NetworkTraining(setting.backbone, setting.task, CONFIG, options, torch.device("cpu"))
    random = np.random.default_rng(0)
    pixels = random.integers(0, 256, (12, 3, 36, 36), dtype=np.uint8)
    rows = training.batches(1)[0]
    training.step((1, 0, 2), rows, pixels[: len(rows)], CancelToken())
    found = {name: p.grad for name, p in training.network.named_parameters()}
    return {name: value.numpy() for name, value in found.items() if value is not None}


@pytest.mark.parametrize("changes", [{"micro_batch": 5}, {"checkpointing": True}])
def test_saving_memory_changes_no_gradient(setting: Setting, changes: dict) -> None:
    whole, saving = gradients(setting, TUNING), gradients(setting, varied(TUNING, **changes))
    assert whole.keys() == saving.keys()
    assert len(whole) > 20
    for name, values in whole.items():
        assert np.abs(values).max() > 0, name
        np.testing.assert_allclose(
            saving[name], values, rtol=0, atol=1e-4 * np.abs(values).max(), err_msg=name
        )


def test_a_step_that_is_stopped_leaves_everything_as_it_was(setting: Setting) -> None:
    training = NetworkTraining(setting.backbone, setting.task, CONFIG, TUNING, torch.device("cpu"))
    rows = training.batches(0)[0]
    pixels = np.full((len(rows), 3, 36, 36), 99, dtype=np.uint8)
    training.step((0, 0, 2), rows, pixels, CancelToken())
    before = {name: values.copy() for name, values in training.state().items()}
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        training.step((0, 1, 2), rows, pixels, token)
    after = training.state()
    assert before.keys() == after.keys()
    for name, values in before.items():
        assert np.array_equal(values, after[name], equal_nan=values.dtype.kind == "f"), name


def test_the_end_of_an_epoch_needs_no_targets(setting: Setting) -> None:
    training = NetworkTraining(setting.backbone, setting.task, CONFIG, TUNING, torch.device("cpu"))
    rows = training.batches(0)[0]
    pixels = np.full((len(rows), 3, 36, 36), 99, dtype=np.uint8)
    training.step((0, 0, 2), rows, pixels, CancelToken())
    before = training.state()["affinity"].copy()
    training.task = replace(setting.task, targets=setting.task.targets[:0])
    training.end_epoch()
    assert not np.array_equal(training.state()["affinity"], before)


class SmallMemory(np.ndarray):
    """Weights on a device that has no room for those of more than one batch at once."""

    def __getitem__(self, rows: Any) -> Any:
        if np.size(rows) > TUNING.ablation.classes_per_batch * TUNING.ablation.samples_per_class:
            raise RuntimeError("CUDA out of memory, as it were")
        return super().__getitem__(rows)


def test_smaller_parts_are_no_answer_to_the_end_of_an_epoch(setting: Setting) -> None:
    task = replace(setting.task, weights=setting.task.weights.view(SmallMemory))
    events: list[Event] = []
    with pytest.raises(RuntimeError, match="out of memory"):
        events.extend(tuning(replace(setting, task=task)))
    assert sum(isinstance(event, Progress) for event in events) == 2
    assert not [event for event in events if isinstance(event, Notice)]


def test_a_full_memory_counts_no_batch_twice(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before the optimiser's step, all of a step can be done again; after it, nothing."""
    torch_clip, torch_step = torch.nn.utils.clip_grad_norm_, torch.optim.AdamW.step
    failures: list[str] = []

    def clip(*values: Any) -> Any:
        if not failures:
            failures.append("clip")
            raise RuntimeError("CUDA out of memory")
        return torch_clip(*values)

    def step(self: Any) -> Any:
        torch_step(self)
        raise RuntimeError("CUDA out of memory, and a half of the step is done")

    options = replace(TUNING, memory=6)
    whole = weights_of(finish(tuning(setting, options=options))[1])
    monkeypatch.setattr(torch.nn.utils, "clip_grad_norm_", clip)
    events, again = finish(tuning(setting, options=options))
    told = [str(event.message) for event in events if isinstance(event, Notice)]
    assert told == ["Memory of cpu ran out; the batch is now 12 images."]
    for name, values in weights_of(again).items():
        np.testing.assert_allclose(values, whole[name], rtol=0, atol=1e-4, err_msg=name)
    monkeypatch.setattr(torch.optim.AdamW, "step", step)
    with pytest.raises(RuntimeError, match="a half of the step"):
        finish(tuning(setting, options=options))


def test_a_memory_changes_the_steps_after_the_first_epoch(setting: Setting) -> None:
    plain = weights_of(finish(tuning(setting))[1])
    remembered = weights_of(finish(tuning(setting, options=replace(TUNING, memory=12)))[1])
    assert any(not np.array_equal(values, remembered[name]) for name, values in plain.items())


def test_a_card_that_only_emulates_bfloat16_computes_in_float32(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "current_device", lambda: 0)
    monkeypatch.setattr(torch.cuda, "_check_bf16_tensor_supported", lambda _: True)
    for major, halved in ((7, False), (8, True)):
        card = SimpleNamespace(major=major)
        monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _, card=card: card)
        assert uses_bfloat16(torch.device("cuda")) is halved
    assert not uses_bfloat16(torch.device("cpu"))


def test_layers_near_the_pixels_learn_more_slowly(setting: Setting) -> None:
    for backbone in (load_backbone(size=32), setting.backbone):
        preparation = wide_preparation(setting, backbone)
        network = TunedNetwork(backbone, preparation, setting.task.head)
        groups = parameter_groups(network, varied(TUNING, frozen=0.0))
        peaks = {id(p): group["peak"] for group in groups for p in group["params"]}
        assert len(peaks) == len(list(network.parameters()))
        by_layer = [peaks[id(p)] for p in network.backbone.parameters()]
        assert by_layer == sorted(by_layer)
        assert by_layer[-1] == TUNING.ablation.backbone_rate
        assert (
            0.01 * TUNING.ablation.backbone_rate < by_layer[0] < 0.6 * TUNING.ablation.backbone_rate
        )
        checkpoint_activations(network.backbone)


def test_a_memory_too_small_for_the_smallest_part_ends_with_the_cards_own_words(
    setting: Setting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clip(*_: Any) -> Any:
        raise RuntimeError("CUDA out of memory, it has 7 bytes")

    monkeypatch.setattr(torch.nn.utils, "clip_grad_norm_", clip)
    events: list[Event] = []
    with pytest.raises(RuntimeError, match="7 bytes"):
        events.extend(tuning(setting))
    counts = [event.message.arguments["count"] for event in events if isinstance(event, Notice)]
    assert counts == [12, 6]  # each a half; a third half would be below the smallest part


def test_a_long_epoch_is_kept_now_and_then(
    setting: Setting, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that is killed says nothing; what it kept inside the epoch counts."""
    monkeypatch.setattr(training_loop, "CHECKPOINT_SECONDS", -1.0)
    options = replace(TUNING, memory=6)
    killed = tuning(setting, tmp_path, options=options)
    assert isinstance(next(killed), Progress)
    assert isinstance(next(killed), Progress)
    again, _ = finish(tuning(setting, tmp_path, options=options))
    assert sum(isinstance(event, Progress) for event in again) == 3

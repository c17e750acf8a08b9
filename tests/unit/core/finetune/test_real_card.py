"""What only a real graphics card can show; skipped where there is none."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from finetuning import CONFIG, SIZE, image_table, task_of, tiny_backbone
from running import finish

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import CancelToken, Event, Notice
from ahsml_app.base.types import SampleTable
from ahsml_app.core.backbones.backbone import Backbone, load_backbone
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.core.finetune import cuda_graph as recording
from ahsml_app.core.finetune.finetune_config import FinetuneAblation, FinetuneConfig
from ahsml_app.core.finetune.inputs.image_loader import MARGIN, ImageSource, read_ahead
from ahsml_app.core.finetune.inputs.step_inputs import StepInputs
from ahsml_app.core.finetune.network import TunedNetwork
from ahsml_app.core.finetune.step import NetworkTraining, Task
from ahsml_app.core.finetune.training_loop import TuningRun, tune

pytestmark = pytest.mark.skipif(not torch.cuda.is_available(), reason="no graphics card")

CARD = torch.device("cuda")


def small_batches() -> FinetuneConfig:
    """An epoch of so many steps that one is recorded."""
    ablation = FinetuneAblation(size=SIZE, classes_per_batch=2, samples_per_class=2)
    return FinetuneConfig(epochs=3, ablation=ablation)


def prepared(folder: Path) -> tuple[SampleTable, Backbone, Task]:
    table, backbone = image_table(folder / "pictures", per_class=20), tiny_backbone(folder)
    return table, backbone, task_of(table, backbone, folder / "cache")


def repeated(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Grows by one with each repetition of a recorded step."""
    usual, found = recording.CapturedStep.replay, []

    def counted(self: recording.CapturedStep, inputs: StepInputs) -> recording.Outcome:
        found.append(1)
        return usual(self, inputs)

    monkeypatch.setattr(recording.CapturedStep, "replay", counted)
    return found


def losses(folder: Path, device: str) -> list[float]:
    table, backbone, task = prepared(folder)
    training = NetworkTraining(backbone, task, CONFIG, small_batches(), torch.device(device))
    source = ImageSource([table.root / path for path in table.paths], round(SIZE * MARGIN))
    found = []
    for epoch in range(3):
        batches = training.batches(epoch)
        for step, (rows, pixels) in enumerate(read_ahead(source, batches)):
            place = (epoch, step, len(batches))
            found.append(training.step(place, rows, pixels, CancelToken()))
        training.end_epoch()
    return [float(each) for each in found]


def test_recorded_steps_give_the_numbers_of_usual_ones(tmp_path, monkeypatch) -> None:
    repetitions = repeated(monkeypatch)
    recorded = losses(tmp_path / "recorded", "cuda")
    assert len(repetitions) == len(recorded) - 3 * recording.WARM_UP_STEPS
    monkeypatch.setattr(recording, "LEAST_STEPS", 10**9)
    np.testing.assert_allclose(recorded, losses(tmp_path / "usual", "cuda"), rtol=1e-4)


def test_a_card_gives_the_numbers_of_a_processor_but_for_its_rounding(tmp_path) -> None:
    found, expected = losses(tmp_path / "card", "cuda"), losses(tmp_path / "processor", "cpu")
    np.testing.assert_allclose(found, expected, rtol=0.05)


def tuned_within(memory: int, name: str, folder: Path) -> list[Event]:
    """Tune a network of usual size on a card that has so many bytes; all that was said."""
    file = folder / "network.pth"
    torch.save(timm.create_model(name).state_dict(), file)
    table = image_table(folder / "pictures", per_class=200)
    backbone = load_backbone(f"timm:{name}={file}", size=224)
    task = task_of(table, backbone, folder / "cache")
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(min(memory / total, 1.0))
    try:
        events, tuned = finish(
            tune(
                backbone,
                [table.root / path for path in table.paths],
                task,
                CONFIG,
                FinetuneConfig(epochs=1),
                TuningRun(0, 0, 0, 2, CheckpointFolder(None, ""), RunContext("cuda")),
            )
        )
    finally:
        torch.cuda.set_per_process_memory_fraction(1.0)
    assert tuned.tuned
    return events


def said(events: list[Event]) -> list[str]:
    return [str(event.message) for event in events if isinstance(event, Notice)]


def test_resnet_50_is_tuned_on_a_card_of_8_gb_in_recorded_steps(tmp_path, monkeypatch) -> None:
    monkeypatch.setattr(recording, "LEAST_STEPS", 1)
    repetitions = repeated(monkeypatch)
    assert said(tuned_within(8 * 10**9, "resnet50", tmp_path)) == []
    assert repetitions


def test_a_full_memory_makes_the_parts_smaller(tmp_path) -> None:
    (message, *_) = said(tuned_within(2 * 10**9, "resnet50", tmp_path))
    assert "ran out" in message


def test_two_halves_of_an_epoch_are_the_whole_of_it(tmp_path) -> None:
    table, backbone, task = prepared(tmp_path)
    files = [table.root / path for path in table.paths]
    source, places = ImageSource(files, round(SIZE * MARGIN)), small_batches()

    def run(training: NetworkTraining, first: int, last: int) -> list[float]:
        batches = training.batches(1)
        chosen = batches[first:last]
        return [
            float(training.step((1, first + i, len(batches)), rows, pixels, CancelToken()))
            for i, (rows, pixels) in enumerate(read_ahead(source, chosen))
        ]

    whole = NetworkTraining(backbone, task, CONFIG, places, CARD)
    expected = run(whole, 0, 15)
    begun = NetworkTraining(backbone, task, CONFIG, places, CARD)
    run(begun, 0, 8)
    resumed = NetworkTraining(backbone, task, CONFIG, places, CARD)
    resumed.restore(begun.state())
    np.testing.assert_allclose(run(resumed, 8, 15), expected[8:], rtol=1e-4)


def test_a_network_that_cannot_be_recorded_trains_in_the_usual_way(tmp_path, monkeypatch) -> None:
    forward = TunedNetwork.forward

    def asking(network: TunedNetwork, pixels: torch.Tensor, *more: object) -> torch.Tensor:
        float(pixels[0, 0, 0, 0])
        return forward(network, pixels, *more)

    expected = losses(tmp_path / "usual", "cuda")
    repetitions = repeated(monkeypatch)
    monkeypatch.setattr(TunedNetwork, "forward", asking)
    np.testing.assert_allclose(losses(tmp_path / "asking", "cuda"), expected, rtol=1e-4)
    assert not repetitions
    torch.cuda.empty_cache()  # refused by torch where a recording was not ended cleanly

"""Training and extraction on a fake graphics card: no tensor is on the wrong device."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import timm
import torch
from benchmarks.common.variants import varied
from fake_card import CardTensor, FakeGraph, fake_card
from finetuning import (
    CLASSES,
    CONFIG,
    SIZE,
    TUNING,
    features_of,
    image_table,
    task_of,
    tiny_backbone,
)
from running import finish

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import CancelToken
from ahsml_app.base.types import SampleTable
from ahsml_app.core.backbones import inference as engine
from ahsml_app.core.backbones.backbone import Backbone
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.finetune import cross_fit_halves as cross_fit
from ahsml_app.core.finetune.cross_fit_halves import FinetuneInputs, Tuned, finetune
from ahsml_app.core.finetune.cuda_graph import WARM_UP_STEPS
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.finetune.inputs.image_loader import MARGIN, ImageSource, read_ahead
from ahsml_app.core.finetune.inputs.tensor_augment import (
    STRONG,
    AugmentationParameters,
    augment_batch,
    draw_parameters,
)
from ahsml_app.core.finetune.memory import micro_batch
from ahsml_app.core.finetune.network import TunedNetwork
from ahsml_app.core.finetune.step import NetworkTraining, Task
from ahsml_app.core.losses import LOSSES
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainData, TrainResult

torch.set_num_threads(1)

CARDS = ("cuda", "mps")
ALONE = {"pair_weight": float("inf"), "linear_expert": False, "closed_form": False}


def test_the_fake_card_refuses_what_a_card_refuses(monkeypatch) -> None:
    with fake_card("mps", monkeypatch):
        there, here = torch.ones(3, device="mps"), torch.ones(3)
        assert there.device.type == "mps"
        assert (there + 1).cpu().numpy().tolist() == [2, 2, 2]
        assert float(there[torch.tensor([0, 2])].sum()) == 2
        with pytest.raises(RuntimeError, match="two devices"):
            there + here
        with pytest.raises(RuntimeError, match="two devices"):
            here[torch.zeros(1, dtype=torch.int64, device="mps")]
        with pytest.raises(RuntimeError, match="generator"):
            torch.randn(3, device="mps", generator=torch.Generator())
        with pytest.raises(RuntimeError, match="numpy"):
            there.numpy()
        with pytest.raises(TypeError, match="float64"):
            there.double()


@pytest.fixture(scope="module")
def labelled() -> TrainData:
    random, classes, each = np.random.default_rng(0), 4, 40
    truth = np.repeat(np.arange(classes), each)
    quiet = np.eye(classes)[truth] * 1.5 + random.normal(0, 0.35, (len(truth), classes))
    plain = np.concatenate([quiet, random.normal(0, 2, (len(truth), 20))], axis=1)
    features = np.stack([plain, plain + random.normal(0, 0.1, plain.shape)]).astype(np.float16)
    given = np.where(np.arange(len(truth)) % 5 == 0, (truth + 1) % classes, truth)
    return TrainData(features, given, np.ones(len(truth), dtype=bool), classes)


SMALL = TrainConfig(epochs=2, folds=2, passes=1, dimension=8)
CONFIGS = [
    replace(SMALL, passes=2),
    varied(SMALL, weights="mixture", **ALONE),
    *(varied(SMALL, loss=loss, epochs=1, **ALONE) for loss in LOSSES),
]


@pytest.mark.parametrize("kind", CARDS)
@pytest.mark.parametrize(
    "config", CONFIGS, ids=lambda config: f"{config.loss}-{config.ablation.weights}"
)
def test_heads_train_on_a_card_as_on_the_cpu(config, kind, labelled, monkeypatch) -> None:
    expected: TrainResult = finish(train(config, labelled))[1]
    with fake_card(kind, monkeypatch):
        found: TrainResult = finish(train(config, labelled, RunContext(kind)))[1]
    # MPS has no float64 for the distances in the ball.
    np.testing.assert_allclose(found.posterior, expected.posterior, atol=1e-3)
    np.testing.assert_allclose(found.points, expected.points, atol=1e-3)


Pictures = tuple[SampleTable, Backbone, Task, Path]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory) -> Pictures:
    folder = tmp_path_factory.mktemp("card")
    table, backbone = image_table(folder / "pictures"), tiny_backbone(folder)
    return table, backbone, task_of(table, backbone, folder / "cache"), folder


@pytest.fixture(scope="module")
def many(tmp_path_factory) -> Pictures:
    """As many pictures as make an epoch that is worth a recording."""
    folder = tmp_path_factory.mktemp("many")
    table, backbone = image_table(folder / "pictures", per_class=20), tiny_backbone(folder)
    return table, backbone, task_of(table, backbone, folder / "cache"), folder


TUNINGS = {
    "at once": varied(TUNING, size=SIZE),
    "in parts, with a memory": varied(TUNING, size=SIZE, micro_batch=5, memory=16),
    "few activations": varied(TUNING, size=SIZE, checkpointing=True),
}


def _losses(
    pictures: Pictures,
    tuning: FinetuneConfig,
    config: TrainConfig,
    device: str,
    *,
    restored: int | None = 0,
) -> list[float]:
    """Of all steps; the state is taken and put back in each epoch before that step, or never."""
    table, backbone, task, _ = pictures
    training = NetworkTraining(backbone, task, config, tuning, torch.device(device))
    assert isinstance(training.network.head.prototypes, CardTensor) == (device != "cpu")
    source = ImageSource([table.root / path for path in table.paths], round(SIZE * MARGIN))
    losses = []
    for epoch in range(tuning.epochs):
        batches = training.batches(epoch)
        for step, (rows, pixels) in enumerate(read_ahead(source, batches)):
            place = (epoch, step, len(batches))
            if step == restored:
                training.restore(training.state())
            losses.append(float(training.step(place, rows, pixels, CancelToken())))
        training.end_epoch()
    return losses


@pytest.mark.parametrize("kind", CARDS)
@pytest.mark.parametrize("tuning", TUNINGS.values(), ids=TUNINGS)
@pytest.mark.parametrize("core", [False, True], ids=["extension", "core"])
def test_networks_train_on_a_card_as_on_the_cpu(core, tuning, kind, pictures, monkeypatch) -> None:
    alone = {"pair_weight": float("inf"), "soft_similarity": False} if core else {}
    config = varied(CONFIG, **alone)
    expected = _losses(pictures, tuning, config, "cpu")
    with fake_card(kind, monkeypatch):
        found = _losses(pictures, tuning, config, kind)
    np.testing.assert_allclose(found, expected, rtol=1e-3)


@pytest.mark.parametrize("kind", CARDS)
@pytest.mark.parametrize("side", [32, 96, 224])
def test_views_are_made_on_a_card_as_on_the_cpu(side, kind, monkeypatch) -> None:
    generator = torch.Generator().manual_seed(side)
    pictures = torch.randint(0, 256, (24, 3, side + 9, side + 9), generator=generator)
    differences = draw_parameters(24, STRONG, generator)
    assert (differences.blur > 0).any()
    assert (differences.erased[:, 2] > 0).any()
    expected = augment_batch(pictures, side, differences).numpy()
    with fake_card(kind, monkeypatch):
        there = AugmentationParameters(*(each.to(kind) for each in differences.tensors()))
        found = augment_batch(pictures.to(kind), side, there).cpu().numpy()
    np.testing.assert_allclose(found, expected, atol=1e-2)


@pytest.mark.parametrize("restored", [None, 8], ids=["on and on", "restored"])
@pytest.mark.parametrize("core", [False, True], ids=["extension", "core"])
def test_a_recorded_step_is_repeated_with_the_numbers_of_each(
    core, restored, many, monkeypatch
) -> None:
    alone = (
        {"pair_weight": float("inf"), "soft_similarity": False} if core else {"pair_weight": 1.0}
    )
    config = varied(CONFIG, **alone)
    tuning = varied(TUNING, size=SIZE, classes_per_batch=2, samples_per_class=2)
    expected = _losses(many, tuning, config, "cpu", restored=restored)
    before = FakeGraph.replays
    with fake_card("cuda", monkeypatch):
        found = _losses(many, tuning, config, "cuda", restored=restored)
    np.testing.assert_allclose(found, expected, rtol=1e-3)
    # After a restoration too little of the epoch is left for another recording.
    recorded = len(found) // tuning.epochs if restored is None else restored
    assert FakeGraph.replays - before == tuning.epochs * (recorded - WARM_UP_STEPS)


@pytest.mark.parametrize("kind", CARDS)
def test_a_whole_fine_tuning_runs_on_a_card(kind, many, monkeypatch) -> None:
    # With fewer pictures, rounding decides which form the noise matrix takes.
    # Whether tuning helped these few pictures is not what is asked here.
    monkeypatch.setattr(cross_fit, "is_better", lambda *_: True)
    # The card embeds by torch; so must the CPU that it is compared with.
    monkeypatch.setattr(engine, "_checked_openvino", lambda backbone, plain, notify: plain)
    expected = _tuned(many, "cpu")
    with fake_card(kind, monkeypatch):
        found = _tuned(many, kind)
    assert found.kept
    np.testing.assert_allclose(found.result.corrected, expected.result.corrected, atol=0.01)
    # The axes of a space may point either way, so what is alike is compared.
    alike = [each.result.embedding @ each.result.embedding.T for each in (found, expected)]
    np.testing.assert_allclose(*alike, atol=0.02)


@pytest.mark.parametrize("asks", ["for a number", "for another device"])
def test_a_network_that_cannot_be_recorded_trains_in_the_usual_way(asks, many, monkeypatch) -> None:
    tuning = varied(TUNING, size=SIZE, classes_per_batch=2, samples_per_class=2)
    expected = _losses(many, tuning, CONFIG, "cpu", restored=None)
    forward = TunedNetwork.forward

    def asking(network: TunedNetwork, pixels: torch.Tensor, *more: object) -> torch.Tensor:
        if asks == "for a number":
            float(pixels[0, 0, 0, 0])
        else:
            torch.tensor([1.0], device=pixels.device)
        return forward(network, pixels, *more)

    before = FakeGraph.replays
    with fake_card("cuda", monkeypatch):
        monkeypatch.setattr(TunedNetwork, "forward", asking)
        found = _losses(many, tuning, CONFIG, "cuda", restored=None)
    np.testing.assert_allclose(found, expected, rtol=1e-3)
    assert FakeGraph.replays == before


def test_a_smaller_batch_among_recorded_steps_is_computed_in_the_usual_way(
    many, monkeypatch
) -> None:
    class Uneven(NetworkTraining):
        def batches(self, epoch: int) -> list[np.ndarray]:
            every = super().batches(epoch)
            return [rows[:3] if step in (1, 7, 8) else rows for step, rows in enumerate(every)]

    monkeypatch.setattr(f"{__name__}.NetworkTraining", Uneven)
    tuning = varied(TUNING, size=SIZE, classes_per_batch=2, samples_per_class=2)
    expected = _losses(many, tuning, CONFIG, "cpu", restored=None)
    before = FakeGraph.replays
    with fake_card("cuda", monkeypatch):
        found = _losses(many, tuning, CONFIG, "cuda", restored=None)
    np.testing.assert_allclose(found, expected, rtol=1e-3)
    assert FakeGraph.replays - before == len(found) - (WARM_UP_STEPS + 3) * tuning.epochs


def test_a_part_of_resnet_50_leaves_room_on_a_card_of_8_gb(monkeypatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **_: False)
    network = timm.create_model("resnet50", num_classes=0).eval()
    size, pictures = 224, 2
    fixed = {each.untyped_storage().data_ptr() for each in network.state_dict().values()}
    kept: dict[int, torch.UntypedStorage] = {}

    def keep(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        if storage.data_ptr() not in fixed:
            kept[storage.data_ptr()] = storage
        return tensor

    with torch.autograd.graph.saved_tensors_hooks(keep, lambda tensor: tensor):
        network(torch.zeros(pictures, 3, size, size))
    # In float32, as on a card that has no bfloat16: nothing takes more.
    activations = sum(storage.nbytes() for storage in kept.values()) / pictures
    parameters = sum(each.numel() for each in network.parameters())
    copies = 5  # gradient, two moments of Adam, and the average, beside the network
    needed = activations * micro_batch(FinetuneConfig(), "cuda", size) + 4 * copies * parameters
    assert 4 * 2**30 < needed < 6 * 2**30


def _tuned(pictures: Pictures, device: str) -> Tuned:
    table, _, _, folder = pictures
    # With inner layers, rounding in so small and random a network changes what it learns.
    backbone = tiny_backbone(folder, inner_layers=False)
    features = features_of(table, backbone, folder / "cache")
    data = TrainData(features, table.labels, np.ones(len(table), dtype=bool), len(CLASSES))
    config = replace(CONFIG, epochs=1)
    before: TrainResult = finish(train(config, data, RunContext(device)))[1]
    context = RunContext(device, checkpoints=folder / device, exclusive=True)
    inputs = FinetuneInputs(table, backbone, data, before)
    result: Tuned = finish(finetune(config, TUNINGS["at once"], inputs, context))[1]
    return result

"""Training on cached activations: the same features, and a file that is whole or not there."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import timm
import torch
from benchmarks.common.variants import varied
from finetuning import CONFIG, SIZE, TUNING, features_of, image_table, task_of, tiny_backbone
from running import finish
from safetensors.numpy import load_file

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import Cancelled, InputError, OutputError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, Stage
from ahsml_app.core.backbones.backbone import Backbone, load_backbone
from ahsml_app.core.backbones.inference import Engine, Notify, TorchEngine
from ahsml_app.core.backbones.inner_layers import network_of
from ahsml_app.core.finetune import cross_fit_halves
from ahsml_app.core.finetune.activations import compute
from ahsml_app.core.finetune.activations.border import FrozenStages, find_border, stage_depths
from ahsml_app.core.finetune.activations.cached import ActivationInputs, CachedActivations
from ahsml_app.core.finetune.activations.compute import (
    ActivationPlan,
    compute_activations,
    why_not_cached,
)
from ahsml_app.core.finetune.activations.depthwise import speed_up_depthwise
from ahsml_app.core.finetune.cross_fit_halves import FinetuneInputs, finetune
from ahsml_app.core.finetune.network import TunedNetwork, parameter_groups
from ahsml_app.core.finetune.step import NetworkTraining
from ahsml_app.core.head.margins import BatchLabels
from ahsml_app.core.training.cross_fit import train
from ahsml_app.core.training_data import TrainData

torch.set_num_threads(1)

FAST = replace(TUNING, thorough=False, epochs=1)
ALL_BUT_THE_LAST = 0.7


@pytest.fixture(autouse=True)
def _torch_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    """To make an engine of OpenVINO takes longer than all the rest."""

    def torch_engine(backbone: Backbone, device: str, notify: Notify) -> Engine:
        return TorchEngine(backbone, torch.device("cpu"), notify)

    monkeypatch.setattr(compute, "make_engine", torch_engine)
    monkeypatch.setattr("ahsml_app.core.backbones.inference.make_engine", torch_engine)


@pytest.fixture(scope="module")
def inputs(tmp_path_factory: pytest.TempPathFactory) -> FinetuneInputs:
    folder = tmp_path_factory.mktemp("activations")
    table, backbone = image_table(folder / "pictures", per_class=10), tiny_backbone(folder)
    features = features_of(table, backbone, folder / "cache")
    trainable = np.ones(len(table), dtype=bool)
    trainable[[4, 17]] = False
    data = TrainData(features, table.labels, trainable, 3)
    return FinetuneInputs(table, backbone, data, finish(train(CONFIG, data))[1])


def plan_of(inputs: FinetuneInputs, folder: Path, **changes: object) -> ActivationPlan:
    table, backbone = inputs.table, inputs.backbone
    border = find_border(backbone, ALL_BUT_THE_LAST, SIZE)
    assert border is not None
    paths = [table.root / path for path in table.paths]
    rows = np.flatnonzero(inputs.data.trainable)
    plan = ActivationPlan(backbone, border, paths, rows, SIZE, 4, 0, folder)
    return replace(plan, **changes)


def computed(plan: ActivationPlan, name: str = "activations-a.bin") -> CachedActivations:
    plan.folder.mkdir(exist_ok=True)
    return finish(compute_activations(plan, plan.folder / name, RunContext()))[1]


def networks(folder: Path) -> Iterator[tuple[str, Backbone]]:
    """Networks of several kinds."""
    yield "bundled", load_backbone()
    for name in ("resnet18", "convnext_atto", "mobilenetv3_small_050"):
        file = folder / f"{name}.pth"
        torch.save(timm.create_model(name).state_dict(), file)
        yield name, load_backbone(f"timm:{name}={file}", size=64)


def test_the_rest_of_a_network_gives_the_same_features_from_the_activations(
    tmp_path: Path,
) -> None:
    images = torch.rand(3, 3, 64, 64) * 255
    for name, backbone in networks(tmp_path):
        border = find_border(backbone, 0.67, 64)
        assert border is not None, name
        mean, std = (torch.tensor(each)[:, None, None] for each in (backbone.mean, backbone.std))
        with torch.no_grad():
            scaled = (images - mean) / std
            whole = backbone.module(scaled)
            frozen = FrozenStages(backbone.module, border.modules[-1])
            activations = frozen.activations(scaled)
            assert activations.shape == (3, *border.shape), name
            assert torch.equal(frozen(scaled), activations.flatten(1)), name
            task = SimpleNamespace(parameters=dict)
            rest = TunedNetwork(backbone, task, torch.nn.Identity(), border)
            np.testing.assert_allclose(
                rest.backbone(activations).numpy(), whole.numpy(), rtol=1e-3, atol=1e-4
            )
            assert torch.equal(backbone.module(scaled), whole), name  # it is not changed itself


def test_a_network_that_carries_more_than_activations_past_the_border_has_none(
    tmp_path: Path,
) -> None:
    file = tmp_path / "vit.pth"
    torch.save(timm.create_model("test_vit3").state_dict(), file)
    assert find_border(load_backbone(f"timm:test_vit3={file}"), 0.67, 160) is None


def test_inner_layers_that_the_features_show_stay_behind_the_border(tmp_path: Path) -> None:
    """The tiny network shows its layers 2, 3 and 4, so the border lies at layer 2 at most."""
    shown = find_border(tiny_backbone(tmp_path), 0.99, SIZE)
    last_alone = find_border(tiny_backbone(tmp_path, inner_layers=False), 0.99, SIZE)
    assert shown is not None
    assert last_alone is not None
    assert shown.modules[-1] == "layer2"
    assert last_alone.modules[-1] == "layer3"  # 0.99 of five stages


def test_only_what_lies_behind_the_border_is_trained(
    inputs: FinetuneInputs, tmp_path: Path
) -> None:
    plan = plan_of(inputs, tmp_path)
    task = replace(
        task_of(inputs.table, inputs.backbone, tmp_path / "cache"), activations=computed(plan)
    )
    training = NetworkTraining(inputs.backbone, task, CONFIG, FAST, torch.device("cpu"))
    before = {name: value.copy() for name, value in training.backbone_state().items()}
    batches = training.batches(0)
    assert task.activations is not None
    for step, (rows, given) in enumerate(
        zip(batches, task.activations.batches(batches), strict=True)
    ):
        training.step((0, step, len(batches)), rows, given, CancelToken())
    after = training.backbone_state()
    assert after.keys() == before.keys()
    changed = {name for name, values in after.items() if not np.array_equal(values, before[name])}
    depths = stage_depths(network_of(inputs.backbone.module))
    assert changed == {name for name, depth in depths.items() if depth >= plan.border.stage}
    peaks = [group["peak"] for group in parameter_groups(training.network, FAST)]
    assert len(peaks) > 1


def test_activations_are_those_of_each_sample_and_half_of_them_strong(
    inputs: FinetuneInputs, tmp_path: Path
) -> None:
    plan = plan_of(inputs, tmp_path)
    cached = computed(plan)
    frozen = FrozenStages(inputs.backbone.module, plan.border.modules[-1])
    mean, std = (torch.tensor(x)[:, None, None] for x in (plan.backbone.mean, plan.backbone.std))
    chunk = plan.rows[: compute.BATCH]
    expected = []
    source = compute.ImageSource(plan.paths, round(SIZE * compute.MARGIN))
    pixels = torch.from_numpy(np.stack([source.read(int(row)) for row in chunk]))
    for strength in (0, 1):
        for pair in range(plan.views // 2):
            drawn = compute.draw_augmentations(
                len(chunk), slice(None), (plan.seed, 0, pair), torch.device("cpu")
            )[strength]
            values = compute.augment_batch(pixels, SIZE, drawn).round()
            with torch.no_grad():
                expected.append(frozen.activations((values - mean) / std).numpy())
    rows = np.array([chunk[3], chunk[0], chunk[3]])
    (given,) = cached.batches([rows])
    assert given.shape == (3, plan.views, *plan.border.shape)
    wanted = np.stack(expected, axis=1)[[3, 0, 3]]
    np.testing.assert_allclose(given.numpy(), wanted, rtol=2e-3, atol=2e-3)
    # Every batch takes a weak one and a strong one of each.
    evidence = BatchLabels(torch.zeros(3), torch.ones(3), torch.ones(3, 3))
    seen = set()
    for step in range(20):
        drawn = ActivationInputs.draw(given, evidence, (0, step), torch.device("cpu"))
        seen |= set(zip(drawn.weak.tolist(), drawn.strong.tolist(), strict=True))
        both = drawn.augmentations(SIZE)
        assert torch.equal(both[0], given[0, drawn.weak[0]].float())
        assert torch.equal(both[3], given[0, drawn.strong[0]].float())
    assert seen == {(weak, strong) for weak in (0, 1) for strong in (2, 3)}


def test_a_file_appears_whole_and_is_computed_only_once(
    inputs: FinetuneInputs, tmp_path: Path
) -> None:
    plan, token = plan_of(inputs, tmp_path / "work"), CancelToken()
    plan.folder.mkdir()
    path = plan.folder / "activations-a.bin"
    running = compute_activations(plan, path, RunContext(cancel=token))
    event = next(running)
    assert isinstance(event, Progress)
    assert (event.stage, event.part) == (Stage.FINETUNE, Stage.EXTRACT_FEATURES)
    token.cancel()
    with pytest.raises(Cancelled):
        finish(running)
    assert list(plan.folder.iterdir()) == []
    (plan.folder / "activations-of-another-run.bin").write_bytes(b"")
    computed(plan)
    assert [file.name for file in plan.folder.iterdir()] == [path.name]
    assert path.stat().st_size == plan.bytes
    assert finish(compute_activations(plan, path, RunContext()))[0] == []
    os.truncate(path, plan.bytes - 2)
    assert finish(compute_activations(plan, path, RunContext()))[0] != []
    assert path.stat().st_size == plan.bytes


def test_the_name_of_a_file_tells_everything_that_its_content_depends_on(
    inputs: FinetuneInputs, tmp_path: Path
) -> None:
    plan, hashes = plan_of(inputs, tmp_path), list(inputs.table.hashes)
    others = [
        replace(plan, seed=1),
        replace(plan, views=6),
        replace(plan, size=24),
        replace(plan, rows=plan.rows[1:]),
        replace(plan, border=replace(plan.border, stage=1)),
        replace(plan, backbone=replace(plan.backbone, identity="another")),
    ]
    names = {each.file(hashes).name for each in (plan, *others)}
    hashes[int(plan.rows[0])] = "changed"
    names.add(plan.file(hashes).name)
    assert len(names) == len(others) + 2
    assert plan.file(inputs.table.hashes) == plan.file(inputs.table.hashes)


def test_too_large_a_file_is_not_begun(
    inputs: FinetuneInputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(inputs, tmp_path / "work")
    assert why_not_cached(plan) is None
    monkeypatch.setattr(
        shutil, "disk_usage", lambda _: SimpleNamespace(free=plan.bytes / compute.DISK_SHARE - 1)
    )
    assert str(plan.folder) in str(why_not_cached(plan))
    monkeypatch.undo()
    monkeypatch.setattr(compute, "MOST_BYTES", plan.bytes - 1)
    assert f"{len(plan.rows)} images" in str(why_not_cached(plan))


def test_a_full_disk_is_an_error_that_names_the_folder(
    inputs: FinetuneInputs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = plan_of(inputs, tmp_path / "work")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="No space left") as caught:
        computed(plan)
    assert str(plan.folder) in str(caught.value.message)
    assert list(plan.folder.iterdir()) == []


def test_pictures_that_are_gone_are_named_or_end_the_computing(
    inputs: FinetuneInputs, tmp_path: Path
) -> None:
    plan = plan_of(inputs, tmp_path / "work")
    gone = [tmp_path / "gone.png" if row == 2 else path for row, path in enumerate(plan.paths)]
    events, _ = finish(
        compute_activations(replace(plan, paths=gone), tmp_path / "activations-a.bin", RunContext())
    )
    told = [str(event.message) for event in events if isinstance(event, Notice)]
    assert len(told) == 1
    assert "gone.png" in told[0]
    nothing = [tmp_path / "gone" / path.name for path in plan.paths]
    with pytest.raises(InputError, match="can no longer be read"):
        computed(replace(plan, paths=nothing))


@pytest.mark.parametrize("way", ["cached", "thorough", "no room"])
def test_a_cpu_tunes_on_activations_unless_asked_to_be_thorough(
    inputs: FinetuneInputs, tmp_path: Path, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross_fit_halves, "is_better", lambda *_: True)
    if way == "no room":
        monkeypatch.setattr(compute, "MOST_BYTES", 0)
    tuning = replace(FAST, thorough=way == "thorough")
    context = RunContext(device="cpu", checkpoints=tmp_path)
    events, tuned = finish(
        finetune(CONFIG, varied(tuning, size=SIZE, cached_views=2), inputs, context)
    )
    assert tuned.kept
    assert tuned.backbone.tuned
    assert len(list(tmp_path.glob("activations-*.bin"))) == (way == "cached")
    notices = [str(event.message) for event in events if isinstance(event, Notice)]
    assert sum("read anew" in text for text in notices) == (way == "no room")
    untouched = {
        name
        for name, values in network_of(tuned.backbone.module).state_dict().items()
        if torch.equal(values, network_of(inputs.backbone.module).state_dict()[name])
    }
    assert ("layer2.0.conv1.weight" in untouched) == (way == "cached")


@pytest.mark.parametrize("epochs", [0, 1])
def test_the_network_of_all_samples_starts_from_the_mean_of_the_halves(
    inputs: FinetuneInputs, tmp_path: Path, epochs: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cross_fit_halves, "is_better", lambda *_: True)
    monkeypatch.setattr(cross_fit_halves, "EPOCHS_FROM_MEAN", epochs)
    context = RunContext(device="cpu", checkpoints=tmp_path)
    tuning = varied(replace(FAST, epochs=2), size=SIZE, cached_views=2)
    events, tuned = finish(finetune(CONFIG, tuning, inputs, context))
    steps = [event for event in events if isinstance(event, Progress) and event.part is None]
    steps = [event for event in steps if event.fold is not None]
    assert [event.done for event in steps] == list(range(1, len(steps) + 1))
    assert {event.total for event in steps} == {len(steps)}
    first, second = (load_file(tmp_path / f"tune{half}-result.safetensors") for half in (0, 1))
    given = network_of(tuned.backbone.module).state_dict()
    name = "layer3.0.conv1.weight"
    mean = (first[name] + second[name]) / 2
    assert np.abs(first[name] - second[name]).max() > 1e-4
    assert np.allclose(given[name], mean, atol=1e-6) == (epochs == 0)
    assert np.allclose(given[name], mean, atol=0.01)


@pytest.mark.parametrize(("version", "network"), [("no room", 0), ("older", 2)])
def test_a_network_that_was_begun_in_another_way_is_begun_anew(
    inputs: FinetuneInputs,
    tmp_path: Path,
    version: str,
    network: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The disk may have room later, and earlier versions had another start."""
    monkeypatch.setattr(cross_fit_halves, "is_better", lambda *_: True)
    tuning, token = varied(FAST, size=SIZE, cached_views=2), CancelToken()
    stopped = RunContext(device="cpu", checkpoints=tmp_path, cancel=token)
    with monkeypatch.context() as before:
        if version == "no room":
            before.setattr(compute, "MOST_BYTES", 0)
        before.setattr(cross_fit_halves, "mean_backbone", lambda _: inputs.backbone)
        running = finetune(CONFIG, tuning, inputs, stopped)
        next(event for event in running if is_step(event, network))
        token.cancel()
        with pytest.raises(Cancelled):
            finish(running)
    resumed = replace(stopped, cancel=CancelToken())
    events, _ = finish(finetune(CONFIG, tuning, inputs, resumed))
    assert next(event.done for event in events if is_step(event, network)) == 2 * network + 1


def is_step(event: Event, network: int) -> bool:
    """Whether an event tells of a step of one of the three networks."""
    return isinstance(event, Progress) and event.fold == network and event.part is None


@pytest.mark.parametrize(("side", "rows", "columns", "stride"), [(5, 3, 3, 1), (5, 4, 3, 2)])
def test_depthwise_kernels_on_small_maps_get_the_gradient_of_torch(
    side: int, rows: int, columns: int, stride: int
) -> None:
    generator = torch.Generator().manual_seed(0)
    maps = torch.randn(7, 6, rows, columns, generator=generator).requires_grad_()
    conv = torch.nn.Conv2d(6, 6, side, stride, side // 2, groups=6, bias=False)
    gradients = []
    for _ in range(2):
        values = conv(maps)
        weighted = (values * torch.arange(values.numel()).view_as(values)).sum()
        gradients.append(torch.autograd.grad(weighted, [maps, conv.weight]))
        speed_up_depthwise(conv)
    for expected, given in zip(*gradients, strict=True):
        np.testing.assert_allclose(given.numpy(), expected.numpy(), rtol=1e-4, atol=1e-3)

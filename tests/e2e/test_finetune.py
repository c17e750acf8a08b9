"""The command with --finetune, on a tiny network and tiny pictures."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from finetuning import accepted, features_of, tiny_weights
from running import finish
from safetensors.numpy import load_file
from sample_images import make_images

from ahsml_app.base.errors import Cancelled, ExitCode
from ahsml_app.base.events import CancelToken, Progress, Stage
from ahsml_app.base.options.option_table import value_of, with_values
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.cli.command import main
from ahsml_app.core.backbones.backbone import load_backbone
from ahsml_app.core.data.content_hash import fingerprint
from ahsml_app.core.data.scan import scan
from ahsml_app.core.head.head_model import FeatureHead
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.results import OutputChoice
from ahsml_app.session.headless.run import run_job
from ahsml_app.session.pipeline.scan_source import scan_source
from ahsml_app.session.pipeline.train_project import train_project
from ahsml_app.session.pipeline.training_monitor import StageTracker, training_steps
from ahsml_app.session.project.library import create_project, free_project_folder
from ahsml_app.store.files.training_folder import TRAINING


@pytest.fixture(autouse=True)
def _the_tuned_network_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ahsml_app.core.finetune.cross_fit_halves.is_better", accepted)


def options_of(folder: Path) -> RunOptions:
    values = {
        "source": folder / "pictures",
        "out": folder / "results",
        "backbone": f"timm:test_resnet={folder / 'tiny.pth'}",
        "epochs": 3,
        "folds": 2,
        "views": 1,
        "finetune": True,
        "finetune_epochs": 2,
        "finetune_memory": 6,
        "device": "cpu",
    }
    return with_values(RunOptions(), values)


def command(folder: Path, out: Path, *more: str) -> list[str]:
    options = options_of(folder)
    words = ["--headless", str(folder / "pictures"), "--out", str(out), "--json", "--finetune"]
    for name in (
        "backbone",
        "epochs",
        "folds",
        "views",
        "finetune_epochs",
        "finetune_memory",
        "device",
    ):
        words += [f"--{name.replace('_', '-')}", str(value_of(options, name))]
    return [*words, *more]


def test_a_run_that_is_stopped_while_tuning_continues_and_exports_the_tuned_network(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_images(tmp_path / "pictures", per_class=13)
    tiny_weights(tmp_path)
    out, token = tmp_path / "results", CancelToken()
    job = run_job(options_of(tmp_path), cancel=token)
    for event in job:
        if (
            isinstance(event, Progress)
            and event.part is None
            and event.done == 3
            and event.stage is Stage.FINETUNE
        ):
            token.cancel()
            break
    with pytest.raises(Cancelled):
        finish(job)
    assert main(command(tmp_path, out, "--finetune-epochs", "5", "--resume")) == ExitCode.OUTPUT
    assert "finetune_epochs" in capsys.readouterr().err
    assert main(command(tmp_path, out, "--resume")) == ExitCode.OK
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    progress = [event for event in events if event["event"] == "progress"]
    steps = [event for event in progress if event["stage"] == "fine-tune" and not event["part"]]
    assert [event["done"] for event in steps] == [4, 5, 6]
    assert not out.with_name("results.partial").exists()
    facts = json.loads((out / "run.json").read_text("utf-8"))
    assert facts["options"]["finetune"] is facts["options"]["finetune_kept"] is True
    assert facts["options"]["finetune_epochs"] == 2
    assert facts["options"]["finetune_memory"] == 6
    assert facts["timings"]["fine-tune"] > 0
    _check_model(tmp_path, out)


@pytest.mark.slow
def test_a_project_is_tuned_and_exports_the_network_of_its_training(tmp_path: Path) -> None:
    make_images(tmp_path / "pictures", per_class=13)
    tiny_weights(tmp_path)
    source = Source(tmp_path / "pictures")
    scanned = finish(scan_source(source))[1]
    project = create_project(free_project_folder("lab"), "lab", source, scanned)
    tracker = StageTracker()
    events, outcome = finish(train_project(project.train_request(options_of(tmp_path))))
    for event in events:
        if isinstance(event, Progress):
            tracker.add(event)
    steps = [step.key for step in tracker.steps(training_steps(2, finetune=True))]
    assert steps == list(training_steps(2, finetune=True))
    project.accept(outcome)
    assert project.run is not None
    assert project.run["settings"]["finetune_kept"]
    assert project.run["settings"]["finetune_memory"] == 6
    assert "out" not in project.run["settings"]
    assert not (project.folder / TRAINING).exists()
    finish(
        export_project(
            export_request(project, tmp_path / "out", OutputChoice({"model", "embeddings"}))
        )
    )
    project.close()
    _check_model(tmp_path, tmp_path / "out")


def _check_model(folder: Path, out: Path) -> None:
    """The weights and the head of the model give the points of the run."""
    model = json.loads((out / "model" / "model.json").read_text("utf-8"))
    assert (out / "model" / "embedding.onnx").is_file()
    tuned = load_backbone(f"{model['backbone']}={out / 'model' / model['backbone_weights']}")
    assert tuned.identity == model["backbone_identity"]
    assert tuned.identity != load_backbone(options_of(folder).features.backbone).identity
    listed = finish(scan(Source(folder / "pictures")))[1]
    table, _ = finish(fingerprint(listed.table, index_path=folder / "prints.sqlite"))[1]
    features = torch.from_numpy(features_of(table, tuned, folder / "cache")[0]).float()
    head = FeatureHead.from_parameters(
        load_file(out / "model" / "head.safetensors"), model["curvature"]
    )
    with np.load(out / "embeddings.npz") as archive, torch.no_grad():
        assert archive["paths"].tolist() == list(table.paths)
        np.testing.assert_allclose(head(features).numpy(), archive["points"], atol=0.05)

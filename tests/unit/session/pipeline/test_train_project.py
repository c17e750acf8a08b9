"""What decisions and unreadable files do to a project's training."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from finetuning import accepted, tiny_name
from sample_projects import CLASSES, make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.events import EpochEnd, Event, Progress, Stage, drive
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.base.types import AnyArray
from ahsml_app.core.backbones.backbone import load_backbone, unpack_weights
from ahsml_app.session.pipeline.run_arrays import backbone_of
from ahsml_app.session.pipeline.train_project import TrainOutcome, TrainRequest, train_project
from ahsml_app.session.project.project import Project
from ahsml_app.store.files.training_folder import TRAINING

UNREADABLE, DROPPED, RELABELLED, KEPT = 1, 4, 8, 12
SHORT = {"views": 1, "folds": 2, "epochs": 3, "passes": 1, "device": "cpu", "seed": 5}


@dataclass(frozen=True)
class Training:
    """A training that has ended; `tried` is the number of images that it had to decode."""

    project: Project
    request: TrainRequest
    outcome: TrainOutcome
    weights: AnyArray
    arrays: Mapping[str, AnyArray]
    tried: int


def trained(project: Project, **options: object) -> Training:
    quick = SHORT | {"backbone": tiny_name(project.folder.parent)}
    request = project.train_request(with_values(RunOptions(), quick | options))
    weights, tried = [], 0

    def note(event: Event) -> None:
        nonlocal tried
        if isinstance(event, EpochEnd):
            weights.append(event.weights)
        if isinstance(event, Progress) and event.stage == Stage.EXTRACT_FEATURES:
            tried = max(tried, event.total)

    outcome = drive(train_project(request), note)
    project.accept(outcome)
    return Training(project, request, outcome, np.array(weights), dict(project.arrays()), tried)


@pytest.fixture(scope="module")
def cache_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("cache")
        patch.setenv("AHSML_APP_CACHE", str(folder))
        yield folder


@pytest.fixture(scope="module")
def training(cache_folder: Path) -> Training:
    """With an unreadable file, and with decisions that count."""
    image_folder = make_images(cache_folder / "pictures", per_class=4)
    project = make_project(image_folder, trained=False)
    project.path(UNREADABLE).write_bytes(b"no picture")
    project.decide([DROPPED], DecisionKind.DROP)
    project.decide([RELABELLED], DecisionKind.RELABEL, "triangle")
    project.decide([KEPT], DecisionKind.KEEP)
    return trained(project)


@pytest.fixture
def untrusting(training: Training, monkeypatch: pytest.MonkeyPatch, cache_folder: Path) -> Training:
    """The same again, where decisions count as any label does."""
    monkeypatch.setenv("AHSML_APP_CACHE", str(cache_folder))
    return trained(training.project, trust_checked=False)


def test_dropped_images_are_scored_but_not_trained_on(training: Training) -> None:
    assert len(training.weights)
    assert (training.weights[:, DROPPED] == 0).all()
    assert 0 <= training.arrays["score-error_probability"][DROPPED] <= 1


def test_confirmed_labels_count_fully_while_training(training: Training) -> None:
    assert (training.weights[:, [RELABELLED, KEPT]] == 1).all()
    others = np.setdiff1d(np.arange(16), [UNREADABLE, DROPPED, RELABELLED, KEPT])
    assert (training.weights[-1, others] < 1).any()  # others are weighed
    assert (training.arrays["score-adaptive_weight"][[RELABELLED, KEPT]] == 1).all()


def test_confirmed_labels_are_weighed_like_others_on_request(
    untrusting: Training,
) -> None:
    # Trusted, both would weigh 1; a kept label that fits well may do so by itself on some machines.
    assert (untrusting.weights[-1, [RELABELLED, KEPT]] < 1).any()
    assert (untrusting.arrays["score-error_probability"][[RELABELLED, KEPT]] == 0).all()
    assert untrusting.outcome.facts["embedded"] == 0


@pytest.mark.usefixtures("expects_warning")  # of the cache, which the same disk holds
def test_checkpoints_that_fill_the_disk_say_so(
    training: Training, monkeypatch: pytest.MonkeyPatch, cache_folder: Path
) -> None:
    monkeypatch.setenv("AHSML_APP_CACHE", str(cache_folder))

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    request = training.project.train_request(with_values(RunOptions(), SHORT | {"epochs": 2}))
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(ProjectError, match=r"is full: .* are free\. Make room .* train again"):
        drive(train_project(request), lambda _event: None)


def test_a_file_that_cannot_be_read_leaves_the_others_in_their_rows(training: Training) -> None:
    (item,) = training.outcome.quarantined
    assert item.path == training.request.table.paths[UNREADABLE]
    scored = np.arange(16) != UNREADABLE
    arrays = training.arrays
    assert (arrays["scored"] == scored).all()
    assert (~np.isnan(arrays["score-consistency"]) == scored).all()
    assert (arrays["score-top_labels"][:, 0] >= 0).tolist() == scored.tolist()
    assert (np.abs(arrays["points"]).sum(axis=1) > 0).tolist() == scored.tolist()
    unread = {
        name: arrays[f"score-{name}"][UNREADABLE].item()
        for name in ("suggested", "duplicate_group", "duplicate_conflict", "flagged", "quadrant")
    }
    assert list(unread.values()) == [-1, -1, False, False, 0], unread
    assert np.linalg.norm(arrays["vectors"][scored], axis=1) == pytest.approx(1, abs=1e-2)
    assert (np.isnan(arrays["weight_history"]) == ~scored).all()
    assert (training.weights[:, UNREADABLE] == 0).all()
    weights = arrays["score-adaptive_weight"]
    assert (np.flatnonzero(weights == 1) == [RELABELLED, KEPT]).all()
    assert all(training.project.original.hashes)


def test_an_unreadable_file_is_tried_again_only_after_it_changed(
    training: Training, untrusting: Training
) -> None:
    assert training.tried == 16
    assert untrusting.tried == 0
    (item,) = untrusting.outcome.quarantined
    assert item == training.outcome.quarantined[0]
    assert untrusting.project.unreadable == {UNREADABLE: item.reason}
    picture = training.project.path(UNREADABLE)
    bytes_before = picture.read_bytes()
    picture.write_bytes(training.project.path(UNREADABLE + 1).read_bytes() + b"\0")
    try:
        request = training.project.train_request(with_values(RunOptions(), SHORT))
        assert drive(train_project(request), lambda _event: None).quarantined == ()
    finally:
        picture.write_bytes(bytes_before)


def test_the_facts_of_a_training(training: Training) -> None:
    facts = training.outcome.facts
    assert (facts["number"], facts["seed"], facts["decided"]) == (1, 5, 3)
    assert facts["class_names"] == list(CLASSES)
    assert {"views", "passes", "trust_checked"} <= facts["settings"].keys()
    assert not {"out", "apply", "class_folders"} & facts["settings"].keys()
    judged = training.arrays["judged"]
    assert (judged == training.request.table.labels).all()
    assert judged[RELABELLED] == CLASSES.index("triangle")


def test_a_training_takes_the_decisions_of_its_start(tmp_path: Path, cache: Path) -> None:
    project = make_project(make_images(tmp_path, per_class=2))
    project.decide([0], DecisionKind.RELABEL, "cross")
    request = project.train_request(RunOptions())
    project.decide([0, 1], DecisionKind.DROP)
    assert request.number == 2
    assert request.kinds[:2].tolist() == [DecisionKind.RELABEL, DecisionKind.UNDECIDED]
    assert request.table.label_name(0) == "cross"
    project.close()


def test_a_tuned_training_keeps_its_network_and_the_rows_of_the_table(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ahsml_app.core.finetune.cross_fit_halves.is_better", accepted)
    project = make_project(make_images(tmp_path / "pictures", per_class=6), trained=False)
    project.path(UNREADABLE).write_bytes(b"no picture")
    training = trained(project, finetune=True, finetune_epochs=1)
    assert training.outcome.facts["settings"]["finetune_kept"]
    assert training.weights.shape[1] == len(project.table)
    assert (training.weights[:, UNREADABLE] == 0).all()
    weights = backbone_of(training.arrays)
    assert weights is not None
    original = load_backbone(tiny_name(project.folder.parent))
    assert unpack_weights(original, weights).identity != original.identity
    assert not (project.folder / TRAINING).exists()
    project.close()

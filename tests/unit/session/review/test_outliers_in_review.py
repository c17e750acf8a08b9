"""What does not belong has a queue of its own, and no suggestion."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.decision_counts import changed_by
from ahsml_app.session.review.evidence import evidence_for, trusted_of_class
from ahsml_app.session.review.queue import QueueFilter, queue_rows
from ahsml_app.session.review.verdict import judge

OUTLIERS = [2, 9, 11]


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    project = make_project(make_images(tmp_path / "pictures", per_class=4))
    assert project.scores is not None
    outlier = np.zeros(16, dtype=np.float32)
    outlier[OUTLIERS] = 0.6, 0.9, 0.7
    other = (project.table.labels + 1) % len(project.class_names)
    project.scores = replace(project.scores, outlier_probability=outlier, suggested=other)
    return project


def test_what_does_not_belong_is_a_queue_of_its_own(project: Project) -> None:
    rows = queue_rows(project, QueueFilter(outlier=True, sort="outlier_probability"))
    assert rows.tolist() == [9, 11, 2]


def test_taking_suggestions_leaves_out_what_does_not_belong(project: Project) -> None:
    every = np.arange(16)
    assert changed_by(project, every, DecisionKind.RELABEL) == 13
    assert changed_by(project, every, DecisionKind.DROP) == 16


def test_no_class_is_suggested_by_evidence(project: Project) -> None:
    with_class, without = evidence_for(project, 3), evidence_for(project, 9)
    assert with_class is not None
    assert without is not None
    assert with_class.suggested
    assert not without.suggested


def test_an_image_that_does_not_belong_is_no_evidence(project: Project) -> None:
    scores, trusted = project.scores, trusted_of_class(project, 0)
    assert scores is not None
    outlier = scores.outlier_probability.copy()
    outlier[trusted[0]] = 0.3  # more than a trusted image may have
    project.scores = replace(scores, outlier_probability=outlier)
    assert trusted_of_class(project, 0).tolist() == trusted[1:].tolist()
    project.scores = replace(scores, outlier_probability=np.full(len(outlier), np.nan, "f4"))
    assert trusted_of_class(project, 0).tolist() == trusted.tolist()  # an older training


def test_an_image_that_is_missing_is_no_evidence(project: Project) -> None:
    trusted = trusted_of_class(project, 0)
    project.decide([trusted[0]], DecisionKind.KEEP)  # confirmed ones come first
    project.states[trusted[0]] = SampleState.MISSING
    assert trusted[0] not in trusted_of_class(project, 0)


def test_confirmed_images_come_first(project: Project) -> None:
    assert project.scores is not None
    none = np.zeros(16, dtype=np.float32)
    sure = {"error_probability": none, "outlier_probability": none, "adaptive_weight": none + 1}
    project.scores = replace(project.scores, fold_group=np.full(16, -1), **sure)
    before = evidence_for(project, 0)
    assert before is not None
    near, middle, far = (neighbour.row for neighbour in before.given)
    project.decide([far], DecisionKind.KEEP)
    after = evidence_for(project, 0)
    assert after is not None
    assert [neighbour.row for neighbour in after.given] == [far, near, middle]


def test_images_with_any_of_the_chosen_findings_pass(project: Project) -> None:
    assert project.scores is not None
    bits = np.zeros(16, dtype=np.int64)
    bits[[1, 4, 6]] = 0b1, 0b1010, 0b100
    project.scores = replace(project.scores, image_findings=bits)
    assert queue_rows(project, QueueFilter(findings=frozenset({0, 3}), sort="path")).size == 2
    assert judge(project, 4).findings == ("dark", "blurred")
    assert judge(project, 0).findings == ()

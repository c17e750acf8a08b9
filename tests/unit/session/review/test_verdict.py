"""The judgement of an image tells its labels, its decision and what the scores hold against it."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.evidence import MOST_NEIGHBOURS, evidence_for
from ahsml_app.session.review.verdict import Finding, judge


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    return make_project(make_images(tmp_path / "pictures", per_class=4))


def test_before_a_training_nothing_speaks_against_an_image(tmp_path: Path, cache: Path) -> None:
    project = make_project(make_images(tmp_path / "pictures", per_class=2), trained=False)
    judgement = judge(project, 0)
    assert judgement.finding == Finding.UNTRAINED
    assert math.isnan(judgement.wrong)
    assert (judgement.given, judgement.suggested, judgement.label) == ("circle", "", "circle")
    assert (judgement.duplicates, judgement.conflict) == (0, False)
    assert math.isnan(judgement.outlier)


def test_duplicates_are_counted_without_the_image_itself(project: Project) -> None:
    scores = project.scores
    assert scores is not None
    groups, conflicts = np.full(16, -1), np.zeros(16, dtype=bool)
    groups[[0, 5, 9]], groups[[1, 2]], conflicts[[1, 2]] = 0, 1, True
    project.scores = replace(scores, duplicate_group=groups, duplicate_conflict=conflicts)
    rows = (0, 9, 1, 3)
    assert [judge(project, row).duplicates for row in rows] == [2, 2, 1, 0]
    assert [judge(project, row).conflict for row in rows] == [False, False, True, False]


def test_a_decision_changes_the_label_but_not_what_was_given_or_suggested(project: Project) -> None:
    assert project.scores is not None
    before = judge(project, 0)
    project.decide([0], DecisionKind.RELABEL, "square")
    after = judge(project, 0)
    assert (after.label, after.kind) == ("square", DecisionKind.RELABEL)
    assert after == replace(before, label="square", kind=DecisionKind.RELABEL)
    assert after.wrong == pytest.approx(float(project.scores.error_probability[0]))


def test_a_large_group_of_duplicates_is_shown_in_part(project: Project) -> None:
    scores = project.scores
    assert scores is not None
    project.scores = replace(scores, duplicate_group=np.zeros(16, dtype=np.int64))
    evidence = evidence_for(project, 3)
    assert evidence is not None
    shown = [neighbour.row for neighbour in evidence.duplicates]
    assert shown == [0, 1, 2, 4, 5, 6, 7][: MOST_NEIGHBOURS + 1]
    assert judge(project, 3).duplicates == 15

"""The honest sample: drawn, stored, spread over the queue, and what it says."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sample_projects import add_run, make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.session.project.library import open_project
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.honest_sample import (
    SIZE,
    STRATA,
    HonestSample,
    blended,
    include_sample,
    sample_total,
    stored_sample,
)
from ahsml_app.session.review.label_verdicts import NO_VERDICT, RIGHT, WRONG
from ahsml_app.session.review.queue import QueueFilter, queue_rows

KEEP = DecisionKind.KEEP


@pytest.fixture(scope="module")
def image_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_images(tmp_path_factory.mktemp("shapes"), per_class=60, side=8)


@pytest.fixture
def project(image_folder: Path, cache: Path) -> Iterator[Project]:
    project = make_project(image_folder)
    yield project
    project.close()


def included(project: Project) -> HonestSample:
    sample = include_sample(project, included=True)
    assert sample is not None
    return sample


def test_it_is_drawn_from_every_stratum_with_known_probabilities(project: Project) -> None:
    project.decide(range(10), KEEP)
    sample = included(project)
    assert len(set(sample.rows.tolist())) == len(sample.rows) <= SIZE
    assert not np.isin(np.arange(10), sample.rows).any()
    assert sample.sizes.sum() == 230
    assert np.bincount(sample.strata, minlength=STRATA).max() == SIZE // STRATA
    weights = 1 / np.array(sample.inclusion)
    assert weights.sum() == pytest.approx(230)
    assert (np.diff(sample.strata) != 0).sum() > STRATA  # in random order


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rows", [10**6]),
        ("rows", [-1]),
        ("rows", [2**70]),
        ("rows", ["a"]),
        ("rows", None),
        ("rows", [0, 0]),
        ("strata", [99]),
        ("sizes", [1]),
        ("seed", -1),
        ("seed", "x"),
        ("included", 1),
    ],
)
def test_a_damaged_sample_counts_as_none(project: Project, name: str, value: object) -> None:
    """Rows of a project from somebody else were read unchecked."""
    included(project)
    record = project.fact("honest_sample")
    if name in ("rows", "strata") and isinstance(value, list):  # as many as there were
        value = [*value, *record[name][len(value) :]]
    project.set_fact("honest_sample", {**record, name: value})
    assert stored_sample(project) is None
    assert len(included(project).rows)


@pytest.mark.parametrize("record", [[], "text", 3, {}])
def test_a_record_of_another_kind_counts_as_none(project: Project, record: object) -> None:
    project.set_fact("honest_sample", record)
    assert stored_sample(project) is None


def test_it_survives_restart_undo_and_training(project: Project) -> None:
    sample = included(project)
    project.decide(sample.rows[:3], KEEP)
    project.undo()
    add_run(project, seed=3)
    folder = project.folder
    project.close()
    again = open_project(folder)
    stored = stored_sample(again)
    again.close()
    assert stored is not None
    assert (stored.included, stored.run, stored.seed) == (True, 1, sample.seed)
    for name in ("rows", "strata", "sizes"):
        assert getattr(stored, name).tolist() == getattr(sample, name).tolist()


def test_a_sample_is_taken_up_again_until_all_of_it_is_decided(project: Project) -> None:
    sample = included(project)
    off = include_sample(project, included=False)
    assert off is not None
    assert not off.is_open(project)
    assert included(project).rows.tolist() == sample.rows.tolist()
    project.decide(sample.rows, KEEP)
    another = included(project)
    assert another.seed == sample.seed + 1
    assert not np.isin(another.rows, sample.rows).any()


def test_its_images_are_spread_behind_what_is_decided(project: Project) -> None:
    queue = queue_rows(project, QueueFilter())
    project.decide(queue[:20], KEEP)
    sample = included(project)
    spread = blended(queue, project, sample)
    assert sorted(spread) == sorted(queue)
    assert spread[:20].tolist() == queue[:20].tolist()
    positions = np.flatnonzero(np.isin(spread, sample.rows))
    assert positions.min() >= 20
    assert spread[positions].tolist() == sample.rows.tolist()
    others = spread[~np.isin(spread, sample.rows)]
    assert others.tolist() == queue[~np.isin(queue, sample.rows)].tolist()
    shown = queue[100:200]
    assert sorted(blended(shown, project, sample)) == sorted(shown)


def test_what_it_says_counts_verdicts_only(project: Project) -> None:
    sample = included(project)
    verdicts = np.full(240, NO_VERDICT, dtype=np.int8)
    assert sample_total(sample, verdicts) == (0, None)
    verdicts[sample.rows] = RIGHT
    judged, total = sample_total(sample, verdicts)
    assert judged == len(sample.rows)
    assert total is not None
    assert total[:2] == (0, 0)
    first = sample.rows[0]
    verdicts[first] = WRONG
    _, total = sample_total(sample, verdicts)
    assert total is not None
    assert total[1] == pytest.approx(1 / sample.inclusion[0])

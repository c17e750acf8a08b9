"""The map of a project: kept beside its training, near to the one before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from running import result_of
from sample_projects import add_run, make_images, make_project

from ahsml_app.base.disc import distance
from ahsml_app.session.analysis.disc_map import DiscMap, draw_map, map_request, stored_map
from ahsml_app.session.project.library import open_project
from ahsml_app.session.project.project import Project


def drawn(project: Project) -> DiscMap:
    request = map_request(project)
    assert request is not None
    return result_of(draw_map(request))


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    return make_project(make_images(tmp_path / "pictures", per_class=6))


def test_there_is_none_before_the_first_training(tmp_path: Path, cache: Path) -> None:
    project = make_project(make_images(tmp_path / "pictures", per_class=2), trained=False)
    assert map_request(project) is None
    assert stored_map(project) is None
    project.close()


def test_it_is_kept_and_found_again(project: Project) -> None:
    assert stored_map(project) is None
    made = drawn(project)
    project.close()
    reopened = open_project(project.folder)
    kept = stored_map(reopened)
    reopened.close()
    assert kept is not None
    assert kept.number == made.number == 1
    assert (kept.points == made.points).all()
    assert (kept.order == made.order).all()


def test_another_training_has_a_map_of_its_own_near_the_first(project: Project) -> None:
    first = drawn(project)
    add_run(project)  # the same scores again
    assert stored_map(project) is None
    second = drawn(project)
    assert second.number == 2
    assert np.median(distance(first.points, second.points)) < 1
    project.close()


def test_unreadable_images_have_no_place_and_a_guest_writes_nothing(project: Project) -> None:
    request = map_request(project)
    assert request is not None
    scored = request.scored.copy()
    scored[3] = False
    made = result_of(draw_map(replace(request, scored=scored, keep=False)))
    assert np.flatnonzero(np.isnan(made.points)).tolist() == [3]
    assert stored_map(project) is None
    project.close()

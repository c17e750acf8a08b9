"""The projection to the disc: neighbours stay, the radius means something, places are kept."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pytest
from running import finish

from ahsml_app.base.disc import distance, rotation
from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken, Progress
from ahsml_app.core.analysis import disc_projection as projection
from ahsml_app.core.analysis.dendrogram import class_order
from ahsml_app.core.analysis.disc_projection import Projection, project, tangent_pca

C = 0.1


def run(work: Generator[Any, None, Projection]) -> tuple[Projection, list[Progress]]:
    events, result = finish(work)
    return result, events


def families(count: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Six classes in three families of two: points, labels, prototypes."""
    random = np.random.default_rng(seed)
    parents = np.random.default_rng(9).normal(0, 0.9, (3, 16))
    centres = np.repeat(parents, 2, axis=0) + np.random.default_rng(8).normal(0, 0.3, (6, 16))
    labels = np.arange(count) % 6
    points = centres[labels] + random.normal(0, 0.1, (count, 16))
    scale = 1.9 / np.maximum(np.linalg.norm(points, axis=1, keepdims=True), 1.9)
    shrunk = centres * (1.9 / np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1.9))
    return (points * scale).astype(np.float32), labels, shrunk.astype(np.float32)


def test_classes_and_families_stay_together() -> None:
    points, labels, prototypes = families(300)
    placed, events = run(project(points, prototypes, C))
    z = placed.points.astype(np.complex128)
    assert (np.abs(z) < 1).all()
    apart = distance(z[:, None], z[None])
    np.fill_diagonal(apart, np.inf)
    assert (labels[apart.argmin(1)] == labels).mean() > 0.97
    w = placed.prototypes.astype(np.complex128)
    between = distance(w[:, None], w[None])
    np.fill_diagonal(between, np.inf)
    assert (between.argmin(1) // 2 == np.arange(6) // 2).all()
    assert events[-1].done == events[-1].total
    assert [e.done for e in events] == sorted(e.done for e in events)


def test_what_lies_between_two_classes_lies_nearer_to_the_middle() -> None:
    points, _, prototypes = families(240)
    between = ((prototypes[[0, 2, 4]] + prototypes[[2, 4, 0]]) / 2).repeat(8, axis=0)
    between += np.random.default_rng(1).normal(0, 0.05, between.shape).astype(np.float32)
    placed, _ = run(project(np.concatenate([points, between]), prototypes, C))
    radius = np.abs(placed.points)
    assert np.median(radius[240:]) < np.median(radius[:240])


def test_the_same_images_lie_at_about_the_same_place_again() -> None:
    points, _, prototypes = families(200)
    first, _ = run(project(points, prototypes, C))
    earlier = rotation(2.0)(first.points)
    earlier[:5] = np.nan
    later = points + np.random.default_rng(2).normal(0, 0.03, points.shape).astype(np.float32)
    second, _ = run(project(later, prototypes, C, earlier=earlier))
    known = ~np.isnan(earlier)
    moved = distance(second.points[known], earlier[known])
    assert np.median(moved) < 0.5
    again, _ = run(project(points, prototypes, C))
    assert (again.points == first.points).all()


def test_more_points_than_landmarks_are_placed_between_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(projection, "LANDMARKS", 200)
    points, labels, prototypes = families(600)
    placed, _ = run(project(points, prototypes, C))
    assert not np.isnan(placed.points).any()
    w = placed.prototypes.astype(np.complex128)
    nearest = distance(placed.points[:, None].astype(np.complex128), w[None]).argmin(1)
    assert (nearest == labels).mean() > 0.95


@pytest.mark.parametrize("count", [1, 2, 3])
def test_few_points_and_one_class_do(count: int) -> None:
    points, _, prototypes = families(count)
    placed, _ = run(project(points, prototypes[:1], C))
    assert np.isfinite(placed.points).all()
    assert np.isfinite(placed.prototypes).all()


def test_points_in_one_place_do() -> None:
    points = np.full((40, 4), 0.2, dtype=np.float32)
    placed, _ = run(project(points, points[:2], C))
    assert (np.abs(placed.points) < 1).all()
    assert (np.abs(tangent_pca(points, C)) < 1e-6).all()


def test_it_stops_when_asked() -> None:
    points, _, prototypes = families(60)
    token = CancelToken()
    work = project(points, prototypes, C, cancel=token)
    next(work)
    token.cancel()
    with pytest.raises(Cancelled):
        next(work)


def test_relatives_stand_side_by_side() -> None:
    place = np.array([0.0, 9.0, 0.1, 9.1, 4.0])
    order = class_order(np.abs(place[:, None] - place[None]).astype(np.float32)).tolist()
    assert abs(order.index(0) - order.index(2)) == 1
    assert abs(order.index(1) - order.index(3)) == 1
    assert class_order(np.zeros((1, 1), dtype=np.float32)).tolist() == [0]


def test_it_stops_between_the_parts_of_many_points() -> None:
    points, _, prototypes = families(60)
    token = CancelToken()
    work = project(points, prototypes, C, cancel=token)
    while next(work).done < 100:  # the landmarks move; after them the other points are placed
        pass
    token.cancel()
    with pytest.raises(Cancelled):
        next(work)

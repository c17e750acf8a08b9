"""Looking up all points of an approximate index, list by list."""

from __future__ import annotations

import faiss
import numpy as np
import pytest
import torch

from ahsml_app.core.features.duplicates import near_pairs
from ahsml_app.core.features.look_alikes import look_alikes
from ahsml_app.core.geometry import neighbor_index as module
from ahsml_app.core.geometry.knn import nearest_cosine, unit_rows
from ahsml_app.core.geometry.neighbor_index import flat_index, inverted_index, query_order

torch.set_num_threads(1)


def pictures(count: int = 5000, copies: int = 200) -> np.ndarray:
    """Features of twenty classes in a random order, and slightly altered copies of some."""
    random = np.random.default_rng(0)
    centres = random.normal(size=(20, 24))
    features = centres[random.integers(20, size=count)] + 0.7 * random.normal(size=(count, 24))
    altered = features[:copies] + 0.02 * random.normal(size=(copies, 24))
    return np.concatenate([features, altered]).astype(np.float32)


def spread(points: np.ndarray, length: int) -> np.ndarray:
    """The same points among more axes, of which each has a part of them."""
    axes = np.random.default_rng(9).normal(size=(points.shape[1], length))
    return (points @ np.linalg.qr(axes.T)[0].T).astype(np.float32)


@pytest.mark.parametrize("length", [24, 64])
def test_points_of_one_list_follow_each_other(length: int) -> None:
    points = spread(pictures(), length)
    index = inverted_index(points)
    order = query_order(index)
    np.testing.assert_array_equal(np.sort(order), np.arange(len(points)))
    inverted = faiss.try_extract_index_ivf(index)
    turned = index.chain.at(0).apply(points) if length == 64 else points
    lists = inverted.quantizer.search(turned[order], 1)[1][:, 0]
    assert len(np.unique(lists)) > 10
    assert (np.diff(lists) != 0).sum() == len(np.unique(lists)) - 1


def test_an_exact_index_has_no_lists() -> None:
    index = flat_index(24, inner_product=False)
    index.add(pictures(100, 0))
    np.testing.assert_array_equal(query_order(index), np.arange(100))


@pytest.fixture
def approximate(monkeypatch: pytest.MonkeyPatch) -> None:
    """Few points are looked up as many are."""
    monkeypatch.setattr(module, "EXACT_UP_TO", 100)


def near(points: np.ndarray) -> np.ndarray:
    return near_pairs(lambda rows: unit_rows(points[rows]), np.arange(len(points)), 0.99)


def test_near_pairs_of_many_points_are_those_of_a_full_search(
    request: pytest.FixtureRequest,
) -> None:
    points = pictures()
    exact = near(points)
    assert len(exact) >= 200
    request.getfixturevalue("approximate")
    np.testing.assert_array_equal(near(points), exact)


def test_pairs_that_are_just_alike_enough_are_found_in_few_lists(approximate: None) -> None:
    random = np.random.default_rng(0)
    points = unit_rows(random.normal(size=(20_000, 64)))
    away = unit_rows(random.normal(size=(1000, 64)))
    points[-1000:] = unit_rows(points[:1000] + 0.14 * away)
    pairs = near(points)
    planted = np.stack([np.arange(1000), np.arange(19_000, 20_000)], axis=1)
    assert np.median(np.einsum("nd,nd->n", *points[planted.T])) < 0.991
    np.testing.assert_array_equal(pairs, planted)


def test_look_alikes_among_many_are_those_of_a_full_search(request: pytest.FixtureRequest) -> None:
    points = pictures()
    names = [str(row) for row in range(len(points))]
    thumbnails = np.random.default_rng(1).integers(0, 256, (len(points), 256)).astype(np.uint8)
    thumbnails[5000:] = thumbnails[:200]
    exact = look_alikes(names, points, thumbnails)
    assert (exact[5000:] == exact[:200]).mean() > 0.9
    request.getfixturevalue("approximate")
    np.testing.assert_array_equal(look_alikes(names, points, thumbnails), exact)


@pytest.mark.parametrize("length", [24, 64])
def test_neighbours_of_all_points_are_those_of_a_full_search(length: int) -> None:
    points = spread(pictures(), length)
    exact = nearest_cosine(points, 10, method="exact")
    quick = nearest_cosine(points, 10, method="approximate")
    assert (quick[1] == exact[1]).mean() > 0.99
    assert np.isclose(quick[0], exact[0], atol=1e-6).mean() > 0.999


def test_many_large_groups_are_each_halved() -> None:
    """Each film is cut into scenes of its own, whatever the number of films."""
    random = np.random.default_rng(3)
    starts = 8 * random.normal(size=(30, 1, 40))
    path = np.linspace(0, 1, 60)[:, None] * random.normal(size=(30, 1, 40))
    films = (starts + path + 1e-4 * random.normal(size=(30, 60, 40))).reshape(-1, 40)
    groups = look_alikes([str(row) for row in range(len(films))], films.astype(np.float32))
    scenes = [set(film) for film in groups.reshape(30, 60).tolist()]
    assert len(set.union(*scenes)) == sum(map(len, scenes))
    assert np.bincount(groups).max() <= 32


def test_copies_in_a_class_of_nearly_equal_pictures_are_found(approximate: None) -> None:
    """All of the class have one code, beside a class that spreads thirty times as far."""
    random = np.random.default_rng(0)
    points = random.normal(size=(6000, 128))
    points[3000:] = 3 * random.normal(size=128) + 0.03 * points[3000:]
    points[-300:] = points[3000:3300] + 0.005 * random.normal(size=(300, 128))
    names = [str(row) for row in range(len(points))]
    groups = look_alikes(names, points.astype(np.float32))
    assert (groups[-300:] == groups[3000:3300]).mean() > 0.95


def test_classes_that_take_turns_are_all_looked_at() -> None:
    """Each differs within itself along axes of its own; the axes to compare by must hold both."""
    random = np.random.default_rng(4)
    points = np.zeros((12_000, 160), dtype=np.float32)
    for first, columns in enumerate((slice(0, 80), slice(80, 160))):
        inner = random.normal(size=(6000, 16)) @ random.normal(size=(16, 80))
        points[first::2, columns] = inner
    queries = points[:400]
    truth = nearest_cosine(points, 5, queries, method="exact")[1]
    found = nearest_cosine(points, 5, queries, method="approximate")[1]
    shares = [np.isin(a, b).mean() for a, b in zip(truth, found, strict=True)]
    assert min(np.mean(shares[0::2]), np.mean(shares[1::2])) > 0.95


@pytest.mark.parametrize("length", [6, 64])
def test_a_graph_tells_the_lists_of_very_many_points(
    length: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MANY_LISTS", 20)
    points = spread(np.random.default_rng(0).normal(size=(5000, 6)), length)
    exact = flat_index(length, inner_product=False)
    exact.add(points)
    found = [inverted_index(points, 8, 4).search(points[::10], 5)[1] for _ in range(2)]
    np.testing.assert_array_equal(*found)
    truth = exact.search(points[::10], 5)[1]
    share = np.mean([np.isin(a, b).mean() for a, b in zip(truth, found[0], strict=True)])
    assert share > 0.95

"""Which samples would vouch for each other: found without labels, whatever the data's density."""

from __future__ import annotations

import numpy as np
import pytest

from ahsml_app.base.errors import Cancelled, InputError
from ahsml_app.base.events import CancelToken
from ahsml_app.core.features import look_alikes as module
from ahsml_app.core.features.look_alikes import LARGEST, NEIGHBOUR, refuse_equal_features


def classes(spread: float, per_class: int = 50, count: int = 4) -> np.ndarray:
    """Features of classes; the spread says how far the images of a class lie apart."""
    random = np.random.default_rng(0)
    centres = np.repeat(random.normal(size=(count, 80)), per_class, axis=0)
    return (centres + random.normal(scale=spread, size=centres.shape)).astype(np.float32)


def look_alikes(
    features: np.ndarray, thumbnails: np.ndarray | None = None, cancel: CancelToken | None = None
) -> np.ndarray:
    """The groups of images that are all different files."""
    return module.look_alikes(
        [f"{row}" for row in range(len(features))], features, thumbnails, cancel
    )


def altered(features: np.ndarray, spread: float, seed: int = 1) -> np.ndarray:
    """The features of slightly altered copies."""
    random = np.random.default_rng(seed)
    return features + random.normal(scale=spread, size=features.shape).astype(np.float32)


def shared(groups: np.ndarray) -> set[tuple[int, ...]]:
    """The groups of several samples."""
    numbers, size = np.unique(groups, return_counts=True)
    return {tuple(np.flatnonzero(groups == n).tolist()) for n in numbers[size > 1]}


@pytest.mark.parametrize("spread", [0.2, 1.0])
def test_altered_copies_are_found_in_sparse_and_dense_data(spread: float) -> None:
    features = classes(spread)
    copies = altered(features[:40], 0.2 * spread)
    groups = look_alikes(np.concatenate([features, copies]))
    assert shared(groups) == {(row, len(features) + row) for row in range(40)}


@pytest.mark.parametrize("spread", [0.2, 1.0])
def test_images_of_one_class_are_no_copies(spread: float) -> None:
    assert shared(look_alikes(classes(spread))) == set()


def test_ten_copies_form_one_group() -> None:
    features = classes(0.5)
    copies = [altered(features[:3], 0.1, seed) for seed in range(9)]
    groups = look_alikes(np.concatenate([features, *copies]))
    assert sorted(map(len, shared(groups))) == [10, 10, 10]
    assert all(len({row % 200 % 3 for row in rows}) == 1 for rows in shared(groups))


def test_a_long_film_becomes_groups_of_frames_that_follow_each_other() -> None:
    """One fold must not hold a whole class, and frames side by side must not vouch."""
    random = np.random.default_rng(3)
    path = np.linspace(0, 1, 100)[:, None] * random.normal(size=80)
    film = classes(0.5)[:1] + path + random.normal(scale=1e-4, size=(100, 80))
    groups = look_alikes(np.concatenate([film.astype(np.float32), classes(0.5)[50:]]))
    scenes = groups[:100]
    assert np.bincount(scenes)[np.unique(scenes)].min() >= 2
    assert np.bincount(groups).max() <= LARGEST
    assert (scenes[1:] != scenes[:-1]).sum() == len(np.unique(scenes)) - 1
    assert not set(scenes) & set(groups[100:])


def drawings(count: int) -> np.ndarray:
    """Thumbnails that have nothing in common."""
    return np.random.default_rng(2).integers(0, 256, (count, 256)).astype(np.uint8)


def test_thumbnails_link_what_moved_far_in_the_features() -> None:
    features, small = classes(0.5), drawings(220)
    moved = np.concatenate([features, altered(features[:20], 0.4)])
    small[200:] = np.clip(small[:20] * 0.8 + 10, 0, 255)  # darkened
    assert shared(look_alikes(moved)) == set()
    assert shared(look_alikes(moved, small)) == {(row, 200 + row) for row in range(20)}


def test_one_drawing_before_one_ground_is_no_copy_of_another() -> None:
    """All thumbnails of the data are alike: that they are says nothing."""
    features = classes(0.5)
    small = np.clip(drawings(1).astype(int) + np.arange(200)[:, None] % 7, 0, 255).astype(np.uint8)
    assert shared(look_alikes(features, small)) == set()


@pytest.mark.parametrize("level", [0, 200])
def test_even_thumbnails_say_nothing(level: int) -> None:
    features = classes(0.5)
    small = np.full((200, 256), level, dtype=np.uint8)
    assert shared(look_alikes(features, small)) == set()


def test_copies_of_a_file_change_no_other_group() -> None:
    features = np.concatenate([classes(0.5), altered(classes(0.5)[:20], 0.1)])
    rows = np.concatenate([np.arange(220), np.repeat(np.arange(5), 60)])
    groups = module.look_alikes([f"{row}" for row in rows], features[rows])
    np.testing.assert_array_equal(groups, look_alikes(features)[rows])


def test_few_images_have_no_ordinary_neighbours() -> None:
    features = classes(0.5)[:NEIGHBOUR]
    features[1] = features[0]
    assert shared(look_alikes(features)) == set()


def test_images_without_content_are_no_obstacle() -> None:
    features = classes(0.5)
    for count in (20, 150):
        features[:count] = 0
        groups = look_alikes(features)
        assert len(groups) == len(features)
        assert np.bincount(groups).max() <= LARGEST


def test_it_stops_when_asked() -> None:
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        look_alikes(classes(0.5), cancel=token)


def test_features_that_are_all_alike_are_refused() -> None:
    random = np.random.default_rng(0)
    one = random.normal(size=40)
    alike = (one + 1e-3 * random.normal(size=(30, 40))).astype(np.float16)
    with pytest.raises(InputError, match="All 30 images look the same"):
        refuse_equal_features(alike)
    refuse_equal_features((one + 0.1 * random.normal(size=(30, 40))).astype(np.float16))
    refuse_equal_features(alike[:1])
    refuse_equal_features(alike[:0])

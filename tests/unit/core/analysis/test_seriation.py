"""The order of the classes: relatives stand together."""

from __future__ import annotations

import numpy as np
import pytest

from ahsml_app.core.analysis.seriation import MOST_AT_ONCE, confusion_distances, seriate


def on_a_line(count: int) -> tuple[np.ndarray, np.ndarray]:
    """Classes that really stand in a line, shuffled; near ones are close."""
    hidden = np.random.default_rng(0).permutation(count)
    apart = np.abs(hidden[:, None] - hidden)
    return hidden, (np.minimum(apart, 12) / 12).astype(np.float32)


def test_a_line_is_found_again() -> None:
    hidden, distances = on_a_line(40)
    found = hidden[seriate(distances)]
    assert (found == np.arange(40)).all() or (found == np.arange(40)[::-1]).all()


def test_many_classes_are_ordered_in_parts() -> None:
    count = 2 * MOST_AT_ONCE + 77
    hidden, distances = on_a_line(count)
    found = hidden[seriate(distances)]
    assert sorted(found) == list(range(count))
    assert np.median(np.abs(np.diff(found))) <= 2


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_classes_need_no_order(count: int) -> None:
    distances = np.zeros((count, count), dtype=np.float32)
    assert sorted(seriate(distances)) == list(range(count))


def test_confused_classes_are_near() -> None:
    given, suggested = np.array([0, 0, 1, 2, 3]), np.array([0, 3, 1, 2, 0])
    images = np.array([60, 40, 100, 100, 10])
    divergence = (1 - np.eye(4)).astype(np.float32)
    distances = confusion_distances(given, suggested, images, divergence)
    assert (distances == distances.T).all()
    assert (np.diag(distances) == 0).all()
    others = distances[~np.eye(4, dtype=bool) & (distances != distances[0, 3])]
    assert (others == 1).all()
    assert distances[0, 3] == 0  # ten in ten of the smaller class, and more
    order = seriate(distances).tolist()
    assert abs(order.index(0) - order.index(3)) == 1


def test_classes_without_a_divergence_are_far() -> None:
    later = np.array([2])
    divergence = np.zeros((2, 2), dtype=np.float32)
    distances = confusion_distances(later, later, np.array([5]), divergence)
    assert distances.shape == (3, 3)
    assert distances[0, 2] == distances[1, 2] == 1

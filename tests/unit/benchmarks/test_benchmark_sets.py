from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from benchmarks.common.sections import write_section
from benchmarks.common.sets import folder_labels, plant, planted_sets, real_sets
from benchmarks.detection.peers import best_penalty, cross_validated, rotated


def _axes(classes: int, each: int) -> tuple[np.ndarray, np.ndarray]:
    """Features in which class 2k lies beside class 2k + 1."""
    truth = np.repeat(np.arange(classes), each)
    centres = np.eye(classes)
    centres[1::2] += 0.5 * np.eye(classes)[::2]
    noise = np.random.default_rng(0).normal(size=(len(truth), classes))
    return centres[truth] + 0.01 * noise, truth


@pytest.mark.parametrize("rate", [0.1, 0.3])
def test_random_noise_changes_exactly_the_share_asked_for(rate: float) -> None:
    features, truth = _axes(6, 50)
    given = plant(truth, 6, "random", rate, features, seed=1)
    assert (given != truth).sum() == round(rate * 300)
    assert set(given) <= set(range(6))
    assert (plant(truth, 6, "random", rate, features, seed=1) == given).all()
    assert (plant(truth, 6, "random", rate, features, seed=2) != given).any()


def test_nearest_noise_moves_labels_to_the_class_beside() -> None:
    features, truth = _axes(6, 50)
    given = plant(truth, 6, "nearest", 0.2, features, seed=0)
    moved = given != truth
    assert moved.sum() == 60
    assert (given[moved] == (truth[moved] ^ 1)).all()


def test_the_sets_are_what_the_data_notes_say(shared_data: Path) -> None:
    found = {each.name: each for each in real_sets(shared_data)}
    shares = {name: (each.given != each.truth).mean() for name, each in found.items()}
    assert shares["cifar10n aggre"] == pytest.approx(0.091, abs=0.001)
    assert shares["cifar10n random1"] == pytest.approx(0.178, abs=0.001)
    assert shares["cifar10n worse"] == pytest.approx(0.410, abs=0.001)
    assert shares["cifar10n clean"] == 0


def test_a_small_subset_of_many_classes_holds_ten_of_thirty(shared_data: Path) -> None:
    paths, truth, _ = folder_labels(shared_data, "plankton")
    features = np.random.default_rng(0).normal(size=(len(truth), 4))
    for each in planted_sets(shared_data, "plankton", features, 1, small=True):
        assert each.classes == 10
        assert len(set(each.paths)) == len(each.given) <= 300
        assert set(each.paths) <= set(paths)
        folders = [path.split("/")[1] for path in each.paths]
        assert len(set(zip(folders, each.truth, strict=True))) == 10


def test_rotated_features_give_the_same_logistic_regression() -> None:
    features, truth = _axes(4, 20)
    features = np.hstack([features, np.random.default_rng(1).normal(size=(80, 100))])
    folds = np.arange(80) % 4
    standard = (features - features.mean(0)) / (features.std(0) + 1e-3)
    turned = rotated(features.astype(np.float32))
    assert turned.shape[1] < 80
    expected = cross_validated(standard, truth, folds, 0.01)
    assert cross_validated(turned, truth, folds, 0.01) == pytest.approx(expected, abs=2e-3)


def test_the_search_for_c_returns_the_peak() -> None:
    reached = {1e-4: 0.1, 3e-4: 0.3, 1e-3: 0.2, 3e-3: 0.5, 1e-2: 0.4, 3e-2: 0.3}
    tried = []

    def attempt(penalty: float) -> tuple[float, float]:
        tried.append(penalty)
        return reached[penalty], penalty

    assert best_penalty(attempt) == 3e-3
    assert tried == list(reached)


def test_a_section_is_replaced_and_the_others_stay(tmp_path: Path) -> None:
    path = tmp_path / "RESULTS.md"
    for name, text in (("speed", "fast"), ("detection", "old"), ("detection", "new")):
        write_section(path, name, text)
    text = path.read_text("utf-8")
    assert "old" not in text
    assert text.index("fast") < text.index("new")
    assert text.count("<!-- detection -->") == 1

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_data import pair_noise, simulated

from ahsml_app.core.ensemble import error_count
from ahsml_app.core.ensemble.error_count import (
    FREE,
    TIED,
    calibrate_to_count,
    errors_by_group,
    expected_errors,
    fit_count_model,
    held_out_likelihood,
    wrong_labels,
)
from ahsml_app.core.ensemble.noise_matrix import fit_matrix, noise_shapes


def test_the_interval_of_wrong_labels_holds_for_honest_probabilities() -> None:
    random, inside = np.random.default_rng(4), 0
    for _ in range(60):
        probability = random.beta(0.3, 2, size=400).astype(np.float32)
        wrong = (random.random(400) < probability).sum()
        low, best, high = expected_errors(probability)
        assert low <= best <= high
        inside += low <= wrong <= high
    assert inside >= 54
    assert expected_errors(np.full(3, np.nan, dtype=np.float32)) == (0, 0, 0)


def test_the_interval_holds_when_the_noise_model_is_estimated_too() -> None:
    inside = 0
    for seed in range(60):
        posterior, truth, labels = simulated(4, 300, pair_noise(4, 0.2), 3.0, 100 + seed)
        model = fit_count_model(posterior, labels)
        wrong = 1 - model.corrected(posterior, labels)[np.arange(300), labels]
        low, _, high = expected_errors(wrong)
        inside += low <= (labels != truth).sum() <= high
    assert inside >= 51


def test_sure_probabilities_do_not_make_the_interval_vanish() -> None:
    sure = np.repeat([0.0, 1.0], [900, 100]).astype(np.float32)
    low, best, high = expected_errors(sure)
    assert best == 100
    assert high - low > 50


def from_one_class(labels: np.ndarray, moved: int) -> np.ndarray:
    """Moves labels of the first class to the second."""
    given_labels = labels.copy()
    given_labels[np.flatnonzero(labels == 0)[:moved]] = 1
    return given_labels


def test_errors_from_one_class_to_another_are_counted_on_few_samples() -> None:
    counts = []
    for seed in range(5):
        posterior, truth, _ = simulated(10, 400, np.eye(10), 5.0, seed)
        moved = int(0.4 * (truth == 0).sum())
        labels = from_one_class(truth, moved)
        model = fit_count_model(posterior, labels)
        counts.append(wrong_labels(model, posterior, labels) / moved)
        assert model.matrix[0, 1] > 0.5 * (1 - model.matrix[0, 0])
    assert 0.75 < np.median(counts) < 1.5


@pytest.mark.parametrize("structured", [True, False])
def test_free_cells_predict_better_only_where_errors_have_a_structure(structured: bool) -> None:
    posterior, truth, _ = simulated(10, 400, np.eye(10), 5.0, 3)
    random = np.random.default_rng(4)
    labels = (truth + np.where(random.random(400) < 0.2, random.integers(1, 10, 400), 0)) % 10
    if structured:
        labels = from_one_class(truth, int((truth == 0).sum() // 3))
    shapes = noise_shapes(posterior)
    free, tied = (
        held_out_likelihood(
            posterior, labels, fit_matrix(posterior, labels, shapes, strength), strength
        )
        for strength in (FREE, TIED)
    )
    assert (free > tied) == structured


def test_a_held_out_label_is_less_likely_than_one_that_was_counted() -> None:
    posterior, _, labels = simulated(5, 200, pair_noise(5, 0.2), 3.0, 5)
    fit = fit_matrix(posterior, labels, noise_shapes(posterior), FREE)
    assert held_out_likelihood(posterior, labels, fit, FREE) < 200 * fit.log_likelihood


def test_correct_labels_give_an_interval_from_none() -> None:
    posterior, truth, _ = simulated(6, 600, np.eye(6), 4.0, 6)
    model = fit_count_model(posterior, truth)
    wrong = 1 - model.corrected(posterior, truth)[np.arange(600), truth]
    low, best, _ = expected_errors(wrong)
    assert low == 0
    assert best < 0.04 * 600


def test_many_samples_are_counted_on_some_of_them(monkeypatch: pytest.MonkeyPatch) -> None:
    posterior, truth, labels = simulated(4, 3000, pair_noise(4, 0.2), 4.0, 7)
    monkeypatch.setattr(error_count, "COUNTED_SAMPLES", 1000)
    model = fit_count_model(posterior, labels)
    sampled = fit_count_model(posterior[::3], labels[::3])
    np.testing.assert_array_equal(model.matrix, sampled.matrix)
    count = wrong_labels(model, posterior, labels)
    assert count == pytest.approx((labels != truth).sum(), rel=0.25)


@settings(deadline=None, max_examples=30)
@given(
    classes=st.integers(2, 6),
    samples=st.integers(2, 80),
    seed=st.integers(0, 1000),
    share=st.floats(0.05, 0.95),
)
def test_calibrated_probabilities_add_up_and_keep_their_order(
    classes: int, samples: int, seed: int, share: float
) -> None:
    random = np.random.default_rng(seed)
    corrected = random.dirichlet(np.ones(classes), samples).astype(np.float32)
    corrected = np.clip(corrected, 0.02, None)
    corrected /= corrected.sum(1, keepdims=True)
    labels = random.integers(0, classes, samples)
    rows = np.arange(samples)
    before = 1 - corrected[rows, labels]
    every = np.ones(samples, dtype=bool)
    odds = 1 / error_count.LARGEST_FACTOR + share * 5
    count = float((odds * before / (1 - before + odds * before)).sum())
    moved = calibrate_to_count(corrected, labels, every, count)
    after = 1 - moved[rows, labels]
    assert float(after.sum()) == pytest.approx(count, rel=1e-3)
    assert (np.diff(after[np.argsort(before)]) >= -1e-5).all()
    np.testing.assert_allclose(moved.sum(1), 1, atol=1e-4)


def test_only_labelled_samples_add_up() -> None:
    corrected = np.full((4, 2), 0.5, dtype=np.float32)
    labels = np.array([0, 0, 1, -1])
    moved = calibrate_to_count(corrected, labels, np.array([True, True, False, False]), 0.5)
    np.testing.assert_allclose(1 - moved[np.arange(3), labels[:3]], 0.25, atol=1e-3)
    np.testing.assert_allclose(moved[3], 0.5)


@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_any_samples_can_be_counted(rows: int) -> None:
    posterior = np.full((rows, 3), 1 / 3, dtype=np.float32)
    labels = np.zeros(rows, dtype=np.int64)
    model = fit_count_model(posterior, labels)
    assert np.isfinite(model.matrix).all()
    assert 0 <= wrong_labels(model, posterior, labels) <= rows


def test_an_interval_of_few_suspects_starts_at_none_and_one_of_confirmed_labels_is_none() -> None:
    few = np.where(np.arange(500) < 8, 0.9, 0.001).astype(np.float32)
    assert expected_errors(few)[0] == 0
    assert expected_errors(np.zeros(500, dtype=np.float32)) == (0, 0, 0)
    groups = np.repeat([0, 1], 250)
    intervals = errors_by_group(few, groups, 2)
    np.testing.assert_allclose(intervals[:, 0], expected_errors(few[:250]))

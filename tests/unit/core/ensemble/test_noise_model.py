from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_data import pair_noise, simulated

from ahsml_app.core.ensemble import noise_matrix, noise_model
from ahsml_app.core.ensemble.error_count import FREE, held_out_likelihood
from ahsml_app.core.ensemble.noise_matrix import (
    MatrixFit,
    fit_matrix,
    label_blocks,
    noise_shapes,
    tempered,
)
from ahsml_app.core.ensemble.noise_model import (
    ROWS_AT_ONCE,
    calibrate,
    fit_noise_model,
    label_likelihood,
)

ODDS = 6.0


def test_the_noise_matrix_is_recovered_from_honest_posteriors() -> None:
    matrix = pair_noise(5, 0.25)
    posterior, _, labels = simulated(5, 8000, matrix, 4.0, 0)
    model = fit_noise_model(posterior, labels, exponent=1.0)
    np.testing.assert_allclose(model.matrix, matrix, atol=0.06)
    assert model.error_rate == pytest.approx(0.25, abs=0.03)


def test_the_given_label_of_a_confused_pair_counts_less_than_its_posterior() -> None:
    matrix = pair_noise(4, 0.3)
    posterior, truth, labels = simulated(4, 6000, matrix, 3.0, 1)
    model = fit_noise_model(posterior, labels, exponent=1.0)
    corrected = model.corrected(posterior, labels)
    rows = np.arange(len(labels))
    wrong = 1 - corrected[rows, labels]
    assert abs(wrong.mean() - (labels != truth).mean()) < 0.03
    assert (corrected.argmax(1) == truth).mean() > (posterior.argmax(1) == truth).mean()


@settings(deadline=None, max_examples=25)
@given(
    classes=st.integers(2, 7),
    count=st.integers(1, 60),
    seed=st.integers(0, 1000),
    hard=st.booleans(),
)
def test_any_input_gives_proper_probabilities(
    classes: int, count: int, seed: int, hard: bool
) -> None:
    random = np.random.default_rng(seed)
    posterior = random.dirichlet(np.ones(classes), size=count).astype(np.float32)
    if hard:
        posterior = np.eye(classes, dtype=np.float32)[posterior.argmax(1)]
    labels = random.integers(0, classes, count)
    model = fit_noise_model(posterior, labels)
    np.testing.assert_allclose(model.matrix.sum(1), 1, atol=1e-6)
    labels[::3] = -1
    for result in (
        model.corrected(posterior, labels),
        calibrate(model.corrected(posterior, labels), labels, ODDS),
    ):
        assert (result >= 0).all()
        np.testing.assert_allclose(result.sum(1), 1, atol=1e-4)


def test_calibration_keeps_the_order_and_leaves_the_unlabelled() -> None:
    posterior, _, labels = simulated(4, 500, pair_noise(4, 0.2), 3.0, 2)
    labels[:50] = -1
    corrected = fit_noise_model(posterior[50:], labels[50:]).corrected(posterior, labels)
    moved = calibrate(corrected, labels, ODDS)
    rows = np.arange(50, 500)
    before, after = 1 - corrected[rows, labels[rows]], 1 - moved[rows, labels[rows]]
    assert (np.diff(after[np.argsort(before)]) >= -1e-5).all()
    np.testing.assert_allclose(
        after / (1 - after), ODDS * before / (1 - before), rtol=1e-2, atol=1e-4
    )
    np.testing.assert_allclose(moved[:50], corrected[:50], atol=1e-6)


def test_calibration_leaves_the_other_classes_in_proportion() -> None:
    corrected = np.array([[0.5, 0.3, 0.2]], dtype=np.float32)
    moved = calibrate(corrected, np.array([0]), ODDS)
    assert moved[0, 1] / moved[0, 2] == pytest.approx(1.5, rel=1e-5)
    assert moved[0, 0] == pytest.approx(1 / (1 + ODDS), rel=1e-5)


def test_two_classes_are_enough() -> None:
    matrix = np.array([[0.9, 0.1], [0.3, 0.7]])
    posterior, truth, labels = simulated(2, 4000, matrix, 4.0, 5)
    model = fit_noise_model(posterior, labels, exponent=1.0)
    np.testing.assert_allclose(model.matrix, matrix, atol=0.06)
    assert model.error_rate == pytest.approx((labels != truth).mean(), abs=0.03)


@pytest.mark.parametrize("rows", [0, 1])
def test_hardly_any_samples_still_give_a_noise_matrix(rows: int) -> None:
    posterior = np.full((rows, 3), 1 / 3, dtype=np.float32)
    model = fit_noise_model(posterior, np.zeros(rows, dtype=np.int64))
    assert np.isfinite(model.matrix).all()
    assert model.corrected(posterior, np.zeros(rows, dtype=np.int64)).shape == (rows, 3)


def test_a_class_without_samples_gets_the_rate_and_the_shape_of_the_others() -> None:
    posterior, _, labels = simulated(3, 2000, pair_noise(3, 0.2), 4.0, 6)
    wider = np.pad(posterior, ((0, 0), (0, 1)))
    model = fit_noise_model(wider, labels, exponent=1.0)
    assert 1 - model.matrix[3, 3] == pytest.approx(model.error_rate, abs=0.02)


def test_a_label_that_the_posterior_excludes_is_wrong_and_finite() -> None:
    posterior = np.eye(3, dtype=np.float32)[np.arange(30) % 3]
    labels = np.arange(30) % 3
    labels[0] = 1
    corrected = fit_noise_model(posterior, labels).corrected(posterior, labels)
    assert np.isfinite(corrected).all()
    assert corrected[0, 1] < 0.01
    assert corrected[1, labels[1]] > 0.99


def test_samples_beyond_one_block_are_corrected_alike() -> None:
    posterior, _, labels = simulated(3, 50, pair_noise(3, 0.2), 3.0, 7)
    model = fit_noise_model(posterior, labels)
    copies = ROWS_AT_ONCE // 50 + 2
    labels[::7] = -1
    many = model.corrected(np.tile(posterior, (copies, 1)), np.tile(labels, copies))
    np.testing.assert_allclose(many[-50:], model.corrected(posterior, labels), atol=1e-6)


@pytest.mark.parametrize(("within_pairs", "low", "high"), [(True, 5.0, np.inf), (False, 0.0, 2.0)])
def test_few_samples_shape_the_matrix_only_if_the_labels_follow_the_shape(
    within_pairs: bool, low: float, high: float
) -> None:
    random = np.random.default_rng(8)
    truth = np.arange(300) % 6
    twin = truth ^ 1  # classes come in pairs, which the model tells apart less well than others
    posterior = random.dirichlet(np.full(6, 0.2), 300) * 0.02
    posterior[np.arange(300), twin] += random.beta(1, 6, 300)
    posterior[np.arange(300), truth] += 1 - posterior.sum(1)
    wrong = random.random(300) < 0.2
    other = twin if within_pairs else (truth + random.integers(1, 6, 300)) % 6
    labels = np.where(wrong, other, truth)
    matrix = fit_noise_model(posterior.astype(np.float32), labels).matrix
    classes = np.arange(6)
    to_twin = matrix[classes, classes ^ 1]
    to_others = (1 - np.diag(matrix) - to_twin) / 4
    assert low <= (to_twin / to_others).mean() < high


def test_labels_visited_many_at_a_time_give_the_same_matrix_as_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    posterior, _, labels = simulated(12, 300, pair_noise(12, 0.2), 4.0, 9)
    labels[labels == 5] = 4  # a class without samples, in the middle of a block
    shapes = noise_shapes(posterior)

    def fitted() -> tuple[MatrixFit, float]:
        fit = fit_matrix(posterior, labels, shapes, FREE)
        return fit, held_out_likelihood(posterior, labels, fit, FREE)

    one_by_one, likelihood = fitted()
    monkeypatch.setattr(noise_matrix, "FEW_CLASSES", 1)
    monkeypatch.setattr(noise_matrix, "_BLOCK", 5 * 300)
    assert [len(block.labels) for block in label_blocks(labels, 12)] == [5, 4, 2]
    together, same = fitted()
    np.testing.assert_allclose(together.errors, one_by_one.errors, rtol=1e-4, atol=1e-7)
    np.testing.assert_allclose(together.matrix, one_by_one.matrix, atol=1e-6)
    assert same == pytest.approx(likelihood)


def test_uniform_noise_is_as_likely_by_one_rate_as_by_a_matrix(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    uniform = np.full((6, 6), 0.2 / 5) + np.diag(np.full(6, 0.8 - 0.2 / 5))
    posterior, _, labels = simulated(6, 3000, uniform, 3.0, 10)
    blunt = tempered(posterior, 0.5)
    by_matrix = [label_likelihood(values, labels) for values in (posterior, blunt)]
    exponent = fit_noise_model(blunt, labels).exponent
    monkeypatch.setattr(noise_model, "MANY_CLASSES", 5)
    by_rate = [label_likelihood(values, labels) for values in (posterior, blunt)]
    assert by_rate == pytest.approx(by_matrix, abs=0.01)
    assert fit_noise_model(blunt, labels).exponent == exponent == 2.0


def test_the_likelihood_of_thousands_of_classes_needs_no_matrix_of_them() -> None:
    classes = noise_model.MANY_CLASSES + 500
    posterior = np.full((60, classes), 1 / classes, dtype=np.float32)
    tracemalloc.start()
    label_likelihood(posterior, np.arange(60), powers=(1.0,))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < classes**2  # a byte a cell; a matrix of float32 takes four

import math

import numpy as np
import pytest
from benchmarks.common import ranking_metrics as metrics
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score

SEEDS = st.integers(0, 2**32 - 1)


def test_ranking_metrics_of_a_known_order():
    scores = np.array([0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1, 0.0])
    wrong = np.array([1, 0, 1, 0, 0, 0, 0, 0, 0, 0], dtype=bool)
    assert metrics.precision_at(scores, wrong, 0.1) == 1.0
    assert metrics.precision_at(scores, wrong, 0.4) == 0.5
    assert metrics.precision_at(scores, wrong, 0.001) == 1.0
    assert metrics.review_share_to_find(scores, wrong, 0.5) == 0.1
    assert metrics.review_share_to_find(scores, wrong, 0.8) == 0.3
    assert metrics.average_precision(scores, wrong) == pytest.approx((1 + 2 / 3) / 2)
    assert metrics.auroc(scores, wrong) == pytest.approx(15 / 16)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, count=st.integers(4, 80))
def test_average_precision_and_auroc_equal_scikit_learn(seed: int, count: int):
    rng = np.random.default_rng(seed)
    scores, wrong = rng.integers(0, 9, count) / 8, rng.random(count) < 0.4
    wrong[:2] = [True, False]
    assert metrics.average_precision(scores, wrong) == average_precision_score(wrong, scores)
    assert metrics.auroc(scores, wrong) == roc_auc_score(wrong, scores)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, count=st.integers(1, 60), share=st.floats(0.05, 1.0))
def test_reviewing_the_stated_share_finds_the_errors_and_one_less_does_not(
    seed: int, count: int, share: float
):
    rng = np.random.default_rng(seed)
    scores, wrong = rng.permutation(count).astype(float), rng.random(count) < 0.5
    wrong[0] = True
    reviewed = round(metrics.review_share_to_find(scores, wrong, share) * count)
    found = np.cumsum(wrong[np.argsort(-scores)])
    assert found[reviewed - 1] >= share * wrong.sum() - 1e-6
    if reviewed > 1:
        assert found[reviewed - 2] < share * wrong.sum()


def test_metrics_without_anything_to_find_are_not_a_number():
    scores, none = np.arange(4.0), np.zeros(4, dtype=bool)
    assert math.isnan(metrics.average_precision(scores, none))
    assert math.isnan(metrics.auroc(scores, none))
    assert math.isnan(metrics.auroc(scores, ~none))
    assert math.isnan(metrics.review_share_to_find(scores, none))
    assert math.isnan(metrics.precision_at(scores[:0], none[:0], 0.1))
    assert math.isnan(metrics.expected_calibration_error(scores[:0], none[:0]))


def test_calibration_error_of_known_probabilities():
    stated = np.array([0.1] * 10 + [0.8] * 10 + [1.0] * 5)
    truth = np.array([1] + [0] * 9 + [1] * 6 + [0] * 4 + [1] * 5, dtype=bool)
    expected = (10 * 0.0 + 10 * 0.2 + 5 * 0.0) / 25
    assert metrics.expected_calibration_error(stated, truth) == pytest.approx(expected)


def test_honest_probabilities_are_calibrated_and_bold_ones_are_not():
    rng = np.random.default_rng(0)
    stated = rng.random(20_000)
    truth = rng.random(20_000) < stated
    assert metrics.expected_calibration_error(stated, truth) < 0.02
    assert metrics.expected_calibration_error((stated > 0.5).astype(float), truth) > 0.2

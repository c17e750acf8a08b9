"""The estimator keeps scikit-learn's contract and finds planted errors."""

from __future__ import annotations

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import check_estimator

import ahsml_app

QUICK = {"epochs": 3, "folds": 3, "passes": 1}
NAMES = np.array(["cat", "dog", "fox"])


def blobs(wrong: int = 20) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Features, true labels, given labels, and the rows whose given label is wrong."""
    random = np.random.default_rng(0)
    true = random.integers(0, 3, 200)
    features = 2 * random.normal(size=(3, 16))[true] + random.normal(size=(200, 16))
    rows = random.choice(200, wrong, replace=False)
    given = true.copy()
    given[rows] = (given[rows] + 1) % 3
    return features, NAMES[true], NAMES[given], rows


def test_it_passes_the_checks_of_scikit_learn() -> None:
    results = check_estimator(ahsml_app.AHSML(**QUICK), on_skip=None)
    assert len(results) > 50
    skipped = [result["check_name"] for result in results if result["status"] != "passed"]
    assert skipped == ["check_array_api_input"]


@pytest.mark.slow
def test_it_passes_them_by_default() -> None:
    check_estimator(ahsml_app.AHSML(), on_skip=None)


def test_planted_errors_are_its_first_suspects() -> None:
    features, true, given, rows = blobs()
    model = ahsml_app.AHSML(**QUICK).fit(features, given)
    order = np.argsort(-model.error_probability_)
    assert len(set(order[:20]) & set(rows)) >= 18
    assert np.mean(model.predict(features) == true) > 0.97
    assert model.adaptive_weight_[rows].max() < model.adaptive_weight_.mean()
    vectors = model.transform(features)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-3)


@pytest.mark.parametrize("factor", [1e-6, 1e6])
def test_the_unit_of_the_features_does_not_matter(factor: float) -> None:
    features, _, given, rows = blobs()
    model = ahsml_app.AHSML(**QUICK).fit(features * factor, given)
    order = np.argsort(-model.error_probability_)
    assert len(set(order[:20]) & set(rows)) >= 18


def test_it_is_a_part_of_a_pipeline_and_survives_pickle() -> None:
    features, _, given, _ = blobs()
    model = make_pipeline(StandardScaler(), clone(ahsml_app.AHSML(**QUICK))).fit(features, given)
    again = pickle.loads(pickle.dumps(model))
    np.testing.assert_array_equal(again.predict_proba(features), model.predict_proba(features))


@pytest.mark.parametrize(
    ("options", "labels", "words"),
    [
        ({"loss": "tripplet"}, ["a", "b"], "unknown loss 'tripplet'"),
        ({}, ["a", "a"], "of one class"),
        ({}, [0.25, 0.5], "continuous"),
    ],
)
def test_what_cannot_be_learned_is_said(
    options: dict[str, str], labels: list[object], words: str
) -> None:
    features = np.random.default_rng(0).normal(size=(20, 4))
    with pytest.raises(ValueError, match=words):
        ahsml_app.AHSML(**options).fit(features, np.array(labels * 10))

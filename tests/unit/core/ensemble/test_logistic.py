from __future__ import annotations

from functools import partial

import numpy as np
import pytest

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import Cancelled
from ahsml_app.core.ensemble import combine as experts
from ahsml_app.core.ensemble.combine import cross_fit_best_linear
from ahsml_app.core.ensemble.logistic import fit_folds, predict_folds
from ahsml_app.core.folds import (
    OUTSIDE,
    SMALL_FOLDS,
    SMALL_NUMBERS,
    SMALL_SAMPLES,
    SMALL_SPLITS,
    assign_folds,
    linear_splits,
)


def separable(samples: int = 120, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = np.arange(samples) % 3
    centres = random.normal(size=(3, 8)) * 2
    features = (centres[labels] + random.normal(size=(samples, 8))).astype(np.float32)
    return features, np.eye(3, dtype=np.float32)[labels], labels


def test_a_model_says_nothing_of_the_folds_it_trained_on() -> None:
    features, targets, labels = separable()
    folds = assign_folds(labels, np.ones(120, dtype=bool), 4, 0)
    models = fit_folds(features, targets, folds, 0.1, {1: None}, RunContext())
    posterior = predict_folds(models, features, folds)
    assert list(models) == [1]
    np.testing.assert_array_equal(posterior[folds != 1], 0)
    assert (posterior[folds == 1].argmax(1) == labels[folds == 1]).mean() > 0.9


def test_models_fitted_at_the_same_time_are_the_same() -> None:
    features, targets, labels = separable()
    folds = assign_folds(labels, np.ones(120, dtype=bool), 5, 0)
    fit = partial(fit_folds, features, targets, folds, 0.1, dict.fromkeys(range(5)))
    alone, beside = fit(RunContext()), fit(RunContext(parallel_fits=3))
    assert list(alone) == list(beside)
    for fold, parameters in alone.items():
        np.testing.assert_array_equal(parameters, beside[fold])


def test_a_fit_that_is_cancelled_beside_others_ends() -> None:
    features, targets, labels = separable()
    folds = assign_folds(labels, np.ones(120, dtype=bool), 5, 0)
    context = RunContext(parallel_fits=3)
    context.cancel.cancel()
    with pytest.raises(Cancelled):
        fit_folds(features, targets, folds, 0.1, dict.fromkeys(range(5)), context)


@pytest.mark.parametrize("row", [0, 37, 119])
def test_a_label_changes_no_bit_of_what_its_fold_is_told(row: int) -> None:
    features, targets, labels = separable()
    folds = assign_folds(labels, np.ones(120, dtype=bool), 4, 0)

    def told(targets: np.ndarray) -> np.ndarray:
        models = fit_folds(features, targets, folds, 0.1, dict.fromkeys(range(4)), RunContext())
        again = fit_folds(features, targets, folds, 0.03, models, RunContext())
        return predict_folds(again, features, folds)

    before = told(targets)
    targets[row] = np.roll(targets[row], 1)
    after, same = told(targets), folds == folds[row]
    assert np.array_equal(before[same], after[same])
    assert (before[~same] != after[~same]).any(1).mean() > 0.5


def test_samples_of_no_fold_are_scored_by_all_models() -> None:
    features, targets, labels = separable()
    trainable = np.arange(120) >= 20
    folds = assign_folds(labels, trainable, 3, 0)
    models = fit_folds(features, targets, folds, 0.1, dict.fromkeys(range(3)), RunContext())
    posterior = predict_folds(models, features, folds)
    assert (folds[:20] == OUTSIDE).all()
    np.testing.assert_allclose(posterior.sum(1), 1, atol=1e-5)


@pytest.mark.parametrize("limit", ["SEARCH_SAMPLES", "SEARCH_NUMBERS"])
@pytest.mark.parametrize("enough", [1, 10_000])
def test_the_expert_finds_the_classes_however_few_folds_choose_the_penalty(
    enough: int, limit: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(experts, limit, enough)
    features, targets, labels = separable()
    splits = linear_splits(labels, np.ones(120, dtype=bool), 4, 0)
    posterior = cross_fit_best_linear(
        features[None].astype(np.float16), targets, splits, labels, RunContext()
    )
    np.testing.assert_allclose(posterior.sum(1), 1, atol=1e-5)
    assert (posterior.argmax(1) == labels).mean() > 0.9


def test_small_data_is_split_several_times_and_large_data_is_not() -> None:
    labels = np.zeros(50, dtype=np.int64)
    every = np.ones(50, dtype=bool)
    splits = linear_splits(labels, every, None, 0)
    assert len(splits) == SMALL_SPLITS
    assert {int(split.max()) + 1 for split in splits} == {SMALL_FOLDS}
    assert len({split.tobytes() for split in splits}) == SMALL_SPLITS
    assert int(linear_splits(labels, every, 3, 0)[0].max()) + 1 == 3
    many = np.zeros(SMALL_SAMPLES + 1, dtype=np.int64)
    assert linear_splits(many, np.ones(len(many), dtype=bool), None, 0) == []


def test_many_classes_are_not_split_several_times() -> None:
    labels = np.arange(SMALL_SAMPLES) % (SMALL_NUMBERS // SMALL_SAMPLES + 1)
    assert linear_splits(labels, np.ones(len(labels), dtype=bool), None, 0) == []
    fewer = np.arange(SMALL_SAMPLES) % (SMALL_NUMBERS // SMALL_SAMPLES)
    assert len(linear_splits(fewer, np.ones(len(labels), dtype=bool), None, 0)) == SMALL_SPLITS


def test_with_many_classes_one_fold_chooses_the_penalty(monkeypatch: pytest.MonkeyPatch) -> None:
    features, targets, labels = separable()
    splits = [assign_folds(labels, np.ones(120, dtype=bool), 4, 0)]
    fitted = []
    monkeypatch.setattr(
        experts, "fit_folds", lambda *args, **more: fitted.append(args) or fit_folds(*args, **more)
    )
    data = (features[None].astype(np.float16), targets, splits, labels, RunContext())
    cross_fit_best_linear(*data)
    assert all(len(args[-1]) == 4 for args in fitted[:-1])
    fitted.clear()
    monkeypatch.setattr(experts, "SEARCH_NUMBERS", targets.shape[1])
    cross_fit_best_linear(*data)
    *search, final = fitted
    assert all(len(args[-1]) == 1 for args in search)
    assert len(final[-1]) == 3

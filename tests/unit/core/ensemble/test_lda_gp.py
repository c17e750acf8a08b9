from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from benchmarks.common.ranking_metrics import auroc
from hypothesis import given, settings
from hypothesis import strategies as st

from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken
from ahsml_app.core.ensemble import lda_gp as small_experts
from ahsml_app.core.ensemble.lda_gp import (
    closed_form_posteriors,
    discriminant_scores,
    likeliest_posterior,
    process_scores,
)
from ahsml_app.core.folds import OUTSIDE, assign_folds

CALM = CancelToken()


def clouds(samples: int = 90, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    random = np.random.default_rng(seed)
    labels = np.arange(samples) % 3
    centres = random.normal(size=(3, 8)) * 2
    features = (centres[labels] + random.normal(size=(samples, 8))).astype(np.float32)
    return features, np.eye(3, dtype=np.float32)[labels], labels


def by_removal(
    features: np.ndarray, targets: np.ndarray, row: int, removed: np.ndarray | None = None
) -> np.ndarray:
    """The process that never had the sample, or a group: solved anew, with a free constant."""
    unit = features.astype(float)
    unit /= np.linalg.norm(unit, axis=1, keepdims=True)
    likeness = unit @ unit.T
    kernel = np.exp((likeness - 1) * 2 / (2 * (1 - np.median(likeness))))
    kept = np.arange(len(features)) != row if removed is None else ~removed
    count = int(kept.sum())
    system = np.zeros((count + 1, count + 1))
    system[:count, :count] = kernel[np.ix_(kept, kept)] + small_experts.NOISE * np.eye(count)
    system[:count, count] = system[count, :count] = 1
    solved = np.linalg.solve(system, np.vstack([targets[kept], np.zeros((1, 3))]))
    return kernel[row, kept] @ solved[:count] + solved[count]


@settings(deadline=None, max_examples=15)
@given(seed=st.integers(0, 1000), row=st.integers(0, 29))
def test_the_process_scores_a_sample_as_if_it_had_never_had_it(seed: int, row: int) -> None:
    features, targets, _ = clouds(30, seed)
    scores = process_scores(features, targets, CALM)
    np.testing.assert_allclose(scores[row], by_removal(features, targets, row), atol=2e-3)


def test_the_process_scores_samples_without_a_target_by_all_others() -> None:
    features, targets, labels = clouds()
    targets[:20] = 0
    scores = process_scores(features, targets, CALM)
    np.testing.assert_allclose(scores.sum(1), 1, atol=1e-3)
    assert (scores[:20].argmax(1) == labels[:20]).mean() > 0.8


def test_the_discriminant_says_nothing_of_labels_it_was_told() -> None:
    features, targets, labels = clouds()
    folds = assign_folds(labels, np.ones(90, dtype=bool), 3, 0)
    row = int(np.flatnonzero(folds == 0)[0])
    told = targets.copy()
    told[row] = np.roll(told[row], 1)
    before = discriminant_scores(features, targets, folds, CALM)
    after = discriminant_scores(features, told, folds, CALM)
    assert np.array_equal(before[folds == 0], after[folds == 0])
    assert np.abs(before[folds == 1] - after[folds == 1]).max() > 1e-3


def test_a_sample_of_no_fold_is_scored_by_the_mean_of_all_discriminants() -> None:
    features, targets, labels = clouds()
    folds = assign_folds(labels, np.ones(90, dtype=bool), 3, 0)
    row = 7
    by_one = []
    for fold in range(3):
        folds[row] = fold  # only the discriminant of this fold is fitted without the sample
        by_one.append(discriminant_scores(features, targets, folds, CALM)[row])
    folds[row] = OUTSIDE
    scores = discriminant_scores(features, targets, folds, CALM)
    np.testing.assert_allclose(scores[row], np.mean(by_one, axis=0), rtol=1e-5)


@settings(deadline=None, max_examples=20)
@given(row=st.integers(0, 89), size=st.integers(1, 5), shift=st.integers(1, 2))
def test_the_process_says_nothing_of_the_labels_of_a_samples_group(
    row: int, size: int, shift: int
) -> None:
    features, targets, _ = clouds()
    groups = np.arange(90) // size if size > 1 else None
    told = targets.copy()
    told[row] = np.roll(told[row], shift)
    before = process_scores(features, targets, CALM, groups)
    after = process_scores(features, told, CALM, groups)
    same = np.arange(90) // size == row // size
    np.testing.assert_allclose(before[same], after[same], atol=2e-6)  # it cancels, but for rounding
    assert np.abs(before[~same] - after[~same]).max() > 1e-3


def test_the_process_scores_a_group_as_if_it_had_never_had_it() -> None:
    features, targets, _ = clouds(30)
    groups = np.arange(30)
    groups[[4, 11, 20]] = 4
    scores = process_scores(features, targets, CALM, groups)
    for row in (4, 11, 20):
        expected = by_removal(features, targets, row, groups == 4)
        np.testing.assert_allclose(scores[row], expected, atol=2e-3)


def test_the_likeliest_sharpness_is_that_of_the_scores() -> None:
    random = np.random.default_rng(0)
    logs = random.normal(size=(4000, 4)).astype(np.float32) * 2
    posterior = np.exp(logs) / np.exp(logs).sum(1, keepdims=True)
    labels = np.array([random.choice(4, p=row / row.sum()) for row in posterior.astype(float)])
    found = likeliest_posterior(logs * 7, labels)
    assert abs(found.max(1).mean() - posterior.max(1).mean()) < 0.06


def test_wrong_labels_are_improbable_to_both_experts() -> None:
    features, _, truth = clouds(150)
    given_labels = truth.copy()
    given_labels[::10] = (given_labels[::10] + 1) % 3
    targets = np.eye(3, dtype=np.float32)[given_labels]
    folds = assign_folds(given_labels, np.ones(150, dtype=bool), 5, 0)
    prepared = np.stack([features, features]).astype(np.float16)
    found = closed_form_posteriors(prepared, targets, folds, given_labels, CALM)
    assert set(found) == {"process", "discriminant"}
    for posterior in found.values():
        np.testing.assert_allclose(posterior.sum(1), 1, atol=1e-4)
        wrong = 1 - posterior[np.arange(150), given_labels]
        assert auroc(wrong, given_labels != truth) > 0.95


def test_targets_of_samples_that_are_not_trained_on_count_for_nothing() -> None:
    features, targets, labels = clouds()
    trainable = np.arange(90) >= 15
    folds = assign_folds(labels, trainable, 3, 0)
    assert (folds[:15] == OUTSIDE).all()
    prepared = features[None].astype(np.float16)
    other = targets.copy()
    other[:15] = np.roll(other[:15], 1, axis=1)
    one = closed_form_posteriors(prepared, targets, folds, labels, CALM)
    two = closed_form_posteriors(prepared, other, folds, labels, CALM)
    for name, posterior in one.items():
        np.testing.assert_array_equal(posterior, two[name])


def test_many_samples_are_left_to_the_discriminant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(small_experts, "MOST_SAMPLES", 50)
    features, targets, labels = clouds()
    folds = assign_folds(labels, np.ones(90, dtype=bool), 3, 0)
    found = closed_form_posteriors(features[None].astype(np.float16), targets, folds, labels, CALM)
    assert set(found) == {"discriminant"}


def test_both_stop_when_asked() -> None:
    features, targets, labels = clouds()
    folds = assign_folds(labels, np.ones(90, dtype=bool), 3, 0)
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        process_scores(features, targets, token)
    with pytest.raises(Cancelled):
        discriminant_scores(features, targets, folds, token)


def test_posteriors_of_many_classes_are_copied_few_times() -> None:
    random, labels = np.random.default_rng(0), np.arange(12_000) % 200
    prepared = random.normal(size=(2, 12_000, 16)).astype(np.float16)
    targets = np.eye(200, dtype=np.float32)[labels]
    tracemalloc.start()
    small_experts.closed_form_posteriors(prepared, targets, labels % 3, labels, CancelToken())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5.5 * targets.nbytes

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up_data import clouds
from running import result_of

from ahsml_app.core import folds
from ahsml_app.core.config import Ablation, TrainConfig
from ahsml_app.core.folds import (
    LEAST_FITTED,
    OUTSIDE,
    assign_folds,
    fitted_samples,
    head_splits,
    judgeable_groups,
    linear_splits,
    numbered_groups,
    sample_groups,
)
from ahsml_app.core.training.cross_fit import train


@pytest.mark.parametrize(("samples", "splits"), [(60, 1), (1200, 2), (21_000, 1)])
def test_heads_are_cross_fitted_twice_where_they_count_and_samples_are_not_many(
    samples: int, splits: int
) -> None:
    labels = np.arange(samples) % 2
    trainable = np.arange(samples) >= 10
    found = head_splits(labels, trainable, 4, 2, 0)
    assert len(found) == splits
    assert all((split[:10] == OUTSIDE).all() and split.max() == 3 for split in found)
    if splits == 2:
        assert (found[0] != found[1]).mean() > 0.5


def test_two_splits_give_one_posterior(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folds, "REPEATED_SHARE", 0.0)
    data, _ = clouds()
    small = Ablation(batch_size=32)
    config = TrainConfig(folds=2, epochs=2, dimension=4, passes=1, ablation=small)
    result = result_of(train(config, data))
    np.testing.assert_allclose(result.posterior.sum(1), 1, atol=1e-4)
    assert result.consistency_history.shape[0] == 2
    assert (result.consistency <= 1 + 1e-5).all()
    assert result.consistency.min() > 0


def as_today(labels: np.ndarray, trainable: np.ndarray, count: int, seed: int) -> np.ndarray:
    """Folds of single samples: those of each class shuffled and handed out round and round."""
    random = np.random.default_rng([seed, 1])
    result = np.full(len(labels), OUTSIDE)
    start = 0
    for label in np.unique(labels[trainable]):
        members = np.flatnonzero(trainable & (labels == label))
        random.shuffle(members)
        result[members] = (start + np.arange(len(members))) % count
        start += len(members)
    return result


@settings(deadline=None, max_examples=40)
@given(
    labels=st.lists(st.integers(0, 4), min_size=2, max_size=60),
    count=st.integers(2, 7),
    seed=st.integers(0, 99),
)
def test_single_samples_are_handed_out_round_and_round(
    labels: list[int], count: int, seed: int
) -> None:
    given_labels = np.array(labels)
    trainable = np.arange(len(labels)) % 5 != 3
    expected = as_today(given_labels, trainable, count, seed)
    for groups in (None, np.arange(len(labels)), np.arange(len(labels))[::-1]):
        result = assign_folds(given_labels, trainable, count, seed, groups)
        np.testing.assert_array_equal(result, expected)


@settings(deadline=None, max_examples=60)
@given(
    pairs=st.lists(st.tuples(st.integers(0, 3), st.integers(0, 12)), min_size=8, max_size=80),
    count=st.integers(2, 6),
    seed=st.integers(0, 99),
)
def test_a_group_shares_a_fold_and_every_fold_has_samples(
    pairs: list[tuple[int, int]], count: int, seed: int
) -> None:
    labels, groups = (np.array(column) for column in zip(*pairs, strict=True))
    trainable = np.arange(len(labels)) % 7 != 2
    folds = assign_folds(labels, trainable, count, seed, groups)
    assert (folds[~trainable] == OUTSIDE).all()
    present = np.unique(groups[trainable])
    filled = min(count, len(present)) if len(present) > 1 else min(count, trainable.sum())
    assert set(folds[trainable].tolist()) == set(range(filled))
    if len(present) > 1:
        for group in present:
            assert len(np.unique(folds[trainable & (groups == group)])) == 1


def test_folds_stay_stratified_and_balanced_as_far_as_groups_allow() -> None:
    labels = np.repeat([0, 1, 2], 60)
    groups = np.arange(180) // 3
    folds = assign_folds(labels, np.ones(180, dtype=bool), 5, 0, groups)
    counts = np.array([np.bincount(folds[labels == label], minlength=5) for label in range(3)])
    assert (counts == 12).all()
    mixed = np.where(np.arange(180) % 10 < 4, groups, 1000 + np.arange(180))
    folds = assign_folds(labels, np.ones(180, dtype=bool), 5, 0, mixed)
    counts = np.array([np.bincount(folds[labels == label], minlength=5) for label in range(3)])
    assert (counts == 12).all()


def test_a_group_larger_than_a_fold_leaves_its_class_to_the_others() -> None:
    labels = np.repeat([0, 1], 50)
    groups = np.where(np.arange(100) < 30, 0, np.arange(100))
    folds = assign_folds(labels, np.ones(100, dtype=bool), 5, 0, groups)
    own = folds[0]
    assert (folds[:30] == own).all()
    assert np.bincount(folds[30:50], minlength=5).tolist() == [
        0 if fold == own else 5 for fold in range(5)
    ]
    assert (np.bincount(folds[50:], minlength=5) == 10).all()


def test_a_group_of_several_labels_counts_as_its_most_frequent_one() -> None:
    labels = np.array([0, 1, 1] * 4 + [0, 0, 1] * 4)
    groups = np.repeat(np.arange(8), 3)
    folds = assign_folds(labels, np.ones(24, dtype=bool), 4, 0, groups)
    majority = np.repeat([1, 0], 12)
    for label in (0, 1):
        assert (np.bincount(folds[majority == label], minlength=4) == 3).all()


def test_a_group_of_all_samples_is_no_group() -> None:
    labels, every = np.arange(40) % 2, np.ones(40, dtype=bool)
    one = np.zeros(40, dtype=np.int64)
    alone = assign_folds(labels, every, 4, 0)
    np.testing.assert_array_equal(assign_folds(labels, every, 4, 0, one), alone)


def test_all_splits_keep_groups_together() -> None:
    labels, every = np.arange(1200) % 2, np.ones(1200, dtype=bool)
    groups = np.arange(1200) // 4
    splits = head_splits(labels, every, 4, 2, 0, groups)
    splits += linear_splits(labels, every, None, 0, groups)
    assert len(splits) == 6
    for split in splits:
        assert (split.reshape(-1, 4) == split[::4, None]).all()


def test_copies_and_named_groups_are_linked_by_chains() -> None:
    hashes = ("a", "b", "a", "c", "", "", "d", "d")
    names = ("", "x", "x", "y", "", "y", "", "")
    groups = sample_groups(hashes, names)
    assert groups is not None
    members = [np.flatnonzero(groups == group).tolist() for group in np.unique(groups)]
    assert sorted(members) == [[0, 1, 2], [3, 5], [4], [6, 7]]
    assert (groups < len(hashes)).all()


def test_files_that_all_differ_form_no_groups() -> None:
    assert sample_groups(("a", "b", "", "")) is None
    assert sample_groups(("a", "b", "c"), ("", "", "")) is None


def test_groups_of_several_kinds_are_linked_by_chains() -> None:
    hashes = ["a", "b", "a", "c", "d", "e"]
    duplicates = np.array([-1, -1, 0, 0, -1, -1])
    names = ["", "", "", "x", "x", ""]
    groups = sample_groups(hashes, duplicates, names)
    assert groups is not None
    assert groups.tolist() == [0, 1, 0, 0, 0, 5]
    assert numbered_groups(groups, 6).tolist() == [0, -1, 0, 0, 0, -1]


def test_samples_that_nothing_links_have_no_groups() -> None:
    assert sample_groups(["a", "b", ""], np.array([-1, -1, -1]), ["", "x", ""]) is None
    assert numbered_groups(None, 3).tolist() == [-1, -1, -1]


def test_a_class_of_one_group_is_taken_out_of_it() -> None:
    labels = np.array([0, 0, 0, 1, 1, 1, -1, 2])
    groups = np.array([0, 0, 0, 0, 4, 4, 0, 7])
    result = judgeable_groups(groups, labels)
    assert result is not None
    assert len(set(result[:3])) == 3  # class 0 was one group
    assert result[3] == result[6] == 0  # another class's sample of that group stays in it
    assert result[4] == result[5] == 4  # class 1 has two groups
    assert not set(result[:3]) & set(groups.tolist())
    assert judgeable_groups(None, labels) is None


def test_models_are_fitted_on_whole_groups_of_every_class_and_on_confirmed_labels() -> None:
    labels = np.repeat([0, 1, 2], [900, 90, 10])
    groups = np.arange(1000) // 2
    trusted = np.zeros(1000, dtype=bool)
    trusted[802:810] = True
    trainable = np.arange(1000) % 100 != 1
    chosen = fitted_samples(labels, trainable, 200, 0, groups=groups, trusted=trusted)
    assert not chosen[~trainable].any()
    assert 200 <= chosen.sum() <= 260
    assert chosen[802:810].all()
    assert chosen[992:].all()  # few of a class, so all of them
    assert chosen[labels == 1].sum() >= 2 * (LEAST_FITTED - 1)
    for group in np.unique(groups[trainable]):
        members = chosen[trainable & (groups == group)]
        assert members.all() or not members.any()


def test_few_samples_are_all_fitted() -> None:
    trainable = np.arange(50) > 10
    assert fitted_samples(np.zeros(50, dtype=np.int64), trainable, 39, 0) is trainable

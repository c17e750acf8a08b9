"""Planting errors in labels, and judging a training by them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.self_test import BUDGETS, PlantedKind
from ahsml_app.core.analysis.planted_errors import (
    LabelState,
    judge_planted,
    plant_errors,
    planted_kinds,
)

CLASSES, IMAGES = 6, 300
PLACES = np.array([0.0, 1.0, 2.5, 20.0, 21.5, 23.0])
"""Places of the classes on a line: two branches of three classes."""

NEAREST = [1, 0, 1, 4, 3, 4]
KINDS: tuple[PlantedKind, ...] = ("random", "nearest", "branch")


def state_of(images: int = IMAGES, suspects: float = 0.1) -> LabelState:
    """Labels of which a share is suspect, half of it surely wrong."""
    random = np.random.default_rng(1)
    wrong = random.uniform(0, 0.02, images).astype(np.float32)
    count = round(suspects * images)
    wrong[:count] = np.where(np.arange(count) % 2, 0.95, 0.4)
    labels = random.permutation(np.arange(images) % CLASSES)
    distances = np.abs(PLACES[:, None] - PLACES).astype(np.float32)
    return LabelState(labels, np.ones(images, dtype=bool), wrong, distances)


@pytest.mark.parametrize("kind", KINDS)
def test_errors_are_planted_in_a_copy_where_labels_are_probably_right(kind: PlantedKind) -> None:
    state = replace(state_of(), trainable=np.arange(IMAGES) % 10 != 0)
    before = state.labels.copy()
    labels, rows = plant_errors(state, kind, 0)
    assert np.array_equal(state.labels, before)
    assert np.array_equal(np.flatnonzero(labels != before), rows)
    assert state.trainable[rows].all()
    assert (state.error_probability[rows] < 0.1).all()


def test_as_many_errors_are_planted_as_the_labels_seem_to_hold() -> None:
    for suspects, share in ((0.0, 0.05), (0.2, 0.2 * 0.675), (0.6, 0.2)):
        state = state_of(suspects=suspects)
        _, rows = plant_errors(state, "random", 0)
        assert abs(len(rows) / IMAGES - share) < 0.01


def test_the_seed_decides_which_errors_are_planted() -> None:
    state = state_of()
    first, again, other = (plant_errors(state, "random", seed)[0] for seed in (0, 0, 1))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_each_kind_takes_its_classes() -> None:
    state = state_of()
    labels, rows = plant_errors(state, "nearest", 0)
    assert np.array_equal(labels[rows], np.array(NEAREST)[state.labels[rows]])
    labels, rows = plant_errors(state, "branch", 0)
    assert np.array_equal(labels[rows] // 3, state.labels[rows] // 3)
    assert not np.array_equal(labels[rows], np.array(NEAREST)[state.labels[rows]])
    labels, rows = plant_errors(state, "random", 0)
    assert (labels[rows] // 3 != state.labels[rows] // 3).any()


def test_a_class_without_images_gets_none() -> None:
    state = state_of()
    state.labels[state.labels == 1] = 0
    for kind in KINDS:
        labels, _ = plant_errors(state, kind, 0)
        assert 1 not in labels


def test_a_class_keeps_half_of_its_labels() -> None:
    state = state_of(images=60, suspects=0.0)
    state.labels[:] = np.where(np.arange(60) < 4, 1, state.labels)
    state.labels[4:] = np.where(state.labels[4:] == 1, 0, state.labels[4:])
    for seed in range(20):
        labels, _ = plant_errors(state, "random", seed)
        assert (labels[:4] == 1).sum() >= 2


def test_two_classes_have_one_kind_of_error() -> None:
    state = state_of()
    assert planted_kinds(state) == KINDS
    assert planted_kinds(replace(state, labels=state.labels % 2)) == ("random",)


def test_too_few_labels_or_classes_are_refused_with_what_to_do() -> None:
    with pytest.raises(LabelsError, match=r"probably right.*: 18,.*about 20.*review"):
        plant_errors(state_of(images=18, suspects=0.0), "random", 0)
    alone = replace(state_of(), labels=np.zeros(IMAGES, dtype=np.int64))
    with pytest.raises(LabelsError, match="two classes"):
        plant_errors(alone, "random", 0)


def judged_ranking(suspect: float) -> tuple[float, ...]:
    """Shares found where ten suspects of the data come first, then ten planted errors."""
    before = np.zeros(100, dtype=np.float32)
    before[:10] = suspect
    stated = np.linspace(1, 0, 100).astype(np.float32)
    state = LabelState(
        np.zeros(100, dtype=np.int64), np.ones(100, dtype=bool), before, np.zeros((2, 2))
    )
    return judge_planted(state, "random", np.arange(10, 20), stated).found


def test_suspects_of_the_data_take_a_place_as_far_as_their_label_is_right() -> None:
    assert BUDGETS == (0.01, 0.02, 0.05, 0.1, 0.2)
    assert judged_ranking(suspect=0.0) == (0, 0, 0, 0, 1)
    assert judged_ranking(suspect=1.0) == (0, 0.1, 0.4, 0.9, 1)
    assert judged_ranking(suspect=0.5) == (0, 0, 0, 0.4, 1)


def test_probabilities_are_compared_with_planted_errors_and_what_was_known() -> None:
    state = state_of(images=100, suspects=0.0)
    state.error_probability[:] = 0
    state.error_probability[10:20] = 0.5
    stated = np.full(100, 0.05, dtype=np.float32)
    stated[:20] = 0.85
    result = judge_planted(state, "random", np.arange(10), stated)
    low, high = result.calibration
    assert (low.images, high.images) == (80, 20)
    assert (round(low.stated, 3), low.observed) == (0.05, 0)
    assert (round(high.stated, 3), high.observed) == (0.85, 0.75)
    assert result.calibration_error == pytest.approx(0.8 * 0.05 + 0.2 * 0.1)


def test_the_estimate_is_what_the_planted_errors_add() -> None:
    state = state_of(images=1000)
    stated = state.error_probability.copy()
    stated[200:260] = 0.9
    result = judge_planted(state, "nearest", np.arange(200, 250), stated)
    assert result.planted == 50
    assert result.estimate[1] == pytest.approx(60 * 0.9, abs=1)
    assert result.ratio == pytest.approx(1.08, abs=0.02)
    assert result.interval_holds
    assert not replace(result, planted=400).interval_holds


def test_unlabelled_images_are_not_ranked() -> None:
    state = state_of()
    nothing = np.arange(IMAGES) >= 250
    state.labels[nothing], state.error_probability[nothing] = -1, np.nan
    state = replace(state, trainable=~nothing)
    labels, rows = plant_errors(state, "random", 0)
    assert not nothing[rows].any()
    stated = np.where(labels != state.labels, 1, 0.01).astype(np.float32)
    stated[nothing] = np.nan
    result = judge_planted(state, "random", rows, stated)
    assert result.found[-1] == 1
    assert sum(each.images for each in result.calibration) <= 250

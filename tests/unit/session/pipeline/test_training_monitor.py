from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np
import pytest

from ahsml_app.base.events import EpochEnd, Event, Notice, Progress
from ahsml_app.session.pipeline.training_monitor import (
    BINS,
    LiveTraining,
    StageTracker,
    aligned,
    step_of,
    training_steps,
)


class Clock:
    """A clock that a test turns on."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def epoch(
    weights: list[float], *, pass_index: int = 0, fold: int = 0, number: int = 0, epochs: int = 4
) -> EpochEnd:
    array = np.array(weights, dtype=np.float32)
    noise = 1 - float(array.mean()) if len(array) else math.nan
    return EpochEnd(pass_index, fold, number, epochs, 1.0 / (number + 1), noise, array)


def test_a_training_that_has_not_begun_knows_nothing() -> None:
    live = LiveTraining()
    live.add(Progress("embed", 1, 2))
    live.add(Notice("hello"))
    assert (live.epochs, live.latest, live.weights) == (0, None, None)
    assert math.isnan(live.noise_rate)
    assert live.suspect_count() == 0
    assert not len(live.top_suspects(12))
    counts, edges = live.histogram()
    assert len(counts) == BINS
    assert not counts.any()
    assert (edges[0], edges[-1]) == (0, 1)


def test_curves_are_kept_for_each_fold() -> None:
    live = LiveTraining()
    for fold in range(2):
        for number in range(3):
            live.add(epoch([1, 1], fold=fold, number=number))
    assert live.epochs == 6
    assert [(c.fold, c.numbers) for c in live.curves] == [(0, [1, 2, 3]), (1, [1, 2, 3])]
    assert live.curves[0].losses == pytest.approx([1, 1 / 2, 1 / 3])


def test_a_new_fold_does_not_throw_the_weights_back() -> None:
    live = LiveTraining()
    live.add(epoch([1, 1, 1, 0], number=0))
    live.add(epoch([0.2, 1, 1, 0], number=3))  # the second and third image are held out here
    assert live.weights is not None
    assert live.weights == pytest.approx([0.2, 1, 1, 0])
    live.add(epoch([1, 1, 1, 0], fold=1, number=0))  # the next fold starts with full trust
    assert live.weights[0] == pytest.approx(0.2)
    live.add(epoch([0.4, 0.3, 1, 0], fold=1, number=3))
    assert live.weights == pytest.approx([0.3, 0.3, 1, 0])


def test_a_fold_counts_by_the_share_of_its_epochs() -> None:
    live = LiveTraining()
    live.add(epoch([0.2, 0.9], number=3))
    live.add(epoch([0.8, 0.9], fold=1, number=0))  # a quarter of its epochs
    assert live.weights is not None
    assert live.weights[0] == pytest.approx((0.2 + 0.25 * 0.8) / 1.25)


def test_a_new_pass_starts_from_its_own_weights() -> None:
    live = LiveTraining()
    live.add(epoch([0.9, 0.9], number=3))
    live.add(epoch([0.1, 0.8], pass_index=1, number=0))
    assert live.weights == pytest.approx([0.1, 0.8])


def test_an_epoch_without_weights_still_counts() -> None:
    live = LiveTraining()
    live.add(epoch([], number=0))
    live.add(epoch([0.4, 1], number=1))
    assert live.epochs == 2
    assert live.curves[0].numbers == [1, 2]
    assert live.weights == pytest.approx([0.4, 1])


def test_images_outside_the_training_are_not_counted() -> None:
    live = LiveTraining()
    live.add(epoch([0.0, 0.1, 0.45, 0.5, 1.0], number=3))
    assert live.suspect_count() == 2
    assert live.top_suspects(12).tolist() == [1, 2]
    assert live.top_suspects(1).tolist() == [1]
    counts, _ = live.histogram()
    assert counts.sum() == 4
    assert counts[-1] == 1  # a weight of one belongs to the last bin


def test_the_top_suspects_are_the_lowest_weights_in_order() -> None:
    random = np.random.default_rng(0)
    weights = random.uniform(0.01, 1, 500).astype(np.float32)
    live = LiveTraining()
    live.add(epoch(weights.tolist(), number=3))
    assert live.top_suspects(12).tolist() == np.argsort(weights)[:12].tolist()


def test_stages_follow_each_other() -> None:
    clock = Clock()
    tracker = StageTracker(clock)
    tracker.add(Progress("fingerprint", 0, 10))
    clock.now += 2
    tracker.add(Progress("embed", 0, 100))
    clock.now += 1
    tracker.add(Progress("embed", 20, 100))
    assert [stage.name for stage in tracker.stages] == ["fingerprint", "embed"]
    assert tracker.stages[0].ended - tracker.stages[0].started == pytest.approx(2)
    assert tracker.current is tracker.stages[1]
    assert tracker.rate() == pytest.approx(20)
    assert tracker.seconds_left() == pytest.approx(4)
    clock.now += 1
    assert tracker.seconds_left() == pytest.approx(3)
    tracker.finish()
    assert tracker.current is None
    assert math.isnan(tracker.rate())


def test_what_was_done_before_a_restart_is_not_in_the_rate() -> None:
    clock = Clock()
    tracker = StageTracker(clock)
    tracker.add(Progress("train, pass 1", 30, 40))
    assert math.isnan(tracker.rate())
    clock.now += 2
    tracker.add(Progress("train, pass 1", 34, 40))
    assert tracker.rate() == pytest.approx(2)


def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    tracker = StageTracker(clock)
    done = 0
    for step in (100, 10):
        for _ in range(30):
            tracker.add(Progress("embed", done, 10_000))
            clock.now += 1
            done += step
    assert tracker.rate() == pytest.approx(10)


def test_a_pause_does_not_count() -> None:
    clock = Clock()
    tracker = StageTracker(clock)
    tracker.add(Progress("embed", 0, 100))
    clock.now += 1
    tracker.add(Progress("embed", 10, 100))
    tracker.hold()
    clock.now += 3600
    assert tracker.seconds_left() == pytest.approx(9)
    tracker.go_on()
    clock.now += 1
    tracker.add(Progress("embed", 20, 100))
    assert tracker.rate() == pytest.approx(10)
    assert tracker.steps(())[0].seconds == pytest.approx(2)


def test_an_unknown_total_has_no_time_left() -> None:
    clock = Clock()
    tracker = StageTracker(clock)
    tracker.add(Progress("scan", 0, 0))
    clock.now += 1
    tracker.add(Progress("scan", 5000, 0))
    assert tracker.rate() == pytest.approx(5000)
    assert math.isnan(tracker.seconds_left())


def test_steps_are_done_running_or_waiting() -> None:
    clock = Clock()
    tracker = StageTracker(clock)
    expected = training_steps(2)
    assert {step.state for step in tracker.steps(expected)} == {"waiting"}
    for stage in ("fingerprint", "load backbone", "embed", "prepare", "linear model, pass 1"):
        tracker.add(Progress(stage, 0, 0))
        clock.now += 1
    steps = {step.key: step for step in tracker.steps(expected)}
    assert list(steps) == ["files", "embed", "train-1", "train-2", "score", "write"]
    assert [step.state for step in steps.values()] == ["done"] * 2 + ["running"] + ["waiting"] * 3
    assert steps["embed"].seconds == pytest.approx(2)
    assert steps["train-1"].stage == "linear model, pass 1"


def test_a_step_that_was_passed_over_is_not_waited_for() -> None:
    tracker = StageTracker(Clock())
    for stage in ("fingerprint", "embed", "train, pass 1", "score"):
        tracker.add(Progress(stage, 0, 0))
    keys = [step.key for step in tracker.steps(training_steps(2))]
    assert keys == ["files", "embed", "train-1", "score", "write"]


@pytest.mark.parametrize(
    ("stage", "step"),
    [
        ("train, pass 3", "train-3"),
        ("prepare", "train-1"),
        ("make demo", "make demo"),
        ("fine-tune", "fine-tune"),
        ("fine-tune: train, pass 1", "fine-tune"),
    ],
)
def test_each_stage_has_a_step(stage: str, step: str) -> None:
    assert step_of(stage) == step


def test_weights_find_their_rows_in_the_whole_table() -> None:
    def training() -> Generator[Event, None, str]:
        yield Progress("embed", 1, 2)
        yield epoch([0.5, 0.25])
        return "result"

    events = aligned(training(), np.array([1, 3]), 4)
    assert next(events) == Progress("embed", 1, 2)
    event = next(events)
    assert isinstance(event, EpochEnd)
    assert event.weights.tolist() == [0, 0.5, 0, 0.25]
    with pytest.raises(StopIteration) as end:
        next(events)
    assert end.value.value == "result"

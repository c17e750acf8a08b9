from __future__ import annotations

import math
from collections.abc import Generator

import numpy as np
import pytest

from ahsml_app.base.events import EpochEnd, Event, FirstEstimate, Notice, Progress, Stage
from ahsml_app.session.pipeline.training_monitor import (
    BINS,
    StageTracker,
    StepKey,
    TrainingMonitor,
    aligned,
    step_of,
    training_steps,
)

FILES: StepKey = (Stage.FINGERPRINT, None)
FEATURES: StepKey = (Stage.EXTRACT_FEATURES, None)
SCORE: StepKey = (Stage.SCORE, None)
WRITE: StepKey = (Stage.WRITE, None)


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
    live = TrainingMonitor()
    live.add(Progress(Stage.EXTRACT_FEATURES, 1, 2))
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
    live = TrainingMonitor()
    for fold in range(2):
        for number in range(3):
            live.add(epoch([1, 1], fold=fold, number=number))
    assert live.epochs == 6
    assert [(c.fold, c.numbers) for c in live.curves] == [(0, [1, 2, 3]), (1, [1, 2, 3])]
    assert live.curves[0].losses == pytest.approx([1, 1 / 2, 1 / 3])


def test_a_new_fold_does_not_throw_the_weights_back() -> None:
    live = TrainingMonitor()
    live.add(epoch([1, 1, 1, 0], number=0))
    live.add(epoch([0.2, 1, 1, 0], number=3))  # the second and third image are held out here
    assert live.weights is not None
    assert live.weights == pytest.approx([0.2, 1, 1, 0])
    live.add(epoch([1, 1, 1, 0], fold=1, number=0))  # the next fold starts with full trust
    assert live.weights[0] == pytest.approx(0.2)
    live.add(epoch([0.4, 0.3, 1, 0], fold=1, number=3))
    assert live.weights == pytest.approx([0.3, 0.3, 1, 0])


def test_a_fold_counts_by_the_share_of_its_epochs() -> None:
    live = TrainingMonitor()
    live.add(epoch([0.2, 0.9], number=3))
    live.add(epoch([0.8, 0.9], fold=1, number=0))  # a quarter of its epochs
    assert live.weights is not None
    assert live.weights[0] == pytest.approx((0.2 + 0.25 * 0.8) / 1.25)


def test_a_new_pass_starts_from_its_own_weights() -> None:
    live = TrainingMonitor()
    live.add(epoch([0.9, 0.9], number=3))
    live.add(epoch([0.1, 0.8], pass_index=1, number=0))
    assert live.weights == pytest.approx([0.1, 0.8])


def test_an_epoch_without_weights_still_counts() -> None:
    live = TrainingMonitor()
    live.add(epoch([], number=0))
    live.add(epoch([0.4, 1], number=1))
    assert live.epochs == 2
    assert live.curves[0].numbers == [1, 2]
    assert live.weights == pytest.approx([0.4, 1])


def test_images_outside_the_training_are_not_counted() -> None:
    live = TrainingMonitor()
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
    live = TrainingMonitor()
    live.add(epoch(weights.tolist(), number=3))
    assert live.top_suspects(12).tolist() == np.argsort(weights)[:12].tolist()


def test_stages_follow_each_other() -> None:
    clock = Clock()
    tracker = StageTracker(clock)
    tracker.add(Progress(Stage.FINGERPRINT, 0, 10))
    clock.now += 2
    tracker.add(Progress(Stage.EXTRACT_FEATURES, 0, 100))
    clock.now += 1
    tracker.add(Progress(Stage.EXTRACT_FEATURES, 20, 100))
    assert [stage.progress.stage for stage in tracker.stages] == [
        Stage.FINGERPRINT,
        Stage.EXTRACT_FEATURES,
    ]
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
    tracker.add(Progress(Stage.TRAIN, 30, 40, pass_index=0))
    assert math.isnan(tracker.rate())
    clock.now += 2
    tracker.add(Progress(Stage.TRAIN, 34, 40, pass_index=0))
    assert tracker.rate() == pytest.approx(2)


def test_the_rate_is_that_of_the_last_seconds() -> None:
    clock = Clock()
    tracker = StageTracker(clock)
    done = 0
    for step in (100, 10):
        for _ in range(30):
            tracker.add(Progress(Stage.EXTRACT_FEATURES, done, 10_000))
            clock.now += 1
            done += step
    assert tracker.rate() == pytest.approx(10)


def test_a_pause_does_not_count() -> None:
    clock = Clock()
    tracker = StageTracker(clock)
    tracker.add(Progress(Stage.EXTRACT_FEATURES, 0, 100))
    clock.now += 1
    tracker.add(Progress(Stage.EXTRACT_FEATURES, 10, 100))
    tracker.pause()
    clock.now += 3600
    assert tracker.seconds_left() == pytest.approx(9)
    tracker.resume()
    clock.now += 1
    tracker.add(Progress(Stage.EXTRACT_FEATURES, 20, 100))
    assert tracker.rate() == pytest.approx(10)
    assert tracker.steps(())[0].seconds == pytest.approx(2)


def test_a_job_that_is_stopped_while_paused_took_no_longer() -> None:
    clock = Clock()
    tracker = StageTracker(clock)
    tracker.add(Progress(Stage.EXTRACT_FEATURES, 0, 100))
    clock.now += 2
    tracker.pause()
    clock.now += 3600
    tracker.finish()
    assert tracker.current is None
    assert tracker.steps(())[0].seconds == pytest.approx(2)
    tracker.add(Progress(Stage.TRAIN, 0, 40, pass_index=0))
    clock.now += 1
    tracker.add(Progress(Stage.TRAIN, 10, 40, pass_index=0))
    assert tracker.seconds_left() == pytest.approx(3)


def test_an_unknown_total_has_no_time_left() -> None:
    clock = Clock()
    tracker = StageTracker(clock)
    tracker.add(Progress(Stage.SCAN))
    clock.now += 1
    tracker.add(Progress(Stage.SCAN, 5000, 0))
    assert tracker.rate() == pytest.approx(5000)
    assert math.isnan(tracker.seconds_left())


def test_steps_are_done_running_or_waiting() -> None:
    clock = Clock()
    tracker = StageTracker(clock)
    expected = training_steps(2)
    assert {step.state for step in tracker.steps(expected)} == {"waiting"}
    for progress in (
        Progress(Stage.FINGERPRINT),
        Progress(Stage.LOAD_BACKBONE),
        Progress(Stage.EXTRACT_FEATURES),
        Progress(Stage.PREPARE),
        Progress(Stage.LINEAR_MODEL, pass_index=0),
    ):
        tracker.add(progress)
        clock.now += 1
    steps = {step.key: step for step in tracker.steps(expected)}
    assert list(steps) == [FILES, FEATURES, (Stage.TRAIN, 0), (Stage.TRAIN, 1), SCORE, WRITE]
    assert [step.state for step in steps.values()] == ["done"] * 2 + ["running"] + ["waiting"] * 3
    assert steps[FEATURES].seconds == pytest.approx(2)
    assert steps[Stage.TRAIN, 0].progress == Progress(Stage.LINEAR_MODEL, pass_index=0)


def test_a_step_that_was_passed_over_is_not_waited_for() -> None:
    tracker = StageTracker(Clock())
    for stage in (Stage.FINGERPRINT, Stage.EXTRACT_FEATURES, Stage.TRAIN, Stage.SCORE):
        tracker.add(Progress(stage, pass_index=0 if stage is Stage.TRAIN else None))
    keys = [step.key for step in tracker.steps(training_steps(2))]
    assert keys == [FILES, FEATURES, (Stage.TRAIN, 0), SCORE, WRITE]


def test_the_folds_of_a_pass_are_one_stage_and_its_passes_are_two() -> None:
    tracker = StageTracker(Clock())
    for pass_index in range(2):
        for fold in range(3):
            tracker.add(Progress(Stage.TRAIN, fold + 1, 3, pass_index=pass_index, fold=fold))
    assert [stage.progress.pass_index for stage in tracker.stages] == [0, 1]


@pytest.mark.parametrize(
    ("progress", "step"),
    [
        (Progress(Stage.TRAIN, pass_index=2), (Stage.TRAIN, 2)),
        (Progress(Stage.EMBEDDINGS, pass_index=1), (Stage.TRAIN, 1)),
        (Progress(Stage.PREPARE), (Stage.TRAIN, 0)),
        (Progress(Stage.MAKE_DEMO), (Stage.MAKE_DEMO, None)),
        (Progress(Stage.FINETUNE, 1, 9, fold=2), (Stage.FINETUNE, None)),
        (Progress(Stage.FINETUNE, part=Stage.TRAIN, pass_index=0), (Stage.FINETUNE, None)),
    ],
)
def test_each_stage_has_a_step(progress: Progress, step: StepKey) -> None:
    assert step_of(progress) == step


def test_weights_find_their_rows_in_the_whole_table() -> None:
    def training() -> Generator[Event, None, str]:
        yield Progress(Stage.EXTRACT_FEATURES, 1, 2)
        yield epoch([0.5, 0.25])
        return "result"

    events = aligned(training(), np.array([1, 3]), 4)
    assert next(events) == Progress(Stage.EXTRACT_FEATURES, 1, 2)
    event = next(events)
    assert isinstance(event, EpochEnd)
    assert event.weights.tolist() == [0, 0.5, 0, 0.25]
    with pytest.raises(StopIteration) as end:
        next(events)
    assert end.value.value == "result"


def test_the_first_estimate_counts_until_a_fold_has_trained() -> None:
    live = TrainingMonitor()
    live.add(FirstEstimate(np.array([0.2, 0.9, 0.0], dtype=np.float32), 0.45))
    assert live.top_suspects(12).tolist() == [0]
    assert live.noise_rate == 0.45
    live.add(epoch([1, 1, 0]))  # the warm-up changes no weight
    assert live.weights is not None
    assert live.weights.tolist() == pytest.approx([0.2, 0.9, 0.0])
    live.add(epoch([0.7, 1, 0], number=1))
    assert live.weights.tolist() == pytest.approx([0.7, 0.9, 0.0])


def test_a_first_estimate_of_some_samples_is_aligned_with_the_table() -> None:
    def job() -> Generator[Event, None, None]:
        yield FirstEstimate(np.array([0.5, 0.25], dtype=np.float32), 0.6)

    (event,) = list(aligned(job(), np.array([0, 3]), 4))
    assert isinstance(event, FirstEstimate)
    assert event.weights.tolist() == [0.5, 0, 0, 0.25]

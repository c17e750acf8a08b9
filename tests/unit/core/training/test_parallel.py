from __future__ import annotations

import threading
from collections.abc import Generator
from functools import partial

import pytest

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import Event, Progress, Stage
from ahsml_app.core.training.parallel import Fit, run_fits

FITS = 5


def fit(number: int) -> Generator[Event, None, int]:
    for step in range(4):
        yield Progress(Stage.TRAIN, step, 4, fold=number)
    return number * number


def broken(error: Exception) -> Generator[Event, None, int]:
    yield Progress(Stage.TRAIN)
    raise error


def endless() -> Generator[Event, None, int]:
    while True:
        yield Progress(Stage.TRAIN)


def finished(fits: list[Fit[int]], parallel_fits: int) -> tuple[list[Event], list[tuple[int, int]]]:
    taken: list[tuple[int, int]] = []
    context = RunContext(parallel_fits=parallel_fits)
    return list(run_fits(fits, lambda *each: taken.append(each), context)), taken


@pytest.mark.parametrize("parallel_fits", [2, 3, FITS + 1])
def test_events_and_results_come_as_if_one_had_followed_the_other(parallel_fits: int) -> None:
    fits: list[Fit[int]] = [partial(fit, number) for number in range(FITS)]
    events, taken = finished(fits, parallel_fits)
    assert (events, taken) == finished(fits, 1)
    assert taken == [(number, number**2) for number in range(FITS)]


def test_fits_really_run_at_the_same_time() -> None:
    meeting = threading.Barrier(2, timeout=60)

    def waits() -> Generator[Event, None, int]:
        yield Progress(Stage.TRAIN)
        return meeting.wait()

    _, taken = finished([waits, waits], 2)
    assert sorted(result for _, result in taken) == [0, 1]


@pytest.mark.parametrize("place", [0, 1, 2])
def test_what_goes_wrong_in_one_fit_ends_all(place: int) -> None:
    fits: list[Fit[int]] = [partial(fit, 0), partial(fit, 1)]
    fits.insert(place, partial(broken, ZeroDivisionError("wrong")))
    with pytest.raises(ZeroDivisionError, match="wrong"):
        finished([*fits, endless], 2)
    assert not running()


def test_a_cancelled_or_dropped_run_leaves_no_thread() -> None:
    context = RunContext(parallel_fits=2)
    events = run_fits([endless, endless], lambda *_: None, context)
    next(events)
    context.cancel.cancel()
    with pytest.raises(Cancelled):
        next(events)
    assert not running()
    dropped = run_fits([endless, endless], lambda *_: None, RunContext(parallel_fits=2))
    next(dropped)
    dropped.close()
    assert not running()


def running() -> list[str]:
    return [each.name for each in threading.enumerate() if each.name.startswith("fit")]

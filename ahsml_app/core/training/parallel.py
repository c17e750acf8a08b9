"""Independent fits at the same time, each in a thread of its own, told of in order.

The fits of cross-fitting share nothing, so that a result does not depend on how many run at a time.
Numpy and torch let other threads go on while they compute.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import TypeVar

from ahsml_app.base.events import CancelToken, Event

_PATIENCE = 0.2  # seconds between two looks at the cancel token

Result = TypeVar("Result")
Fit = Callable[[], Generator[Event, None, Result]]
_Told = SimpleQueue[Event | None]


def side_by_side(
    fits: Sequence[Fit[Result]],
    take: Callable[[int, Result], None],
    at_once: int,
    cancel: CancelToken,
) -> Generator[Event, None, None]:
    """Run fits, some at a time, and pass their events on as if one had followed the other.

    Args:
        fits: Each gives a generator, which is run in one thread.
        take: Is given the place of a fit and what it returned, one by one, in their order.
        at_once: How many run at a time; 1 runs them one by one in the thread of the caller.
        cancel: Asks to stop.

    Yields:
        The events of the first, then those of the second, and so on.

    Raises:
        Cancelled: When asked to stop.
    """
    if at_once == 1 or len(fits) == 1:
        for place, fit in enumerate(fits):
            take(place, (yield from fit()))
        return
    stop = threading.Event()
    with ThreadPoolExecutor(at_once, thread_name_prefix="fit") as pool:
        running = deque[tuple[Future[Result | None], _Told]]()
        for fit in fits:
            told: _Told = SimpleQueue()
            running.append((pool.submit(_run, fit, told, stop), told))
        try:
            for place in range(len(fits)):
                future, told = running.popleft()  # a result that was taken is not held any longer
                while (event := _next(told, cancel)) is not None:
                    yield event
                take(place, _result(future))
        finally:  # also where the caller or one of the fits stops early
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)


def _run(fit: Fit[Result], told: _Told, stop: threading.Event) -> Result | None:
    events = fit()
    try:
        while not stop.is_set():
            told.put(next(events))
    except StopIteration as end:
        result: Result = end.value
        return result
    finally:
        events.close()
        told.put(None)
    return None


def _next(told: _Told, cancel: CancelToken) -> Event | None:
    while True:
        cancel.check()
        try:
            return told.get(timeout=_PATIENCE)
        except Empty:
            continue


def _result(future: Future[Result | None]) -> Result:
    result = future.result()
    if result is None:
        raise RuntimeError("a fit ended without a result")
    return result

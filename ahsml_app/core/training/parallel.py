"""Runs independent fits in threads and yields their events in order.

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

from ahsml_app.base.context import RunContext
from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken, Event, drive

_PATIENCE = 0.2  # seconds between two looks at the cancel token

Result = TypeVar("Result")
Fit = Callable[[], Generator[Event, None, Result]]
_Told = SimpleQueue[Event | None]


def side_by_side(
    fits: Sequence[Fit[Result]],
    take: Callable[[int, Result], None],
    context: RunContext,
) -> Generator[Event, None, None]:
    """Run fits, some at a time, and pass their events on as if one had followed the other.

    Args:
        fits: Each gives a generator, which is run in one thread.
        take: Is given the index of a fit and what it returned, one by one, in their order.
        context: How many run at a time (with 1 they run one by one in the thread of the caller),
            and how to stop.

    Yields:
        The events of the first, then those of the second, and so on.

    Raises:
        Cancelled: When asked to stop.
    """
    if context.parallel_fits == 1 or len(fits) == 1:
        for index, fit in enumerate(fits):
            take(index, (yield from fit()))
        return
    stop = threading.Event()
    with ThreadPoolExecutor(context.parallel_fits, thread_name_prefix="fit") as pool:
        running = deque[tuple[Future[Result], _Told]]()
        for fit in fits:
            told: _Told = SimpleQueue()
            running.append((pool.submit(_run, fit, told, stop), told))
        try:
            for index in range(len(fits)):
                future, told = running.popleft()  # a result that was taken is not held any longer
                while (event := _next(told, context.cancel)) is not None:
                    yield event
                take(index, future.result())
        finally:  # also where the caller or one of the fits stops early
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)


def _run(fit: Fit[Result], told: _Told, stop: threading.Event) -> Result:
    def put(event: Event) -> None:
        told.put(event)
        if stop.is_set():  # nobody waits for the result any more
            raise Cancelled

    try:
        return drive(fit(), put)
    finally:
        told.put(None)


def _next(told: _Told, cancel: CancelToken) -> Event | None:
    while True:
        cancel.check()
        try:
            return told.get(timeout=_PATIENCE)
        except Empty:
            continue

"""Runs independent fits in threads and yields their events in order.

The fits of cross-fitting share nothing, so results do not depend on how many run at a time. Numpy
and torch release the interpreter's lock while they compute.
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

_PATIENCE = 0.2  # seconds between two checks of the cancel token

Result = TypeVar("Result")
Fit = Callable[[], Generator[Event, None, Result]]
_EventQueue = SimpleQueue[Event | None]


def run_fits(
    fits: Sequence[Fit[Result]],
    take: Callable[[int, Result], None],
    context: RunContext,
) -> Generator[Event, None, None]:
    """Runs independent fits in threads and yields their events in order.

    Args:
        fits: Functions that return the generator of one fit; each runs in one thread.
        take: Called with the index and the result of each fit, in order.
        context: Number of fits at a time, and cancel token. With 1, fits run in the caller's
            thread.

    Yields:
        All events of the first fit, then those of the second, and so on.

    Raises:
        Cancelled: When asked to stop.
    """
    if context.parallel_fits == 1 or len(fits) == 1:
        for index, fit in enumerate(fits):
            take(index, (yield from fit()))
        return
    stop = threading.Event()
    with ThreadPoolExecutor(context.parallel_fits, thread_name_prefix="fit") as pool:
        running = deque[tuple[Future[Result], _EventQueue]]()
        for fit in fits:
            events: _EventQueue = SimpleQueue()
            running.append((pool.submit(_run, fit, events, stop), events))
        try:
            for index in range(len(fits)):
                future, events = running.popleft()  # a result is freed once it was taken
                while (event := _next(events, context.cancel)) is not None:
                    yield event
                take(index, future.result())
        finally:  # also when the caller or a fit stops early
            stop.set()
            pool.shutdown(wait=False, cancel_futures=True)


def _run(fit: Fit[Result], events: _EventQueue, stop: threading.Event) -> Result:
    def put(event: Event) -> None:
        events.put(event)
        if stop.is_set():  # the result is no longer needed
            raise Cancelled

    try:
        return drive(fit(), put)
    finally:
        events.put(None)


def _next(events: _EventQueue, cancel: CancelToken) -> Event | None:
    while True:
        cancel.check()
        try:
            return events.get(timeout=_PATIENCE)
        except Empty:
            continue

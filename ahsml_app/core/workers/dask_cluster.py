"""Runs parts of a job on the workers of a Dask cluster, which may be lost and may come back.

The environment variable AHSML_APP_DASK holds the address of the scheduler, such as tcp://first:8786.
Dask is the extra "dask", and is imported only where that variable is set.
"""

from __future__ import annotations

import importlib.util
import os
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ahsml_app.base.errors import AppError, OptionError, ProcessesError
from ahsml_app.base.events import CancelToken
from ahsml_app.base.message import Message

ADDRESS_VARIABLE = "AHSML_APP_DASK"

PATIENCE = 60.0
"""Seconds without any worker after which the cluster counts as lost."""

PACKAGE = "ahsml_app"

_LOOK_SECONDS = 0.2  # between two checks of the cancel token
_AHEAD = 3  # parts per worker that wait there


def cluster_address() -> str:
    """Address of the scheduler of the cluster that takes part in this job; empty for none."""
    return os.environ.get(ADDRESS_VARIABLE, "")


def run_parts(
    work: Callable[[Any, Any], Any], shared: object, parts: Sequence[Any], cancel: CancelToken
) -> Iterator[tuple[int, Any]]:
    """Runs `work(shared, part)` for each part on the workers of the cluster.

    A part whose worker is lost is done by another one.

    Args:
        work: A function of this package, which the workers import.
        shared: What all parts need; it is sent to each worker once.
        parts: Values that can be pickled.
        cancel: Requests a stop.

    Yields:
        Number and result of a part, in the order in which they are done.

    Raises:
        Cancelled: When asked to stop.
        OptionError: Without the extra "dask".
        ProcessesError: Without a scheduler or workers, or when a part fails on them.
    """
    with _connected(cluster_address()) as client:
        (common,) = client.scatter([shared], broadcast=True, hash=False)
        under_way: dict[Any, int] = {}
        left = iter(range(len(parts)))
        seen = time.monotonic()
        while True:
            workers = len(client.scheduler_info(n_workers=-1)["workers"])
            seen = time.monotonic() if workers else seen
            if time.monotonic() - seen > PATIENCE:
                raise _lost(Message("All workers of the Dask cluster are lost."))
            while len(under_way) < max(1, workers) * _AHEAD and (n := next(left, None)) is not None:
                under_way[client.submit(work, common, parts[n], pure=False)] = n
            if not under_way:
                return
            for future in _done(under_way, cancel):
                number = under_way.pop(future)
                yield number, _result(future)


def _connected(address: str) -> Any:
    try:
        from distributed import Client
    except ImportError as error:
        raise OptionError(
            Message("{name} is set, but Dask is missing.", name=ADDRESS_VARIABLE),
            hint='Install it: pip install "ahsml-app[dask]"',
        ) from error
    try:
        client = Client(address, timeout=PATIENCE)
    except (OSError, ValueError) as error:
        raise _lost(
            Message("The Dask scheduler {address} does not answer.", address=address), error
        ) from error
    try:
        client.wait_for_workers(1, timeout=PATIENCE)
    except TimeoutError as error:
        client.close()
        raise _lost(Message("The Dask cluster has no worker."), error) from error
    # A scheduler that cannot read a part says nothing, and the part is never done.
    if client.run_on_scheduler(importlib.util.find_spec, PACKAGE) is None:
        client.close()
        raise OptionError(
            Message("This program is not installed where the Dask scheduler runs."),
            hint="Install the same version of it on all machines of the cluster.",
        )
    return client


def _done(under_way: dict[Any, int], cancel: CancelToken) -> list[Any]:
    """Those that are done, after a moment at most."""
    from distributed import wait

    cancel.check()
    try:
        return list(
            wait(list(under_way), timeout=_LOOK_SECONDS, return_when="FIRST_COMPLETED").done
        )
    except TimeoutError:
        return []


def _result(future: Any) -> Any:
    try:
        return future.result()
    except AppError:
        raise
    except Exception as error:  # of any kind: the part ran elsewhere
        raise _lost(Message("A part of the job failed on the Dask cluster."), error) from error


def _lost(message: Message, error: Exception | None = None) -> ProcessesError:
    return ProcessesError(
        message,
        hint="What was done is kept; start again with --resume when scheduler and workers run.",
        details="" if error is None else repr(error),
    )

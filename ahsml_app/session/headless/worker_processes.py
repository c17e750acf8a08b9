"""One job in several processes: rank 0 runs it, the others work for it."""

from __future__ import annotations

import contextlib
import logging
import signal
import threading
from collections.abc import Iterator

from ahsml_app.base.errors import ProcessesError
from ahsml_app.base.torchrun import Launch
from ahsml_app.session.pipeline.preload_torch import preload_torch

_TIMEOUT = 5.0  # seconds; the launcher kills soon


@contextlib.contextmanager
def distributed(launch: Launch, device: str) -> Iterator[None]:
    """Joins the process group as rank 0, so that the workers take part in the job of the block.

    Args:
        launch: Rank of this process.
        device: auto, cpu, cuda or mps.

    Raises:
        DeviceError: The processes have no device that they can work on together.
        ProcessesError: A worker failed or died.
    """
    preload_torch()
    from ahsml_app.core.distributed.process_group import join_group

    with join_group(launch, device):
        yield


def lost_worker() -> ProcessesError | None:
    """Returns which worker failed or died, for a thread that is about to end the process.

    Returns None if all are alive, or if the answer takes too long: the main thread may hold the
    lock that the check needs.
    """
    from ahsml_app.core.distributed.process_group import announce_shutdown, find_lost_process

    causes: list[ProcessesError | None] = []

    def check() -> None:
        with contextlib.suppress(RuntimeError):
            causes.append(find_lost_process(KeyboardInterrupt()))
        announce_shutdown()

    thread = threading.Thread(target=check, daemon=True)
    thread.start()
    thread.join(_TIMEOUT)
    return causes[0] if causes else None


def work_for_rank_0(launch: Launch, device: str) -> None:
    """Works for rank 0 until it is done; for all other processes.

    Rank 0 decides when to stop, so this process ignores SIGINT. It writes nothing: warnings of
    libraries are dropped here, because rank 0 has the same ones in its log.

    Args:
        launch: Rank of this process.
        device: auto, cpu, cuda or mps.

    Raises:
        AppError: With a message and a hint.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.captureWarnings(True)
    logging.getLogger().addHandler(logging.NullHandler())
    preload_torch()
    from ahsml_app.core.distributed.process_group import join_group
    from ahsml_app.core.workers.worker_loop import run_worker

    with join_group(launch, device):
        run_worker()

"""Questions to disks, which may never be answered."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")

logger = logging.getLogger(__name__)


def answers(questions: Sequence[Callable[[], T]], default: T, seconds: float) -> list[T]:
    """Asks all at once, and waits a limited time for all together.

    A call to a network disk that has gone returns after minutes or never; its thread is left alone.

    Args:
        questions: Functions that only read.
        default: Stands for an answer that has not come in time, or has failed.
        seconds: Longest wait.

    Returns:
        The answers, in the order of the questions.
    """
    found = [default] * len(questions)

    def ask(number: int) -> None:
        try:
            found[number] = questions[number]()
        except Exception as error:  # of whatever a disk holds
            logger.info("a question was not answered: %r", error)

    threads = [threading.Thread(target=ask, args=(n,), daemon=True) for n in range(len(questions))]
    for thread in threads:
        thread.start()
    until = time.monotonic() + seconds
    for thread in threads:
        thread.join(max(0.0, until - time.monotonic()))
    return list(found)

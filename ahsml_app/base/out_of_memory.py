"""Tells the want of memory from other failures: libraries say it each in their own way."""

from __future__ import annotations

import errno

_WORDS = (
    "not enough memory",
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
    "failed to allocate",
    "bad_alloc",
    "can't start new thread",
    "could not create a primitive",
)
"""What torch, oneDNN, OpenVINO, NumPy and Python say, in lower case."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether work failed because the process could not get more memory of the machine."""
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in text for words in _WORDS)

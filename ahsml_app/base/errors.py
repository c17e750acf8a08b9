"""Expected failures: each says what happened, to which file, and what the user can do next."""

from __future__ import annotations

import enum
import errno

from ahsml_app.base.message import Message, as_message

_MEMORY_WORDS = (
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


class ExitCode(enum.IntEnum):
    """Process exit codes; docs/reference.md lists them."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    INPUT = 3
    LABELS = 4
    OUTPUT = 5
    BACKBONE = 6
    DEVICE = 7
    NO_DISPLAY = 8
    PROJECT = 9
    PROCESSES = 10
    DECISIONS = 11
    CONDITION = 12
    PLUGIN = 13
    CANCELLED = 130


class AppError(Exception):
    """An expected failure.

    Args:
        message: What happened, with the file and line if there is one; a `Message` if the sentence
            has arguments.
        hint: What to do next, as an instruction.
        details: Technical details for a bug report.
    """

    exit_code = ExitCode.INTERNAL

    def __init__(
        self, message: Message | str, *, hint: Message | str = "", details: str = ""
    ) -> None:
        super().__init__(str(message))
        self.message = as_message(message)
        self.hint = as_message(hint)
        self.details = details

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class OptionError(AppError):
    """An option has an invalid value."""

    exit_code = ExitCode.USAGE


class InputError(AppError):
    """The image folder cannot be used."""

    exit_code = ExitCode.INPUT


class LabelsError(AppError):
    """The labels (manifest or class folders) cannot be used."""

    exit_code = ExitCode.LABELS


class OutputError(AppError):
    """The results cannot be written to the requested folder."""

    exit_code = ExitCode.OUTPUT


class ProjectError(AppError):
    """A project cannot be opened, read or written."""

    exit_code = ExitCode.PROJECT


class ProjectHeldError(ProjectError):
    """Another process holds the lock of the project, and may be writing it."""


class DecisionLogError(AppError):
    """A decision log cannot be used, or was changed since it was written."""

    exit_code = ExitCode.DECISIONS


class BackboneError(AppError):
    """The backbone cannot be loaded."""

    exit_code = ExitCode.BACKBONE


class DeviceError(AppError):
    """The computing device cannot be used."""

    exit_code = ExitCode.DEVICE


class ProcessesError(AppError):
    """Another process of a distributed run failed or died."""

    exit_code = ExitCode.PROCESSES


class PluginError(AppError):
    """A plug-in cannot be used; the message names its package."""

    exit_code = ExitCode.PLUGIN


class Cancelled(Exception):  # noqa: N818 - an outcome, not an error
    """The run was stopped on request; it can be resumed from its checkpoints."""


def is_out_of_memory(error: BaseException) -> bool:
    """Whether work failed because the process could not get more memory of the machine."""
    if isinstance(error, MemoryError):
        return True
    if isinstance(error, OSError):
        return error.errno == errno.ENOMEM
    text = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in text for words in _MEMORY_WORDS)

"""Reads decision logs: from a file, an export, or a project."""

from __future__ import annotations

import json
from pathlib import Path

from ahsml_app.base.errors import DecisionLogError
from ahsml_app.base.message import Message
from ahsml_app.session.project.log_state import LogState, state_after
from ahsml_app.store.decision_log import (
    LOG_FILE,
    LoggedStep,
    LogSeal,
    broken_lines,
    read_lines,
    seal_of,
    steps_of,
)
from ahsml_app.store.project_folder import ProjectFolder, is_project

_RUN_FILE = "run.json"


def log_lines(path: Path) -> list[str]:
    """The lines of a decision log, broken or not.

    Args:
        path: The file, the folder of an export, or a project.

    Raises:
        DecisionLogError: If there is no decision log.
        ProjectError: If the project cannot be used.
    """
    if is_project(path):
        files = ProjectFolder.inspect(path)  # reading a log changes nothing
        try:
            return list(files.journal.log())
        finally:
            files.close()
    return read_lines(_log_file(path))


def logged_steps(path: Path) -> tuple[LoggedStep, ...]:
    """The steps of a decision log (see `log_lines`).

    Raises:
        DecisionLogError: If it is none, or not as it was written.
        ProjectError: If the project cannot be used.
    """
    return steps_of(log_lines(path), path)


def logged_state(path: Path) -> LogState:
    """The state at the end of a decision log (see `log_lines`).

    Raises:
        DecisionLogError: If it is none, is not as it was written, or contradicts itself.
        ProjectError: If the project cannot be used.
    """
    try:
        return state_after(logged_steps(path))
    except ValueError as error:
        raise DecisionLogError(
            Message("{path} contradicts itself: {reason}.", path=path, reason=error),
            hint="Ask for the file as it was exported.",
        ) from error


def verify_log(path: Path) -> tuple[LogSeal, tuple[Message, ...]]:
    """Checks a decision log, for auditors (see `log_lines`).

    Returns:
        What to compare with a note of the export, and what is not as it was written.

    Raises:
        DecisionLogError: If there is no decision log.
        ProjectError: If the project cannot be used.
    """
    lines = log_lines(path)
    problems = list(broken_lines(lines))
    if not problems:
        try:
            state_after(steps_of(lines, path))
        except ValueError as error:
            problems.append(Message("The log contradicts itself: {reason}.", reason=error))
        except DecisionLogError as error:
            problems.append(error.message)
    seal = seal_of(lines) or LogSeal(0, "")
    noted = None if is_project(path) else _noted_seal(_log_file(path).with_name(_RUN_FILE))
    if noted is not None and noted != seal:
        problems.append(
            Message(
                "{name} beside it notes {lines:,} lines with the last hash {last_hash}.",
                name=_RUN_FILE,
                lines=noted.lines,
                last_hash=noted.last_hash,
            )
        )
    return seal, tuple(problems)


def _log_file(path: Path) -> Path:
    return path / LOG_FILE if path.is_dir() else path


def _noted_seal(run_file: Path) -> LogSeal | None:
    """The seal that an export noted; None if there is no such note."""
    try:
        note = json.loads(run_file.read_text("utf-8"))["decision_log"]
        return LogSeal(int(note["lines"]), str(note["last_hash"]))
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return None

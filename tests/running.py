"""Runs the work of the application, which comes as generators of events, to its end."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from ahsml_app.base.events import Event, drive

Result = TypeVar("Result")


def finish(events: Generator[Event, None, Result]) -> tuple[list[Event], Result]:
    """All events, and the result."""
    seen: list[Event] = []
    return seen, drive(events, seen.append)


def result_of(events: Generator[Event, None, Result]) -> Result:
    """The result; the events are let go."""
    return finish(events)[1]

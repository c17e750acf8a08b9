"""Runs the jobs of the application, which are generators of events, to their end."""

from __future__ import annotations

from collections.abc import Generator
from typing import TypeVar

from ahsml_app.base.events import Event, drive

Result = TypeVar("Result")


def finish(events: Generator[Event, None, Result]) -> tuple[list[Event], Result]:
    """Runs a job; returns all events and the result."""
    emitted: list[Event] = []
    return emitted, drive(events, emitted.append)


def result_of(events: Generator[Event, None, Result]) -> Result:
    """Runs a job; returns the result and drops the events."""
    return finish(events)[1]

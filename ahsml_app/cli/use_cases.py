"""The functions of the session that the command calls, loaded on demand."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from ahsml_app.base.events import CancelToken, Event

if TYPE_CHECKING:
    from ahsml_app.base.options.run_options import RunOptions
    from ahsml_app.session import ExportSummary, RunSummary


class RunJob(Protocol):
    """The signature of `session.run_job`."""

    def __call__(
        self,
        options: RunOptions,
        *,
        resume: bool = False,
        force: bool = False,
        trust_images: bool = False,
        cancel: CancelToken | None = None,
    ) -> Generator[Event, None, RunSummary | ExportSummary]:
        """Runs the whole job; see `session.run_job`."""


@dataclass(frozen=True, slots=True)
class UseCases:
    """The functions behind the command.

    Attributes:
        run_job: Runs a job.
        make_demo: Fills a folder with the images of the demo; returns the image folder.
        planted_errors: Paths of the images whose labels the demo changed.
    """

    run_job: RunJob
    make_demo: Callable[[Path], Path]
    planted_errors: Callable[[Path], frozenset[str]]


def session_use_cases() -> UseCases:
    """The use cases of the session."""
    from ahsml_app import session

    return UseCases(session.run_job, session.make_demo, session.planted_errors)

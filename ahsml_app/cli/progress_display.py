"""Shows the events of a job as bars, plain lines, lines of JSON, or not at all."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Hashable, Iterator
from typing import TYPE_CHECKING, TextIO

from ahsml_app.base.events import EpochEnd, Event, FirstEstimate, Notice, Progress
from ahsml_app.base.message import shown_lines
from ahsml_app.cli.messages import epoch_text, event_line, first_estimate_text, stage_text

if TYPE_CHECKING:
    from rich.progress import Progress as Bars
    from rich.progress import TaskID

Show = Callable[[Event], None]

_SECONDS_BETWEEN_LINES = 5.0


def write_line(stream: TextIO, text: str) -> None:
    """Prints text; a broken pipe does not stop the run.

    Control characters, which names of files may hold, are escaped.
    """
    try:
        stream.write(f"{shown_lines(text)}\n")
        stream.flush()
    except OSError:
        with contextlib.suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


@contextlib.contextmanager
def event_display(*, json: bool, quiet: bool, stdout: TextIO, stderr: TextIO) -> Iterator[Show]:
    """Yields the function that shows events, as the options and the terminal require.

    Args:
        json: Whether to print lines of JSON to `stdout`.
        quiet: Whether to show nothing; `json` wins.
        stdout: Stream for programs.
        stderr: Stream for people: bars on a terminal, plain lines elsewhere.
    """
    if json:
        yield lambda event: write_line(stdout, event_line(event))
    elif quiet:
        yield lambda _: None
    elif stderr.isatty():
        with _bars(stderr) as bars:
            yield _BarView(bars)
    else:
        yield LineView(lambda text: write_line(stderr, text))


class LineView:
    """Writes plain lines: at most one every five seconds per stage, and one at its end.

    Args:
        write: Writes a line.
        clock: Monotonic clock in seconds.
    """

    def __init__(
        self, write: Callable[[str], None], clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write = write
        self._clock = clock
        self._started: dict[Hashable, tuple[float, int]] = {}
        self._written: dict[Hashable, float] = {}

    def __call__(self, event: Event) -> None:
        """Shows one event."""
        match event:
            case Progress():
                self._progress(event)
            case EpochEnd():
                if self._due("epoch", last=event.epoch + 1 == event.epochs):
                    self._write(epoch_text(event))
            case FirstEstimate():
                self._write(first_estimate_text(event))
            case Notice():
                self._write(f"{event.level}: {event.message}")

    def _progress(self, event: Progress) -> None:
        now = self._clock()
        start, first = self._started.setdefault(event.key, (now, event.done))
        if not self._due(event.key, last=0 < event.total <= event.done):
            return
        amount = f"{event.done}/{event.total}" if event.total else str(event.done)
        rate = _rate_text(event, event.done - first, now - start)
        self._write(f"{stage_text(event)} {amount}{rate}")

    def _due(self, key: Hashable, *, last: bool) -> bool:
        now = self._clock()
        written = self._written.get(key)
        if not last and written is not None and now - written < _SECONDS_BETWEEN_LINES:
            return False
        self._written[key] = now
        return True


def _rate_text(event: Progress, done: int, seconds: float) -> str:
    if done <= 0 or seconds <= 0:
        return ""
    rate = done / seconds
    left = (event.total - event.done) / rate
    return f" ({rate:.0f}/s" + (f", {_duration(left)} left)" if left > 0 else ")")


def _duration(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def _bars(stderr: TextIO) -> Bars:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[rate]}", style="dim"),
        TimeRemainingColumn(compact=True, elapsed_when_finished=True),
        TextColumn("{task.fields[note]}", style="dim", markup=False),
        console=Console(file=stderr),
    )


class _BarView:
    """Draws a bar per stage, with its rate and the time left."""

    def __init__(self, bars: Bars) -> None:
        self._bars = bars
        self._tasks: dict[Hashable, TaskID] = {}
        self._latest: TaskID | None = None

    def __call__(self, event: Event) -> None:
        """Shows one event."""
        match event:
            case Progress():
                self._progress(event)
            case EpochEnd() if self._latest is not None:
                self._bars.update(self._latest, note=f"loss {event.loss:.3f}")
            case FirstEstimate():
                self._bars.console.print(first_estimate_text(event), highlight=False)
            case Notice():
                text = shown_lines(f"{event.level}: {event.message}")
                self._bars.console.print(text, markup=False, highlight=False)

    def _progress(self, event: Progress) -> None:
        task = self._tasks.get(event.key)
        if task is None:
            task = self._bars.add_task(stage_text(event), total=None, rate="", note="")
            self._tasks[event.key] = task
        self._latest = task
        speed = self._bars.tasks[self._bars.task_ids.index(task)].speed
        self._bars.update(
            task,
            completed=event.done,
            total=event.total or None,
            rate=f"{speed:.0f}/s" if speed else "",
        )

"""The run context: what every layer of a job needs besides its own inputs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from ahsml_app.base.events import CancelToken, Notice, Stage
from ahsml_app.base.message import Message


@dataclass(frozen=True, slots=True)
class RunContext:
    """Device, checkpoint folder, cancel token, timings and messages of a run.

    Copies made with `dataclasses.replace` share the cancel token, the timings and the messages.

    Attributes:
        device: auto, cpu, cuda or mps.
        checkpoints: Folder for the checkpoints that `--resume` needs; None writes none.
        cancel: Requests that the run stop.
        exclusive: Whether the run has the machine to itself, without a window; training on small
            data then uses all cores.
        parallel_fits: Number of independent fits that run at a time; it does not change results.
        timings: Seconds that each stage has taken so far.
        messages: Messages for the user that `notices` has not yielded yet.
        sent: Every message so far, because each is sent once for a run.
    """

    device: str = "cpu"
    checkpoints: Path | None = None
    cancel: CancelToken = field(default_factory=CancelToken)
    exclusive: bool = False
    parallel_fits: int = 1
    timings: dict[str, float] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)
    sent: set[Message] = field(default_factory=set)

    def notify(self, message: Message) -> None:
        """Queues a message from code that yields no events; `notices` yields it.

        Several stages meet the same fault, such as a full disk; it is told once.
        """
        if message not in self.sent:
            self.sent.add(message)
            self.messages.append(message)

    def notices(self) -> Iterator[Notice]:
        """Yields the queued messages as notices and removes them."""
        while self.messages:
            yield Notice(self.messages.pop(0))

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Adds the duration of the block to the timing of the stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            seconds = time.perf_counter() - start
            total = self.timings.get(stage.value, 0.0) + seconds
            self.timings[stage.value] = round(total, 3)

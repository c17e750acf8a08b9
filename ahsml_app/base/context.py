"""How long-running work is run: what every layer of a job needs beside its own inputs."""

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
    """Where work computes and keeps its checkpoints, how it is stopped, and whom it tells.

    Copies made with `dataclasses.replace` share the cancel token, the timings and the messages.

    Attributes:
        device: auto, cpu, cuda or mps.
        checkpoints: Folder for what an interrupted run continues from; None keeps nothing.
        cancel: Asks the work to stop.
        exclusive: Whether nothing else, such as a window, needs the machine: small data then
            trains on all cores.
        parallel_fits: Independent fits that run at a time; the results do not depend on it.
        timings: Seconds that each stage has taken so far.
        messages: Messages for a person that have not been passed on yet.
    """

    device: str = "cpu"
    checkpoints: Path | None = None
    cancel: CancelToken = field(default_factory=CancelToken)
    exclusive: bool = False
    parallel_fits: int = 1
    timings: dict[str, float] = field(default_factory=dict)
    messages: list[Message] = field(default_factory=list)

    def notify(self, message: Message) -> None:
        """Take a message from code that yields no events; `notices` passes it on."""
        self.messages.append(message)

    def notices(self) -> Iterator[Notice]:
        """Remove the messages that have come so far and yield them as notices."""
        while self.messages:
            yield Notice(self.messages.pop(0))

    @contextmanager
    def timed(self, stage: Stage) -> Iterator[None]:
        """Add the seconds that the block takes to those of the stage."""
        start = time.perf_counter()
        try:
            yield
        finally:
            seconds = time.perf_counter() - start
            total = self.timings.get(stage.value, 0.0) + seconds
            self.timings[stage.value] = round(total, 3)

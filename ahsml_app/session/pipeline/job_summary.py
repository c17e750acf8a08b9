"""What a finished run hands back to the command."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class JobSummary:
    """What a finished run found, for the closing lines of the command.

    Attributes:
        out: Folder with the results.
        images: Images scored.
        classes: Number of classes.
        quarantined: Files set aside.
        flagged: Images whose label is more probably wrong than right.
        expected_errors: Estimated number of wrong labels: low end, best guess, high end (95 %).
        applied: Suggestions taken into labels.csv.
        queue: Paths of all labelled images, the most suspect first.
        timings: Seconds per stage.
    """

    out: Path
    images: int
    classes: int
    quarantined: int
    flagged: int
    expected_errors: tuple[float, float, float]
    applied: int
    queue: tuple[str, ...]
    timings: dict[str, float]

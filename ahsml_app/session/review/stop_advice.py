"""Advice on when reviewing can stop."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.core.analysis.errors_remaining import Ahead

WORTH = 0.05
"""Share of wrong labels among the next images below which further review hardly pays."""

NEXT = 100
"""Number of images that the advice looks ahead."""


@dataclass(frozen=True, slots=True)
class Advice:
    """Expected yield of further review.

    Attributes:
        images: Number of images ahead: `NEXT`, or fewer at the end.
        errors: Expected wrong labels among them: low end, best guess, high end.
        until: Number of images until the share of wrong ones falls below `WORTH`.
        errors_until: Expected wrong labels among those.
        left: Expected wrong labels among all undecided images.
    """

    images: int
    errors: tuple[float, float, float]
    until: int
    errors_until: tuple[float, float, float]
    left: tuple[float, float, float]

    @property
    def may_stop(self) -> bool:
        """Whether further review hardly pays."""
        return self.errors[1] < WORTH * max(self.images, 1)


def advise(ahead: Ahead) -> Advice:
    """Weighs the errors that further review would find against the images to be reviewed."""
    total = float(ahead.images[-1])
    steps = np.diff(ahead.images)
    worth = np.flatnonzero(np.diff(ahead.best) >= WORTH * steps)
    until = float(ahead.images[worth[-1] + 1]) if len(worth) else 0.0
    images = min(NEXT, round(total))
    return Advice(images, ahead.at(images), round(until), ahead.at(until), ahead.at(total))

"""When a person may stop reviewing."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ahsml_app.core.analysis.errors_remaining import Ahead

WORTH = 0.05
"""Share of wrong labels among the next images below which looking on is hardly worth it."""

NEXT = 100
"""Images that the next stretch of work has."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What speaks for going on.

    Attributes:
        images: How many images the next stretch has; fewer than `NEXT` at the end.
        found: Wrong labels among them: low end, best guess, high end.
        until: After how many images fewer than `WORTH` of the next ones are wrong; 0 for now.
        found_until: Wrong labels among those.
        left: Wrong labels among all undecided images.
    """

    images: int
    found: tuple[float, float, float]
    until: int
    found_until: tuple[float, float, float]
    left: tuple[float, float, float]

    @property
    def may_stop(self) -> bool:
        """Whether looking on is hardly worth it."""
        return self.found[1] < WORTH * max(self.images, 1)


def advise(ahead: Ahead) -> Advice:
    """Weigh what reviewing on would find against the images that have to be looked at."""
    total = float(ahead.images[-1])
    steps = np.diff(ahead.images)
    worth = np.flatnonzero(np.diff(ahead.best) >= WORTH * steps)
    until = float(ahead.images[worth[-1] + 1]) if len(worth) else 0.0
    images = min(NEXT, round(total))
    return Advice(images, ahead.at(images), round(until), ahead.at(until), ahead.at(total))

"""The result of a self-test, as the session makes it, and the store and the window show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

PlantedKind = Literal["random", "nearest", "branch"]

BUDGETS = (0.01, 0.02, 0.05, 0.1, 0.2)
"""Review budgets: shares of the labelled images, the most suspect first."""

KIND_NAMES: dict[PlantedKind, str] = {
    "random": "at random",
    "nearest": "to the nearest class",
    "branch": "within a branch of the class tree",
}
"""Each kind in the words of the command and the report."""


@dataclass(frozen=True, slots=True)
class CalibrationBin:
    """Images with similar error probabilities.

    Attributes:
        images: Number of images.
        stated: Mean of their error probabilities.
        observed: Share of wrong labels among them: planted errors, and other images with the
            probability that they had before.
    """

    images: int
    stated: float
    observed: float


@dataclass(frozen=True, slots=True)
class PlantedResult:
    """What the training says of the planted errors of one kind.

    Attributes:
        kind: Where a planted label comes from: any other class, the nearest class, or a class of
            the same branch of the class tree.
        planted: Number of planted errors.
        found: Share of the planted errors within each of `BUDGETS`.
        calibration: Error probability against wrong labels, the smallest probabilities first.
        calibration_error: Mean distance between stated and observed, weighted by images.
        estimate: Estimated number of planted errors: low end, best guess, high end (95 %).
    """

    kind: PlantedKind
    planted: int
    found: tuple[float, ...]
    calibration: tuple[CalibrationBin, ...]
    calibration_error: float
    estimate: tuple[float, float, float]

    @property
    def ratio(self) -> float:
        """Estimated number of planted errors for each planted one."""
        return self.estimate[1] / self.planted

    @property
    def interval_holds(self) -> bool:
        """Whether the interval of the estimate holds the number of planted errors."""
        low, _, high = self.estimate
        return low <= self.planted <= high


@dataclass(frozen=True, slots=True)
class SelfTest:
    """The result of a self-test.

    Attributes:
        finished: End time in ISO 8601 with the offset from UTC.
        seed: Seed of the planted errors and of the trainings.
        images: Number of labelled images.
        errors_before: Estimated number of wrong labels without planted errors.
        seconds: Duration.
        results: One for each kind.
    """

    finished: str
    seed: int
    images: int
    errors_before: float
    seconds: float
    results: tuple[PlantedResult, ...]

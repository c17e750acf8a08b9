"""Rows of the retrieval benchmark by part, data set, noise, method and seed, and their means."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from statistics import mean, stdev
from typing import Any

Place = tuple[str, str, str]
"""Part of the benchmark (known, unseen), data set, kind of noise."""

NAME = re.compile(r"(known|unseen) (\w+) (.+) seed (\d+)")


@dataclass
class Rows:
    """All rows; the newest of several of a set and method counts.

    Attributes:
        cells: Place and method to the row of each seed.
    """

    cells: dict[tuple[Place, str], dict[int, dict[str, Any]]] = field(
        default_factory=lambda: defaultdict(dict)
    )

    @classmethod
    def of(cls, lines: Iterable[Mapping[str, Any]]) -> Rows:
        """From the lines of the ledger; quick ones and those of other parts are left out."""
        rows = cls()
        for line in lines:
            if found := NAME.fullmatch(line["set"]):
                part, folder, kind, seed = found.groups()
                rows.cells[(part, folder, kind), line["method"]][int(seed)] = dict(line)
        return rows

    def values(self, place: Place, method: str, measure: str = "recall_1") -> dict[int, float]:
        """Seed to value."""
        rows = self.cells.get((place, method), {})
        return {seed: float(row[measure]) for seed, row in rows.items() if measure in row}

    def differences(
        self,
        place: Place,
        method: str,
        other: str,
        measure: str = "recall_1",
        against: str | None = None,
    ) -> list[float]:
        """Method minus other, for the seeds that both have.

        Args:
            place: Part, set and noise.
            method: Whose lead it is.
            other: Over whom.
            measure: What is compared.
            against: Measure of the other, where it is another one.
        """
        own = self.values(place, method, measure)
        others = self.values(place, other, against or measure)
        return [own[seed] - others[seed] for seed in sorted(own.keys() & others.keys())]

    def shares(self, place: Place, clean: Place, method: str, measure: str) -> list[float]:
        """What is left of the clean result, for the seeds that have both."""
        own, whole = self.values(place, method, measure), self.values(clean, method, measure)
        return [own[seed] / whole[seed] for seed in sorted(own.keys() & whole.keys())]

    def methods(self, places: Sequence[Place]) -> list[str]:
        """Methods that any of the places has, in the order they were computed."""
        return list(dict.fromkeys(method for place, method in self.cells if place in places))


def spread(values: Iterable[float]) -> str | None:
    """Mean, and the standard deviation over the seeds where there are several."""
    every = list(values)
    if not every:
        return None
    return f"{mean(every):.3f}" + (f" ± {stdev(every):.3f}" if len(every) > 1 else "")

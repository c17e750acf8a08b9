"""The condition of `--fail-if`: turns the share of wrong labels into an exit code for scripts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ahsml_app.session import LabelCounts

_FORM = re.compile(r"\s*(errors|errors\.low|flagged)\s*(>=?)\s*(\d+\.?\d*|\.\d+)\s*(%?)\s*")


@dataclass(frozen=True, slots=True)
class FailCondition:
    """A share of labels, and the limit that it may not exceed.

    Attributes:
        text: The condition as it was given.
        name: Whose share: "errors", "errors.low" or "flagged".
        limit: The limit, from 0 to 1.
        includes_limit: Whether the limit itself is too much.
    """

    text: str
    name: str
    limit: float
    includes_limit: bool


@dataclass(frozen=True, slots=True)
class FailVerdict:
    """A condition, and what it was applied to."""

    condition: FailCondition
    counts: LabelCounts

    @property
    def wrong(self) -> float:
        """Number of wrong labels."""
        low, best, _ = self.counts.errors
        name = self.condition.name
        return self.counts.flagged if name == "flagged" else low if name == "errors.low" else best

    @property
    def share(self) -> float:
        """Share of wrong labels; 0 where there is no label."""
        return self.wrong / self.counts.labels if self.counts.labels else 0.0

    @property
    def holds(self) -> bool:
        """Whether the command fails."""
        limit = self.condition.limit
        if not self.counts.labels:
            return False
        return self.share >= limit if self.condition.includes_limit else self.share > limit

    def sentence(self) -> str:
        """What was counted, and whether the condition holds."""
        labels = self.counts.labels
        shown = f"{self.wrong:,.1f}".removesuffix(".0")
        noun = "label" if labels == 1 else "labels"
        holds = "holds" if self.holds else "does not hold"
        return (
            f"{self.condition.name}: {shown} of {labels:,} {noun} ({self.share:.2%}), "
            f"so --fail-if '{self.condition.text}' {holds}"
        )

    def fields(self) -> dict[str, Any]:
        """The same for JSON."""
        return {
            "condition": self.condition.text,
            "labels": self.counts.labels,
            "share": self.share,
            "holds": self.holds,
        }


def parse_condition(text: str) -> FailCondition:
    """Reads a condition such as `errors > 0.01`.

    Raises:
        ValueError: If it is none; says what one looks like.
    """
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(
            f"{text!r} is not a condition. It is errors, errors.low or flagged, then > or >=, then "
            "a share such as 0.01 or 1%."
        )
    name, comparison, number, percent = match.groups()
    limit = float(number) / (100 if percent else 1)
    if limit > 1:
        raise ValueError(f"{text!r} compares a share, which is at most 1 or 100%.")
    return FailCondition(text.strip(), name, limit, comparison == ">=")

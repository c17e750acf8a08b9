"""Tables of what the radius of a point of the ball says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isnan
from statistics import mean
from typing import Any

from benchmarks.common.sections import table
from benchmarks.retrieval.retrieval_radius import CLIPS, RADIUS, SIGNALS
from benchmarks.retrieval.retrieval_table import spread

Row = Mapping[str, Any]
Seeds = dict[str, Row]
Sets = dict[tuple[str, float], Seeds]
"""Rows by label set and clip radius, then by method, which names the seed."""


def radius_table(lines: Sequence[Row]) -> str:
    """Whether the radius says more of people's disagreement than what is shown already."""
    sets: Sets = {}
    for line in lines:
        if "clip" in line and not line["set"].startswith("quick: "):
            sets.setdefault((line["set"], line["clip"]), {})[line["method"]] = line
    if not sets:
        return ""
    columns = ("disagreement", "of right labels", "label wrong", "AUROC", "seeds")
    parts = [
        "### The radius of a point of the ball",
        "Spearman's correlation with the number of pairs of the three label sets of CIFAR-10N that "
        "differ about an image, also among images whose given label is right, and with whether it "
        "is wrong; AUROC of the signal for wrong labels (small radius, length, weight and "
        "consistency, large distance and error probability first). The radius is the distance of "
        "the point to the origin, the length that of the tangent vector before it is clipped.",
        table(("labels and signal", *columns), _signals(sets)),
        "The same of the radius where features are clipped later. Points at the edge are those "
        "at the largest radius that clipping leaves; detection is the average precision of the "
        "error probability; the last correlation is that of the prototypes' radius with how much "
        "people disagree about images of the class, over ten classes.",
        table(
            ("labels, clipped at", "at the edge", *columns[:4], "detection", "prototypes", "seeds"),
            _clips(sets),
        ),
        _verdict(sets),
    ]
    return "\n\n".join(parts)


def _signals(sets: Sets) -> list[tuple[Any, ...]]:
    """Of the product's own clip radius."""
    shown = []
    for (name, clip), seeds in sets.items():
        for signal, word in SIGNALS.items() if clip == CLIPS[0] else ():
            shown.append((f"{_short(name)}, {word}", *_cells(seeds, signal), len(seeds)))
    return shown


def _clips(sets: Sets) -> list[tuple[Any, ...]]:
    shown = []
    for (name, clip), seeds in sorted(sets.items()):
        rows = list(seeds.values())
        edge = f"{mean(row['clipped'] for row in rows):.1%}"
        others = [spread(row[key] for row in rows) for key in ("detection", PROTOTYPES)]
        line = (f"{_short(name)}, {clip:g}", edge, *_cells(seeds, RADIUS), *others, len(rows))
        shown.append(line)
    return shown


PROTOTYPES = "prototypes_disagreement"
ENDS = ("disagreement", "disagreement_right", "wrong", "auroc")


def _cells(seeds: Seeds, signal: str) -> list[str | None]:
    """None where there is nothing to correlate: nobody differs where the worst label is right."""
    found = [[row[f"{signal}_{end}"] for row in seeds.values()] for end in ENDS]
    return [None if any(map(isnan, each)) else spread(each) for each in found]


def _short(name: str) -> str:
    return name.removeprefix("cifar10n ")


def _verdict(sets: Sets) -> str:
    """The largest that the radius says at any clip radius, against the best other signal."""
    said = []
    for clip in CLIPS:
        rows = [row for (_, at), seeds in sets.items() if at == clip for row in seeds.values()]
        if not rows:
            continue
        strength = {
            name: mean(abs(row[f"{name}_disagreement"]) for row in rows) for name in SIGNALS
        }
        best = max((name for name in SIGNALS if name != RADIUS), key=lambda name: strength[name])
        said.append(
            f"clipped at {clip:g}, the radius has |rho| {strength[RADIUS]:.3f} with disagreement, "
            f"the {SIGNALS[best]} {strength[best]:.3f}; detection "
            f"{mean(row['detection'] for row in rows):.3f}"
        )
    return "In the mean of the label sets: " + ". ".join(said) + "."

"""Tables of what each part of the embedding does."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean

from ahsml_app.core.losses import LOSSES
from benchmarks.common.sections import table
from benchmarks.retrieval.retrieval_ablation import (
    AROUND_MEAN,
    DEFAULT,
    DIMENSIONS,
    FORMS,
    GEOMETRIES,
    ONLY_RIGHT,
)
from benchmarks.retrieval.retrieval_sets import CLEAN, SYMMETRIC_50
from benchmarks.retrieval.retrieval_table import Place, Rows, spread

PLACES: tuple[Place, ...] = tuple(("known", "plankton", k) for k in (CLEAN, SYMMETRIC_50))
HEADINGS = tuple(f"{kind}, {part}" for kind in (CLEAN, SYMMETRIC_50) for part in ("whole", "alone"))
MEASURES = ("recall_1", "alone_recall_1")
PRECISIONS = ("map_r", "alone_map_r")
PREFIX = "ablation: "


def ablation_tables(rows: Rows) -> str:
    """Recall@1 of the whole embedding and of its learned part, for each other choice."""
    named = [m.removeprefix(PREFIX) for m in rows.methods(PLACES) if m.startswith(PREFIX)]
    if not named:
        return ""
    shaped = {_shape(g, d) for g in GEOMETRIES for d in DIMENSIONS}
    paired = {f"{loss}, {form}" for loss in LOSSES for form in (*FORMS, AROUND_MEAN)}
    simple = [name for name in named if name not in shaped | paired]
    parts = [
        "### What each part of the embedding does",
        "Recall@1 on known classes, of the whole embedding and of what labels taught alone; all "
        "rows of a seed share one training with the defaults, and the same cleaned labels unless "
        "the row says otherwise.",
        _lines(rows, simple),
        "The same of MAP@R:",
        _lines(rows, simple, PRECISIONS),
        _against_default(rows, named),
        _left_by_the_right_ones(rows),
    ]
    if shapes := [name for name in named if name in shaped]:
        parts += [
            "Geometry at equal dimension, of heads with a hidden layer that stand in the place of "
            "the probabilities: the ball, flat space (the same code with hardly any curvature), "
            "and a sphere (softmax over cosines, class-balanced batches).",
            _lines(rows, sorted(shapes, key=lambda name: int(name.split()[1]))),
            _geometry_verdict(rows),
        ]
    if pairs := [name for name in named if name in paired]:
        parts += [
            "Pair losses alone on the given labels: plain; with the core's margins and pairs of "
            "views; with the extension's soft similarities, weights and targets beside them; two "
            "losses with one part off at a time.",
            _lines(rows, pairs),
            _pair_verdict(rows),
        ]
    return "\n\n".join(part for part in parts if part)


def _shape(geometry: str, dimension: int) -> str:
    return f"{geometry}, {dimension} dimensions"


def _lines(rows: Rows, names: Sequence[str], measures: tuple[str, str] = MEASURES) -> str:
    lines = []
    for name in names:
        cells = [
            spread(rows.values(place, PREFIX + name, measure).values())
            for place in PLACES
            for measure in measures
        ]
        seeds = max(len(rows.values(place, PREFIX + name)) for place in PLACES)
        lines.append((name, *cells, seeds))
    return table(("choice", *HEADINGS, "seeds"), lines)


def _against_default(rows: Rows, names: Sequence[str]) -> str:
    """Choices that were better than the default in the mean of both kinds of noise."""
    gains = []
    for name in names:
        every = [rows.differences(place, PREFIX + name, PREFIX + DEFAULT) for place in PLACES]
        if name != DEFAULT and all(every):
            gains.append((mean(mean(each) for each in every), name))
    if not gains:
        return ""
    better = [(gain, name) for gain, name in gains if gain > 0]
    if not better:
        return "No other choice was better than the default in the mean of both columns."
    said = ", ".join(f"{name} ({gain:+.4f})" for gain, name in sorted(better, reverse=True))
    return f"Better than the default in the mean of both columns (whole embedding): {said}."


def _left_by_the_right_ones(rows: Rows) -> str:
    """What half of the labels leave where all wrong ones are left out."""
    said = []
    for name, measure in (("Recall@1", "recall_1"), ("MAP@R", "map_r")):
        clean, half = (rows.values(place, PREFIX + ONLY_RIGHT, measure) for place in PLACES)
        shares = [half[seed] / clean[seed] for seed in clean.keys() & half.keys()]
        if shares:
            said.append(f"{mean(shares):.1%} of {name}")
    if not said:
        return ""
    return (
        "Half of the labels, the right ones alone, leave "
        f"{' and '.join(said)} of what all labels give: so much is left, with this embedding, "
        "to a rule that leaves out exactly the wrong ones."
    )


def _geometry_verdict(rows: Rows) -> str:
    """How far the ball leads flat space and the sphere, alone, at each dimension."""
    lines = []
    for dimension in DIMENSIONS:
        cells: list[str | None] = []
        for other in GEOMETRIES[1:]:
            for place in PLACES:
                own = rows.values(place, PREFIX + _shape(GEOMETRIES[0], dimension), MEASURES[1])
                others = rows.values(place, PREFIX + _shape(other, dimension), MEASURES[1])
                shared = [own[seed] - others[seed] for seed in own.keys() & others.keys()]
                cells.append(f"{mean(shared):+.3f}" if shared else None)
        lines.append((dimension, *cells))
    kinds = (CLEAN, SYMMETRIC_50)
    columns = [f"ball - {other}, {kind}" for other in GEOMETRIES[1:] for kind in kinds]
    return "The head alone:\n\n" + table(("dimensions", *columns), lines)


def _pair_verdict(rows: Rows) -> str:
    """Where core and extension are better than the plain loss and than each other, alone."""
    said = []
    for place in PLACES:
        for before, after in (("plain", "core"), ("core", "extension")):
            gains = {}
            for loss in LOSSES:
                own = rows.values(place, f"{PREFIX}{loss}, {after}", MEASURES[1])
                others = rows.values(place, f"{PREFIX}{loss}, {before}", MEASURES[1])
                if own and others:
                    gains[loss] = mean(own.values()) - mean(others.values())
            if gains:
                lost = [f"{loss} ({gain:+.3f})" for loss, gain in gains.items() if gain < 0]
                said.append(
                    f"{place[2]}: {after} against {before} {mean(gains.values()):+.3f} in the mean "
                    f"of {len(gains)} losses; behind in {', '.join(lost) or 'none'}"
                )
    return ". ".join(said) + "." if said else ""

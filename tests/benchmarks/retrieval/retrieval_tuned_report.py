"""The rows of networks that were tuned end to end, as Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean

from benchmarks.common.sections import table
from benchmarks.retrieval.retrieval_methods import BACKBONE
from benchmarks.retrieval.retrieval_sets import CLEAN, SYMMETRIC_20, SYMMETRIC_50
from benchmarks.retrieval.retrieval_table import Place, Rows, spread
from benchmarks.retrieval.retrieval_tuned import (
    EPOCHS,
    LOSSES,
    SIZE,
    TUNED_CORE,
    TUNED_FORMS,
    TUNED_OURS,
    TUNED_PEERS,
)

KINDS = (CLEAN, SYMMETRIC_20, SYMMETRIC_50)
KEPT = 0.95
COLUMNS = {
    "recall_1": "Recall@1",
    "map_r": "MAP@R",
    "features_recall_1": "Recall@1 of the tuned features alone, centred",
    "features_map_r": "MAP@R of the tuned features alone, centred",
    "alone_recall_1": "Recall@1 of what our embedding has beside the features, alone",
}

Requirement = tuple[str, str, bool | None, str]


def tuned_requirements(rows: Rows) -> list[Requirement]:
    """Each of our losses against the backbone, against every peer, and against its clean result."""
    found: list[Requirement] = []
    for name in TUNED_OURS.values():
        found += [_ahead(rows, name, BACKBONE, "the raw backbone")]
        found += [_ahead(rows, name, TUNED_PEERS, "every peer, its head or its features")]
        shares = rows.shares(_place(SYMMETRIC_50), _place(CLEAN), name, "recall_1")
        met = mean(shares) >= KEPT if shares else None
        what = f"unseen classes, {name}: keeps of its clean Recall@1, {SYMMETRIC_50}"
        said = f"{mean(shares):.1%} ({_seeds(len(shares))})" if shares else ""
        found.append((what, f"≥ {KEPT:.0%}", met, said))
    return found


def _seeds(count: int) -> str:
    return f"{count} {'seed' if count == 1 else 'seeds'}"


def _place(kind: str) -> Place:
    return ("unseen", "plankton", kind)


def _ahead(rows: Rows, name: str, others: Sequence[str], called: str) -> Requirement:
    """Where the lead over the best of others is least, of the noise that all were measured at."""
    what, leads = f"unseen classes, {name}: ahead of {called}", {}
    for kind in KINDS:
        every = {other: _lead(rows, kind, name, other) for other in others}
        if all(found is not None for found in every.values()):
            leads |= {(kind, other): found for other, found in every.items() if found is not None}
    if not leads:
        return what, "> 0", None, ""
    kind, other = min(leads, key=lambda key: leads[key][0])
    lead, seeds = leads[kind, other]
    kinds = len({key[0] for key in leads})
    said = f"{lead:+.3f} ({other}, {kind}, {_seeds(seeds)}; {kinds} of {len(KINDS)} kinds)"
    return what, "> 0", lead > 0, said


def _lead(rows: Rows, kind: str, name: str, other: str) -> tuple[float, int] | None:
    """Over the better of the other's embedding and its features, and how many seeds have both."""
    ways = [
        rows.differences(_place(kind), name, other, "recall_1", against)
        for against in ("recall_1", "features_recall_1")
    ]
    measured = [way for way in ways if way]
    return min((mean(way), len(way)) for way in measured) if measured else None


def tuned_tables(rows: Rows) -> str:
    """Means and spreads of all methods; empty where nothing was tuned."""
    places = [_place(kind) for kind in KINDS]
    every = (*TUNED_PEERS, *TUNED_CORE.values(), *TUNED_OURS.values())
    tuned = [name for name in every if _measured(rows, name)]
    if not tuned:
        return ""
    seeds = max(len(rows.values(place, name)) for place in places for name in tuned)
    parts = [
        "### Classes nobody trained on: the whole network tuned on the other classes",
        f"Plankton, at most {_seeds(seeds)}. Networks see pictures of {SIZE} pixels for {EPOCHS} "
        "epochs, all by the same loop, and embed them at the product's own size afterwards. Ours "
        "starts, as in the product, from a training on cached features, and has the product's "
        "embedding at its end; a peer's head is linear and starts at random, so its features "
        "alone are measured too, and the better of the two is what ours must be ahead of. The core "
        "alone is the paper's part, trained as a peer is, with a head in the ball. How "
        "large pictures are and which stages stay as they are was chosen on these queries.",
    ]
    for measure, title in COLUMNS.items():
        lines = [
            (name, *(spread(rows.values(place, name, measure).values()) for place in places))
            for name in (*BACKBONE, *tuned)
            if any(rows.values(place, name, measure) for place in places)
        ]
        parts += [f"{title}:", table(("method", *KINDS), lines)]
    return "\n\n".join(parts + _forms(rows))


def _forms(rows: Rows) -> list[str]:
    """Ours beside itself with other options, over the seeds that have been measured."""
    kinds = (CLEAN, SYMMETRIC_50)
    default, lines = TUNED_OURS[LOSSES[0]], []
    for form, name in TUNED_FORMS.items():
        cells: list[str] = []
        for measure in ("recall_1", "map_r"):
            for kind in kinds:
                ahead = rows.differences(_place(kind), name, default, measure, measure)
                cells.append(f"{mean(ahead):+.3f} ({_seeds(len(ahead))})" if ahead else "")
        if any(cells):
            lines.append((form, *cells))
    if not lines:
        return []
    columns = [f"{title}, {kind}" for title in ("Recall@1", "MAP@R") for kind in kinds]
    return [f"{default} in other forms, against itself:", table(("form", *columns), lines)]


def _measured(rows: Rows, name: str) -> bool:
    return any(rows.values(_place(kind), name) for kind in KINDS)

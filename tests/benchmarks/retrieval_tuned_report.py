"""The rows of networks that were tuned end to end, as Markdown tables."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import mean

from retrieval_methods import BACKBONE, RAW
from retrieval_sets import CLEAN, SYMMETRIC_20, SYMMETRIC_50
from retrieval_table import Place, Rows, spread
from retrieval_tuned import EPOCHS, SIZE, TUNED_OURS, TUNED_PEERS
from sections import table

KINDS = (CLEAN, SYMMETRIC_20, SYMMETRIC_50)
KEPT = 0.95
COLUMNS = {
    "recall_1": "Recall@1",
    "map_r": "MAP@R",
    "features_recall_1": "Recall@1 of the tuned features",
}

Requirement = tuple[str, str, bool | None, str]


def tuned_requirements(rows: Rows) -> list[Requirement]:
    """Each of our losses against the backbone, against every peer, and against its clean result."""
    found: list[Requirement] = []
    for name in TUNED_OURS.values():
        found += [_ahead(rows, name, (RAW,), "the raw backbone")]
        found += [_ahead(rows, name, TUNED_PEERS, "every peer")]
        shares = rows.shares(_place(SYMMETRIC_50), _place(CLEAN), name, "recall_1")
        met = mean(shares) >= KEPT if shares else None
        what = f"unseen classes, {name}: keeps of its clean Recall@1, {SYMMETRIC_50}"
        found.append((what, f"≥ {KEPT:.0%}", met, f"{mean(shares):.1%}" if shares else ""))
    return found


def _place(kind: str) -> Place:
    return ("unseen", "plankton", kind)


def _ahead(rows: Rows, name: str, others: Sequence[str], called: str) -> Requirement:
    """Where the lead over the best of others is least; all of them must be there."""
    what, leads = f"unseen classes, {name}: ahead of {called}", {}
    for kind in KINDS:
        for other in others:
            every = rows.differences(_place(kind), name, other)
            if not every:
                return what, "> 0", None, ""
            leads[kind, other] = mean(every)
    kind, other = min(leads, key=lambda key: leads[key])
    return what, "> 0", leads[kind, other] > 0, f"{leads[kind, other]:+.3f} ({other}, {kind})"


def tuned_tables(rows: Rows) -> str:
    """Means and spreads of all methods; empty where nothing was tuned."""
    places = [_place(kind) for kind in KINDS]
    tuned = [name for name in (*TUNED_PEERS, *TUNED_OURS.values()) if _measured(rows, name)]
    if not tuned:
        return ""
    seeds = max(len(rows.values(place, name)) for place in places for name in tuned)
    parts = [
        "### Classes nobody trained on: the whole network tuned on the other classes",
        f"Plankton, at most {seeds} {'seed' if seeds == 1 else 'seeds'}. Networks see pictures of "
        f"{SIZE} pixels for {EPOCHS} epochs, all by the same loop, and embed them at the product's "
        "own size afterwards.",
    ]
    for measure, title in COLUMNS.items():
        lines = [
            (name, *(spread(rows.values(place, name, measure).values()) for place in places))
            for name in (*BACKBONE, *tuned)
            if any(rows.values(place, name, measure) for place in places)
        ]
        parts += [f"{title}:", table(("method", *KINDS), lines)]
    return "\n\n".join(parts)


def _measured(rows: Rows, name: str) -> bool:
    return any(rows.values(_place(kind), name) for kind in KINDS)

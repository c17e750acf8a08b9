"""Formats decision logs, replays and comparisons of decisions as text and as JSON."""

from __future__ import annotations

import dataclasses
import json
import math
from collections import Counter
from typing import TYPE_CHECKING, Any

from ahsml_app.base.decisions import first_name

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from ahsml_app.base.message import Message
    from ahsml_app.session import MergeSummary
    from ahsml_app.session.project.agreement import Agreement, Verdicts
    from ahsml_app.session.project.replay import Replay
    from ahsml_app.store.decision_log import LogSeal

_MOST_SHOWN = 20


def log_lines(seal: LogSeal) -> list[str]:
    """The lines that an auditor notes down after an export."""
    return [
        f"  decisions.jsonl has {seal.lines:,} lines; note its last hash:",
        f"    {seal.last_hash}",
    ]


def replay_lines(replay: Replay) -> list[str]:
    """The closing lines of a replay."""
    lines = [
        f"  {replay.steps:,} steps replayed, about {replay.images:,} images, of which "
        f"{replay.moved:,} have another path now"
    ]
    if replay.left_out:
        lines.append(f"  {replay.left_out:,} steps left out: their images were not found")
    if replay.conflicts:
        counts = Counter(conflict.problem for conflict in replay.conflicts)
        kinds = ", ".join(f"{count:,} {problem}" for problem, count in sorted(counts.items()))
        lines.append(f"  {len(replay.conflicts):,} images in conflict ({kinds}), see conflicts.csv")
    return lines


def replay_fields(replay: Replay) -> dict[str, Any]:
    """The counts of a replay for JSON."""
    counts = Counter(conflict.problem for conflict in replay.conflicts)
    return {
        "steps": replay.steps,
        "left_out": replay.left_out,
        "images": replay.images,
        "moved": replay.moved,
        "conflicts": dict(sorted(counts.items())),
    }


def verified_lines(path: Path, seal: LogSeal, problems: Sequence[Message]) -> list[str]:
    """What the check of a decision log shows."""
    if problems:
        lines = [f"{path} is not as it was written:", *(f"  {p}" for p in problems[:_MOST_SHOWN])]
        more = len(problems) - _MOST_SHOWN
        return [*lines, f"  and {more:,} more"] if more > 0 else lines
    return [
        f"{path}: {seal.lines:,} lines, each follows the one before",
        f"  the last hash is {seal.last_hash}",
        "Next: compare the last hash with the one that was noted at the export. A hash that was "
        "noted earlier must be that of a line.",
    ]


def verified_line(path: Path, seal: LogSeal, problems: Sequence[Message]) -> str:
    """The same as a line of JSON."""
    fields = {"event": "verified", "path": str(path), "problems": [str(p) for p in problems]}
    return json.dumps(fields | dataclasses.asdict(seal))


def merge_lines(summary: MergeSummary) -> list[str]:
    """The closing lines of a comparison: how far two people agree, and where they do not."""
    agreement = summary.agreement
    apart = agreement.disagreements
    lines = [
        f"A is {summary.sources[0]}{_by(agreement, 0)}",
        f"B is {summary.sources[1]}{_by(agreement, 1)}",
        f"  {agreement.both:,} images decided by both, {agreement.agreed:,} alike",
        f"  Cohen's kappa: {_kappa(agreement)}",
    ]
    if agreement.single:
        lines.append(f"  {len(agreement.single):,} images decided by one of them only")
    if agreement.unmatched:
        lines.append(f"  {agreement.unmatched:,} images changed or ambiguous, not compared")
    for given, first, second in agreement.class_disagreements:
        lines.append(f"  the class {given} is {first} for A, {second} for B")
    lines += [f"  {_apart(agreement, verdicts)}" for verdicts in apart[:_MOST_SHOWN]]
    more = len(apart) - _MOST_SHOWN
    lines += [f"  and {more:,} more"] if more > 0 else []
    if summary.out is not None:
        return [*lines, f"Next: look at {summary.out / 'disagreements.csv'}."]
    return [
        *lines,
        "Next: decide these in the window (Compare decisions), or write them with --out.",
    ]


def merge_line(summary: MergeSummary) -> str:
    """The closing line of JSON of a comparison."""
    agreement = summary.agreement
    return json.dumps(
        {
            "event": "finished",
            "sources": [str(path) for path in summary.sources],
            "out": None if summary.out is None else str(summary.out),
            "decided_by_both": agreement.both,
            "agreed": agreement.agreed,
            "decided_by_one": len(agreement.single),
            "unmatched": agreement.unmatched,
            "kappa": agreement.kappa if math.isfinite(agreement.kappa) else None,
        }
    )


def _kappa(agreement: Agreement) -> str:
    if math.isfinite(agreement.kappa):
        return f"{agreement.kappa:.3f}"
    return "not defined, because all of these images have one label" if agreement.both else "none"


def _by(agreement: Agreement, which: int) -> str:
    names = ", ".join(agreement.reviewers(which))
    return f", decided by {names}" if names else ""


def _apart(agreement: Agreement, verdicts: Verdicts) -> str:
    texts = []
    for which, logged in enumerate((verdicts.first, verdicts.second)):
        if logged is not None:
            decision = agreement.shown(logged, which)
            label = f" to {decision.label}" if decision.label else ""
            texts.append(f"{'AB'[which]} {decision.kind.word}{label}")
    return f"{verdicts.image.path} ({first_name(verdicts.image.given)}): {', '.join(texts)}"

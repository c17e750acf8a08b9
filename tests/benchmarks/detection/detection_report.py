"""The rows of the detection benchmark as Markdown tables."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.common.sections import circumstances, table, write_section
from benchmarks.detection.methods import (
    CEILING,
    CLEANLAB,
    KNN,
    METHODS,
    OURS,
    TUNED,
    TUNED_CACHED,
    TUNED_ON_CARD,
)
from benchmarks.retrieval.retrieval_table import spread

COLUMNS = {
    "average_precision": "AP",
    "auroc": "AUROC",
    "precision_1": "P@1 %",
    "precision_5": "P@5 %",
    "precision_10": "P@10 %",
    "review_80": "review for 80 %",
    "suggestion_accuracy": "suggestion right, all errors",
    "suggestion_accuracy_flagged": "flagged errors",
    "cleaned_accuracy": "labels right when taken",
    "calibration_error": "calibration error",
    "flagged": "flagged",
    "estimated_errors": "estimated errors",
    "errors": "errors",
    "seconds": "seconds",
}
ABLATED = "first half"
"""Begins the names of the sets that options are chosen on."""

PARTS = {"average_precision": "all", "first_half": "first half", "second_half": "second half"}

CACHED_SET, CACHED_AP, CACHED_MINUTES = "cifar10n aggre", 0.77, 15
"""What is asked of networks that are tuned on cached activations."""

Row = dict[str, Any]
Rows = dict[str, dict[str, Row]]


def write_report(
    path: Path,
    section: str,
    lines: Sequence[Mapping[str, Any]],
    current_code: Callable[[str], str],
) -> None:
    """Write the tables of all rows; the last of several rows of a set and method counts.

    Args:
        path: Markdown file.
        section: Name of the section in it.
        lines: Rows of the ledger.
        current_code: Digest of a method's code as it is now; rows from other code are counted.
    """
    rows: Rows = defaultdict(dict)
    for line in lines:
        if not line["set"].startswith("quick: "):
            rows[line["set"]][line["method"]] = dict(line)
    real = [name for name in rows if name.startswith("cifar10n") and name != "cifar10n clean"]
    planted = [name for name in rows if not name.startswith(("cifar10n", ABLATED))]
    parts = ["## Detection of wrong labels", circumstances(), _age(rows, current_code)]
    parts += [_requirements(rows, real, planted), _closure(rows, real)]
    parts += [_set(rows, name) for name in (*real, "cifar10n clean") if name in rows]
    parts += [
        _over_seeds(rows, real),
        _halves(rows, real),
        _planted(rows, planted),
        _ablation(rows),
    ]
    write_section(path, section, "\n\n".join(part for part in parts if part))


def _age(rows: Rows, current_code: Callable[[str], str]) -> str:
    ours = [
        row["code"] != current_code(method)
        for each in rows.values()
        for method, row in each.items()
        if method not in (KNN, CLEANLAB)
    ]
    if not any(ours):
        return ""
    return (
        f"{sum(ours)} of the {len(ours)} rows of ours come from other code than what is here now."
    )


def _requirements(rows: Rows, real: list[str], planted: list[str]) -> str:
    """What the benchmark must show beside what it shows."""
    found: list[tuple[str, str, str, bool]] = []
    full = [name for name in real if {OURS, CLEANLAB, CEILING} <= set(rows[name])]
    if full:
        leads = [_lead(rows[name], (CLEANLAB,)) for name in full]
        found.append(("AP ahead of cleanlab, least", "> 0", f"{min(leads):+.3f}", min(leads) > 0))
        closed = [_closed(rows[name], "average_precision") for name in full]
        mean = sum(closed) / len(closed)
        found.append(("closed of the distance, mean", "≥ 85 %", f"{mean:.0%}", mean >= 0.85))
        least = min(closed)
        found.append(("closed of the distance, least", "≥ 65 %", f"{least:.0%}", least >= 0.65))
    clean = rows.get("cifar10n clean", {}).get(OURS)
    if clean:
        share = clean["flagged"]
        found.append(("flagged where no label is wrong", "≤ 3 %", f"{share:.1%}", share <= 0.03))
    checked = [rows[name][OURS] for name in real if OURS in rows[name]] + ([clean] if clean else [])
    if checked:
        error = max(row["calibration_error"] for row in checked)
        found.append(
            ("calibration error of CIFAR-10N, largest", "≤ 0.05", f"{error:.3f}", error <= 0.05)
        )
    for group, names in _groups(rows, planted).items():
        means = {m: _mean(rows, names, m) for m in (KNN, CLEANLAB, OURS)}
        lead = means[OURS] - max(means[KNN], means[CLEANLAB])
        found.append((f"{group}: mean AP ahead of both peers", "> 0", f"{lead:+.3f}", lead > 0))
        worst = min(_lead(rows[name], (KNN, CLEANLAB)) for name in names)
        found.append((f"{group}: worst row", "≥ -0.010", f"{worst:+.3f}", worst >= -0.01))
    found += _tuned(rows, real)
    shown = [(*line[:3], "yes" if line[3] else "**no**") for line in found]
    return "### Required\n\n" + table(("what", "required", "measured", "met"), shown)


def _tuned(rows: Rows, real: list[str]) -> list[tuple[str, str, str, bool]]:
    """Tuned networks against the best that frozen features could give, and their time."""
    found = []
    for name in real:
        found += _cached_bounds(name, _by_way(rows[name], TUNED_CACHED))
        tuned = [rows[name][method] for method in _tuned_seeds(rows[name])]
        if tuned and CEILING in rows[name]:
            slow = _by_way(rows[name], TUNED)
            ceiling = rows[name][CEILING]["average_precision"]
            leads = [row["average_precision"] - ceiling for row in tuned]
            what = f"network tuned, {name}: AP ahead of the frozen ceiling, least"
            found.append((what, "> 0", f"{min(leads):+.3f} of {len(leads)}", min(leads) > 0))
            if slow:
                minutes = max(row["seconds"] for row in slow) / 60
                what = f"network tuned on the CPU, {name}: minutes, after the features, most"
                found.append((what, "≤ 60", f"{minutes:.0f}", minutes <= 60))
    return found


def _shown(methods: Iterable[str]) -> list[str]:
    return [*METHODS, *_tuned_seeds(methods)]


def _cached_bounds(name: str, rows: list[Row]) -> list[tuple[str, str, str, bool]]:
    """What is asked of networks tuned on cached activations, on the set that it is asked on."""
    if not rows or name != CACHED_SET:
        return []
    least = min(row["average_precision"] for row in rows)
    minutes = max(row["seconds"] for row in rows) / 60
    what = f"network tuned on cached activations, {name}"
    return [
        (f"{what}: AP, least", f"≥ {CACHED_AP}", f"{least:.3f}", least >= CACHED_AP),
        (
            f"{what}: minutes, most",
            f"≤ {CACHED_MINUTES}",
            f"{minutes:.0f}",
            minutes <= CACHED_MINUTES,
        ),
    ]


def _by_way(rows: Mapping[str, Row], way: str) -> list[Row]:
    """Rows of networks that were tuned in this way, one for each seed."""
    others = tuple({TUNED_CACHED, TUNED_ON_CARD} - {way})
    methods = [m for m in _tuned_seeds(rows) if m.startswith(way) and not m.startswith(others)]
    return [rows[method] for method in methods]


def _tuned_seeds(methods: Iterable[str]) -> list[str]:
    """Rows of tuned networks, one for each seed."""
    return sorted(method for method in methods if method.startswith(TUNED))


def _closure(rows: Rows, real: list[str]) -> str:
    """Share of the distance from cleanlab to the ceiling that is closed."""
    full = [name for name in real if {OURS, CLEANLAB, CEILING} <= set(rows[name])]
    if not full:
        return ""
    shares = {name: [_closed(rows[name], part) for part in PARTS] for name in full}
    shares["mean"] = [sum(each) / len(full) for each in zip(*shares.values(), strict=True)]
    lines = [(name, *(f"{share:.0%}" for share in each)) for name, each in shares.items()]
    title = "### Closed of the distance from cleanlab to the ceiling (AP)\n\n"
    return title + table(("set", *PARTS.values()), lines)


def _closed(methods: Mapping[str, Mapping[str, Any]], part: str) -> float:
    peer, top = methods[CLEANLAB][part], methods[CEILING][part]
    return float((methods[OURS][part] - peer) / (top - peer))


def _set(rows: Rows, name: str) -> str:
    shown = [method for method in _shown(rows[name]) if method in rows[name]]
    lines = [(m, *(rows[name][m].get(column) for column in COLUMNS)) for m in shown]
    return f"### {name}\n\n" + table(("method", *COLUMNS.values()), lines)


def _over_seeds(rows: Rows, real: list[str]) -> str:
    """Tuned networks: mean and spread, beside what their seeds' trainings on features found."""
    measures = ("before", "average_precision", "precision_10", "review_80", "calibration_error")
    lines = []
    for name in real:
        for way in (TUNED, TUNED_CACHED, TUNED_ON_CARD):
            found = _by_way(rows[name], way)
            if found:
                cells = (spread(row[measure] for row in found) for measure in measures)
                minutes = ", ".join(f"{row['seconds'] / 60:.0f}" for row in found)
                lines.append((f"{name}, {way}", len(found), *cells, minutes))
    if not lines:
        return ""
    columns = ("AP before", *(COLUMNS[measure] for measure in measures[1:]), "minutes")
    title = "### Networks tuned, over the seeds\n\n"
    return title + table(("set and method", "seeds", *columns), lines)


def _halves(rows: Rows, real: list[str]) -> str:
    """Options were chosen on the first half of the images, constants of the noise model on all."""
    lines = []
    measures = ("average_precision", "auroc", "precision_10", "review_80", "calibration_error")
    for name in real:
        for method in _shown(rows[name]):
            row = rows[name].get(method, {})
            for part in ("first_half", "second_half"):
                if details := row.get(f"{part}_details"):
                    values = (details.get(measure) for measure in measures)
                    lines.append((f"{name}, {method}", PARTS[part], *values))
    if not lines:
        return ""
    title = "### The two halves of the images\n\n"
    return title + table(("set and method", "images", *(COLUMNS[m] for m in measures)), lines)


def _groups(rows: Rows, planted: list[str]) -> dict[str, list[str]]:
    """Rows of one data set that all three methods have."""
    groups: dict[str, list[str]] = defaultdict(list)
    for name in planted:
        if {OURS, CLEANLAB, KNN} <= set(rows[name]):
            groups[name.split(" random")[0].split(" nearest")[0]].append(name)
    return groups


def _planted(rows: Rows, planted: list[str]) -> str:
    lines: list[tuple[object, ...]] = []
    shown = (KNN, CLEANLAB, OURS)
    for group, names in _groups(rows, planted).items():
        for name in names:
            reached = (rows[name][method]["average_precision"] for method in shown)
            ahead = f"{_lead(rows[name], (KNN, CLEANLAB)):+.3f}"
            lines.append((name, *reached, ahead, rows[name][OURS]["calibration_error"]))
        means = [_mean(rows, names, method) for method in shown]
        ahead = f"**{means[2] - max(means[:2]):+.3f}**"
        lines.append((f"**mean of {group}**", *(f"**{m:.3f}**" for m in means), ahead, None))
    if not lines:
        return ""
    columns = ("set", *shown, "ahead of the better peer", "calibration error")
    return "### Planted noise (AP)\n\n" + table(columns, lines)


def _lead(methods: Mapping[str, Mapping[str, Any]], peers: Sequence[str]) -> float:
    best = max(methods[peer]["average_precision"] for peer in peers)
    return float(methods[OURS]["average_precision"] - best)


def _mean(rows: Rows, names: list[str], method: str) -> float:
    return sum(float(rows[name][method]["average_precision"]) for name in names) / len(names)


def _ablation(rows: Rows) -> str:
    """Each option's other values, on the halves that options are chosen on."""
    halves = [name for name in rows if name.startswith(ABLATED)]
    options = dict.fromkeys(m for name in halves for m in rows[name] if " = " in m)
    if not options:
        return ""
    base = _mean_if_all(rows, halves, OURS)
    lines = []
    for option in (OURS, *options):
        mean = _mean_if_all(rows, halves, option)
        change = f"{mean - base:+.4f}" if mean is not None and base is not None else None
        errors = [rows[name].get(option, {}).get("calibration_error") for name in halves]
        worst = max((error for error in errors if error is not None), default=None)
        values = [_value(rows, name, option) for name in halves]
        lines.append((option, *values, mean, change, worst))
    names = [name.removeprefix(f"{ABLATED}: ") for name in halves]
    columns = ("option", *names, "mean", "against default", "calibration error, largest")
    note = "Average precision on the first half of the images, which options are chosen on.\n\n"
    return "### Ablation\n\n" + note + table(columns, lines)


def _value(rows: Rows, name: str, method: str) -> float | None:
    return rows[name].get(method, {}).get("average_precision")


def _mean_if_all(rows: Rows, names: list[str], method: str) -> float | None:
    values = [_value(rows, name, method) for name in names]
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known and len(known) == len(names) else None

"""The rows of the detection benchmark as Markdown."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import Any

COLUMNS = {
    "average_precision": "AP",
    "first_half": "AP first half",
    "second_half": "AP second half",
    "auroc": "AUROC",
    "precision_1": "P@1 %",
    "precision_5": "P@5 %",
    "precision_10": "P@10 %",
    "review_80": "review for 80 %",
    "suggestion_accuracy": "suggestion right",
    "calibration_error": "calibration error",
    "flagged": "flagged",
    "seconds": "seconds",
}
METHODS = ("kNN", "cleanlab", "plain loss", "AHSML core", "AHSML core + extension", "ceiling")

Rows = dict[str, dict[str, dict[str, Any]]]


def print_report(path: Path, facts: Mapping[str, str]) -> None:
    """Print the tables of all rows in the file; the last of equal rows counts."""
    rows: Rows = defaultdict(dict)
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        rows[row["set"]][row["method"]] = row
    print("Machine and versions:", ", ".join(f"{key} {value}" for key, value in facts.items()))
    real = [name for name in rows if name.startswith("cifar10n")]
    for name in real:
        _print_set(name, rows[name])
    _print_closure(rows, [name for name in real if "ceiling" in rows[name]])
    _print_planted(rows, [name for name in rows if name not in real])
    _print_ablation(rows, [name for name in real if "ceiling" in rows[name]])


def _print_set(name: str, methods: Mapping[str, Mapping[str, Any]]) -> None:
    print(f"\n### {name}\n\n| method | " + " | ".join(COLUMNS.values()) + " |")
    print("|---|" + "---:|" * len(COLUMNS))
    for method in METHODS:
        if method in methods:
            cells = [_cell(methods[method].get(column)) for column in COLUMNS]
            print(f"| {method} | " + " | ".join(cells) + " |")


def _print_closure(rows: Rows, names: list[str]) -> None:
    """Share of the distance from cleanlab to the ceiling that is closed."""
    if not names:
        return
    print("\n### Distance from cleanlab to the ceiling that is closed\n")
    print("| set | all | first half | second half |\n|---|---:|---:|---:|")
    totals = []
    for name in names:
        shares = [
            _closed(rows[name], column)
            for column in ("average_precision", "first_half", "second_half")
        ]
        totals.append(shares)
        print(f"| {name} | " + " | ".join(f"{share:.0%}" for share in shares) + " |")
    means = [sum(column) / len(totals) for column in zip(*totals, strict=True)]
    print("| mean | " + " | ".join(f"{mean:.0%}" for mean in means) + " |")


def _closed(methods: Mapping[str, Mapping[str, Any]], column: str) -> float:
    peer, top = methods["cleanlab"][column], methods["ceiling"][column]
    return (methods["AHSML core + extension"][column] - peer) / (top - peer)


def _print_planted(rows: Rows, names: list[str]) -> None:
    if not names:
        return
    shown = ("kNN", "cleanlab", "AHSML core + extension")
    print("\n### Planted noise, average precision\n\n| set | " + " | ".join(shown), end="")
    print(" | ahead of the better peer | calibration error |\n|---|" + "---:|" * 5)
    groups: dict[str, list[list[float]]] = defaultdict(list)
    for name in names:
        if any(method not in rows[name] for method in shown):
            continue
        values = [rows[name][method]["average_precision"] for method in shown]
        groups[name.split(" random")[0].split(" nearest")[0]].append(values)
        ahead = values[2] - max(values[:2])
        error = rows[name][shown[2]]["calibration_error"]
        cells = " | ".join(f"{value:.3f}" for value in values)
        print(f"| {name} | {cells} | {ahead:+.3f} | {error:.3f} |")
    for group, each in groups.items():
        means = [sum(column) / len(each) for column in zip(*each, strict=True)]
        cells = " | ".join(f"**{mean:.3f}**" for mean in means)
        print(f"| **mean of {group}** | {cells} | **{means[2] - max(means[:2]):+.3f}** | |")


def _print_ablation(rows: Rows, names: list[str]) -> None:
    options = sorted({method for name in names for method in rows[name] if " = " in method})
    if not options:
        return
    print("\n### Ablation, average precision\n\n| option | " + " | ".join(names), end=" | mean |\n")
    print("|---|" + "---:|" * (len(names) + 1))
    for option in ["AHSML core + extension", *options]:
        values = [rows[name].get(option, {}).get("average_precision") for name in names]
        known = [value for value in values if value is not None]
        if len(known) == len(names):
            mean = sum(known) / len(known)
            print(f"| {option} | " + " | ".join(map(_cell, values)) + f" | {mean:.3f} |")


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)

"""Stores the result of a self-test as JSON, beside the results of a run or in a project."""

from __future__ import annotations

import json
from dataclasses import asdict, astuple
from pathlib import Path
from typing import Any

from ahsml_app.base.errors import AppError
from ahsml_app.base.paths import atomic_write
from ahsml_app.base.self_test import BUDGETS, KIND_NAMES, CalibrationBin, PlantedResult, SelfTest
from ahsml_app.store.files.safe_folder import SafeFolder

CHECKPOINTS = "self-test"
"""Folder for the checkpoints of the self-test."""

SELF_TEST_FILE = "self-test.json"

_LARGEST = 1e15


def write_self_test(path: Path, test: SelfTest) -> None:
    """Writes the result of a self-test; callable from any thread.

    Beside the fields of `SelfTest`, it holds the review budgets that `found` belongs to.
    """
    text = json.dumps({"budgets": BUDGETS} | asdict(test), indent=1, allow_nan=False)
    with atomic_write(path, "w", encoding="utf-8", newline="\n") as stream:
        stream.write(text + "\n")


def read_self_test(path: Path) -> SelfTest | None:
    """The stored result of a self-test; None if there is none that this version can read."""
    try:
        values = json.loads(SafeFolder(path.parent).read(path.name))
        if tuple(values.pop("budgets")) != BUDGETS:
            return None
        results = tuple(_result(each) for each in values.pop("results"))
        test = SelfTest(**values, results=results)
        return test if _is_sound(test) else None
    except (OSError, AppError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return None


def _result(values: dict[str, Any]) -> PlantedResult:
    bins = tuple(CalibrationBin(**each) for each in values.pop("calibration"))
    found, estimate = tuple(values.pop("found")), tuple(values.pop("estimate"))
    return PlantedResult(**values, found=found, estimate=estimate, calibration=bins)


def _is_sound(test: SelfTest) -> bool:
    """Whether each value has its type, since the file may come from somebody else."""
    numbers: list[Any] = [test.seed, test.images, test.errors_before, test.seconds]
    for result in test.results:
        numbers += [result.planted, result.calibration_error, *result.found, *result.estimate]
        numbers += [n for each in result.calibration for n in astuple(each)]
    return (
        isinstance(test.finished, str)
        and all(type(number) in (int, float) and abs(number) < _LARGEST for number in numbers)
        and all(
            result.kind in KIND_NAMES
            and result.planted > 0
            and (len(result.found), len(result.estimate)) == (len(BUDGETS), 3)
            for result in test.results
        )
    )

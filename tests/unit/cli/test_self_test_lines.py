"""What the command says of a self-test."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from ahsml_app.base.self_test import PlantedResult, SelfTest
from ahsml_app.cli.messages import run_line, run_lines
from ahsml_app.session import RunSummary
from ahsml_app.session.export.result_counts import ResultCounts

FOUND = (0.1, 0.2, 0.5, 0.75, 1.0)
RESULT = PlantedResult("branch", 40, FOUND, (), 0.0625, (12.4, 43.6, 71.0))
COUNTS = ResultCounts(
    images=400,
    classes=4,
    labelled=400,
    unsure_labelled=0,
    trainable=400,
    unlabelled=0,
    quarantined=0,
    flagged=20,
    suspects_left=20,
    outliers=0,
    duplicates=0,
    duplicates_with_other_label=0,
    relabelled=0,
    set_aside=0,
    kinds={},
)


def summary(test: SelfTest | None) -> RunSummary:
    return RunSummary(Path("out"), COUNTS, (10.0, 17.5, 25.0), (), np.float32([]), {}, test)


def test_the_end_tells_of_the_self_test() -> None:
    text = "\n".join(run_lines(summary(SelfTest("", 0, 400, 17.5, 9.0, (RESULT,)))))
    assert "self-test: the first 10% of the queue hold" in text
    kind = "within a branch of the class tree"
    assert f"75% of 40 planted errors, {kind}; counted as 44 (12 to 71)" in text
    assert "self-test" not in "\n".join(run_lines(summary(None)))


def test_the_last_line_of_json_holds_the_self_test() -> None:
    line = run_line(summary(SelfTest("", 0, 400, 17.5, 9.0, (RESULT,))))
    assert json.loads(line)["self_test"] == {
        "branch": {
            "planted": 40,
            "found": {"0.01": 0.1, "0.02": 0.2, "0.05": 0.5, "0.1": 0.75, "0.2": 1.0},
            "calibration_error": 0.0625,
            "expected_errors": {"low": 12.4, "estimate": 43.6, "high": 71.0},
        }
    }
    assert "self_test" not in json.loads(run_line(summary(None)))

"""`--fail-if`: the share of wrong labels becomes an exit code for scripts."""

from __future__ import annotations

import json
from collections.abc import Generator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample_projects import make_images, make_project

from ahsml_app import cli
from ahsml_app.base.errors import ExitCode
from ahsml_app.base.events import Event
from ahsml_app.cli.fail_condition import FailVerdict, parse_condition
from ahsml_app.cli.use_cases import UseCases
from ahsml_app.session import LabelCounts, RunSummary
from ahsml_app.session.export.result_counts import ResultCounts

NAMES = tuple(f"cat/{number}.png" for number in range(10))
COUNTS = ResultCounts(
    images=12, classes=2, labelled=10, unsure_labelled=0, trainable=10, unlabelled=2,
    quarantined=0, flagged=2,
    suspects_left=2, outliers=0, duplicates=0, duplicates_with_other_label=0, relabelled=0,
    set_aside=0, kinds={},
)  # fmt: skip
SUMMARY = RunSummary(
    out=Path("results"),
    counts=COUNTS,
    expected_errors=(1.0, 2.0, 3.5),
    queue=NAMES,
    error_probability=np.float32([0.9, 0.8, 0.1, 0.1, 0.1, 0, 0, 0, 0, 0]),
    timings={},
)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    for name in (*NAMES, "cat/unlabelled.png", "LIESMICH große.txt"):
        (tmp_path / "photos" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "photos" / name).touch()
    return tmp_path / "photos"


def run(photos: Path, *arguments: str, summary: RunSummary = SUMMARY) -> int:
    """The command on a run that ends with a summary."""

    def job(*_: object, **__: Any) -> Generator[Event, None, RunSummary]:
        yield from ()
        return summary

    use_cases = UseCases(job, lambda folder: folder, lambda _: frozenset())
    return cli.main(
        ["--headless", str(photos), "--out", "results", *arguments], use_cases=use_cases
    )


@pytest.mark.parametrize(
    ("condition", "code"),
    [
        ("errors > 0.19", ExitCode.CONDITION),
        ("errors>19%", ExitCode.CONDITION),
        ("errors > .2", ExitCode.OK),
        ("errors >= 20 %", ExitCode.CONDITION),
        ("errors.low > 0.1", ExitCode.OK),
        (" errors.low > 0.05 ", ExitCode.CONDITION),
        ("flagged >= 0.2", ExitCode.CONDITION),
        ("flagged > 1", ExitCode.OK),
    ],
)
def test_the_exit_code_says_whether_too_many_labels_are_wrong(
    condition: str, code: ExitCode, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photos, "--fail-if", condition) == code
    captured = capsys.readouterr()
    told = captured.err if code else captured.out
    assert f"so --fail-if '{condition.strip()}' {'holds' if code else 'does not hold'}." in told
    assert "The results are in results" in captured.out


@pytest.mark.parametrize(
    "condition", ["errors", "errors > 1.5", "errors < 1", "wrong > 0.1", "errors > 200%"]
)
def test_what_is_no_condition_is_refused_before_any_work(
    condition: str, photos: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(photos, "--fail-if", condition) == ExitCode.USAGE
    assert '--fail-if "errors > 0.01"' in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["photos", "--fail-if", "errors > 1%"], "judges the labels of a run"),
        (["--headless", "--update", "p", "--fail-if", "errors > 1%"], "judges the labels"),
        (["--headless", "p", "--out", "x", "--fail-among", "new"], "no effect without --fail-if"),
    ],
)
def test_a_condition_without_a_run_is_refused(
    arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == ExitCode.USAGE
    assert words in capsys.readouterr().err


@pytest.mark.parametrize("end", ["\n", "\r\n", "\0"])
def test_only_the_listed_labels_count(
    end: str, photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    names = ["cat/1.png", "./cat/2.png", "cat/unlabelled.png", "LIESMICH große.txt", "cat/1.png"]
    listed = tmp_path / "new"
    listed.write_bytes("".join(name + end for name in names).encode())
    arguments = ("--fail-if", "flagged >= 50%", "--fail-among", str(listed), "--json")
    assert run(photos, *arguments) == ExitCode.CONDITION
    captured = capsys.readouterr()
    assert json.loads(captured.out)["fail_if"] == {
        "condition": "flagged >= 50%", "labels": 2, "share": 0.5, "holds": True,
    }  # fmt: skip
    assert "flagged: 1 of 2 labels (50.00%)" in captured.err
    assert run(photos, *arguments[2:], "--fail-if", "errors > 0.4") == ExitCode.CONDITION
    fields = json.loads(capsys.readouterr().out)["fail_if"]
    assert fields["share"] == pytest.approx(0.45)


def test_no_new_label_fails_nothing(photos: Path, tmp_path: Path) -> None:
    (tmp_path / "new").write_text("LIESMICH große.txt\n", encoding="utf-8")
    listed = ("--fail-among", str(tmp_path / "new"))
    assert run(photos, "--fail-if", "errors >= 0", *listed) == ExitCode.OK
    (tmp_path / "new").write_text("")
    assert run(photos, "--fail-if", "errors >= 0", *listed) == ExitCode.OK


def test_a_list_that_counts_from_elsewhere_is_refused(
    photos: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "new").write_text("photos/cat/1.png\n")
    condition = ("--fail-if", "errors > 0.01", "--fail-among")
    assert run(photos, *condition, str(tmp_path / "new")) == ExitCode.INPUT
    told = capsys.readouterr().err
    assert "'photos/cat/1.png'" in told
    assert "--relative" in told
    assert run(photos, *condition, str(tmp_path / "none")) == ExitCode.INPUT
    assert "cannot be read" in capsys.readouterr().err


def test_a_project_without_a_training_is_no_clean_project(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = make_project(make_images(tmp_path / "pictures", per_class=2), trained=False)
    project.close()
    out = ("--out", str(tmp_path / "out"), "--trust-images", "--force")
    call = ("--headless", str(project.folder), *out, "--fail-if", "errors > 0.01")
    assert cli.main(call) == ExitCode.PROJECT
    assert "No training has told yet" in capsys.readouterr().err
    (tmp_path / "new").write_text("")
    assert cli.main([*call, "--fail-among", str(tmp_path / "new")]) == ExitCode.USAGE
    assert "a list of images needs a run" in capsys.readouterr().err


def test_a_run_that_found_nothing_passes(photos: Path) -> None:
    clean = replace(SUMMARY, expected_errors=(0.0, 0.0, 0.2))
    assert run(photos, "--fail-if", "errors > 0", summary=clean) == ExitCode.OK
    verdict = FailVerdict(parse_condition("flagged > 0"), LabelCounts(1, 1, (0.0, 0.2, 1.0)))
    assert "1 of 1 label (100.00%)" in verdict.sentence()

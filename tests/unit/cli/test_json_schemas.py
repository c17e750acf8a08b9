"""The published schemas describe every line that `--json` prints, and `run.json`."""

from __future__ import annotations

from pathlib import Path

import pytest
from json_schemas import check_events, check_run_file, schema
from sample_projects import add_run, make_images, make_project

from ahsml_app import cli
from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import ExitCode
from ahsml_app.base.events import Stage
from ahsml_app.base.message import Message
from ahsml_app.cli.messages import predict_line, update_line
from ahsml_app.session import PredictSummary, UpdateSummary


def test_the_schema_names_every_stage() -> None:
    assert schema("events")["definitions"]["stage"]["enum"] == [stage.value for stage in Stage]


def test_what_the_command_says_of_a_project_follows_the_schema(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = make_project(make_images(tmp_path / "pictures", per_class=4))
    add_run(project)
    project.decide([0], DecisionKind.RELABEL, "cross")
    project.decide([1], DecisionKind.DROP)
    project.close()
    folder, out = str(project.folder), tmp_path / "out"
    condition = ("--fail-if", "errors >= 0")
    export = ("--headless", folder, "--out", str(out), "--trust-images", *condition)
    for call, code, fields in (
        (export, ExitCode.CONDITION, {"decision_log", "fail_if"}),
        (("--check", folder), ExitCode.OK, {"problems"}),
        (("--verify", folder), ExitCode.OK, {"last_hash"}),
        (("--merge", folder, str(out)), ExitCode.OK, {"kappa"}),
        (("--headless", folder, "--out", str(out)), ExitCode.OUTPUT, {"hint"}),
    ):
        assert cli.main([*call, "--json"]) == code
        assert fields <= set(check_events(capsys.readouterr().out)[-1])
    check_run_file(out / "run.json")


def test_the_other_endings_follow_the_schema() -> None:
    check_events(
        "\n".join(
            [
                predict_line(PredictSummary(Path("labels.csv"), 3, 1, (("cat", 2), ("dog", 1)))),
                update_line(UpdateSummary(Path("p"), 5, {"new": 1}, Message("1 new."), 0, 1, 1)),
            ]
        )
    )

"""`--headless --update PROJECT`: a folder of images after a week of work in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from changed_folder import PER_CLASS, SHARES, make_folder, work_a_week
from sample_projects import add_run, made_up_head, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import ExitCode
from ahsml_app.cli.command import main
from ahsml_app.session.project.library import open_project


@pytest.mark.parametrize("share", SHARES)
def test_a_folder_is_updated_after_a_week(
    share: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = make_folder(tmp_path / "images", PER_CLASS // share)
    project = make_project(folder, trained=False)
    add_run(project, head=made_up_head(project))
    project.decide(range(500 // share, 600 // share), DecisionKind.KEEP)  # the dogs of the week
    project.close()
    work_a_week(folder, share)
    command = ["--headless", "--update", str(project.folder)]

    assert main([*command, "--json"]) == ExitCode.OK
    finished = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert finished == {
        "event": "finished",
        "project": str(project.folder),
        "images": 2100 // share,
        "new": 100 // share,
        "renamed": 50 // share,
        "changed": 20 // share,
        "missing": 30 // share,
        "returned": 0,
        "relabelled": 0,
        "reopened": 20 // share,
        "embedded": 120 // share,
        "judged": 120 // share,
    }
    updated = open_project(project.folder)
    assert (updated.kinds != DecisionKind.UNDECIDED).sum() == 80 // share
    assert main(command) == ExitCode.PROJECT  # it is open
    assert "open in another window" in capsys.readouterr().err
    updated.close()
    assert main(command) == ExitCode.OK
    assert "is up to date: nothing has changed" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--update", "p"], "works without a window"),
        (["--headless", "--update", "p", "--out", "o"], "takes everything from the project"),
        (["--headless", "--update", "p", "--demo"], "takes everything from the project"),
    ],
)
def test_an_update_takes_no_other_options(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == ExitCode.USAGE
    assert message in capsys.readouterr().err


def test_a_folder_without_a_project_cannot_be_updated(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--headless", "--update", str(tmp_path)]) == ExitCode.PROJECT
    assert "There is no project in" in capsys.readouterr().err

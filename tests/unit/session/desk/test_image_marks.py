"""Stars, notes and checks by the model: kept, undone, exported, replayed, and no decisions."""

from __future__ import annotations

import contextlib
import csv
import json
import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from running import result_of
from sample_projects import make_images, make_project

from ahsml_app import cli
from ahsml_app.base.decisions import BY_MODEL, CHECKED_BY_MODEL, DecisionKind, Mark
from ahsml_app.base.errors import ExitCode, ProjectError
from ahsml_app.base.message import Message
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.session import replay_decisions, verify_log
from ahsml_app.session.desk.accept_below import proposed_cut
from ahsml_app.session.desk.image_marks import toggle_star, write_note
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.results import OutputChoice
from ahsml_app.session.pipeline.train_project import trained_labels
from ahsml_app.session.project.folder_update import content_changes
from ahsml_app.session.project.library import open_project
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.evidence import trusted_of_class
from ahsml_app.session.review.queue import review_states
from ahsml_app.session.review.review_progress import ReviewTimeline

PARTS = frozenset({"labels", "journal"})
NOTE = 'ask "Bob", =1+1 ü'


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    return make_project(make_images(tmp_path / "pictures", per_class=4))


def rows_of(*rows: int) -> np.ndarray:
    return np.array(rows, dtype=np.int64)


def export(project: Project, out: Path) -> None:
    result_of(export_project(export_request(project, out, OutputChoice(PARTS))))


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def check(project: Project, *rows: int) -> None:
    project.mark(rows, Mark.CHECKED, BY_MODEL, Message("Mark as checked"))


def test_marks_survive_a_process_that_is_killed(project: Project) -> None:
    project.close()
    code = (
        "import os, signal, sys, numpy as np; from pathlib import Path\n"
        "from ahsml_app.session.project.library import open_project\n"
        "from ahsml_app.session.desk.image_marks import toggle_star, write_note\n"
        "project = open_project(Path(sys.argv[1]))\n"
        "toggle_star(project, np.array([1, 2])); write_note(project, np.array([2]), 'odd')\n"
        "os.kill(os.getpid(), getattr(signal, 'SIGKILL', signal.SIGTERM))\n"
    )
    ended = subprocess.run([sys.executable, "-c", code, str(project.folder)], check=False)
    assert ended.returncode != 0
    again = open_project(project.folder)
    assert again.marks[Mark.STAR] == {1: "yes", 2: "yes"}
    assert again.marks[Mark.NOTE] == {2: "odd"}
    again.undo()
    assert again.marks[Mark.NOTE] == {}
    again.close()


def test_a_mark_changes_no_number_of_the_review(project: Project) -> None:
    project.decide([0], DecisionKind.KEEP)
    review = ReviewTimeline(project)
    timeline = review.timeline()
    assert timeline is not None
    before = review.progress(), timeline.left, timeline.throughput.images
    assert project.scores is not None
    unflagged = np.flatnonzero(~project.scores.flagged)[-3:].tolist()
    toggle_star(project, rows_of(0, 3))
    write_note(project, rows_of(3), NOTE)
    check(project, *unflagged)
    for timelines in (review, ReviewTimeline(project)):
        now = timelines.timeline()
        assert now is not None
        progress = timelines.progress()
        assert progress.checked == 3
        progress = replace(progress, checked=0)
        assert (progress, now.left, now.throughput.images) == before


def test_labels_have_columns_of_marks_only_where_there_are_any(
    project: Project, tmp_path: Path
) -> None:
    assert project.scores is not None
    project.scores = replace(project.scores, flagged=np.zeros(len(project.table), dtype=bool))
    export(project, tmp_path / "plain")
    assert list(table(tmp_path / "plain" / "labels.csv")[0]) == [
        *("path", "label", "given_label", "decision"),
    ]
    toggle_star(project, rows_of(1))
    write_note(project, rows_of(2), f"  {NOTE}\n")
    check(project, 3, 4)
    project.decide([4], DecisionKind.DROP)
    export(project, tmp_path / "out")
    lines = table(tmp_path / "out" / "labels.csv")
    names = ("review_star", "review_note", "review_checked", "decision")
    assert [tuple(line[name] for name in names) for line in lines[1:6]] == [
        ("yes", "", "", "undecided"),
        ("", NOTE, "", "undecided"),
        ("", "", "model", "undecided"),
        ("", "", "", "drop"),  # a person's word stands before that of the model
        ("", "", "", "undecided"),
    ]
    journal = table(tmp_path / "out" / "journal.csv")
    assert [(line["decision"], line["label_before"], line["label"]) for line in journal[:3]] == [
        ("star", "", "yes"),
        ("note", "", NOTE),
        ("checked", "", "model"),
    ]
    assert journal[1]["path"] == project.table.paths[2]


def test_an_own_column_of_the_manifest_is_no_mark(project: Project, tmp_path: Path) -> None:
    write_note(project, rows_of(2), NOTE)
    export(project, tmp_path / "out")
    manifest = tmp_path / "out" / "labels.csv"
    root = project.table.root
    project.close()
    out = tmp_path / "again"
    code = cli.main(
        ["--headless", str(root), "--labels", str(manifest), "--replay",
         str(tmp_path / "out" / "decisions.jsonl"), "--out", str(out), "--quiet"]
    )  # fmt: skip
    assert code == ExitCode.OK
    lines = table(out / "labels.csv")
    assert list(lines[0]).count("review_note") == 1
    assert lines[2]["review_note"] == NOTE


def test_a_replay_finds_marked_images_that_were_renamed(project: Project, tmp_path: Path) -> None:
    toggle_star(project, rows_of(1, 2))
    write_note(project, rows_of(2), NOTE)
    write_note(project, rows_of(2), "")
    project.undo()
    check(project, 5)
    project.decide([6], DecisionKind.DROP)
    export(project, tmp_path / "out")
    log = tmp_path / "out" / "decisions.jsonl"
    assert verify_log(log)[1] == ()
    copy = Path(shutil.copytree(project.table.root, tmp_path / "copy"))
    moved = copy / project.table.paths[2]
    moved.rename(moved.with_name("renamed.png"))
    options = with_values(RunOptions(), {"source": copy, "out": tmp_path / "again"})
    result_of(replay_decisions(options, log))
    lines = {line["path"]: line for line in table(tmp_path / "again" / "labels.csv")}
    renamed = lines[moved.with_name("renamed.png").relative_to(copy).as_posix()]
    assert (renamed["review_star"], renamed["review_note"]) == ("yes", NOTE)
    assert lines[project.table.paths[5]]["review_checked"] == "model"
    actions = [json.loads(line) for line in log.read_text().splitlines()[1:]]
    again = (tmp_path / "again" / "decisions.jsonl").read_text().splitlines()[1:]
    assert [json.loads(line)["action"] for line in again] == [line["action"] for line in actions]


def test_a_replay_takes_no_check_to_another_given_label(project: Project, tmp_path: Path) -> None:
    row = next(n for n, path in enumerate(project.table.paths) if path.startswith("circle"))
    check(project, row, 5)
    toggle_star(project, rows_of(row))
    export(project, tmp_path / "out")
    copy = Path(shutil.copytree(project.table.root, tmp_path / "copy"))
    moved = copy / "square" / "moved.png"
    (copy / project.table.paths[row]).rename(moved)
    options = with_values(RunOptions(), {"source": copy, "out": tmp_path / "again"})
    result_of(replay_decisions(options, tmp_path / "out" / "decisions.jsonl"))
    lines = {line["path"]: line for line in table(tmp_path / "again" / "labels.csv")}
    assert lines[project.table.paths[5]]["review_checked"] == "model"
    found = lines["square/moved.png"]
    assert (found["review_checked"], found["review_star"]) == ("", "yes")


def test_a_merge_names_the_notes_on_a_disagreement(project: Project, tmp_path: Path) -> None:
    root = project.table.root
    other = make_project(root, name="Bob")
    project.decide([0], DecisionKind.KEEP)
    other.decide([0], DecisionKind.DROP)
    write_note(other, rows_of(0, 1), NOTE)
    folders = [str(project.folder), str(other.folder)]
    project.close()
    other.close()
    assert cli.main(["--merge", *folders, "--out", str(tmp_path / "out"), "--quiet"]) == 0
    (line,) = table(tmp_path / "out" / "disagreements.csv")
    assert (line["note_a"], line["note_b"]) == ("", NOTE)


def test_a_changed_file_keeps_its_star_and_loses_its_check(project: Project) -> None:
    count = len(project.table)
    project.accept_hashes(
        content_changes(project.original, [f"{n:032x}" for n in range(count)], ())
    )
    toggle_star(project, rows_of(2))
    check(project, 2, 3)
    hashes = [f"{n:032x}" for n in range(count)]
    hashes[2] = "f" * 32
    project.accept_hashes(content_changes(project.original, hashes, ()))
    for opened in (project, None):
        now = opened or open_project(project.folder)
        assert now.marks[Mark.STAR] == {2: "yes"}
        assert now.marks[Mark.CHECKED] == {3: "model"}
        assert not now.can_undo, "the check was about another file"
        assert verify_log(now.folder)[1] == ()
        now.close()


def test_a_training_that_doubts_an_image_takes_the_models_word_back(project: Project) -> None:
    scores = project.scores
    assert scores is not None
    check(project, 4, 5)
    assert review_states(project)[[4, 5]].tolist() == [CHECKED_BY_MODEL] * 2
    flagged = scores.flagged.copy()
    flagged[4] = True
    project.scores = replace(scores, flagged=flagged)
    assert review_states(project)[[4, 5]].tolist() == [DecisionKind.UNDECIDED, CHECKED_BY_MODEL]


def test_no_training_takes_the_models_word_for_a_persons(project: Project) -> None:
    rows = np.arange(4, len(project.table))
    before = project.train_request(RunOptions())
    trusted = [trusted_of_class(project, label).tolist() for label in range(4)]
    check(project, *rows.tolist())
    after = project.train_request(RunOptions())
    for one, two in zip(
        trained_labels(before.table, before.kinds),
        trained_labels(after.table, after.kinds),
        strict=True,
    ):
        assert np.array_equal(one, two)
    assert [trusted_of_class(project, label).tolist() for label in range(4)] == trusted


@pytest.mark.parametrize("errors", [0.0, 0.004, 0.02])
def test_the_proposed_cut_keeps_the_share_of_wrong_labels(errors: float) -> None:
    probabilities = np.linspace(errors, 0.5, 2000, dtype=np.float32)
    cut = proposed_cut(probabilities, lambda part: float(part.sum()))
    below = probabilities[probabilities <= cut]
    assert float(below.sum()) <= 0.01 * len(below) + 1e-6
    above = probabilities[probabilities <= cut + 0.001]
    assert float(above.sum()) > 0.01 * len(above)


def test_a_repair_keeps_marks_whose_step_is_lost(project: Project) -> None:
    toggle_star(project, rows_of(1))
    write_note(project, rows_of(2), NOTE)
    project.close()
    with contextlib.closing(sqlite3.connect(project.folder / "project.sqlite")) as connection:
        connection.execute("DELETE FROM log")
        connection.execute("DELETE FROM step WHERE number = 2")
        connection.execute("UPDATE mark_change SET mark = 'odd' WHERE step = 1")
        connection.commit()
    with pytest.raises(ProjectError, match="mark_change holds an impossible value"):
        open_project(project.folder)
    assert cli.main(["--repair", str(project.folder)]) == ExitCode.OK
    again = open_project(project.folder)
    assert (again.marks[Mark.STAR], again.marks[Mark.NOTE]) == ({}, {2: NOTE})
    assert verify_log(again.folder)[1] == ()
    again.close()

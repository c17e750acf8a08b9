"""Projects of every released schema open in this version, with all that was in them."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from ahsml_app.base.decisions import DecisionKind, Mark
from ahsml_app.base.message import Message
from ahsml_app.session.project.library import open_project
from ahsml_app.store.database import MIGRATIONS
from ahsml_app.store.decision_log import broken_lines

GOLDEN = sorted((Path(__file__).parents[2] / "golden").glob("project-*.sql"))


def test_every_schema_has_a_golden_project() -> None:
    assert [path.stem for path in GOLDEN] == [f"project-{n + 1}" for n in range(len(MIGRATIONS))]


@pytest.mark.parametrize("golden", GOLDEN, ids=lambda path: path.stem)
def test_a_project_of_an_older_schema_opens_whole(golden: Path, tmp_path: Path) -> None:
    connection = sqlite3.connect(tmp_path / "project.sqlite")
    connection.executescript(golden.read_text("utf-8"))
    connection.close()

    project = open_project(tmp_path)

    assert (project.name, len(project.table)) == ("golden", 8)
    assert project.class_names == ("circle", "cross", "square", "triangle", "ellipse")
    kinds = [DecisionKind(int(kind)).word for kind in project.kinds[:4]]
    assert kinds == ["drop", "drop", "relabel", "undecided"]
    assert project.label_name(int(project.labels[2])) == "ellipse"
    marked = golden.stem >= "project-6"
    marks = ["Star square-00.png", "Note on square-00.png", "Mark 2 images as checked by the model"]
    assert [(str(s.name), s.undone) for s in project.steps()] == [
        *((name, False) for name in marks if marked),
        ("Drop 2 images", False),
        ("Relabel cross-00.png to ellipse", False),
        ("Keep cross-01.png", True),
    ]
    templates = {type(step.title) for step in project.steps()}
    assert templates == ({Message} if golden.stem >= "project-3" else {str})
    assert project.marks == (
        {
            Mark.STAR: {4: "yes"},
            Mark.NOTE: {4: "häßlich, ask Bob"},
            Mark.CHECKED: {6: "model", 7: "model"},
        }
        if marked
        else {mark: {} for mark in Mark}
    )
    entries = [entry for entry in project.journal() if entry.mark is None]
    assert len(project.journal()) - len(entries) == (8 if marked else 0)
    assert sum(entry.sample >= 0 for entry in entries) == 7
    renamed = [(e.before.label, e.after.label) for e in entries if e.sample < 0]
    expected = [] if golden.stem == "project-1" else [("square", "box"), ("box", "square")]
    assert renamed == expected
    reviewers = [entry.reviewer for entry in entries]
    recorded = golden.stem >= "project-4"
    assert reviewers == (["Ada"] * 7 + ["Bob"] * 2 if recorded else [""] * len(reviewers))
    assert project.state("side") == 120
    assert project.redo() is not None
    assert project.kinds[3] == DecisionKind.KEEP
    project.reviewer = "Cy"
    project.decide([4], DecisionKind.AMBIGUOUS)
    assert list(project.journal())[-1].reviewer == "Cy"
    log = project.log()
    assert not list(broken_lines(log))
    actions = [json.loads(line)["action"] for line in log[1:]]
    assert actions[-8:] == [
        *("decide", "decide", "undo", "redo"),
        *("decide", "undo", "redo"),
        "decide",
    ]
    stored = project._files._connection.execute("SELECT line FROM log ORDER BY step")
    assert [line for (line,) in stored] == log[1:]
    states, hashes = project.states.tolist(), project.original.hashes
    assert states == ([0] * 5 + [1, 2, 0] if golden.stem >= "project-5" else [0] * 8)
    assert hashes == (
        tuple(f"{row:032x}" for row in range(8)) if golden.stem >= "project-5" else ()
    )
    project.close()

"""The journal against a plain dictionary, through closing, reopening and failing disks."""

from __future__ import annotations

import shutil
import sqlite3
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ahsml_app.base.decisions import Decision, DecisionKind
from ahsml_app.base.errors import ProjectError
from ahsml_app.store.database import open_database
from ahsml_app.store.journal import Journal

SAMPLES = 8


def database(folder: Path) -> sqlite3.Connection:
    path = folder / "project.sqlite"
    fresh = not path.exists()
    connection = open_database(path)
    if fresh:
        rows = [(n, f"{n}.png", "cat", None) for n in range(SAMPLES)]
        connection.executemany("INSERT INTO sample VALUES (?, ?, ?, ?)", rows)
    return connection


decisions = st.one_of(
    st.sampled_from([k for k in DecisionKind if k != DecisionKind.RELABEL]).map(Decision),
    st.sampled_from(["dog", "häschen", "a|b"]).map(
        lambda name: Decision(DecisionKind.RELABEL, name)
    ),
)


class JournalMachine(RuleBasedStateMachine):
    """Decide, undo, redo and reopen at any time; a dictionary and two stacks say what must be."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.connection = database(self.folder)
        self.journal = Journal(self.connection)
        self.state: dict[int, Decision] = {}
        self.done: list[dict[int, Decision]] = []
        self.undone: list[dict[int, Decision]] = []

    def teardown(self) -> None:
        self.connection.close()
        shutil.rmtree(self.folder)

    @rule(
        samples=st.lists(st.integers(0, SAMPLES - 1), min_size=1, max_size=5, unique=True),
        data=st.data(),
    )
    def decide(self, samples: list[int], data: st.DataObject) -> None:
        chosen = [data.draw(decisions) for _ in samples]
        before = dict(self.state)
        changes = self.journal.decide(samples, chosen, "step")
        for sample, decision in zip(samples, chosen, strict=True):
            self.state[sample] = decision
            if decision.kind == DecisionKind.UNDECIDED:
                del self.state[sample]
        assert bool(changes) == (self.state != before)
        if changes:
            self.done.append(before)
            self.undone.clear()

    @precondition(lambda self: self.done)
    @rule()
    def undo(self) -> None:
        self.undone.append(dict(self.state))
        self.state = self.done.pop()
        assert self.journal.undo()

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        self.done.append(dict(self.state))
        self.state = self.undone.pop()
        assert self.journal.redo()

    @rule()
    def reopen(self) -> None:
        self.connection.close()
        self.connection = database(self.folder)
        self.journal = Journal(self.connection)

    @invariant()
    def holds_what_was_decided(self) -> None:
        assert self.journal.state == self.state
        assert self.journal.can_undo == bool(self.done)
        assert self.journal.can_redo == bool(self.undone)
        steps = self.journal.steps()
        assert sum(not step.undone for step in steps) == len(self.done)
        assert sum(step.undone for step in steps) == len(self.undone)


TestJournal = JournalMachine.TestCase
TestJournal.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


def test_nothing_to_undo_changes_nothing(tmp_path: Path) -> None:
    journal = Journal(database(tmp_path))
    assert journal.undo() == {}
    assert journal.redo() == {}
    assert list(journal.entries()) == []


def test_undo_is_an_entry_of_its_own(tmp_path: Path) -> None:
    journal = Journal(database(tmp_path))
    journal.decide([1, 2], [Decision(DecisionKind.KEEP)] * 2, "Keep 2 images")
    journal.undo()
    found = [(e.action, e.sample, e.before.kind.word, e.after.kind.word) for e in journal.entries()]
    assert found == [
        ("decide", 1, "undecided", "keep"),
        ("decide", 2, "undecided", "keep"),
        ("undo", 1, "keep", "undecided"),
        ("undo", 2, "keep", "undecided"),
    ]


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path) -> None:
    connection = database(tmp_path)
    journal = Journal(connection)
    journal.decide([0], [Decision(DecisionKind.KEEP)], "Keep")
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    long = Decision(DecisionKind.RELABEL, "x" * 100_000)
    with pytest.raises(ProjectError, match="could not be saved"):
        journal.decide([1], [long], "Relabel")
    assert journal.state == {0: Decision(DecisionKind.KEEP)}
    assert len(journal.steps()) == 1
    connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    journal.decide([1], [long], "Relabel")
    assert len(journal.steps()) == 2

"""The journal against a plain dictionary, through closing, reopening and failing disks."""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
import time
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from ahsml_app.base.decisions import Decision, DecisionKind, Mark
from ahsml_app.base.errors import ProjectError
from ahsml_app.session.project.log_state import state_after
from ahsml_app.store.database import MIGRATIONS, open_database
from ahsml_app.store.decision_log import steps_of
from ahsml_app.store.files.database_checks import ProjectConnection
from ahsml_app.store.journal import Journal
from ahsml_app.store.journal_state import Effects

SAMPLES = 8


def database(folder: Path) -> ProjectConnection:
    path = folder / "project.sqlite"
    fresh = not path.exists()
    connection = open_database(path)
    if fresh:
        insert_samples(connection)
    return connection


def in_memory() -> ProjectConnection:
    connection = sqlite3.connect(":memory:", isolation_level=None, factory=ProjectConnection)
    for migration in MIGRATIONS:
        connection.executescript(migration)
    insert_samples(connection)
    return connection


def insert_samples(connection: sqlite3.Connection) -> None:
    rows = [(n, f"{n}.png", "cat") for n in range(SAMPLES)]
    connection.executemany("INSERT INTO sample (number, path, label) VALUES (?, ?, ?)", rows)


KEYS = ("cat", "dog", "häschen", "a|b")
State = tuple[dict[int, Decision], dict[str, str], dict[tuple[Mark, int], str]]
keys = st.sampled_from(KEYS)
decisions = st.one_of(
    st.sampled_from([k for k in DecisionKind if k != DecisionKind.RELABEL]).map(Decision),
    st.sampled_from(["dog", "häschen", "a|b"]).map(
        lambda name: Decision(DecisionKind.RELABEL, name)
    ),
)


class JournalMachine(RuleBasedStateMachine):
    """Decide, rename classes, undo, redo and reopen at any time, in one common history.

    Three dictionaries and two stacks say what must be.
    """

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.connection = database(self.folder)
        self.journal = Journal(self.connection)
        self.state: dict[int, Decision] = {}
        self.names: dict[str, str] = {}
        self.marks: dict[tuple[Mark, int], str] = {}
        self.done: list[State] = []
        self.undone: list[State] = []

    def teardown(self) -> None:
        self.connection.close()
        shutil.rmtree(self.folder)

    @rule(
        samples=st.lists(st.integers(0, SAMPLES - 1), min_size=1, max_size=5, unique=True),
        data=st.data(),
    )
    def decide(self, samples: list[int], data: st.DataObject) -> None:
        chosen = [data.draw(decisions) for _ in samples]
        before = self.now()
        changes = self.journal.decide(samples, chosen, "step")
        for sample, decision in zip(samples, chosen, strict=True):
            self.state[sample] = decision
            if decision.kind == DecisionKind.UNDECIDED:
                del self.state[sample]
        assert bool(changes) == (self.state != before[0])
        if changes:
            self.done.append(before)
            self.undone.clear()

    @rule(names=st.dictionaries(keys, keys, min_size=1, max_size=3))
    def rename(self, names: dict[str, str]) -> None:
        before = self.now()
        changed = {key: to for key, to in names.items() if to != self.names.get(key, key)}
        assert self.journal.rename(names, "step", 3) == bool(changed)
        if changed:
            self.names |= changed
            self.done.append(before)
            self.undone.clear()

    @rule(
        mark=st.sampled_from(Mark),
        texts=st.dictionaries(st.integers(0, SAMPLES - 1), st.sampled_from(["", "a", "ü"])),
    )
    def mark(self, mark: Mark, texts: dict[int, str]) -> None:
        before = self.now()
        changed = {s: t for s, t in texts.items() if t != self.marks.get((mark, s), "")}
        assert self.journal.mark(mark, texts, "step").marks == {mark: changed}
        if changed:
            known = self.marks | {(mark, s): text for s, text in changed.items()}
            self.marks = {key: text for key, text in known.items() if text}
            self.done.append(before)
            self.undone.clear()

    def now(self) -> State:
        return dict(self.state), dict(self.names), dict(self.marks)

    @precondition(lambda self: self.done)
    @rule()
    def undo(self) -> None:
        self.undone.append(self.now())
        self.state, self.names, self.marks = self.done.pop()
        self.journal.undo()

    @precondition(lambda self: self.undone)
    @rule()
    def redo(self) -> None:
        self.done.append(self.now())
        self.state, self.names, self.marks = self.undone.pop()
        self.journal.redo()

    @rule(name=st.sampled_from(["Ada", "Bob"]))
    def change_places(self, name: str) -> None:
        self.journal.reviewer = name

    @rule()
    def replay(self) -> None:
        """The log, read from its lines and taken by another journal, leads to the same."""
        lines = list(self.journal.log())
        steps = steps_of(lines, Path("log"))
        state = state_after(steps)
        assert {n: logged.decision for n, logged in state.decisions.items()} == self.state
        assert {k: state.names.get(k, k) for k in KEYS} == {k: self.names.get(k, k) for k in KEYS}
        logged = {(m, n): text for n, marks in state.marks.items() for m, text in marks.items()}
        assert logged == self.marks
        assert (len(state.stacks.done), len(state.stacks.undone)) == (
            len(self.done),
            len(self.undone),
        )
        with closing(in_memory()) as connection:
            copy = Journal(connection)
            copy.replay(steps)
            assert (copy.state, copy.names) == (self.journal.state, self.journal.names)
            assert copy.marks == self.journal.marks
            assert list(copy.log()) == lines
            assert [(e.reviewer, e.time) for e in copy.entries()] == [
                (e.reviewer, e.time) for e in self.journal.entries()
            ]
            while copy.can_undo:
                copy.undo()
            assert (copy.state, any(copy.marks.values())) == ({}, False)

    @rule()
    def reopen(self) -> None:
        self.connection.close()
        self.connection = database(self.folder)
        self.journal = Journal(self.connection)

    @invariant()
    def holds_what_was_decided(self) -> None:
        assert self.journal.state == self.state
        marks = {(m, s): t for m, texts in self.journal.marks.items() for s, t in texts.items()}
        assert marks == self.marks
        called = {key: self.journal.names.get(key, key) for key in KEYS}
        assert called == {key: self.names.get(key, key) for key in KEYS}
        assert self.journal.can_undo == bool(self.done)
        assert self.journal.can_redo == bool(self.undone)
        steps = self.journal.steps()
        assert sum(not step.undone for step in steps) == len(self.done)
        assert sum(step.undone for step in steps) == len(self.undone)
        for step in steps:
            assert (step.samples == 3) or step.marks or step.kind is not None


TestJournal = JournalMachine.TestCase
TestJournal.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)


def test_nothing_to_undo_changes_nothing(tmp_path: Path) -> None:
    journal = Journal(database(tmp_path))
    assert journal.undo() == Effects()
    assert journal.redo() == Effects()
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


def test_a_decision_about_another_file_cannot_be_restored(tmp_path: Path) -> None:
    connection = database(tmp_path)
    journal, keep = Journal(connection), Decision(DecisionKind.KEEP)
    journal.decide([1], [keep], "Keep")
    journal.decide([2], [keep], "Keep")
    journal.decide([1, 3], [Decision(DecisionKind.DROP)] * 2, "Drop 2 images")
    journal.decide([4], [keep], "Keep")
    journal.update(Effects({2: Decision()}), "Update", 7)
    for reopened in (journal, Journal(connection)):
        assert [step.number for step in reopened.steps()] == [3, 4]
        assert 2 not in reopened.state
    assert journal.undo() == Effects({4: Decision()})
    journal.update(Effects({4: keep}), "Update", 1)
    assert not journal.can_redo
    actions = [(entry.action, entry.sample) for entry in journal.entries()]
    assert actions[-3:] == [("update", 2), ("undo", 4), ("update", 4)]
    assert not journal.columns(4).decided.any()
    lines = list(journal.log())
    assert [step.action for step in steps_of(lines, Path("log"))] == [
        *["decide"] * 4,
        *("update", "undo", "update"),
    ]
    with closing(in_memory()) as other:
        copy = Journal(other)
        copy.replay(steps_of(lines, Path("log")))
        assert (copy.state, list(copy.log())) == (journal.state, lines)
        assert (copy.can_undo, copy.can_redo) == (journal.can_undo, journal.can_redo)
    assert state_after(steps_of(lines, Path("log"))).stacks.done == [3]


def test_the_journal_tells_names_as_they_were_at_the_time(tmp_path: Path) -> None:
    journal = Journal(database(tmp_path))
    journal.decide([1], [Decision(DecisionKind.RELABEL, "dog")], "Relabel")
    journal.rename({"dog": "wolf"}, "Rename dog to wolf (1 image)", 1)
    journal.decide([1], [Decision(DecisionKind.KEEP)], "Keep")
    journal.undo()
    journal.undo()
    found = [(e.action, e.sample, e.before.label, e.after.label) for e in journal.entries()]
    assert found == [
        ("decide", 1, "", "dog"),
        ("decide", -1, "dog", "wolf"),
        ("decide", 1, "wolf", ""),
        ("undo", 1, "", "wolf"),
        ("undo", -1, "wolf", "dog"),
    ]


def test_a_full_disk_leaves_everything_as_it_was(tmp_path: Path) -> None:
    connection = database(tmp_path)
    journal = Journal(connection)
    journal.decide([0], [Decision(DecisionKind.KEEP)], "Keep")
    pages = connection.execute("PRAGMA page_count").fetchone()[0]
    connection.execute(f"PRAGMA max_page_count = {pages}")
    long = Decision(DecisionKind.RELABEL, "x" * 100_000)
    with pytest.raises(
        ProjectError, match=f"disk of {re.escape(str(tmp_path))} is full.*Nothing has changed"
    ):
        journal.decide([1], [long], "Relabel")
    assert journal.state == {0: Decision(DecisionKind.KEEP)}
    assert len(journal.steps()) == 1
    connection.execute(f"PRAGMA max_page_count = {pages + 1000}")
    journal.decide([1], [long], "Relabel")
    assert len(journal.steps()) == 2


def test_a_step_that_fails_between_its_writes_leaves_nothing_in_the_file(tmp_path: Path) -> None:
    connection = database(tmp_path)
    journal = Journal(connection)
    with pytest.raises(ProjectError, match="could not be saved"):
        journal.decide([SAMPLES], [Decision(DecisionKind.KEEP)], "Keep")  # there is no such sample
    assert not connection.in_transaction
    assert journal.state == {}
    assert connection.execute("SELECT COUNT(*) FROM step").fetchone() == (0,)
    journal.decide([0], [Decision(DecisionKind.KEEP)], "Keep")
    assert Journal(connection).state == {0: Decision(DecisionKind.KEEP)}


def test_columns_tell_of_each_step_what_the_entries_tell(tmp_path: Path) -> None:
    journal = Journal(database(tmp_path))
    before = time.time()
    journal.decide([1, 2, 5], [Decision(DecisionKind.DROP)] * 3, "Drop")
    journal.decide([2, 7], [Decision(DecisionKind.RELABEL, "dog"), Decision()], "Relabel")
    journal.rename({"dog": "wolf"}, "Rename dog to wolf (1 image)", 1)
    for _ in range(2):
        journal.undo()
    columns = journal.columns()
    assert columns.numbers.tolist() == [1, 2, 3, 4, 5]
    assert columns.samples.tolist() == [3, 1, 1, 1, 1]
    assert columns.decided.tolist() == [True, True, False, False, False]
    np.testing.assert_allclose(columns.times, before, atol=60)
    changes = [
        (e.step, e.sample, e.before.kind, e.after.kind) for e in journal.entries() if e.sample >= 0
    ]
    assert changes[-1] == (5, 2, DecisionKind.RELABEL, DecisionKind.DROP)
    arrays = (columns.steps, columns.rows, columns.before, columns.after)
    assert np.stack(arrays, axis=1).tolist() == [list(change) for change in changes]
    assert not columns.added.any()
    own = journal.columns(added=["wolf", "dog"])
    assert own.added.tolist() == [change[3] == DecisionKind.RELABEL for change in changes]
    assert own.after.tolist() == columns.after.tolist()
    newer = journal.columns(after=3)
    assert newer.numbers.tolist() == [4, 5]
    assert newer.steps.tolist() == [5]


def test_marks_are_no_decisions(tmp_path: Path) -> None:
    """A timeline reads columns, and must not see them as a review."""
    journal = Journal(database(tmp_path))
    journal.mark(Mark.STAR, {1: "yes", 2: "yes"}, "Star 2 images")
    journal.mark(Mark.NOTE, {1: "blurred"}, "Note on 1.png")
    journal.undo()
    columns = journal.columns()
    assert columns.numbers.tolist() == [1, 2, 3]
    assert not columns.decided.any()
    assert not len(columns.rows)
    assert (journal.state, journal.touched(DecisionKind)) == ({}, set())
    assert [(s.marks, s.kind, s.undone) for s in journal.steps()] == [
        (True, None, False),
        (True, None, True),
    ]
    told = [(e.mark, e.sample, e.before.label, e.after.label) for e in journal.entries()]
    assert told == [
        (Mark.STAR, 1, "", "yes"),
        (Mark.STAR, 2, "", "yes"),
        (Mark.NOTE, 1, "", "blurred"),
        (Mark.NOTE, 1, "blurred", ""),
    ]


def test_a_note_in_a_log_from_elsewhere_is_one_printable_line(tmp_path: Path) -> None:
    source = Journal(database(tmp_path))
    source.mark(Mark.NOTE, {1: "a\x1b[31m\nb" + "c" * 2000}, "Note")
    with closing(in_memory()) as connection:
        copy = Journal(connection)
        copy.replay(steps_of(list(source.log()), Path("log")))
        text = copy.marks[Mark.NOTE][1]
    assert text.isprintable()
    assert (text[:7], len(text)) == ("a [31m ", 1000)

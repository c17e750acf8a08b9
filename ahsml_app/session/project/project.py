"""A project as the window and the command see it: samples, scores, decisions, undo."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from ahsml_app.base.decisions import Decision, DecisionKind, Mark, Step
from ahsml_app.base.errors import ProjectError
from ahsml_app.base.folder_changes import FolderChanges, SampleState
from ahsml_app.base.message import Message
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.base.self_test import SelfTest
from ahsml_app.base.types import AnyArray, Embeddings, Int8Array, IntArray, SampleTable, Scores
from ahsml_app.core.analysis.merge_classes import merged_scores
from ahsml_app.session.pipeline import run_arrays
from ahsml_app.session.pipeline.train_project import TrainOutcome, TrainRequest
from ahsml_app.session.pipeline.update_project import UpdateOutcome
from ahsml_app.session.project import stored_runs
from ahsml_app.session.project.class_registry import ClassRegistry
from ahsml_app.session.project.content_hashes import FileHashes
from ahsml_app.session.project.find_project import source_of
from ahsml_app.session.project.folder_update import content_changes, effects_after
from ahsml_app.session.project.path_index import PathIndex
from ahsml_app.session.project.step_names import step_name
from ahsml_app.store.decision_log import LoggedStep
from ahsml_app.store.journal_records import JournalColumns, JournalEntry
from ahsml_app.store.journal_state import Effects, Marks
from ahsml_app.store.project_folder import ProjectFolder


class Project:
    """An opened project; belongs to the thread that opened it.

    Attributes:
        folder: Path of the project.
        name: Name that the user gave it.
        source: Source of the images and given labels.
        original: The samples with their given labels.
        table: The same samples with the current class names.
        classes: The class of each sample, and the names of the classes.
        scores: Scores of the newest training, in the rows of the table; None before the first.
            Scores of classes merged since the training are combined.
        embeddings: Embeddings of the newest training; None before the first.
        weight_history: (E, N) adaptive weights after each epoch; None before the first training.
        consistency_history: (E, N) consistency after each epoch; None also for older trainings.
        run: Properties of the newest training; None before the first.
        kinds: (N,) `DecisionKind` of each sample.
        states: (N,) `SampleState` of each sample.
        paths: Finds, sorts and searches the relative paths of the samples.
        seen_unreadable: Why each image cannot be read, as far as anybody knows before a training.
        damage: What is wrong with each training that cannot be used; empty if nothing is.
        newly_marked: The marks that the last step gave or took.
    """

    def __init__(self, files: ProjectFolder) -> None:
        self._files = files
        facts = files.facts()
        self.folder = files.folder
        self.name: str = facts["name"]
        self.source = source_of(facts["source"])
        self.original: SampleTable = files.table()
        self.paths = PathIndex(self.original.paths)
        self.states: Int8Array = files.states()
        self.quarantined = files.quarantined()
        self.classes = ClassRegistry(self.original)
        self.kinds = np.zeros(len(self.original), dtype=np.int64)
        self._run_scores: tuple[Scores, IntArray] | None = None
        self.scores: Scores | None = None
        self.embeddings: Embeddings | None = None
        self.weight_history: npt.NDArray[np.float16] | None = None
        self.consistency_history: npt.NDArray[np.float16] | None = None
        self.run: Mapping[str, Any] | None = None
        self.seen_unreadable: dict[int, Message | str] = {}
        self._hashes = files.journal.content_hashes = FileHashes(lambda: self.original)
        self.classes.rename(files.journal.names)
        self._apply(Effects(dict(files.journal.state)))
        self._runs, self.damage = stored_runs.sound_runs(files, len(self.original))
        if self._runs:
            self._load_run(self._runs[-1])
        self._rename()

    @property
    def obstacle(self) -> ProjectError | None:
        """The error that says why nothing can be changed here; None if it can."""
        return self._files.obstacle

    @property
    def read_only(self) -> bool:
        """Whether nothing can be changed here; `obstacle` says why."""
        return self.obstacle is not None

    @property
    def reviewer(self) -> str:
        """Who makes the decisions; the user of the system until it is set."""
        return self._files.journal.reviewer

    @reviewer.setter
    def reviewer(self, name: str) -> None:
        self._files.journal.reviewer = name

    @property
    def class_names(self) -> tuple[str, ...]:
        """Names of the classes: those of the newest training, then the others."""
        return self.classes.names

    @property
    def labels(self) -> IntArray:
        """(N,) index of the label after the decisions, -1 for none."""
        return self.classes.labels

    @property
    def unreadable(self) -> dict[int, Message | str]:
        """Why each image cannot be read that the newest training set aside, by its row."""
        trained = stored_runs.unreadable_rows(self.run, self.original, self.paths)
        return self.seen_unreadable | trained

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to undo."""
        return self._files.journal.can_undo and not self.read_only

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to redo."""
        return self._files.journal.can_redo and not self.read_only

    def path(self, row: int) -> Path:
        """Absolute path of an image."""
        return self.table.root / self.table.paths[row]

    def label_name(self, index: int) -> str:
        """Name of a class; empty for -1."""
        return "" if index < 0 else self.class_names[index]

    def decide(
        self,
        rows: IntArray | Sequence[int],
        kind: DecisionKind,
        label: str = "",
        name: Message | None = None,
    ) -> IntArray:
        """Records a decision about images as one step; it is on disk when the call returns.

        Args:
            rows: The images.
            kind: What is decided.
            label: The new label of a relabelling, which may be a new class; empty for the
                suggestion of each image. Relabelling to the given label means keeping it.
            name: Name of the step; derived from the other arguments by default.

        Returns:
            The rows that changed.

        Raises:
            ProjectError: If it could not be written; then nothing has changed.
        """
        rows = [int(row) for row in rows]
        decisions = [self._decision(row, kind, label) for row in rows]
        name = name or step_name(self.table, rows, kind, decisions)
        return self.decide_each(rows, decisions, name)

    def decide_each(
        self, rows: Sequence[int], decisions: Sequence[Decision], name: Message
    ) -> IntArray:
        """Records a decision for each image as one step (see `decide`)."""
        self.check_writable()
        labels = {decision.label for decision in decisions if decision.label}
        class_ids = {label: self.classes.class_id(label) for label in labels}
        decisions = [Decision(d.kind, class_ids.get(d.label, "")) for d in decisions]
        return self._take(Effects(self._files.journal.decide(rows, decisions, name)))

    def mark(
        self, rows: IntArray | Sequence[int], mark: Mark, text: str, name: Message
    ) -> IntArray:
        """Marks images as one step, which decides nothing; an empty text takes the mark away."""
        self.check_writable()
        texts = dict.fromkeys(map(int, rows), text)
        return self._take(self._files.journal.mark(mark, texts, name))

    def rename_classes(self, names: Mapping[str, str], name: Message, images: int) -> IntArray:
        """Renames classes as one step; classes that get the same name are merged.

        No decision is made about any image; `class_edits` has the operations of the user.

        Args:
            names: New name of each class, by its current name.
            name: Name of the step.
            images: Number of images with these labels.

        Returns:
            The rows whose label changed its name.

        Raises:
            ProjectError: If it could not be written; then nothing has changed.
        """
        self.check_writable()
        ids_of = self.classes.ids_of
        new_names = {class_id: to for old, to in names.items() for class_id in ids_of(old)}
        self._files.journal.rename(new_names, name, images)
        return self._take(Effects())

    def undo(self) -> IntArray | None:
        """Undoes the newest step; returns the rows that changed, or None if there is no step."""
        self.check_writable()
        return self._take(self._files.journal.undo()) if self.can_undo else None

    def redo(self) -> IntArray | None:
        """Redoes the step undone last; returns the rows that changed, or None if there is none."""
        self.check_writable()
        return self._take(self._files.journal.redo()) if self.can_redo else None

    def replay(self, steps: Iterable[LoggedStep]) -> None:
        """Takes the steps of a decision log, all or none; only before the first decision.

        Raises:
            ProjectError: If they could not be written; then nothing has changed.
        """
        self.check_writable()
        self._files.journal.replay(steps)
        self._take(Effects(dict(self._files.journal.state)))

    def steps(self) -> list[Step]:
        """The history, oldest step first, undone steps included."""
        return self._files.journal.steps()

    def journal(self) -> list[JournalEntry]:
        """Every change ever made, for audits."""
        return list(self._files.journal.entries())

    def log(self) -> list[str]:
        """The lines of the decision log."""
        return list(self._files.journal.log())

    def changes(self, after: int = 0) -> JournalColumns:
        """All changes after a step of the journal, as columns."""
        return self._files.journal.columns(after, self.classes.added_ids)

    @property
    def marks(self) -> Marks:
        """The text of each mark of the images that have it, by their rows."""
        return self._files.journal.marks

    def decision(self, row: int) -> Decision:
        """The decision about an image, with the current name of the class."""
        decision = self._files.journal.state.get(row, Decision())
        return Decision(decision.kind, decision.label and self.classes.name(decision.label))

    def state(self, key: str, default: Any = None) -> Any:
        """A stored value of the screen state, or the default."""
        return self._files.screen(key, default)

    def set_state(self, key: str, value: Any) -> None:
        """Stores a value of the screen state; it must be representable as JSON."""
        self._files.set_screen(key, value)

    def fact(self, key: str, default: Any = None) -> Any:
        """A stored property of the project, or the default."""
        return self._files.facts().get(key, default)

    def set_fact(self, key: str, value: Any) -> None:
        """Stores a property of the project, representable as JSON, or raises a `ProjectError`."""
        self.check_writable()
        self._files.set_fact(key, value)

    def train_request(self, options: RunOptions) -> TrainRequest:
        """Makes the snapshot that the training thread works on."""
        self.check_writable()
        table = replace(self.table, labels=self.labels.copy(), class_names=self.class_names)
        number, ids = self._files.next_run(), self.classes.class_ids
        options = replace(options, source=replace(self.source, folder=self.table.root))
        kinds, given = self.kinds.copy(), self.classes.given.copy()
        present = self.states != SampleState.MISSING
        unread = stored_runs.contents_not_to_try(self.run, self.unreadable, table.hashes)
        return TrainRequest(self.folder, number, table, kinds, given, present, options, ids, unread)

    def accept(self, outcome: TrainOutcome) -> None:
        """Records a training, on disk when the call returns, and loads its scores."""
        self.accept_hashes(content_changes(self.original, outcome.hashes, self.quarantined))
        facts = stored_runs.run_facts(outcome, self.paths, self._files.journal.newest)
        self._files.add_run(facts)
        self._files.finish_training()
        self._runs.append(facts)
        self._load_run(facts)
        self._rename()

    def accept_hashes(self, changes: FolderChanges) -> None:
        """Takes in content hashes and unreadable files, or raises a `ProjectError`."""
        self.check_writable()
        if changes.hashes or changes.changed or changes.quarantined != self.quarantined:
            self._apply(self._take_in(changes))
            self.original, self.states = self._files.table(), self._files.states()
            self.quarantined = changes.quarantined
            self._rename()

    def accept_update(self, outcome: UpdateOutcome) -> Project:
        """Takes in what changed in the image folder.

        Returns:
            The project as it is now, on the same files; this object must not be used any more.

        Raises:
            ProjectError: If it could not be written; then nothing has changed.
        """
        self.check_writable()
        self._take_in(outcome.changes)
        updated = Project(self._files)
        updated.reviewer = self.reviewer
        return updated

    def runs(self) -> list[dict[str, Any]]:
        """Properties of all trainings whose arrays are sound, oldest first."""
        return list(self._runs)

    def arrays(self, number: int | None = None) -> Mapping[str, AnyArray]:
        """All arrays of a training, by default the newest; empty before the first."""
        if self.run is None:
            return {}
        return stored_runs.stored_arrays(self._files, number or self.run["number"], len(self.kinds))

    def self_test(self) -> SelfTest | None:
        """The self-test of the newest training; None if none was made."""
        return stored_runs.stored_self_test(self.folder, self.run)

    def check_writable(self) -> None:
        """Raises the `ProjectError` that says why nothing can be changed here, if nothing can."""
        if self.obstacle is not None:
            raise self.obstacle

    def relocate(self, folder: Path) -> None:
        """Sets the new location of the image folder."""
        self.check_writable()
        self._files.set_root(folder.absolute())
        self.original = replace(self.original, root=folder.absolute())
        self._rename()

    def close(self) -> None:
        """Closes the files and releases the lock."""
        self._files.close()

    def _load_run(self, facts: Mapping[str, Any]) -> None:
        self.run, self.seen_unreadable = facts, {}
        arrays = self.arrays()
        self._run_scores = stored_runs.judged_scores(arrays, self.states)
        self.embeddings = run_arrays.embeddings_of(arrays)
        self.weight_history = arrays["weight_history"]
        self.consistency_history = arrays.get("consistency_history")
        # Before classes could be renamed, their names were their IDs.
        self.classes.set_run_classes(facts.get("class_keys", facts["class_names"]))

    def _decision(self, row: int, kind: DecisionKind, label: str) -> Decision:
        if kind != DecisionKind.RELABEL:
            return Decision(kind)
        if not label:
            if self.scores is None:
                raise ProjectError("There is no suggestion before the first training.")
            label = self.label_name(int(self.scores.suggested[row]))
        if not label or label == self.table.label_name(row):
            return Decision(DecisionKind.KEEP)
        return Decision(kind, label)

    def _take_in(self, changes: FolderChanges) -> Effects:
        """Writes what changed in the image folder; returns what changed with it."""
        effects = effects_after(changes, self.original, self._files.journal)
        name = Message("Update from the image folder: {what}", what=changes.summary())
        self._files.take_in(changes, effects, name)
        return effects

    def _apply(self, effects: Effects) -> IntArray:
        changes, self.newly_marked = effects.decisions, effects.marks
        rows = np.fromiter(changes, dtype=np.int64, count=len(changes))
        self.kinds[rows] = [int(decision.kind) for decision in changes.values()]
        self.classes.set_decisions(rows, (decision.label for decision in changes.values()))
        return rows

    def _take(self, effects: Effects) -> IntArray:
        """Applies a step and the class names of the journal; returns the rows of its decisions."""
        rows, known, names = self._apply(effects), self.original, self.table.class_names
        self.original, renamed = self._hashes.added_to(known), self._files.journal.names
        lost = self.class_names[: len(names)] != names  # a class that no image has any more
        if lost or self.original is not known or not self.classes.has_names(renamed):
            rows = np.union1d(rows, self.classes.rename(renamed))
            self._rename()
        return rows

    def _rename(self) -> None:
        """Applies the current class names to table and scores, as new objects."""
        self.table = replace(
            self.original, labels=self.classes.given, class_names=self.classes.names
        )
        if self._run_scores is not None:
            (scores, judged), indices = self._run_scores, self.classes.run_indices
            merged = not np.array_equal(indices, np.arange(len(indices)))
            self.scores = merged_scores(scores, judged, indices) if merged else scores

"""The results that runs, exports and the window pass to the writer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ahsml_app.base.context import RunContext
from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import Message
from ahsml_app.base.options.output_options import TreeMode, UndecidedRule, UnsureRule
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.base.self_test import SelfTest
from ahsml_app.base.types import Embeddings, FloatArray, Quarantined, SampleTable, Scores
from ahsml_app.session.export.changed_files import ChangedFile
from ahsml_app.session.export.result_counts import ResultCounts, count_results
from ahsml_app.session.project.replay import Replay
from ahsml_app.store.class_folders import TreeEntry, plan_tree
from ahsml_app.store.journal_records import JournalEntry
from ahsml_app.store.output.probability_file import ClassProbabilities
from ahsml_app.store.result_files import DROPPED, UNDECIDED, Decisions

if TYPE_CHECKING:
    from ahsml_app.core.backbones.backbone import Backbone

__all__ = [
    "NEEDS_SCORES",
    "PARTS",
    "USUAL_PARTS",
    "OutputChoice",
    "Provenance",
    "Results",
    "TrainedModel",
    "TrainingResults",
]

PARTS: Mapping[str, Message] = {
    "labels": Message("labels.csv: every image with its label before and after, and the decision"),
    "manifest": Message(
        "the manifest in its own format with the new labels; dropped images left out"
    ),
    "tree": Message("a folder for each class with the images in it; dropped images left out"),
    "scores": Message(
        "scores (CSV, Parquet) and probabilities.parquet: probability, weight, consistency and more"
    ),
    "embeddings": Message("embeddings.npz and embeddings.parquet: vectors for search and training"),
    "model": Message("the trained head, and one ONNX file from pixels to embedding"),
    "report": Message("report.html: counts, confusion and the most suspect images on one page"),
    "journal": Message(
        "journal.csv and decisions.jsonl: every decision ever made, undone ones included"
    ),
}
"""The parts that can be written besides `run.json` and `quarantine.csv`, with descriptions."""

NEEDS_SCORES = frozenset({"scores", "embeddings", "model", "report"})
USUAL_PARTS = frozenset(PARTS) - {"tree", "manifest"}


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """The trained model, for use elsewhere.

    Attributes:
        head: Parameters of the head and of the preparation before it.
        prototypes: (K, D) points of the ball.
        noise_matrix: (K, K) probability of the given label (column) per true label (row).
        curvature: c > 0 of the ball of curvature -c.
        class_names: Names of the K classes.
        load_backbone: Loads the backbone; sends messages about a download to the context.
        planes: What it has read of images with several pages or channels.
    """

    head: Mapping[str, FloatArray]
    prototypes: FloatArray
    noise_matrix: FloatArray
    curvature: float
    class_names: Sequence[str]
    load_backbone: Callable[[RunContext], Backbone]
    planes: Planes = FIRST


@dataclass(frozen=True, slots=True)
class TrainingResults:
    """The results of a training (N samples in the order of the table).

    Attributes:
        judged: The samples with the labels that the scores judge.
        scores: Scores of the samples.
        embeddings: Embeddings of the samples.
        model: The trained model; None if the training stored none.
        probabilities: What models that have not seen its label say of each sample; None if an
            earlier version stored none.
    """

    judged: SampleTable
    scores: Scores
    embeddings: Embeddings
    model: TrainedModel | None
    probabilities: ClassProbabilities | None = None


@dataclass(frozen=True, slots=True)
class Provenance:
    """The provenance of the results.

    Attributes:
        started: Start of the training in ISO 8601 with the offset from UTC.
        seed: Random seed.
        settings: Name and value of each effective option.
        counts: Further counts of the stages.
    """

    started: str
    seed: int
    settings: Mapping[str, object]
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that can be written.

    Attributes:
        source: Source of the images and given labels.
        table: The N samples that can be read, with their given labels.
        class_names: Names of the classes after the decisions.
        decisions: Decisions about the samples.
        quarantined: Every file that the scan or the training set aside.
        expected_errors: Estimated wrong labels among the undecided: low end, best guess, high end
            (95 %); NaN before the first training.
        provenance: Provenance of the results.
        training: Results of the training; None before the first.
        journal: Every decision ever made, oldest first.
        self_test: Result of the self-test of the training; None if none was made.
        log: Lines of the decision log; empty to write none.
        replay: The replay of a decision log that led to this state; None for none.
        changed_files: Files that are not as they were when they were judged.
        notes: How the images and labels were read.
        whole: All samples of a project, to whose rows its journal refers; None for `table`.
        left_out: Words of the decisions whose images have no label, and no place in a manifest.
        unsure_folder: Whether a folder beside the class folders holds the unsure images.
    """

    source: Source
    table: SampleTable
    class_names: tuple[str, ...]
    decisions: Decisions
    quarantined: tuple[Quarantined, ...]
    expected_errors: tuple[float, float, float]
    provenance: Provenance
    training: TrainingResults | None
    journal: tuple[JournalEntry, ...] = ()
    self_test: SelfTest | None = None
    log: tuple[str, ...] = ()
    replay: Replay | None = None
    changed_files: tuple[ChangedFile, ...] = ()
    notes: tuple[str, ...] = ()
    whole: SampleTable | None = None
    left_out: frozenset[str] = frozenset({DROPPED})
    unsure_folder: bool = False

    def counts(self) -> ResultCounts:
        """Counts of the results."""
        scores = None if self.training is None else self.training.scores
        return count_results(
            self.table, self.decisions, scores, self.quarantined, len(self.class_names)
        )

    def class_tree(self) -> list[TreeEntry]:
        """The files of the class folders."""
        by_folder = self.source.labels is None and self.source.class_from is None
        by_folder &= not self._in_split_folders()
        missing = {file.path for file in self.changed_files if file.problem != "changed"}
        labels = self._folder_labels()
        labels = [
            "" if path in missing else label
            for path, label in zip(self.table.paths, labels, strict=True)
        ]
        splits = self.table.columns["split"] if self._in_split_folders() else ()
        return plan_tree(self.table.root, self.table.paths, labels, splits, by_folder=by_folder)

    def _folder_labels(self) -> Sequence[str]:
        """The label of each image, or the name of the folder of unsure ones."""
        labels = self.decisions.labels
        if not self.unsure_folder:
            return labels
        folder = "unsure"
        while folder in self.class_names:
            folder += "_"
        unsure = DecisionKind.AMBIGUOUS.word
        pairs = zip(labels, self.decisions.kinds, strict=True)
        return [folder if kind == unsure else label for label, kind in pairs]

    def _in_split_folders(self) -> bool:
        source = self.source
        by_folder = source.labels is None and source.class_from is None
        return by_folder and "split" in self.table.columns


@dataclass(frozen=True, slots=True)
class OutputChoice:
    """The parts of the results to write.

    Attributes:
        parts: Names of parts (see `PARTS`).
        tree_mode: Whether class folders hold copies or links.
        csv_safe: Whether CSV files are safe to open in a spreadsheet; `labels.parquet` holds the
            true names then.
        formats: Names of the forms of other tools (see `other_forms`).
        undecided: What becomes of images of a project without a decision.
        unsure: What becomes of images that are marked as unsure.
    """

    parts: frozenset[str]
    tree_mode: TreeMode = "copy"
    csv_safe: bool = False
    formats: tuple[str, ...] = ()
    undecided: UndecidedRule = "keep"
    unsure: UnsureRule = "keep"

    @property
    def left_out(self) -> frozenset[str]:
        """Words of the decisions whose images are exported without a label."""
        words = {DROPPED}
        words |= {UNDECIDED} if self.undecided == "leave-out" else set()
        words |= {DecisionKind.AMBIGUOUS.word} if self.unsure != "keep" else set()
        return frozenset(words)

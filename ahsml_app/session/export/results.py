"""The one description of results that runs, exports and the window give to the writer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ahsml_app.base.context import RunContext
from ahsml_app.base.message import Message
from ahsml_app.base.options.run_options import Source, TreeMode
from ahsml_app.base.types import Embeddings, FloatArray, Quarantined, SampleTable, Scores
from ahsml_app.session.export.result_counts import ResultCounts, count_results
from ahsml_app.store.class_folders import TreeEntry, plan_tree
from ahsml_app.store.journal import JournalEntry
from ahsml_app.store.result_files import Decisions

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
    "scores": Message("scores.csv and scores.parquet: probability, weight, consistency and more"),
    "embeddings": Message("embeddings.npz and embeddings.parquet: vectors for search and training"),
    "model": Message("the trained head, and one ONNX file from pixels to embedding"),
    "report": Message("report.html: counts, confusion and the most suspect images on one page"),
    "journal": Message("journal.csv: every decision ever made, undone ones included"),
}
"""What can be written beside `run.json` and `quarantine.csv`, and what each part is."""

NEEDS_SCORES = frozenset({"scores", "embeddings", "model", "report"})
USUAL_PARTS = frozenset(PARTS) - {"tree", "manifest"}


@dataclass(frozen=True, slots=True)
class TrainedModel:
    """What a training leaves to be used elsewhere.

    Attributes:
        head: Parameters of the head and of the preparation before it.
        prototypes: (K, D) points of the ball.
        noise_matrix: (K, K).
        curvature: c of the ball.
        class_names: Names of the K classes.
        load_backbone: Gives the backbone; messages of a download go to the context.
    """

    head: Mapping[str, FloatArray]
    prototypes: FloatArray
    noise_matrix: FloatArray
    curvature: float
    class_names: Sequence[str]
    load_backbone: Callable[[RunContext], Backbone]


@dataclass(frozen=True, slots=True)
class TrainingResults:
    """What a training adds to the results (N samples in the order of the table).

    Attributes:
        judged: The samples with the labels that the scores judge.
        scores: Of the samples.
        embeddings: Of the samples.
        model: None where the training kept none.
    """

    judged: SampleTable
    scores: Scores
    embeddings: Embeddings
    model: TrainedModel | None


@dataclass(frozen=True, slots=True)
class Provenance:
    """How the results came about.

    Attributes:
        started: Start of the training in ISO 8601 with the offset from UTC.
        seed: Seed of everything random.
        settings: Name and value of each setting that took effect.
        counts: What the stages counted, beside the counts of the results.
    """

    started: str
    seed: int
    settings: Mapping[str, object]
    counts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Results:
    """Everything that can be written.

    Attributes:
        source: Where images and given labels come from.
        table: The N samples with the labels that they came with.
        class_names: Names of the classes after the decisions.
        decisions: What `labels.csv` says of the samples.
        quarantined: Every file that was set aside, by the scan or by the training.
        expected_errors: Estimated wrong labels among the undecided: low end, best guess, high end
            (95 %); NaN before the first training.
        provenance: How the results came about.
        training: None before the first training.
        journal: Every decision ever made, oldest first.
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

    def counts(self) -> ResultCounts:
        """Counts of the results."""
        scores = None if self.training is None else self.training.scores
        return count_results(
            self.table, self.decisions, scores, self.quarantined, len(self.class_names)
        )

    def class_tree(self) -> list[TreeEntry]:
        """The files of the class folders."""
        by_folder = self.source.labels is None and self.source.class_from is None
        return plan_tree(
            self.table.root, self.table.paths, self.decisions.labels, by_folder=by_folder
        )


@dataclass(frozen=True, slots=True)
class OutputChoice:
    """What to write of the results.

    Attributes:
        parts: Names of `PARTS`.
        tree_mode: How images come into the class folders.
    """

    parts: frozenset[str]
    tree_mode: TreeMode = "copy"

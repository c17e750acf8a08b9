"""The counts of results, shared by `run.json`, report, command and window."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import Message
from ahsml_app.base.self_test import SelfTest
from ahsml_app.base.types import UNLABELLED, FloatArray, Quarantined, SampleTable, Scores
from ahsml_app.session.export.balance import balance_line
from ahsml_app.session.export.changed_files import CHANGED_FILES
from ahsml_app.session.project.replay import Replay
from ahsml_app.store.decision_log import LogSeal
from ahsml_app.store.result_files import (
    DROPPED,
    RELABELLED_AUTOMATICALLY,
    UNDECIDED,
    Decisions,
)


@dataclass(frozen=True, slots=True)
class ResultCounts:
    """Counts of the results.

    Attributes:
        images: Images in the table.
        classes: Number of classes.
        labelled: Images that have a label in `labels.csv`.
        unsure_labelled: Images among these that the user marked as ambiguous.
        trainable: Images that a training may use.
        unlabelled: Images without a given label.
        quarantined: Files set aside: the rows of `quarantine.csv`.
        flagged: Images whose label is more probably wrong than right.
        suspects_left: Flagged images without a decision.
        outliers: Images that more probably belong to none of the classes than to one.
        duplicates: Images that have a duplicate.
        duplicates_with_other_label: Images among these whose duplicate has another label.
        relabelled: Images whose label in `labels.csv` is not the given one.
        set_aside: Files set aside that are not among the images.
        kinds: Number of images by the word of the decision in `labels.csv`.
    """

    images: int
    classes: int
    labelled: int
    unsure_labelled: int
    trainable: int
    unlabelled: int
    quarantined: int
    flagged: int
    suspects_left: int
    outliers: int
    duplicates: int
    duplicates_with_other_label: int
    relabelled: int
    set_aside: int
    kinds: Mapping[str, int]

    @property
    def applied(self) -> int:
        """Number of suggestions that `--apply confident` took into `labels.csv`."""
        return self.kinds.get(RELABELLED_AUTOMATICALLY, 0)

    @property
    def dropped(self) -> int:
        """Number of images that the user dropped."""
        return self.kinds.get(DROPPED, 0)

    @property
    def balance(self) -> Message:
        """The line that reconciles the counts of images and files."""
        unsure = self.kinds.get(DecisionKind.AMBIGUOUS.word, 0)
        labelled = self.labelled - self.unsure_labelled
        return balance_line(
            {
                "labelled": labelled,
                "unlabelled": self.images - self.dropped - unsure - labelled,
                "unsure": unsure,
                "dropped": self.dropped,
                "set_aside": self.set_aside,
            }
        )

    def as_record(self) -> dict[str, int]:
        """The counts by their names in `run.json`."""
        return {
            "images": self.images,
            "classes": self.classes,
            "trainable": self.trainable,
            "unlabelled": self.unlabelled,
            "quarantined": self.quarantined,
            "flagged": self.flagged,
            "suspects_left": self.suspects_left,
            "outliers": self.outliers,
            "duplicates": self.duplicates,
            "duplicates_with_other_label": self.duplicates_with_other_label,
            "relabelled": self.relabelled,
            "applied": self.applied,
            **{f"decided_{kind.word}": self.kinds.get(kind.word, 0) for kind in DecisionKind},
        }


def count_results(
    table: SampleTable,
    decisions: Decisions,
    scores: Scores | None,
    quarantined: Sequence[Quarantined],
    classes: int,
) -> ResultCounts:
    """Counts the results.

    Args:
        table: The N samples with their given labels.
        decisions: Their decisions.
        scores: Their scores; None before the first training.
        quarantined: Files set aside.
        classes: Number of classes after the decisions.
    """
    flagged = suspects_left = outliers = duplicates = conflicts = 0
    if scores is not None:
        flagged = int(scores.flagged.sum())
        suspects_left = sum(
            bool(suspect) and kind == UNDECIDED
            for suspect, kind in zip(scores.flagged, decisions.kinds, strict=True)
        )
        outliers = int(scores.outlier.sum())
        duplicates = int((scores.duplicate_group >= 0).sum())
        conflicts = int(scores.duplicate_conflict.sum())
    return ResultCounts(
        images=len(table),
        classes=classes,
        labelled=sum(map(bool, decisions.labels)),
        unsure_labelled=sum(
            bool(label) and kind == DecisionKind.AMBIGUOUS.word
            for label, kind in zip(decisions.labels, decisions.kinds, strict=True)
        ),
        trainable=int(table.trainable.sum()),
        unlabelled=int((table.labels == UNLABELLED).sum()),
        quarantined=len(quarantined),
        set_aside=len({item.path for item in quarantined}.difference(table.paths)),
        flagged=flagged,
        suspects_left=suspects_left,
        outliers=outliers,
        duplicates=duplicates,
        duplicates_with_other_label=conflicts,
        relabelled=sum(
            bool(label) and label != table.label_name(row)
            for row, label in enumerate(decisions.labels)
        ),
        kinds=Counter(decisions.kinds),
    )


@dataclass(frozen=True, slots=True)
class RunSummary:
    """The summary of a finished run, for its closing lines.

    Attributes:
        out: Folder with the results.
        counts: Counts of the results.
        expected_errors: Estimated number of wrong labels: low end, best guess, high end (95 %).
        queue: Paths of all labelled images, the most suspect first.
        error_probability: The probability of each that its label is wrong.
        timings: Seconds per stage.
        self_test: Result of the self-test; None if none was made.
    """

    out: Path
    counts: ResultCounts
    expected_errors: tuple[float, float, float]
    queue: tuple[str, ...]
    error_probability: FloatArray
    timings: Mapping[str, float]
    self_test: SelfTest | None = None


@dataclass(frozen=True, slots=True)
class ExportSummary:
    """The summary of a project export, for the closing lines and the window.

    Attributes:
        out: Folder with the results.
        counts: Counts of the results.
        errors_left: Estimated wrong labels among the undecided: low end, best guess, high end
            (95 %); NaN before the first training.
        log: What vouches for the decision log; None if none was written.
        replay: The replay that led to this state; None for none.
        changed: Files whose content is not the one that was judged.
        missing: Files that are no longer there, or cannot be read.
    """

    out: Path
    counts: ResultCounts
    errors_left: tuple[float, float, float]
    log: LogSeal | None = None
    replay: Replay | None = None
    changed: int = 0
    missing: int = 0

    @property
    def warning(self) -> Message | None:
        """What is not as it was judged; None if everything is."""
        if not (self.changed or self.missing):
            return None
        return Message(
            "Changed since they were judged, so without a decision: {changed:,}; missing or "
            "unreadable: {missing:,}. See {name}.",
            changed=self.changed,
            missing=self.missing,
            name=CHANGED_FILES,
        )

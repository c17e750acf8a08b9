"""The results of a headless run: scores, and given labels or confident suggestions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ahsml_app.base.options.output_options import OutputOptions
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import UNLABELLED, Embeddings, SampleTable, Scores
from ahsml_app.session.export.other_forms import output_choice
from ahsml_app.session.export.results import (
    OutputChoice,
    Provenance,
    Results,
    TrainedModel,
    TrainingResults,
)
from ahsml_app.store import result_files
from ahsml_app.store.output.probability_file import ClassProbabilities

if TYPE_CHECKING:
    from ahsml_app.core.backbones.backbone import Backbone
    from ahsml_app.core.features.extract import FeatureResult
    from ahsml_app.core.training_data import TrainResult
    from ahsml_app.session.pipeline.stages import PipelineState

APPLIED_PRECISION = 0.95
"""Least expected precision of the suggestions that `--apply confident` takes."""

RUN_PARTS = frozenset({"labels", "scores", "embeddings", "model", "report"})


def run_results(
    job: PipelineState,
    table: SampleTable,
    scores: Scores,
    result: TrainResult,
    backbone: Backbone,
    features: FeatureResult,
) -> Results:
    """Collects the results of a headless run."""
    options = job.options
    model = TrainedModel(
        result.head,
        result.prototypes,
        result.noise_matrix,
        result.curvature,
        table.class_names,
        lambda _: backbone,
        table.planes,
    )
    embeddings = Embeddings(result.points, result.curvature, result.embedding)
    rows, columns = np.arange(len(table)), np.arange(len(table.class_names))
    probabilities = ClassProbabilities(result.posterior, rows, columns)
    settings = job.settings | {
        "labels": job.settings["labels"] or "class folders",
        "label_column": table.label_column,
        "apply_precision": APPLIED_PRECISION,
    }
    settings.pop("seed", None)
    confident = options.output.apply == "confident"
    return Results(
        source=options.source or Source(table.root),
        table=table,
        class_names=table.class_names,
        decisions=take_confident(table, scores) if confident else result_files.undecided(table),
        quarantined=tuple(job.quarantined),
        expected_errors=scores.expected_errors,
        provenance=Provenance(
            started=job.started,
            seed=options.training.seed,
            settings=settings,
            counts={"embedded": features.extracted},
        ),
        training=TrainingResults(table, scores, embeddings, model, probabilities),
        notes=tuple(map(str, job.notes)),
    )


def run_choice(options: OutputOptions) -> OutputChoice:
    """The parts that a headless run writes."""
    return output_choice(options, RUN_PARTS)


def take_confident(table: SampleTable, scores: Scores) -> result_files.Decisions:
    """Replaces flagged labels by confident suggestions.

    Suggestions are taken in order of confidence while their mean confidence is at least
    `APPLIED_PRECISION`. Only trainable samples change, because a test set cleaned by the
    model would flatter the model. An outlier keeps its label: no class fits it.
    """
    decisions = result_files.undecided(table)
    flagged = scores.flagged & table.trainable & (scores.suggested != table.labels)
    flagged &= ~scores.outlier
    candidates = np.flatnonzero(flagged & (table.labels != UNLABELLED))
    confidence = scores.suggestion_confidence[candidates]
    order = np.argsort(-confidence, kind="stable")
    means = np.cumsum(confidence[order]) / np.arange(1, len(order) + 1)
    taken = candidates[order[means >= APPLIED_PRECISION]]
    labels, kinds = list(decisions.labels), list(decisions.kinds)
    for row in taken:
        labels[row] = table.class_names[int(scores.suggested[row])]
        kinds[row] = result_files.RELABELLED_AUTOMATICALLY
    return result_files.Decisions(labels, kinds)

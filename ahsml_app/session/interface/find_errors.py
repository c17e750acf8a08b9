"""Finds wrong labels in one call, for an image folder or for features."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Generator, Hashable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from ahsml_app.base.events import CancelToken, Event, drive
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.base.types import (
    IMAGE_FINDINGS,
    UNLABELLED,
    AnyArray,
    FloatArray,
    IntArray,
    Quarantined,
    SampleTable,
    Scores,
)
from ahsml_app.session.interface.python_values import (
    checked_options,
    feature_array,
    listed_values,
)
from ahsml_app.session.pipeline.first_look import augment
from ahsml_app.session.pipeline.scan_source import opened_source
from ahsml_app.session.pipeline.stages import (
    compute_features,
    find_groups,
    find_samples,
    score,
    start_job,
    train,
    train_config,
    training_data,
)
from ahsml_app.store.result_files import score_table

if TYPE_CHECKING:
    import pyarrow as pa

    from ahsml_app.core.training_data import TrainResult

_OF_IMAGES = ("path", "consistency", "duplicate_group", "duplicate_conflict", *IMAGE_FINDINGS)
"""Columns of the scores that mean nothing without images."""

Listener = Callable[[Event], object]


@dataclass(frozen=True, slots=True)
class FoundErrors:
    """What was found about N labels of K classes.

    Attributes:
        scores: Table of N rows with the columns of `scores.parquet`; of features, without those
            that only images have.
        expected_errors: Estimated number of wrong labels: low end, best guess, high end (95 %).
        noise_matrix: (K, K) probability of each given label (column) for each true one (row).
        classes: The K classes.
        probabilities: (N, K) P(true class | image), by models that have not seen the sample's
            label.
        corrected: (N, K) P(true class | image, given label).
        embeddings: (N, E) vectors of length one, to be compared by their cosine.
        quarantined: Files that were set aside, with the reason; none for features.
    """

    scores: pa.Table
    expected_errors: tuple[float, float, float]
    noise_matrix: FloatArray
    classes: tuple[Hashable, ...]
    probabilities: FloatArray
    corrected: FloatArray
    embeddings: FloatArray
    quarantined: tuple[Quarantined, ...] = ()

    def suspects(self) -> IntArray:
        """Returns the rows whose label is more probably wrong than right, most suspect first."""
        wrong: FloatArray = self.scores["error_probability"].to_numpy()
        order = np.argsort(-np.nan_to_num(wrong), kind="stable")
        flagged: AnyArray = self.scores["flagged"].to_numpy()
        return order[flagged[order]]


def find_label_errors(
    data: str | Path | AnyArray,
    labels: str | Path | Sequence[Hashable] | AnyArray | None = None,
    *,
    seed: int = 0,
    groups: Sequence[Hashable] | AnyArray | None = None,
    listener: Listener | None = None,
    **options: object,
) -> FoundErrors:
    """Judges every label by models that have not seen it.

    Args:
        data: An image folder, or an archive, which is unpacked beside itself; or (N, W) features,
            such as those of a network of your own.
        labels: For a folder, a file of labels, or None where each class has a folder of its own.
            For features, the N labels; None, NaN or an empty text for an unlabelled sample.
        seed: Seed of every random choice.
        groups: For features, N names of groups whose samples would vouch for each other's labels,
            such as frames of one video; None or "" for a sample that is alone. Equal rows are
            grouped anyway.
        listener: Called with each event of the run, such as progress and notices.
        **options: Options of the command with underscores, such as `views=2`,
            `backbone="resnet50"` or `features="mine.npz"`. Those of images mean nothing for
            features. `probabilities` are those of a model of your own, which has not trained on
            the sample that it judges, as one more opinion: for a folder, a file; for features, an
            (N, K) array with a column for each class in the order of `FoundErrors.classes`, and
            NaN in the rows of samples without any.

    Returns:
        Scores, estimate and embeddings.

    Raises:
        AppError: If folder, labels or options cannot be used; it says what to do.
        ValueError: If features and labels do not fit together.
    """
    values = {"seed": seed, **options}
    listen = listener or (lambda _: None)
    if isinstance(data, str | Path):
        if groups is not None:
            raise ValueError("groups belong to features; for a folder they are a column of labels")
        if labels is not None and not isinstance(labels, str | Path):
            raise ValueError("labels of a folder are a file, or None for a folder for each class")
        if not isinstance(values.get("probabilities"), str | Path | None):
            raise TypeError("probabilities for a folder are a file, which names its images")
        source = Source(Path(data), None if labels is None else Path(labels))
        chosen = with_values(RunOptions(source=source), checked_options(values))
        return drive(_judge_folder(chosen, source), listen)
    if labels is None or isinstance(labels, str | Path):
        raise ValueError("features need their labels: a sequence as long as the features")
    opinion: Any = values.pop("probabilities", None)
    chosen = with_values(RunOptions(), checked_options(values))
    own = None if opinion is None else np.asarray(opinion)
    return drive(_judge_features(chosen, feature_array(data), labels, groups, own), listen)


def _judge_folder(options: RunOptions, source: Source) -> Generator[Event, None, FoundErrors]:
    source = yield from opened_source(source, source.folder, CancelToken())
    job = start_job(replace(options, source=source), exclusive=True)
    table = yield from find_samples(job, source)
    backbone, table, features = yield from compute_features(job, table)
    groups = yield from find_groups(job, table, features)
    data = yield from augment(job, table, backbone, training_data(table, features, groups))
    with tempfile.TemporaryDirectory() as checkpoints:
        result = yield from train(job, table, data, Path(checkpoints))
    scores = yield from score(job, table, result, groups)
    found = score_table(table, scores)
    return _found(found, table.class_names, scores, result, tuple(job.quarantined))


def _judge_features(
    options: RunOptions,
    features: AnyArray,
    given: Sequence[Hashable] | AnyArray,
    groups: Sequence[Hashable] | AnyArray | None,
    probabilities: AnyArray | None,
) -> Generator[Event, None, FoundErrors]:
    from ahsml_app.core.analysis.scores import compute_scores
    from ahsml_app.core.estimator.train_features import feature_scale, train_features
    from ahsml_app.core.own_files.own_features import half_precision

    classes, labels = _numbered(listed_values(given, "labels"))
    if features.ndim != 2 or len(features) != len(labels):
        raise ValueError(
            f"features of shape {features.shape} do not fit {len(labels)} labels: "
            "a row for each label is needed"
        )
    if len(classes) < 2:
        raise ValueError("wrong labels need at least two classes")
    own = None
    if groups is not None:
        own = _numbered(listed_values(groups, "groups"))[1]
        if len(own) != len(labels):
            raise ValueError(f"{len(own)} groups do not fit {len(labels)} labels")
    scale = feature_scale(features)  # which may be too small for float32
    small = half_precision(features * (np.float32(scale) if np.float32(scale) > 0 else scale))
    opinion = _opinion(probabilities, len(labels), len(classes))
    config = train_config(options)
    work = train_features(config, small, labels, len(classes), groups=own, opinion=opinion)
    result = yield from work
    names = tuple(map(str, classes))
    rows = tuple(map(str, range(len(labels))))
    table = SampleTable(Path(), rows, labels, names)
    alone = np.full(len(labels), -1, dtype=np.int64)
    groups_of_folds = alone if own is None else own
    scores = compute_scores(
        table,
        result,
        duplicate_group=alone,
        duplicate_conflict=alone > 0,
        fold_group=groups_of_folds,
    )
    found = score_table(table, scores).drop_columns(list(_OF_IMAGES))
    return _found(found, classes, scores, result, ())


def _opinion(probabilities: AnyArray | None, samples: int, classes: int) -> FloatArray | None:
    """Returns (N, K) probabilities that add up to 1, or NaN."""
    if probabilities is None:
        return None
    if probabilities.shape != (samples, classes):
        raise ValueError(
            f"probabilities of shape {probabilities.shape} do not fit {samples} labels of "
            f"{classes} classes"
        )
    own: FloatArray = np.array(probabilities, dtype=np.float32)
    sums = own.sum(1, keepdims=True)
    if np.isinf(own).any() or (own < 0).any() or (sums == 0).any():
        raise ValueError("probabilities are negative, infinite, or zero for all classes")
    own = own / sums
    own[np.isnan(sums[:, 0])] = np.nan
    return own


def _numbered(values: Sequence[Hashable]) -> tuple[tuple[Hashable, ...], IntArray]:
    """Returns the distinct values in order, and the number of each; -1 for a missing one."""
    distinct = set(values) - {None}
    try:
        classes = tuple(sorted(distinct))  # type: ignore[type-var]
    except TypeError:  # values of several types
        classes = tuple(sorted(distinct, key=lambda value: (type(value).__name__, str(value))))
    index = {value: number for number, value in enumerate(classes)} | {None: UNLABELLED}
    return classes, np.array([index[value] for value in values], dtype=np.int64)


def _found(
    table: pa.Table,
    classes: tuple[Hashable, ...],
    scores: Scores,
    result: TrainResult,
    quarantined: tuple[Quarantined, ...],
) -> FoundErrors:
    return FoundErrors(
        scores=table,
        expected_errors=scores.expected_errors,
        noise_matrix=result.noise_matrix,
        classes=classes,
        probabilities=result.posterior,
        corrected=result.corrected,
        embeddings=result.embedding,
        quarantined=quarantined,
    )

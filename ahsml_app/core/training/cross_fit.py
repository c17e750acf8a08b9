"""AHSML on cached features: cross-fitted passes of linear expert and hyperbolic head.

Pass one learns from the given labels. Its out-of-fold posteriors, read through the estimated noise
matrix, become the soft targets of the next pass. Every score of a sample comes from models that
never saw its label (method.md, section 3).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
import numpy.typing as npt

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import Event, Progress, Stage
from ahsml_app.base.types import FloatArray, IntArray
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.embedding.learn import learn_embedding
from ahsml_app.core.ensemble.combine import (
    Opinion,
    combine_experts,
    cross_fit_best_linear,
    later_share,
)
from ahsml_app.core.ensemble.lda_gp import closed_form_posteriors
from ahsml_app.core.ensemble.noise_model import TARGET_ODDS
from ahsml_app.core.ensemble.soft_targets import one_hot, soften, trusted_labels
from ahsml_app.core.features.preprocess import Preparation, fit_preparation, prepare_views
from ahsml_app.core.folds import OUTSIDE, fold_count, head_share, head_splits, linear_splits
from ahsml_app.core.head.epoch import FoldData, default_batch, default_epochs
from ahsml_app.core.head.fit import FittedHead, FoldHeads, HeadTask, fit_head
from ahsml_app.core.training.parallel import side_by_side
from ahsml_app.core.training_data import TrainData, TrainResult

LEAST_HEAD_SHARE = 0.25
"""With a smaller share the heads of a pass before the last are left out, and the folds of the last
pass do without the pair loss: they cost most of the time and change little."""


@dataclass(frozen=True, slots=True)
class _Job:
    """What all passes share."""

    config: TrainConfig
    data: TrainData
    preparation: Preparation
    views: npt.NDArray[np.float16]
    splits: list[IntArray]
    linear_splits: list[IntArray]
    checkpoint: CheckpointFolder
    context: RunContext

    @property
    def folds(self) -> IntArray:
        """(N,) folds of the first split."""
        return self.splits[0]


def train(
    config: TrainConfig, data: TrainData, context: RunContext | None = None
) -> Generator[Event, None, TrainResult]:
    """Train and give out-of-fold posteriors, adaptive weights, consistency and embeddings.

    Args:
        config: Options.
        data: Cached features and given labels.
        context: A torch device, how many folds are fitted at a time, how to stop, and the folder
            for checkpoints, where a later call with the same options and data continues and gives
            the same result.

    Yields:
        Progress in epochs, an `EpochEnd` after each, and notices.

    Returns:
        The result.

    Raises:
        Cancelled: When asked to stop; the checkpoint holds the last whole epoch.
    """
    context = context or RunContext()
    yield Progress(Stage.PREPARE)
    job = _prepared(config, data, context)
    targets, weights = one_hot(data), data.trainable.astype(np.float32)
    first: Opinion | None = None
    for index in range(config.passes - 1):
        opinion, _ = yield from _run_pass(job, index, targets, weights, first, last=False)
        odds = 1.0 if first else TARGET_ODDS ** later_share(int(data.trainable.sum()))
        targets, weights = soften(config, data, opinion.posterior, opinion.corrected, odds)
        first = first or opinion
    last = config.passes - 1
    opinion, heads = yield from _run_pass(job, last, targets, weights, first, last=True)
    yield Progress(Stage.EMBEDDINGS, pass_index=last)
    learned = learn_embedding(data, opinion.corrected, context.cancel)
    from ahsml_app.core.training.assemble import (
        summarise,  # here, because it is needed once, at the end
    )

    return summarise(config, data, opinion, heads, job.preparation, learned)


def _prepared(config: TrainConfig, data: TrainData, context: RunContext) -> _Job:
    """The features prepared, and the samples parted into folds."""
    digest = training_digest(config, data, context.device)
    checkpoint = CheckpointFolder(context.checkpoints, digest)
    preparation = fit_preparation(data.features[0], config.ablation.components, context.cancel)
    count = config.folds or fold_count(int(data.trainable.sum()))
    samples, seed, groups = (data.labels, data.trainable), config.seed, data.groups
    splits = head_splits(*samples, count, data.class_count, seed, groups)
    linear = linear_splits(*samples, config.folds, seed, groups) or splits[:1]
    return _Job(
        config=config,
        data=data,
        preparation=preparation,
        views=prepare_views(data.features, preparation, context.cancel),
        splits=splits,
        linear_splits=linear,
        checkpoint=checkpoint,
        context=context,
    )


def _run_pass(
    job: _Job,
    index: int,
    targets: FloatArray,
    weights: FloatArray,
    first: Opinion | None,
    *,
    last: bool,
) -> Generator[Event, None, tuple[Opinion, FoldHeads]]:
    """Linear expert and head, each cross-fitted, and what they say together."""
    config, opinions = job.config, {}
    if config.ablation.linear_expert:
        yield Progress(Stage.LINEAR_MODEL, pass_index=index)
        opinions["linear"] = _linear_posterior(job, index, targets)
    if config.ablation.closed_form:
        yield Progress(Stage.SIMPLE_MODELS, pass_index=index)
        opinions |= closed_form_posteriors(
            job.views,
            targets,
            job.linear_splits[0],
            job.data.labels,
            job.context.cancel,
            groups=job.data.groups,
        )
    heads = FoldHeads()
    if last or _heads_matter(job):
        heads = yield from _cross_fit_heads(job, index, targets, weights, last=last)
        opinions["head"] = heads.posterior()
    opinion = combine_experts(
        opinions,
        job.data.labels,
        job.data.trainable,
        noise=config.ablation.noise_model,
        first=first,
    )
    return opinion, heads


def _linear_posterior(job: _Job, index: int, targets: FloatArray) -> FloatArray:
    """The linear model's posteriors (N, K), from the checkpoint if they are there."""
    name = f"pass{index}-linear"
    if (kept := job.checkpoint.load(name)) is not None:
        return kept["posterior"]
    posterior = cross_fit_best_linear(
        job.views, targets, job.linear_splits, job.data.labels, job.context
    )
    job.checkpoint.save(name, {"posterior": posterior})
    return posterior


def _heads_matter(job: _Job) -> bool:
    """Whether the heads have a large share of what is said together."""
    alone = not (job.config.ablation.linear_expert or job.config.ablation.closed_form)
    samples = int(job.data.trainable.sum())
    return alone or head_share(samples, job.data.class_count) >= LEAST_HEAD_SHARE


def _cross_fit_heads(
    job: _Job, index: int, targets: FloatArray, weights: FloatArray, *, last: bool
) -> Generator[Event, None, FoldHeads]:
    """One head for each fold of each split, and in the last pass one more on all samples."""
    config, splits = job.config, job.splits
    count = int(job.folds.max()) + 1
    # Folds differ by a sample, which must not give their heads different numbers of epochs.
    size = int((job.folds != OUTSIDE).sum()) * (count - 1) // count
    batch_size = config.ablation.batch_size or default_batch(size)
    epochs = config.epochs or default_epochs(size, batch_size)
    for_folds = replace(config, epochs=epochs)
    if math.isfinite(config.ablation.pair_weight) and not (last and _heads_matter(job)):
        # Only posteriors are wanted, and the pair loss costs time without changing them.
        for_folds = replace(for_folds, ablation=replace(config.ablation, pair_weight=0.0))
    total = count * len(splits) + (1 if last else 0)

    def fit(fold: int) -> Generator[Event, None, FittedHead]:
        train, predicted, whole = _fold_rows(job, fold)
        data = FoldData(
            views=job.views,
            rows=np.flatnonzero(train),
            labels=job.data.labels,
            targets=targets,
            weights=weights,
            trusted=trusted_labels(job.data),
        )
        name, follow = f"pass{index}-head{fold}", last and not whole
        task = HeadTask(name, data, predicted, index, fold, total, follow)
        return fit_head(config if whole else for_folds, task, job.checkpoint, job.context)

    joined = _JoinedHeads(job, last=last)
    fits = [partial(fit, fold) for fold in range(total)]
    yield from side_by_side(fits, joined.take, job.context)
    return joined.heads()


def _fold_rows(job: _Job, index: int) -> tuple[npt.NDArray[np.bool_], IntArray, bool]:
    """What a head trains on, the rows it predicts, and whether it is the one of all samples.

    Args:
        job: The training.
        index: Of the head: the folds of all splits, one split after the other.
    """
    split, fold = divmod(index, int(job.folds.max()) + 1)
    if split == len(job.splits):
        return job.folds != OUTSIDE, np.arange(len(job.data)), True
    folds = job.splits[split]
    train = (folds != OUTSIDE) & (folds != fold)
    return train, np.flatnonzero(~train), False


class _JoinedHeads:
    """Takes the heads of a pass one by one, as what they say of all samples is large."""

    def __init__(self, job: _Job, *, last: bool) -> None:
        shape = (len(job.views), len(job.data), job.data.class_count)
        self._posteriors = np.zeros(shape, dtype=np.float32)
        self._histories: list[FloatArray] = []
        self._agreement: FloatArray | None = None
        self._final: FittedHead | None = None
        self._job, self._last = job, last

    def take(self, index: int, fitted: FittedHead) -> None:
        """Add what a head says of the samples that it did not see."""
        _, predicted, whole = _fold_rows(self._job, index)
        if whole:
            self._final = fitted
            return
        splits, count = self._job.splits, int(self._job.folds.max()) + 1
        split, fold = divmod(index, count)
        alone = splits[split][predicted] == fold  # samples of no fold are scored by every head
        share = np.where(alone, 1.0, 1.0 / count).astype(np.float32)
        share /= np.float32(len(splits))
        self._posteriors[:, predicted] += fitted.posteriors * share[None, :, None]
        self._histories.append(fitted.history)
        if self._last:
            if self._agreement is None:
                size = (len(fitted.history), len(self._job.data))
                self._agreement = np.zeros(size, dtype=np.float32)
            self._agreement[:, predicted] += fitted.agreement * share[None]

    def heads(self) -> FoldHeads:
        """All of them as one."""
        history: FloatArray = np.mean(np.stack(self._histories), axis=0, dtype=np.float32)
        return FoldHeads(self._posteriors, history, self._agreement, self._final)


def training_digest(config: TrainConfig, data: TrainData, device: str) -> str:
    """Says whether a checkpoint belongs to these options and data."""
    content = hashlib.blake2b(digest_size=16)
    content.update(repr(sorted(config.settings().items())).encode())
    content.update(f"{device} {data.features.shape} {data.class_count}".encode())
    content.update(np.ascontiguousarray(data.labels).tobytes())
    content.update(np.ascontiguousarray(data.trainable).tobytes())
    for array in (data.trusted, data.groups):
        if array is not None:
            content.update(np.ascontiguousarray(array).tobytes())
    step = max(1, len(data) // 1000)
    content.update(np.ascontiguousarray(data.features[0, ::step]).tobytes())
    return content.hexdigest()

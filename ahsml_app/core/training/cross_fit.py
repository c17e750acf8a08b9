"""AHSML on cached features: cross-fitted passes of the ensemble with its hyperbolic head.

Pass one learns from the given labels. Its out-of-fold posteriors, read through the estimated noise
matrix, become the soft targets of the next pass. Every score of a sample comes from models that
never saw its label (method.md, section 3; reconstruction).
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import Event, Progress, Stage
from ahsml_app.base.types import BoolArray, Float16Array, FloatArray, IntArray
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.embedding.learn import learn_embedding
from ahsml_app.core.ensemble.combine import (
    Posterior,
    cross_fit_best_linear,
    later_share,
    mix_members,
    read_through_noise,
    with_opinion,
)
from ahsml_app.core.ensemble.lda_gp import closed_form_posteriors
from ahsml_app.core.ensemble.noise_model import TARGET_ODDS
from ahsml_app.core.ensemble.soft_targets import one_hot, soften, trusted_labels
from ahsml_app.core.features.preprocess import Preparation, fit_preparation, prepare_features
from ahsml_app.core.folds import (
    OUTSIDE,
    fitted_samples,
    fold_count,
    head_share,
    head_splits,
    linear_splits,
)
from ahsml_app.core.head.epoch import FoldData, default_batch, default_epochs
from ahsml_app.core.head.fit import FittedHead, FoldHeads, HeadTask, fit_head
from ahsml_app.core.mapped_arrays import (
    CHUNK,
    POSTERIORS_IN_MEMORY,
    empty_array,
    release_pages,
    set_aside,
)
from ahsml_app.core.training.parallel import run_fits
from ahsml_app.core.training_data import TrainData, TrainResult

LEAST_HEAD_SHARE = 0.25
"""Below this share, passes before the last train no heads, and the folds of the last pass drop the
pair loss: both cost most of the time and change little."""

MOST_LINEAR_NUMBERS = 50_000_000
"""Samples times classes up to which logistic regression takes part: beyond, by the
time that 500 classes take, it would train for hours, and the discriminant stands in for it."""


MOST_FITTED = 100_000
"""About the number of samples that models are fitted on, which bounds time and memory; any others
are judged by all models. Not tuned."""


@dataclass(frozen=True, slots=True)
class _TrainingPlan:
    """Data, folds and options that all passes share."""

    config: TrainConfig
    data: TrainData
    fitted: BoolArray
    preparation: Preparation
    features: Float16Array
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
    """Trains and returns out-of-fold posteriors, adaptive weights, consistency and embeddings.

    Args:
        config: Options.
        data: Cached features and given labels.
        context: Torch device, number of fits at a time, cancel token, and checkpoint folder; a
            later call with the same options and data resumes there and gives the same result.

    Yields:
        Progress in epochs, an `EpochEnd` after each, and notices.

    Returns:
        The result.

    Raises:
        Cancelled: When asked to stop; the checkpoint holds the last whole epoch.
    """
    context = context or RunContext()
    yield Progress(Stage.PREPARE)
    plan = _prepared(config, data, context)
    targets, weights = one_hot(data), data.trainable.astype(np.float32)
    first: Posterior | None = None
    for index in range(config.passes - 1):
        posterior, _ = yield from _run_pass(plan, index, targets, weights, first, last=False)
        odds = 1.0 if first else TARGET_ODDS ** later_share(int(plan.fitted.sum()))
        targets, weights = soften(config, data, posterior.clean, posterior.corrected, odds)
        # Later passes read the first's other numbers only; of many classes these are gigabytes.
        first = first or replace(
            posterior,
            clean=set_aside(posterior.clean, context.checkpoints),
            corrected=posterior.corrected[:0].copy(),
        )
        del posterior
    last = config.passes - 1
    posterior, heads = yield from _run_pass(plan, last, targets, weights, first, last=True)
    if first is None:  # a single pass is not calibrated yet
        posterior = posterior.counted(data.labels, plan.fitted)
    preparation = plan.preparation
    del plan, targets  # with the prepared features, which are large too
    yield Progress(Stage.EMBEDDINGS, pass_index=last)
    learned = learn_embedding(data, posterior.corrected, context.cancel)
    from ahsml_app.core.training.assemble import summarise  # needed only once, at the end

    return summarise(config, data, posterior, heads, preparation, learned)


def _prepared(config: TrainConfig, data: TrainData, context: RunContext) -> _TrainingPlan:
    """Prepares the features and assigns the samples to folds."""
    digest = training_digest(config, data, context.device)
    checkpoint = CheckpointFolder(context.checkpoints, digest, context.notify)
    preparation = fit_preparation(data.features[0], config.ablation.components, context.cancel)
    seed, groups = config.seed, data.groups
    fitted = fitted_samples(
        data.labels, data.trainable, MOST_FITTED, seed, groups=groups, trusted=data.trusted
    )
    count, samples = config.folds or fold_count(int(fitted.sum())), (data.labels, fitted)
    splits = head_splits(*samples, count, data.class_count, seed, groups)
    linear = linear_splits(*samples, config.folds, seed, groups) or splits[:1]
    return _TrainingPlan(
        config=config,
        data=data,
        fitted=fitted,
        preparation=preparation,
        features=prepare_features(data.features, preparation, context.cancel, context.checkpoints),
        splits=splits,
        linear_splits=linear,
        checkpoint=checkpoint,
        context=context,
    )


def _run_pass(
    plan: _TrainingPlan,
    index: int,
    targets: FloatArray,
    weights: FloatArray,
    first: Posterior | None,
    *,
    last: bool,
) -> Generator[Event, None, tuple[Posterior, FoldHeads]]:
    """Cross-fits the members of one pass and combines them."""
    config, members = plan.config, {}
    affordable = targets.size <= MOST_LINEAR_NUMBERS or not config.ablation.closed_form
    if config.ablation.linear_expert and affordable:
        yield Progress(Stage.LINEAR_MODEL, pass_index=index)
        members["linear"] = _linear_posterior(plan, index, targets)
    if config.ablation.closed_form:
        yield Progress(Stage.SIMPLE_MODELS, pass_index=index)
        members |= closed_form_posteriors(
            plan.features,
            targets,
            plan.linear_splits[0],
            plan.data.labels,
            plan.context.cancel,
            groups=plan.data.groups,
        )
        for name in members:
            members[name] = set_aside(members[name], plan.context.checkpoints)
    heads = FoldHeads()
    if last or _heads_matter(plan):
        heads = yield from _cross_fit_heads(plan, index, targets, weights, last=last)
        members["head"] = heads.posterior()
    mixed, shares = mix_members(with_opinion(members, plan.data.opinion), plan.fitted)
    del members  # of many classes these are gigabytes, and the noise model needs some of its own
    noise, labels = config.ablation.noise_model, plan.data.labels
    posterior = read_through_noise(mixed, shares, labels, plan.fitted, noise=noise, first=first)
    return posterior, heads


def _linear_posterior(plan: _TrainingPlan, index: int, targets: FloatArray) -> FloatArray:
    """Returns the linear model's posteriors (N, K), from the checkpoint if it has them."""
    name = f"pass{index}-linear"
    if (stored := plan.checkpoint.load(name)) is not None:
        return stored["posterior"]
    posterior = cross_fit_best_linear(
        plan.features, targets, plan.linear_splits, plan.data.labels, plan.context
    )
    plan.checkpoint.save(name, {"posterior": posterior})
    return posterior


def _heads_matter(plan: _TrainingPlan) -> bool:
    """Returns whether the heads have a large share of the ensemble."""
    alone = not (plan.config.ablation.linear_expert or plan.config.ablation.closed_form)
    samples = int(plan.fitted.sum())
    return alone or head_share(samples, plan.data.class_count) >= LEAST_HEAD_SHARE


def _cross_fit_heads(
    plan: _TrainingPlan, index: int, targets: FloatArray, weights: FloatArray, *, last: bool
) -> Generator[Event, None, FoldHeads]:
    """Fits a head for each fold of each split, and in the last pass one more on all samples."""
    config, splits = plan.config, plan.splits
    count = int(plan.folds.max()) + 1
    # Folds differ by a sample, which must not give their heads different numbers of epochs.
    size = int((plan.folds != OUTSIDE).sum()) * (count - 1) // count
    batch_size = config.ablation.batch_size or default_batch(size)
    epochs = config.epochs or default_epochs(size, batch_size)
    fold_config = replace(config, epochs=epochs)
    if math.isfinite(config.ablation.pair_weight) and not (last and _heads_matter(plan)):
        # Only posteriors are needed, and the pair loss costs time without changing them.
        fold_config = replace(fold_config, ablation=replace(config.ablation, pair_weight=0.0))
    total = count * len(splits) + (1 if last else 0)

    def fit(fold: int) -> Generator[Event, None, FittedHead]:
        train, predicted, whole = _fold_rows(plan, fold)
        data = FoldData(
            features=plan.features,
            rows=np.flatnonzero(train),
            labels=plan.data.labels,
            targets=targets,
            weights=weights,
            trusted=trusted_labels(plan.data),
        )
        followed = _followed(plan, predicted) if last and not whole else predicted[:0]
        task = HeadTask(
            f"pass{index}-head{fold}", data, predicted, index, fold, total, followed, whole
        )
        return fit_head(config if whole else fold_config, task, plan.checkpoint, plan.context)

    collector = _HeadCollector(plan, last=last)
    fits = [partial(fit, fold) for fold in range(total)]
    yield from run_fits(fits, collector.add, plan.context)
    return collector.heads()


def _fold_rows(plan: _TrainingPlan, index: int) -> tuple[BoolArray, IntArray, bool]:
    """Selects the samples of one head.

    Args:
        plan: The training.
        index: Number of the head, counted over the folds of the first split, then the second, ...

    Returns:
        (N,) mask of the training samples, the rows to predict, and whether the head is the final
        one, which trains on all samples.
    """
    split, fold = divmod(index, int(plan.folds.max()) + 1)
    if split == len(plan.splits):
        return plan.folds != OUTSIDE, np.arange(len(plan.data)), True
    folds = plan.splits[split]
    train = (folds != OUTSIDE) & (folds != fold)
    return train, np.flatnonzero(~train), False


def _followed(plan: _TrainingPlan, predicted: IntArray) -> IntArray:
    """Returns the predicted rows whose consistency is recorded after each epoch.

    Those that are left out of the fits, because there are so many, are left out here too.
    """
    return predicted[(plan.fitted | ~plan.data.trainable)[predicted]]


class _HeadCollector:
    """Collects the heads of a pass one by one, because the posteriors of all of them are large."""

    def __init__(self, plan: _TrainingPlan, *, last: bool) -> None:
        shape = (len(plan.features), len(plan.data), plan.data.class_count)
        folder = plan.context.checkpoints
        self._posteriors = empty_array(shape, np.float32, folder, POSTERIORS_IN_MEMORY)
        for start in range(0, shape[1], CHUNK):
            self._posteriors[:, start : start + CHUNK] = 0
            release_pages(self._posteriors)
        self._history: FloatArray | None = None
        self._added = 0
        self._agreement: FloatArray | None = None
        self._final: FittedHead | None = None
        self._plan, self._last = plan, last

    def add(self, index: int, fitted: FittedHead) -> None:
        """Adds a head's predictions for the samples that it did not train on."""
        _, predicted, whole = _fold_rows(self._plan, index)
        if whole:
            self._final = fitted
            return
        splits, count = self._plan.splits, int(self._plan.folds.max()) + 1
        split, fold = divmod(index, count)
        alone = splits[split][predicted] == fold  # samples of no fold are scored by every head
        share = np.where(alone, 1.0, 1.0 / count).astype(np.float32)
        share /= np.float32(len(splits))
        for number, posterior in enumerate(fitted.posteriors):
            self._posteriors[number, predicted] += posterior * share[:, None]
            release_pages(self._posteriors)
        # Added up one by one: the epochs of all heads and a million samples are gigabytes.
        if self._history is None:
            self._history = np.zeros(fitted.history.shape, dtype=np.float32)
        self._history += fitted.history
        self._added += 1
        if self._last:
            unseen = self._plan.data.trainable & ~self._plan.fitted
            if self._agreement is None:
                size = (len(fitted.history), len(self._plan.data))
                self._agreement = np.zeros(size, dtype=np.float32)
                self._agreement[:, unseen] = np.nan
            followed = ~unseen[predicted]
            self._agreement[:, predicted[followed]] += fitted.agreement * share[followed]

    def heads(self) -> FoldHeads:
        """Returns the joined results of all heads."""
        history = self._history
        if history is not None:
            history /= np.float32(self._added)
            history[:, self._plan.data.trainable & ~self._plan.fitted] = np.nan
        return FoldHeads(self._posteriors, history, self._agreement, self._final)


def training_digest(config: TrainConfig, data: TrainData, device: str) -> str:
    """Returns the digest that ties a checkpoint to these options and data."""
    content = hashlib.blake2b(digest_size=16)
    content.update(repr(sorted(config.settings().items())).encode())
    content.update(f"{device} {data.features.shape} {data.class_count}".encode())
    content.update(np.ascontiguousarray(data.labels).tobytes())
    content.update(np.ascontiguousarray(data.trainable).tobytes())
    for name in ("trusted", "groups", "augmented", "opinion"):
        if (array := getattr(data, name)) is not None:
            content.update(name.encode() + np.ascontiguousarray(array).tobytes())
    step = max(1, len(data) // 1000)
    content.update(np.ascontiguousarray(data.features[0, ::step]).tobytes())
    return content.hexdigest()

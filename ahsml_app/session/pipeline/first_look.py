"""The first look: suspects after the plain images, and augmentations for the images in doubt."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np

from ahsml_app.base.events import Event, FirstEstimate, Notice, Progress, Stage, relay
from ahsml_app.base.paths import cache_folder
from ahsml_app.base.types import BoolArray, FloatArray, SampleTable
from ahsml_app.session.pipeline.stages import PipelineState, train_config, with_notices

if TYPE_CHECKING:  # torch loads when the job runs, not when the command starts
    from ahsml_app.core.backbones.backbone import Backbone
    from ahsml_app.core.training_data import TrainData


def augment(
    job: PipelineState, table: SampleTable, backbone: Backbone, data: TrainData
) -> Generator[Event, None, TrainData]:
    """Estimates which labels are wrong, and adds augmentations where the plain image leaves doubt.

    The probabilities of a model of the person's own, if there are any, join the data before.

    Args:
        job: The job.
        table: The samples with their content hashes.
        backbone: The backbone that computed the features.
        data: Features of the plain images, labels and groups.

    Yields:
        Progress, the first estimate, and notices.

    Returns:
        The data with augmentations, which features from a file have none of.
    """
    from ahsml_app.core.training.first_estimate import first_posterior, first_weights
    from ahsml_app.core.workers.worker_peers import release_engine

    options, context = job.options, job.context
    data = yield from _with_opinion(job, table, data)
    is_augmented = bool(options.features.views) and backbone.is_here
    if not is_augmented:
        release_engine(job.extract)
    yield Progress(Stage.FIRST_ESTIMATE)
    with context.timed(Stage.FIRST_ESTIMATE):
        posterior = first_posterior(train_config(options), data, context.cancel)
        weights = first_weights(posterior, data)
        yield FirstEstimate(weights, 1 - float(weights[data.trainable].mean()))
    if is_augmented:
        data = yield from _with_augmentations(job, table, backbone, data, posterior.clean)
        release_engine(job.extract)
    return data


def _with_augmentations(
    job: PipelineState,
    table: SampleTable,
    backbone: Backbone,
    data: TrainData,
    clean: FloatArray,
) -> Generator[Event, None, TrainData]:
    """Adds augmentations of the images whose true class is in doubt."""
    from ahsml_app.core.features.extract import extract_features
    from ahsml_app.core.features.selected_views import add_augmentations
    from ahsml_app.core.training.first_estimate import needs_augmentations

    options, context = job.options, job.context
    selected = needs_augmentations(clean)
    if options.features.augment_all:
        selected[:] = True
    yield Progress(Stage.AUGMENT)
    with context.timed(Stage.AUGMENT):
        extract = partial(
            extract_features,
            backbone=backbone,
            context=context,
            augmentations=options.features.views,
            cache_folder=cache_folder(),
            extract=job.extract,
        )
        selected = _with_copies(selected, table.hashes)
        seed = options.training.seed
        work = add_augmentations(data.features[0], table, selected, extract, seed)
        steps = relay(with_notices(work, context), _as_augmentation)
        features, augmented, engine = yield from steps
    job.settings.update(engine=engine, augmented=int(augmented.sum()))
    return replace(data, features=features, augmented=None if augmented.all() else augmented)


def _with_opinion(
    job: PipelineState, table: SampleTable, data: TrainData
) -> Generator[Event, None, TrainData]:
    """Adds the probabilities of a model of the person's own."""
    from ahsml_app.core.own_files.own_probabilities import own_probabilities

    file = job.options.training.probabilities
    if file is None:
        return data
    own = own_probabilities(file, table, cache_folder(), job.context.cancel)
    job.notes.extend(own.notices)
    yield from map(Notice, own.notices)
    return replace(data, opinion=own.probabilities)


def _with_copies(selected: BoolArray, hashes: Sequence[str]) -> BoolArray:
    """Returns the (N,) mask of the samples whose content is that of a selected one."""
    _, content = np.unique(np.asarray(hashes, dtype=np.str_), return_inverse=True)
    by_content = np.bincount(content, weights=selected) > 0
    return by_content[content]


def _as_augmentation(event: Event) -> tuple[Event]:
    """Names the stage of an extraction of augmentations."""
    if isinstance(event, Progress):
        event = replace(event, stage=Stage.AUGMENT)
    return (event,)

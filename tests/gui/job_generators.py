"""Small job generators that do real work, for tests of jobs."""

from __future__ import annotations

from collections.abc import Callable, Generator
from functools import partial

import numpy as np

from ahsml_app.base.errors import InputError
from ahsml_app.base.events import CancelToken, EpochEnd, Event, Notice, Progress, Stage

Work = Generator[Event, None, float]


def eigenvalues(cancel: CancelToken, *, steps: int = 20, size: int = 60) -> Work:
    """Sums the largest eigenvalues of random symmetric matrices."""
    random, total = np.random.default_rng(0), 0.0
    for step in range(steps):
        cancel.check()
        matrix = random.normal(size=(size, size))
        total += float(np.linalg.eigvalsh(matrix + matrix.T)[-1])
        yield Progress(Stage.EXTRACT_FEATURES, step + 1, steps)
    return total


def endless(cancel: CancelToken) -> Work:
    """Works until it is stopped."""
    step = 0
    while True:
        step += 1
        yield from eigenvalues(cancel, steps=1)
        yield Progress(Stage.TRAIN, step % 40, 40, pass_index=0)


def deaf(_: CancelToken) -> Work:
    """Never checks its token; only the runner can stop it, at an event."""
    step = 0
    while True:
        step += 1
        np.linalg.eigvalsh(np.eye(60) * step)
        yield Progress(Stage.SCORE, step, 0)


def failing(cancel: CancelToken, *, expected: bool) -> Work:
    """Works for a moment, then fails."""
    yield from eigenvalues(cancel, steps=2)
    if expected:
        raise InputError("The folder /pictures is empty.", hint="Choose another folder.")
    np.linalg.cholesky(-np.eye(2))
    return 0.0


def training(
    cancel: CancelToken, *, count: int = 60, passes: int = 2, folds: int = 3, epochs: int = 6
) -> Work:
    """Yields the events of a training, in which the weights of wrong labels fall."""
    random = np.random.default_rng(0)
    wrong = random.random(count) < 0.2
    yield Progress(Stage.FINGERPRINT, count, count)
    yield from eigenvalues(cancel, steps=5)
    yield Notice("The built-in network computes the features.")
    for index in range(passes):
        yield Progress(Stage.LINEAR_MODEL, pass_index=index)
        for fold in range(folds):
            for epoch in range(epochs):
                cancel.check()
                trust = np.where(wrong, 1 - 0.9 * epoch / epochs, 1 - 0.05 * epoch / epochs)
                trust[np.arange(count) % folds == fold] = 1
                done = fold * epochs + epoch + 1
                yield Progress(Stage.TRAIN, done, folds * epochs, pass_index=index)
                noise = float(1 - trust.mean())
                yield EpochEnd(
                    index, fold, epoch, epochs, 2 / (epoch + 1), noise, trust.astype(np.float32)
                )
    yield Progress(Stage.SCORE)
    yield Progress(Stage.WRITE)
    return 1.0


def make(work: Callable[..., Work], **options: object) -> Callable[[CancelToken], Work]:
    """Binds the options of a generator, as a job expects."""
    return partial(work, **options)

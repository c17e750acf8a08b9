"""Features of all samples: read from the cache, or decoded and extracted at the same time."""

from __future__ import annotations

import contextlib
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as FutureTimeout
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PIL import Image

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import CancelToken, Event, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.reading.planes import FIRST, Planes
from ahsml_app.base.torchrun import own_cores
from ahsml_app.base.types import (
    BoolArray,
    ByteArray,
    IndexArray,
    Quarantined,
    SampleTable,
)
from ahsml_app.core.data.decode import UnreadableImage, decode
from ahsml_app.core.data.lost_folder import check_not_lost
from ahsml_app.core.features import augment
from ahsml_app.core.features.cache_size import trim_cache
from ahsml_app.core.features.duplicates import gray_thumbnails
from ahsml_app.core.features.feature_cache import hash_array
from ahsml_app.core.features.feature_store import GRAY, LOOK, FeatureSink, FeatureStore
from ahsml_app.core.features.image_findings import measure
from ahsml_app.core.mapped_arrays import cache_unusable, empty_array

if TYPE_CHECKING:  # torch, which a run with cached features does not need
    from ahsml_app.core.backbones.backbone import Backbone
    from ahsml_app.core.backbones.inference import Engine

CACHED = "cache"
"""Name of the engine where all features were cached."""

_AHEAD = 2  # batches, and images per thread, that are decoded in advance
_PROGRESS_SECONDS = 0.1
_PATIENCE = 0.2  # seconds between two checks of the cancel token while a decoder is busy
_ATTEMPTS = 4  # readings of the cache, where rows are damaged or another process removes some
_LARGEST = float(np.finfo(np.float16).max)


@dataclass(frozen=True, slots=True)
class FeatureResult:
    """Features of the samples that could be read.

    Attributes:
        features: (V + 1, N', D) float16, of the plain image first; in memory, or memory-mapped
            if it is large.
        rows: (N',) their rows in the table.
        thumbnails: (N', 256) gray 16 x 16 pixels of the plain image.
        quarantined: The other samples, with the reason.
        extracted: Number of images that features were newly extracted from; copies of an image
            count once.
        engine: Name of the engine, `CACHED` if none was needed.
        measures: (N', 7) of `image_findings.measure`.
        inner: How many of the D numbers, the last ones, are statistics of inner layers.
        without: How many of the other samples have no features in the file that they come from.
        notices: How that file was read.
    """

    features: npt.NDArray[np.float16]
    rows: IndexArray
    thumbnails: ByteArray
    quarantined: tuple[Quarantined, ...]
    extracted: int
    engine: str
    measures: npt.NDArray[np.float32]
    inner: int = 0
    without: int = 0
    notices: tuple[Message, ...] = ()

    @property
    def last_layer(self) -> npt.NDArray[np.float16]:
        """(N', D - inner) features of the plain image by the last layer: what it shows."""
        return self.features[0, :, : self.features.shape[2] - self.inner]


@dataclass(frozen=True, slots=True)
class Job:
    """An image to decode: the paths of all its copies, the missing augmentations, and the rule."""

    content: int
    digest: str
    paths: tuple[Path, ...]
    augmentations: tuple[int, ...]
    planes: Planes = FIRST


_Tag = tuple[IndexArray, list[int]]  # contents and augmentations of a batch


def extract_features(
    table: SampleTable,
    backbone: Backbone,
    context: RunContext | None = None,
    *,
    augmentations: int,
    cache_folder: Path,
    extract: ExtractJobs | None = None,
) -> Generator[Event, None, FeatureResult]:
    """Extracts features of every sample's plain image and of its augmentations.

    Args:
        table: The samples, with content hashes.
        backbone: The backbone that computes the features.
        context: Device, cancel token, and receiver of notices about a slower engine.
        augmentations: V, the number of augmentations of each image.
        cache_folder: Holds the features of earlier runs and takes the new ones.
        extract: Computes the missing features; this process alone by default.

    Yields:
        Progress in images, at most ten times a second.

    Returns:
        The features, in the order of the table.

    Raises:
        Cancelled: When asked to stop.
        DeviceError, InputError: If the device is missing, or the image folder is gone.
        OutputError: If a large array fits on no disk, or the cache changes while it is read.
        ValueError: If the table has no content hashes.
    """
    if len(table.hashes) != len(table):
        raise ValueError("the samples have no content hashes yet: see core.data.content_hash")
    context, extract, started = context or RunContext(), extract or LocalExtraction(), time.time()
    store = FeatureStore(cache_folder, backbone, context.device, context.notify, table.planes)
    contents = _by_content(table.hashes)
    keys = hash_array(tuple(contents))
    content = np.array([contents[digest][0] for digest in table.hashes], dtype=np.intp)
    computed, reasons, engine = set[int](), dict[int, Message](), CACHED
    for _ in range(_ATTEMPTS):
        jobs = _jobs(table, contents, store.missing(keys, augmentations, reasons))
        if jobs:
            jobs = jobs[:1] if store.may_have_features_of_this_engine else jobs
            extraction = Extraction(backbone, keys, store, context.cancel)
            engine = yield from _compute(extraction, jobs, context, extract, store)
            reasons |= extraction.reasons
            computed |= {job.content for job in jobs}
            if store.missing(keys, augmentations, reasons).any():
                continue  # the engine is another one than before
        rows = np.flatnonzero(~np.isin(content, list(reasons)))
        array, looks, lost = _read(store, keys[content[rows]], augmentations, cache_folder)
        if not lost:
            break
        context.notify(_lost_rows(lost, cache_folder))
    else:
        raise cache_unusable(cache_folder, OSError("its rows change while they are read"))
    trim_cache(cache_folder, used_since=started)
    gray, measures = (np.ascontiguousarray(part) for part in np.split(looks, [GRAY], axis=1))
    facts = _quarantined(table, content, reasons), len(computed - reasons.keys()), engine
    return FeatureResult(array, rows, gray, *facts, measures.view(np.float32), backbone.inner)


def _compute(
    extraction: Extraction,
    jobs: Sequence[Job],
    context: RunContext,
    extract: ExtractJobs,
    store: FeatureStore,
) -> Generator[Event, None, str]:
    """Computes the jobs into the store; returns the name of the engine."""
    yield Progress(Stage.EXTRACT_FEATURES, 0, len(jobs))
    try:
        engine = yield from extract(extraction, jobs, context)
    finally:
        store.close()
    yield Progress(Stage.EXTRACT_FEATURES, len(jobs), len(jobs))
    return engine


def _read(
    store: FeatureStore, keys: npt.NDArray[np.uint64], augmentations: int, folder: Path
) -> tuple[npt.NDArray[np.float16], ByteArray, int]:
    """Returns features, thumbnails with measures, and the number of rows that were lost."""
    array = empty_array((augmentations + 1, len(keys), store.width), np.float16, folder)
    looks = np.empty((len(keys), LOOK), np.uint8)
    return array, looks, store.read(keys, array, looks)


def _lost_rows(count: int, folder: Path) -> Message:
    return Message.plural(
        "{count:,} row of the feature cache {folder} was damaged or is gone; it is computed again.",
        "{count:,} rows of the feature cache {folder} were damaged or are gone; they are computed "
        "again.",
        count=count,
        folder=folder,
    )


def _quarantined(
    table: SampleTable, content: IndexArray, reasons: dict[int, Message]
) -> tuple[Quarantined, ...]:
    if reasons:
        check_not_lost(table.root)
    numbers = zip(table.paths, content.tolist(), strict=True)
    return tuple(
        Quarantined(path, reasons[number]) for path, number in numbers if number in reasons
    )


def _by_content(hashes: Sequence[str]) -> dict[str, tuple[int, list[int]]]:
    """Returns the number of each content, in order of appearance, and its rows."""
    contents: dict[str, tuple[int, list[int]]] = {}
    for row, digest in enumerate(hashes):
        contents.setdefault(digest, (len(contents), []))[1].append(row)
    return contents


def _jobs(
    table: SampleTable,
    contents: dict[str, tuple[int, list[int]]],
    missing: BoolArray,
) -> list[Job]:
    needed: BoolArray = np.logical_or.reduce(missing, axis=0)
    return [
        Job(
            content,
            digest,
            tuple(table.root / table.paths[row] for row in rows),
            tuple(np.flatnonzero(missing[:, content]).tolist()),
            table.planes,
        )
        for digest, (content, rows) in contents.items()
        if needed[content]
    ]


class LocalExtraction:
    """Computes features in this process, with one engine for all calls: making one takes seconds.

    An `ExtractJobs` for one backbone. Where its `engine` is None, the next call makes one.
    """

    def __init__(self) -> None:
        self.engine: Engine | None = None

    def __call__(
        self, extraction: Extraction, jobs: Sequence[Job], context: RunContext
    ) -> Generator[Event, None, str]:
        """Computes all features; returns the engine's name."""
        from ahsml_app.core.backbones.inference import make_engine

        if self.engine is None:
            self.engine = make_engine(extraction.backbone, context.device, context.notify)
        yield from extraction.extract(self.engine, jobs, len(jobs))
        return self.engine.name


class Extraction:
    """Decodes in a pool of threads while the engine computes; results go to the sink.

    Args:
        backbone: The backbone that computes the features.
        keys: (U, 2) content hashes.
        sink: Takes features and thumbnails.
        cancel: Asks to stop.

    Attributes:
        decoded: Number of images that are done.
        reasons: Why some contents cannot be read, by number.
    """

    def __init__(
        self,
        backbone: Backbone,
        keys: npt.NDArray[np.uint64],
        sink: FeatureSink,
        cancel: CancelToken | None = None,
    ) -> None:
        self.backbone = backbone
        self.keys = keys
        self.sink = sink
        self.decoded = 0
        self.reasons: dict[int, Message] = {}
        self._cancel = cancel or CancelToken()
        self._workers = own_cores()

    def extract(self, engine: Engine, jobs: Sequence[Job], total: int) -> Generator[Event]:
        """Extracts features of some images, of `total` in all.

        Yields:
            Progress, at most ten times a second.

        Raises:
            Cancelled: When asked to stop.
        """
        self.sink.use_engine(engine.name)
        pool = ThreadPoolExecutor(self._workers, thread_name_prefix="decode")
        batches = self._batches(pool, jobs, engine.batch_size)
        results = engine.run(batches)
        reported = 0.0
        try:
            for (contents, numbers), vectors in results:
                self._cancel.check()
                rows = np.nan_to_num(np.clip(vectors, -_LARGEST, _LARGEST))
                self.sink.add_features(self.keys[contents], numbers, rows)
                if time.monotonic() - reported >= _PROGRESS_SECONDS:
                    reported = time.monotonic()
                    yield Progress(Stage.EXTRACT_FEATURES, self.decoded, total)
        finally:
            # Does not wait: a decoder may be busy with one huge image for seconds.
            pool.shutdown(wait=False, cancel_futures=True)
            for generator in (results, batches):
                if isinstance(generator, Generator):
                    generator.close()

    def _batches(
        self, pool: ThreadPoolExecutor, jobs: Sequence[Job], size: int
    ) -> Iterator[tuple[_Tag, ByteArray]]:
        """Yields full batches of augmentations, which may come from different images."""
        side = self.backbone.size
        waiting: deque[tuple[int, int, ByteArray]] = deque()
        for job, pixels in self._augmentations(pool, jobs, size):
            waiting.extend(
                (job.content, number, square)
                for number, square in zip(job.augmentations, pixels, strict=True)
            )
            while len(waiting) >= size:
                yield _stack([waiting.popleft() for _ in range(size)], side)
        if waiting:
            yield _stack(list(waiting), side)

    def _augmentations(
        self, pool: ThreadPoolExecutor, jobs: Sequence[Job], batch: int
    ) -> Iterator[tuple[Job, ByteArray]]:
        """Yields the augmentations of each readable image, and decodes a bounded number ahead."""
        pending: deque[tuple[Job, Future[tuple[ByteArray, ByteArray]]]] = deque()
        remaining = iter(jobs)
        for job in remaining:
            pending.append((job, pool.submit(_load, job, self.backbone.size)))
            enough = sum(len(job.augmentations) for job, _ in pending) >= _AHEAD * batch
            if enough and len(pending) >= _AHEAD * self._workers:
                break
        while pending:
            job, future = pending.popleft()
            try:
                pixels, gray = self._wait_for(future)
            except UnreadableImage as error:
                self.reasons[job.content] = error.reason
            else:
                if len(gray):
                    self.sink.add_looks(self.keys[[job.content]], gray)
                yield job, pixels
            self.decoded += 1
            next_job = next(remaining, None)
            if next_job is not None:
                pending.append((next_job, pool.submit(_load, next_job, self.backbone.size)))

    def _wait_for(self, future: Future[tuple[ByteArray, ByteArray]]) -> tuple[ByteArray, ByteArray]:
        while True:
            self._cancel.check()
            with contextlib.suppress(FutureTimeout):
                return future.result(timeout=_PATIENCE)


ExtractJobs = Callable[[Extraction, Sequence[Job], RunContext], Generator[Event, None, str]]
"""Computes the features of all jobs into the sink, and returns the name of the engine."""


def _load(job: Job, size: int) -> tuple[ByteArray, ByteArray]:
    """Returns the missing pixels (k, 3, S, S), and (1, 284) bytes of thumbnail and measures."""
    image = _decode_any(job, size)
    try:
        pixels = augment.augment_image(image, size, job.augmentations, job.digest)
    except (RuntimeError, ValueError, MemoryError) as error:  # one image must not stop the run
        raise UnreadableImage(Message("it cannot be resized ({reason})", reason=error)) from error
    if job.augmentations[0] != 0:
        return pixels, np.empty((0, LOOK), np.uint8)
    measured = measure(pixels[0], image.info["stored_size"]).view(np.uint8)
    return pixels, np.concatenate([gray_thumbnails(pixels[:1]), measured[None]], axis=1)


def _decode_any(job: Job, size: int) -> Image.Image:
    """Decodes the first readable copy of the image."""
    for path in job.paths[:-1]:
        with contextlib.suppress(UnreadableImage):
            return decode(path, box=size, planes=job.planes)
    return decode(job.paths[-1], box=size, planes=job.planes)


def _stack(items: list[tuple[int, int, ByteArray]], side: int) -> tuple[_Tag, ByteArray]:
    pixels = np.empty((len(items), 3, side, side), dtype=np.uint8)
    for row, (_, _, square) in zip(pixels, items, strict=True):
        row[:] = square
    contents = np.array([content for content, _, _ in items], dtype=np.intp)
    return (contents, [number for _, number, _ in items]), pixels

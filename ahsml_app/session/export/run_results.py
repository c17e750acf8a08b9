"""Everything that a finished job leaves in its folder."""

from __future__ import annotations

import datetime as dt
import json
import platform
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from ahsml_app import __version__
from ahsml_app.base.errors import OutputError
from ahsml_app.base.events import CancelToken, Event, Notice
from ahsml_app.base.paths import atomic_write
from ahsml_app.base.types import UNLABELLED, Embeddings, FloatArray, SampleTable, Scores
from ahsml_app.core.backbones.backbone import Backbone, pack_weights
from ahsml_app.core.data.decode import UnreadableImage, thumbnail_jpeg
from ahsml_app.core.features.extract import FeatureResult
from ahsml_app.core.training_data import TrainResult
from ahsml_app.session.export.write_class_folders import CLASS_FOLDERS, write_class_folders
from ahsml_app.store import result_files as export
from ahsml_app.store.class_folders import plan_tree
from ahsml_app.store.report import write_report

if TYPE_CHECKING:
    from ahsml_app.session.pipeline.stages import PipelineState

APPLIED_PRECISION = 0.95
"""Expected share of right suggestions among those that `--apply confident` takes."""

THUMBNAIL_SIDE = 160

TUNED_WEIGHTS = "backbone.safetensors"

REPORTED_VERSIONS = ("torch", "torchvision", "timm", "openvino", "faiss-cpu", "numpy", "Pillow")


def write_outputs(
    job: PipelineState,
    folder: Path,
    table: SampleTable,
    scores: Scores,
    result: TrainResult,
    backbone: Backbone,
    features: FeatureResult,
) -> Generator[Event, None, int]:
    """Write all results into `folder`.

    Returns:
        How many suggestions `labels.csv` took.
    """
    folder.mkdir(parents=True, exist_ok=True)
    decisions, applied = decide(table, scores, job.options.apply)
    if job.options.apply == "confident":
        yield Notice(
            f"labels.csv takes {applied} suggestions, of which about "
            f"{APPLIED_PRECISION:.0%} or more should be right."
        )
    with job.context.timed("write"):
        export.write_labels(folder / "labels.csv", table, decisions)
        export.write_scores_csv(folder / "scores.csv", table, scores)
        export.write_scores_parquet(folder / "scores.parquet", table, scores)
        embeddings = Embeddings(result.points, result.curvature, result.embedding)
        export.write_embeddings_npz(folder / "embeddings.npz", table, embeddings)
        export.write_embeddings_parquet(folder / "embeddings.parquet", table, embeddings)
        export.write_quarantine(folder / "quarantine.csv", job.quarantined)
        model = Model(
            result.head,
            result.prototypes,
            result.noise_matrix,
            result.curvature,
            table.class_names,
        )
        yield from write_model(folder / "model", model, backbone)
        yield from _write_class_folders(job, folder, table, decisions)
    job.context.cancel.check()
    record = _record(job, table, scores, features, applied)

    thumbnail = thumbnails_for(table, job.context.cancel)
    with job.context.timed("report"):
        write_report(folder / "report.html", table, scores, job.quarantined, record, thumbnail)
    finished = replace(record, timings=dict(job.context.timings), finished=_now())
    export.write_run_file(folder / "run.json", finished)
    return applied


def _write_class_folders(
    job: PipelineState, folder: Path, table: SampleTable, decisions: export.Decisions
) -> Generator[Event, None, None]:
    options = job.options
    if options.class_folders is not None:
        by_folder = options.labels is None and options.class_from is None
        entries = plan_tree(table.root, table.paths, decisions.labels, by_folder=by_folder)
        place = folder / CLASS_FOLDERS
        yield from write_class_folders(place, entries, options.class_folders, job.context.cancel)


def decide(table: SampleTable, scores: Scores, apply: str) -> tuple[export.Decisions, int]:
    """What `labels.csv` says: the given labels, or the sure suggestions too.

    The surest suggestions are taken first, for as long as their mean confidence stays at
    `APPLIED_PRECISION`. Flagged samples of the training part can change; test-split samples never
    do, because a test set that the model has cleaned flatters the model.

    Args:
        table: The samples.
        scores: Their scores.
        apply: "none" or "confident".

    Returns:
        The decisions, and how many suggestions they take.
    """
    decisions = export.undecided(table)
    if apply != "confident":
        return decisions, 0
    flagged = scores.flagged & table.trainable & (scores.suggested != table.labels)
    candidates = np.flatnonzero(flagged & (table.labels != UNLABELLED))
    confidence = scores.suggestion_confidence[candidates]
    order = np.argsort(-confidence, kind="stable")
    means = np.cumsum(confidence[order]) / np.arange(1, len(order) + 1)
    taken = candidates[order[means >= APPLIED_PRECISION]]
    labels, kinds = list(decisions.labels), list(decisions.kinds)
    for row in taken:
        labels[row] = table.class_names[int(scores.suggested[row])]
        kinds[row] = export.RELABELLED_AUTOMATICALLY
    return export.Decisions(labels, kinds), len(taken)


@dataclass(frozen=True, slots=True)
class Model:
    """What a training leaves to be used elsewhere.

    Attributes:
        head: Parameters of the head and of the preparation before it.
        prototypes: (K, D) points of the ball.
        noise_matrix: (K, K).
        curvature: c of the ball.
        class_names: Names of the K classes.
    """

    head: Mapping[str, npt.NDArray[np.float32]]
    prototypes: FloatArray
    noise_matrix: FloatArray
    curvature: float
    class_names: Sequence[str]


def write_model(folder: Path, model: Model, backbone: Backbone) -> Generator[Event, None, None]:
    """Write the head, what it needs to be used, and the whole network as ONNX.

    A backbone that was trained too is written as a file that `--backbone NAME=FILE` takes.
    """
    from safetensors.numpy import save

    from ahsml_app.core.backbones.onnx_export import export_onnx
    from ahsml_app.core.embedding.learn import model_of

    folder.mkdir(parents=True, exist_ok=True)
    arrays = {**model.head, "prototypes": model.prototypes, "noise_matrix": model.noise_matrix}
    with atomic_write(folder / "head.safetensors") as stream:
        stream.write(save({name: np.array(value) for name, value in arrays.items()}))
    facts = {
        "backbone": backbone.name,
        "backbone_identity": backbone.identity,
        "input_size": backbone.size,
        "pixel_mean": list(backbone.mean),
        "pixel_std": list(backbone.std),
        "class_names": list(model.class_names),
        "curvature": model.curvature,
        "dimension": int(model.prototypes.shape[1]),
    }
    if backbone.tuned:
        facts["backbone_weights"] = TUNED_WEIGHTS
        with atomic_write(folder / TUNED_WEIGHTS) as stream:
            stream.write(pack_weights(backbone).tobytes())
    with atomic_write(folder / "model.json", "w", encoding="utf-8", newline="\n") as stream:
        json.dump(facts, stream, indent=2, ensure_ascii=False)
        stream.write("\n")
    network, outputs = model_of(model.head, model.curvature)
    try:
        export_onnx(backbone, network, folder / "embedding.onnx", outputs)
    except OutputError as error:
        yield Notice(str(error), "warning")


def thumbnails_for(table: SampleTable, cancel: CancelToken) -> Callable[[str], bytes | None]:
    """Gives the report a small JPEG of a sample; None where there is none."""

    def thumbnail(path: str) -> bytes | None:
        cancel.check()
        try:
            return thumbnail_jpeg(table.root / path, THUMBNAIL_SIDE)
        except UnreadableImage:
            return None

    return thumbnail


def _record(
    job: PipelineState, table: SampleTable, scores: Scores, features: FeatureResult, applied: int
) -> export.RunRecord:
    settings = job.settings | {
        "source": str(job.options.source),
        "labels": str(job.options.labels or "class folders"),
        "label_column": table.label_column,
        "apply": job.options.apply,
        "apply_precision": APPLIED_PRECISION,
    }
    seed = int(job.options.seed)
    settings.pop("seed", None)
    return export.RunRecord(
        version=__version__,
        started=job.started,
        finished=_now(),
        seed=seed,
        options=settings,
        versions=versions(),
        timings=dict(job.context.timings),
        counts={
            "images": len(table),
            "classes": len(table.class_names),
            "trainable": int(table.trainable.sum()),
            "unlabelled": int((table.labels == UNLABELLED).sum()),
            "quarantined": len(job.quarantined),
            "embedded": features.embedded,
            "flagged": int(scores.flagged.sum()),
            "duplicates": int((scores.duplicate_group >= 0).sum()),
            "duplicates_with_other_label": int(scores.duplicate_conflict.sum()),
            "applied": applied,
            "peak_memory_mib": _peak_memory(),
        },
        expected_errors=scores.expected_errors,
    )


def versions() -> dict[str, str]:
    """Versions of what computes, and the machine in words."""
    versions = {"python": platform.python_version(), "machine": platform.platform()}
    for name in REPORTED_VERSIONS:
        try:
            versions[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            versions[name] = "missing"
    return versions


def _peak_memory() -> int:
    """Largest resident size of this process so far, in MiB; 0 where the system does not tell."""
    try:
        import resource  # not on Windows
    except ImportError:
        return 0
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return int(peak // (1024 * 1024 if sys.platform == "darwin" else 1024))


def _now() -> str:
    return dt.datetime.now().astimezone().isoformat(timespec="seconds")

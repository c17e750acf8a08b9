"""Projects with made-up scores of real small images, created within a second."""

from __future__ import annotations

import hashlib
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image, ImageDraw
from running import result_of

from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import Quarantined, Scores
from ahsml_app.core.backbones.backbone import load_backbone
from ahsml_app.core.data.content_hash import content_hash
from ahsml_app.session.pipeline.scan_source import ScannedSource, scan_source
from ahsml_app.session.pipeline.train_project import TrainOutcome
from ahsml_app.session.project.library import create_project, free_project_folder
from ahsml_app.session.project.project import Project
from ahsml_app.store.files.training_arrays import write_run

CLASSES = ("circle", "cross", "square", "triangle")


def make_images(folder: Path, per_class: int = 15, side: int = 96) -> Path:
    """Draws simple shapes on coloured backgrounds, in a folder per class."""
    random = np.random.default_rng(0)
    for label in CLASSES:
        (folder / label).mkdir(parents=True, exist_ok=True)
        for number in range(per_class):
            ground = tuple(int(v) for v in random.integers(150, 255, 3))
            ink = tuple(int(v) for v in random.integers(0, 110, 3))
            image = Image.new("RGB", (side, side), ground)
            draw = ImageDraw.Draw(image)
            box = (side // 5, side // 5, side * 4 // 5, side * 4 // 5)
            if label == "circle":
                draw.ellipse(box, fill=ink)
            elif label == "square":
                draw.rectangle(box, fill=ink)
            elif label == "triangle":
                draw.polygon([(box[0], box[3]), (box[2], box[3]), (side // 2, box[1])], fill=ink)
            else:
                draw.line(box, fill=ink, width=8)
                draw.line((box[2], box[1], box[0], box[3]), fill=ink, width=8)
            image.save(folder / label / f"{label}-{number:02d}.png")
    return folder


def scanned(source: Path | Source) -> ScannedSource:
    """The result of a scan of a folder or source."""
    return result_of(scan_source(source if isinstance(source, Source) else Source(source)))


def made_up_scores(labels: np.ndarray, classes: int, seed: int = 0) -> Scores:
    """Scores in which about a tenth of the labels look wrong."""
    random = np.random.default_rng(seed)
    count = len(labels)
    wrong = np.where(
        random.random(count) < 0.1, random.beta(8, 2, count), random.beta(1, 14, count)
    )
    other = (labels + 1 + random.integers(0, classes - 1, count)) % classes
    flagged = wrong > 0.5
    suggested = np.where(flagged, other, labels)
    second = np.where(flagged, labels, other)
    third = (np.maximum(suggested, second) + 1) % classes
    confidence = np.maximum(wrong, 1 - wrong)
    rest = 1 - confidence
    group = np.full(count, -1)
    group[:4] = [0, 0, 1, 1]
    f32 = np.float32
    return Scores(
        error_probability=wrong.astype(f32),
        adaptive_weight=(1 - wrong).astype(f32),
        consistency=random.beta(9, 1, count).astype(f32),
        top_labels=np.stack([suggested, second, third], axis=1),
        top_confidences=np.stack([confidence, rest * 0.8, rest * 0.2], axis=1).astype(f32),
        suggested=suggested,
        suggestion_confidence=confidence.astype(f32),
        class_divergence=np.where(flagged, random.random(count), 0).astype(f32),
        outlier_probability=(0.09 * random.random(count)).astype(f32),
        duplicate_group=group.astype(np.int64),
        duplicate_conflict=np.zeros(count, dtype=bool),
        fold_group=group.astype(np.int64),
        image_findings=np.zeros(count, dtype=np.int64),
        quadrant=np.where(flagged, 1, 0).astype(np.int64),
        flagged=flagged,
        expected_errors=(float(wrong.sum() * 0.7), float(wrong.sum()), float(wrong.sum() * 1.3)),
        noise_matrix=np.eye(classes, dtype=f32),
        class_distances=(1 - np.eye(classes)).astype(f32),
    )


def add_run(
    project: Project,
    seed: int = 0,
    unreadable: tuple[Quarantined, ...] = (),
    **further: Any,
) -> None:
    """Gives a project scores, embeddings and weight histories without a training."""
    project.accept(made_up_outcome(project, seed, unreadable, **further))


def made_up_head(project: Project) -> dict[str, np.ndarray]:
    """Parameters of a head that knows nothing, for features of the network that is built in."""
    width, random = load_backbone(None).dimension, np.random.default_rng(0)
    weight = random.normal(0, 0.05, (8, width)).astype(np.float32)
    return {"head-weight": weight, "head-bias": np.zeros(8, dtype=np.float32)}


def made_up_outcome(
    project: Project,
    seed: int = 0,
    unreadable: tuple[Quarantined, ...] = (),
    *,
    head: dict[str, np.ndarray] | None = None,
    backbone: str | None = None,
) -> TrainOutcome:
    """Writes the arrays of a made-up training to the project's folder; returns its outcome."""
    random = np.random.default_rng(seed)
    labels, classes = project.table.labels, len(project.class_names)
    count = len(labels)
    scores = made_up_scores(labels, classes, seed)
    centres = random.normal(0, 0.3, (classes, 8))
    points = centres[scores.suggested] + random.normal(0, 0.1, (count, 8))
    weights = np.linspace(np.full(count, 0.6), scores.adaptive_weight, 12)
    agreement = np.linspace(np.full(count, 0.9), scores.consistency, 12)
    arrays: dict[str, Any] = {
        "score-" + field.name: np.asarray(getattr(scores, field.name)) for field in fields(Scores)
    }
    arrays |= {
        "points": points.astype(np.float32),
        "curvature": np.array(0.1),
        "prototypes": centres.astype(np.float32),
        "weight_history": weights.astype(np.float16),
        "consistency_history": agreement.astype(np.float16),
        "judged": labels,
        "scored": np.ones(count, dtype=bool),
    }
    number = 1 if project.run is None else project.run["number"] + 1
    write_run(project.folder, number, arrays | (head or {}))
    facts = {
        "number": number,
        "finished": "2026-01-01T12:00:00+00:00",
        "timings": {"extract features": 3.0, "train": 12.0},
        "settings": {"device": "cpu"},
        "seed": seed,
        "class_names": list(project.class_names),
        "class_keys": list(project.classes.class_ids),
        "decided": 0,
        "backbone_asked": backbone,
    }
    set_aside = {item.path for item in unreadable}
    hashes = tuple(
        "" if p in set_aside else _hash(project.table.root / p) for p in project.table.paths
    )
    return TrainOutcome(number, facts, unreadable, hashes)


def _hash(path: Path) -> str:
    """The content hash, or that of the path where a test has made no file."""
    return content_hash(path) if path.is_file() else hashlib.md5(str(path).encode()).hexdigest()


def make_project(image_folder: Path, *, trained: bool = True, name: str = "Shapes") -> Project:
    """Creates and opens a project of the images."""
    project = create_project(
        free_project_folder(name), name, Source(image_folder), scanned(image_folder)
    )
    if trained:
        add_run(project)
    return project

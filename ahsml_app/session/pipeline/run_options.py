"""What a job is asked to do."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ahsml_app.store.class_folders import TreeMode


@dataclass(frozen=True, slots=True)
class JobOptions:
    """What one run is asked to do; None means the best measured default.

    Attributes:
        source: Image folder.
        labels: Manifest file (CSV or Parquet), None for class folders.
        label_column: Which column of the manifest holds the labels.
        class_from: Path pattern that names the class, None for the first folder level.
        backbone: Name of a backbone or path of a checkpoint.
        loss: Name of the pair-based loss.
        epochs: Training epochs per fold.
        folds: Cross-fitting folds.
        views: Augmented views beside the plain one.
        passes: Training passes.
        dimension: Dimension of the ball.
        finetune: Whether the backbone is trained too.
        finetune_epochs: Rounds over the images of that training.
        finetune_memory: Images of earlier batches that its pair-based loss looks back to.
        device: auto, cpu, cuda or mps.
        seed: Seed of everything random.
        apply: "none" or "confident": whether labels.csv takes the sure suggestions.
        class_folders: How to put the images into class folders among the results: "copy",
            "hardlink" or "symlink"; None for no such folders.
    """

    source: Path
    labels: Path | None = None
    label_column: str | None = None
    class_from: str | None = None
    backbone: str | None = None
    loss: str | None = None
    epochs: int | None = None
    folds: int | None = None
    views: int | None = None
    passes: int | None = None
    dimension: int | None = None
    finetune: bool = False
    finetune_epochs: int | None = None
    finetune_memory: int | None = None
    device: str = "auto"
    seed: int = 0
    apply: str = "none"
    class_folders: TreeMode | None = None

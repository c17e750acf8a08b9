"""How a whole network is trained.

Size and frozen stages were chosen by the benchmark, the other defaults are usual values.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class FinetuneAblation:
    """Parts and constants of the end-to-end training that only benchmarks and tests change.

    Attributes:
        size: Side of the pictures that are trained on, in pixels; None lets the backbone and
            the device decide.
        classes_per_batch: P classes in a batch ...
        samples_per_class: ... with K samples each, in two augmentations of each.
        backbone_rate: Peak learning rate of the backbone's last layers.
        head_rate: Peak learning rate of the head.
        frozen: Share of the backbone's stages, counted from the pixels, that stay as they are;
            none where a network does not tell its stages (torchvision's).
        layer_decay: Factor on the learning rate from each of the backbone's stages to the one
            before it.
        decay: Decoupled weight decay of the backbone.
        warm_up: Share of the steps in which the learning rates rise.
        clip: Largest norm of the gradient.
        average: Share of the averaged parameters that a step keeps; 0 for no average.
        micro_batch: Pictures that go through the backbone at once; None lets the device decide.
        checkpointing: Compute activations again in the backward pass instead of keeping them.
    """

    size: int | None = None
    classes_per_batch: int = 16
    samples_per_class: int = 4
    backbone_rate: float = 2e-4
    head_rate: float = 1e-3
    frozen: float = 0.4
    layer_decay: float = 0.7
    decay: float = 1e-4
    warm_up: float = 0.1
    clip: float = 5.0
    average: float = 0.99
    micro_batch: int | None = None
    checkpointing: bool = False


@dataclass(frozen=True, slots=True)
class FinetuneConfig:
    """What a person can choose of the end-to-end training, beside `TrainConfig`.

    Attributes:
        epochs: Rounds over the training samples.
        memory: Embeddings that the cross-batch memory holds; 0 for none.
        seed: Of everything random.
        ablation: What the product never changes, but for a smaller `micro_batch` where memory
            runs out.
    """

    epochs: int = 8
    memory: int = 0
    seed: int = 0
    ablation: FinetuneAblation = FinetuneAblation()

    def settings(self) -> dict[str, object]:
        """Every value by its name, those of the ablation included: for records and digests."""
        values = asdict(self)
        ablation: dict[str, object] = values.pop("ablation")
        return values | ablation

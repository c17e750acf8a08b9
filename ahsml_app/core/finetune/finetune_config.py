"""Options of the end-to-end training.

Image size and frozen stages were chosen by the benchmark; the other defaults are usual values.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass


@dataclass(frozen=True, slots=True)
class FinetuneAblation:
    """Parts and constants of the end-to-end training that only benchmarks and tests change.

    Attributes:
        size: Side of the training images in pixels; None lets the backbone and the device decide.
        classes_per_batch: P, the number of classes in a batch.
        samples_per_class: K, the number of samples of each class, with two augmentations each.
        backbone_rate: Peak learning rate of the backbone's last layers.
        head_rate: Peak learning rate of the head.
        frozen: Share of the backbone's stages, counted from the pixels, that are not trained; no
            effect on networks that do not declare their stages (torchvision's).
        cached_frozen: The same share for a training on cached activations; fewer where the network
            does not allow so many.
        cached_views: Number of augmentations of each image whose activations are cached; half of
            them are weak, half strong.
        layer_decay: Factor on the learning rate from each of the backbone's stages to the one
            before it.
        decay: Decoupled weight decay of the backbone.
        warm_up: Share of the steps in which the learning rates rise.
        clip: Largest norm of the gradient.
        average: Decay of the running average of the parameters; 0 for no average.
        micro_batch: Images that go through the backbone at once; None lets the device decide.
        checkpointing: Recompute activations in the backward pass instead of storing them.
    """

    size: int | None = None
    classes_per_batch: int = 16
    samples_per_class: int = 4
    backbone_rate: float = 2e-4
    head_rate: float = 1e-3
    frozen: float = 0.4
    cached_frozen: float = 0.67
    cached_views: int = 6
    layer_decay: float = 0.7
    decay: float = 1e-4
    warm_up: float = 0.1
    clip: float = 5.0
    average: float = 0.99
    micro_batch: int | None = None
    checkpointing: bool = False


@dataclass(frozen=True, slots=True)
class FinetuneConfig:
    """The options of the end-to-end training that a user can set; `TrainConfig` has the others.

    Attributes:
        epochs: Epochs over the training samples.
        memory: Number of points that the cross-batch memory holds; 0 for none.
        thorough: Whether a CPU, too, draws new augmentations of each image in every epoch and
            trains all but the first stages; otherwise it trains the last stages on cached
            activations. A graphics card and several processes always do.
        seed: Seed of all random draws.
        ablation: Options that the product leaves at their defaults, except that it lowers
            `micro_batch` when memory runs out.
    """

    epochs: int = 8
    memory: int = 0
    thorough: bool = True
    seed: int = 0
    ablation: FinetuneAblation = FinetuneAblation()

    def settings(self) -> dict[str, object]:
        """Returns all options by name, the ablation's included, for records and digests."""
        values = asdict(self)
        ablation: dict[str, object] = values.pop("ablation")
        return values | ablation

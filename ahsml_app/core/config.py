"""Options of the method, with the best measured defaults (tests/benchmarks/RESULTS.md)."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Literal

MarginConvention = Literal["constant", "paper", "distance", "hierarchical"]
WeightRule = Literal["none", "posterior", "mixture"]


@dataclass(frozen=True, slots=True)
class Ablation:
    """Parts and constants of the method that only benchmarks and tests change.

    "Core" is what the paper publishes, "extension" is ours.

    Attributes:
        pair_weight: Weight of the pair-based loss against the class-prototype term; 0 disables
            it, infinity uses it alone.
        margins: Convention of the adaptive margins (core), or constant ones.
        view_pairs: Pull the augmentations of one image together (core).
        consistency_weight: Share of the divergence between the posteriors of two augmentations.
        soft_similarity: Graded pair similarities instead of same/different (extension).
        weights: Rule of the adaptive weights (extension).
        linear_expert: Add a linear model to the ensemble (extension).
        closed_form: Add a linear discriminant and, where samples are few, a Gaussian process
            (extension).
        noise_model: Correct posteriors by an estimated noise matrix (extension).
        hidden: Units of the hidden layer of a `HeadTraining` alone; 0 for none. A whole `train`
            takes none: what it returns of its head is one linear map of the features.
        curvature: c of the ball of curvature -c.
        temperature: tau of softmax(-distance / tau) over the prototypes.
        batch_size: Samples per step; None lets the number of samples decide.
        learning_rate: Peak learning rate of the head.
        decay: L2 penalty of the head's projection.
        components: Principal components of the features that are kept.
    """

    pair_weight: float = 0.1
    margins: MarginConvention = "distance"
    view_pairs: bool = True
    consistency_weight: float = 3.0
    soft_similarity: bool = True
    weights: WeightRule = "posterior"
    linear_expert: bool = True
    closed_form: bool = True
    noise_model: bool = True
    hidden: int = 0
    curvature: float = 0.1
    temperature: float = 0.5
    batch_size: int | None = None
    learning_rate: float = 3e-3
    decay: float = 1e-2
    components: int = 512


@dataclass(frozen=True, slots=True)
class TrainConfig:
    """The training options that a user can set.

    Attributes:
        loss: Name of the pair-based loss in `losses.LOSSES`.
        passes: 1 trains on the given labels only; each further pass on soft targets.
        dimension: Dimension D of the ball.
        folds: Cross-fitting folds; None lets the number of samples decide.
        epochs: Epochs per fold; None lets the number of samples decide.
        seed: Seed of all random draws.
        ablation: Options that the product leaves at their defaults.
    """

    loss: str = "multi-similarity"
    passes: int = 2
    dimension: int = 64
    folds: int | None = None
    epochs: int | None = None
    seed: int = 0
    ablation: Ablation = Ablation()

    def settings(self) -> dict[str, object]:
        """Returns all options by name, the ablation's included, for records and digests."""
        values = asdict(self)
        ablation: dict[str, object] = values.pop("ablation")
        return values | ablation

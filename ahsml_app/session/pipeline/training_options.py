"""What a training in the window is asked to do, in words that the window can show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

OptionKind = Literal["choice", "whole", "number", "text", "switch"]


@dataclass(frozen=True, slots=True)
class TrainOptions:
    """How a project is trained; None means the best measured default.

    Attributes:
        backbone: Name of a backbone or path of a checkpoint.
        loss: Name of the pair-based loss.
        epochs: Training epochs per fold.
        folds: Cross-fitting folds.
        views: Augmented views beside the plain one.
        passes: 1 trains on the given labels only; 2 again on what the first pass found.
        dimension: Dimension of the ball.
        finetune: Whether the backbone is trained too.
        finetune_epochs: Rounds over the images of that training.
        device: auto, cpu, cuda or mps.
        seed: Seed of everything random.
        trust_checked: Labels that a person has kept or changed count fully.
    """

    backbone: str | None = None
    loss: str | None = None
    epochs: int | None = None
    folds: int | None = None
    views: int | None = None
    passes: int | None = None
    dimension: int | None = None
    finetune: bool = False
    finetune_epochs: int | None = None
    device: str = "auto"
    seed: int = 0
    trust_checked: bool = True


PRESETS = ("quick", "balanced", "thorough")


def preset(name: str, base: TrainOptions | None = None) -> TrainOptions:
    """Options of a preset; what it does not concern comes from `base`.

    "quick" embeds one view and trains one pass, "balanced" is the default of the command line,
    "thorough" trains more folds, so that every model sees more of the images.
    """
    base = base or TrainOptions()
    plain = replace(base, epochs=None, folds=None, views=None, passes=None)
    if name == "quick":
        return replace(plain, folds=3, views=1, passes=1)
    if name == "thorough":
        return replace(plain, folds=8, views=6)
    return plain


@dataclass(frozen=True, slots=True)
class OptionFact:
    """What the Advanced part shows of one option.

    Attributes:
        name: Field of `TrainOptions`.
        label: Its name in words.
        explanation: What it does, in a sentence.
        kind: Which control it needs.
        default: What None stands for, in words.
        choices: Values of a choice.
        least: Smallest value of a number.
        most: Largest value of a number.
    """

    name: str
    label: str
    explanation: str
    kind: OptionKind
    default: str
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int = 1_000_000


_FACTS = (
    OptionFact(
        "backbone",
        "Backbone",
        "The network that turns an image into features. Empty: the built-in one. A name of "
        "torchvision or timm is downloaded once; a file is used as it is.",
        "text",
        "EfficientNet-Lite0, built in",
    ),
    OptionFact(
        "finetune",
        "Fine-tune the network",
        "Trains the whole network on your images, not only what is on top of it. It takes many "
        "times as long, least on a graphics card; where it is no gain, it changes nothing.",
        "switch",
        "no",
    ),
    OptionFact(
        "finetune_epochs",
        "Fine-tuning epochs",
        "Rounds over the images while the network is trained.",
        "whole",
        "8",
        least=1,
        most=1000,
    ),
    OptionFact(
        "views",
        "Augmented views",
        "Slightly changed copies of each image; where they disagree, the image is judged "
        "with care. Each costs as much time as the first embedding.",
        "whole",
        "4",
        most=16,
    ),
    OptionFact(
        "folds",
        "Folds",
        "Every image is judged by models that did not train on it; with more folds each "
        "model sees more of the images and training takes longer.",
        "whole",
        "by the number of images",
        least=2,
        most=20,
    ),
    OptionFact(
        "epochs",
        "Epochs",
        "Rounds over the images in each fold.",
        "whole",
        "by the number of images",
        least=1,
        most=1000,
    ),
    OptionFact(
        "passes",
        "Passes",
        "The second pass trains on what the first one found to be likely right.",
        "whole",
        "2",
        least=1,
        most=4,
    ),
    OptionFact(
        "loss",
        "Pair loss",
        "The pair-based loss that AHSML is put on top of.",
        "choice",
        "multi-similarity",
        choices=(
            "circle",
            "contrastive",
            "log-ratio",
            "margin",
            "multi-similarity",
            "n-pair",
            "nt-xent",
            "triplet",
        ),
    ),
    OptionFact(
        "dimension",
        "Dimension",
        "Numbers in the point of an image in the hyperbolic ball.",
        "whole",
        "64",
        least=2,
        most=512,
    ),
    OptionFact(
        "seed",
        "Seed",
        "The same seed gives the same result on the same machine, nearly the same on a graphics "
        "card.",
        "whole",
        "0",
    ),
)


def option_facts() -> tuple[OptionFact, ...]:
    """Every option of the engine that the window offers."""
    return _FACTS

"""The options of a run: the one source for command, window, settings file, `run.json`, reference.

To add an option, add a field; its metadata holds every text about it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ahsml_app.base.options.option import OPTION, Option
from ahsml_app.base.options.output_options import OutputOptions
from ahsml_app.base.options.plugins import LOSSES
from ahsml_app.base.options.recommended_backbones import SUGGESTIONS
from ahsml_app.base.options.tuning_options import TuningOptions
from ahsml_app.base.reading.planes import FIRST, LARGEST, Planes

LossName = Literal[
    "multi-similarity",
    "contrastive",
    "triplet",
    "nt-xent",
    "n-pair",
    "margin",
    "log-ratio",
    "circle",
]
ConflictRule = Literal["unlabelled", "first"]
DeviceName = Literal["auto", "cpu", "cuda", "mps"]

DEFAULT_VIEWS = 4


@dataclass(frozen=True, slots=True)
class Source:
    """The source of images and given labels."""

    folder: Path = field(
        metadata={
            OPTION: Option(
                name="source",
                positional=True,
                metavar="SOURCE",
                help="image folder, archive of images, or project folder",
                explanation="Image folder, or a project whose state is exported. An archive (zip, "
                "tar, LMDB) is unpacked beside the results.",
            )
        }
    )
    labels: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="FILE",
                help="table with the labels: CSV, JSON lines, COCO or Parquet, or another tool's",
                explanation="Manifest with the labels: CSV, JSON lines, COCO or Parquet, or a file "
                "of CVAT, FiftyOne or Label Studio.",
                default_text="a folder for each class",
            )
        },
    )
    label_column: str | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="NAME",
                help="column of the manifest that holds the labels",
                explanation="Column of the manifest that holds the labels.",
                default_text="`label`, or what is most like it",
            )
        },
    )
    path_column: str | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="NAME",
                help="column of the manifest that names the images",
                explanation="Column of the manifest that names the images.",
                default_text="`path`, or the one whose cells are images",
            )
        },
    )
    class_names: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="FILE",
                help="names of the classes whose numbers the manifest holds",
                explanation="Names of the classes whose numbers the manifest holds: a name in each "
                "line, or JSON.",
                default_text="labels are names",
            )
        },
    )
    on_conflict: ConflictRule = field(
        default="first",
        metadata={
            OPTION: Option(
                metavar="RULE",
                help="label of an image to which the manifest gives several",
                explanation="Label of an image to which the manifest gives several: `first` for "
                "that of its first row, `unlabelled` for none.",
            )
        },
    )
    class_from: str | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="PATTERN",
                help="path pattern that names the class, like '*/{class}/*'",
                explanation="Path pattern that names the class, such as `*/{class}/*` or "
                "`{class}_*.png`.",
                default_text="the first folder",
            )
        },
    )
    planes: Planes = field(
        default=FIRST,
        metadata={
            OPTION: Option(
                metavar="RULE",
                minimum=1,
                maximum=LARGEST,
                numbered=True,
                help="picture of a file of several pages or channels: first, max, or a number",
                explanation="The picture of a file of several pages or channels: `first` for its "
                "first page and the first three channels, `max` for the brightest sample of all "
                "pages or channels, or the number of a page or channel, from 1 on.",
            )
        },
    )


@dataclass(frozen=True, slots=True)
class FeatureOptions:
    """Options of the feature extraction."""

    backbone: str | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="NAME|FILE",
                help="torchvision or timm model, or a checkpoint file",
                explanation="The network that turns an image into features: the name of a "
                "torchvision or timm model, which is downloaded once, or a checkpoint file.",
                default_text="EfficientNet-Lite0, built in",
                label="Backbone",
                suggestions=SUGGESTIONS,
            )
        },
    )
    file: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                name="features",
                metavar="FILE",
                help="features of a network of your own instead of a backbone: NPZ, Parquet or NPY",
                explanation="Features of a network of your own instead of a backbone: a row of "
                "numbers for each image, with its path in NPZ and Parquet, or in the order of the "
                "images in NPY.",
                default_text="a backbone",
                label="Features of your own",
            )
        },
    )
    views: int = field(
        default=DEFAULT_VIEWS,
        metadata={
            OPTION: Option(
                metavar="V",
                maximum=16,
                help="augmentations of each image beside the plain image",
                explanation=(
                    "Slightly altered copies of each image; where they disagree, "
                    "the image is judged with caution. Each takes as long as "
                    "extracting features from the image itself."
                ),
                label="Augmentations",
            )
        },
    )
    augment_all: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                help="augment every image, not only those that the plain image leaves in doubt",
                explanation=(
                    "Augments every image, so that each has a consistency. Otherwise only the "
                    "images that the plain image leaves in doubt are augmented: the others "
                    "change no verdict, and the run is faster."
                ),
                label="Augment every image",
            )
        },
    )
    device: DeviceName = field(
        default="auto",
        metadata={
            OPTION: Option(
                metavar="D",
                help="what extracts features and fine-tunes",
                explanation="What extracts features and fine-tunes. Heads train on the CPU, "
                "which is faster at them.",
            )
        },
    )


@dataclass(frozen=True, slots=True)
class TrainingOptions:
    """Options of the training of the models on top of the features."""

    loss: LossName = field(
        default="multi-similarity",
        metadata={
            OPTION: Option(
                metavar="NAME",
                help="pair-based loss",
                explanation="The pair-based loss that AHSML builds on.",
                label="Pair loss",
                plugins=LOSSES,
            )
        },
    )
    probabilities: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="FILE",
                help="class probabilities of a model of your own as one more opinion: NPZ, "
                "Parquet or CSV",
                explanation="Class probabilities of a model of your own, by path and class name: "
                "one more opinion beside those of the models trained here. Your model must not "
                "have trained on the image that it judges (cross-validation).",
                default_text="none",
                label="Probabilities of your own",
            )
        },
    )
    folds: int | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="K",
                minimum=2,
                help="cross-fitting folds",
                explanation="Every image is judged by models that did not train on it; with more "
                "folds each model sees more of the images and training takes longer.",
                default_text="by the number of images",
                label="Folds",
            )
        },
    )
    epochs: int | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="N",
                minimum=1,
                help="training epochs per fold",
                explanation="Passes over the images in each fold while a model trains.",
                default_text="by the number of images",
                label="Epochs",
            )
        },
    )
    passes: int = field(
        default=2,
        metadata={
            OPTION: Option(
                metavar="P",
                minimum=1,
                maximum=4,
                help="training passes",
                explanation=(
                    "The second pass trains on the labels that the first one found "
                    "likely to be right."
                ),
                label="Passes",
            )
        },
    )
    dimension: int = field(
        default=64,
        metadata={
            OPTION: Option(
                metavar="D",
                minimum=2,
                maximum=512,
                help="dimension of the hyperbolic ball",
                explanation=(
                    "Number of coordinates of an image's embedding in the hyperbolic ball."
                ),
                label="Dimension",
            )
        },
    )
    seed: int = field(
        default=0,
        metadata={
            OPTION: Option(
                metavar="S",
                help="seed of everything random",
                explanation="The same seed gives the same result on the same machine, nearly the "
                "same on a graphics card.",
                label="Seed",
            )
        },
    )
    trust_checked: bool = field(
        default=True,
        metadata={
            OPTION: Option(
                help="labels that a person has checked count fully",
                explanation="Labels that a person has kept or changed count fully.",
                in_command=False,  # the command trains on image folders, without decisions
            )
        },
    )


@dataclass(frozen=True, slots=True)
class RunOptions:
    """All options of a run; the defaults are the best measured ones.

    Attributes:
        source: Images and given labels; None until they are chosen, and in the window, where the
            project holds them.
        features: How images become features.
        training: How the models on top of the features are trained.
        tuning: Whether and how the backbone is trained too.
        output: What is written, and where.
    """

    source: Source | None = None
    features: FeatureOptions = FeatureOptions()
    training: TrainingOptions = TrainingOptions()
    tuning: TuningOptions = field(default_factory=TuningOptions)
    output: OutputOptions = field(default_factory=OutputOptions)

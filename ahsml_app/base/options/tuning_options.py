"""The options of the fine-tuning."""

from __future__ import annotations

from dataclasses import dataclass, field

from ahsml_app.base.options.option import OPTION, Option


@dataclass(frozen=True, slots=True)
class TuningOptions:
    """Options of the fine-tuning of the backbone."""

    enabled: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                name="finetune",
                help="train the backbone too: takes far longer, best on a graphics card",
                explanation=(
                    "Trains the whole network on your images, not only the head on "
                    "top of it. It takes many times as long, least on a graphics "
                    "card; where it brings no gain, it changes nothing."
                ),
                label="Fine-tune the network",
            )
        },
    )
    thorough: bool = field(
        default=True,
        metadata={
            OPTION: Option(
                name="finetune_thorough",
                help="without a graphics card, too, train the middle of the backbone on new "
                "augmentations in each epoch, with --finetune",
                explanation=(
                    "Without a graphics card only the last stages of the network are trained, on "
                    "what the others make of a few augmentations of each image. This trains the "
                    "middle stages too, on new augmentations in each epoch, and takes "
                    "longer. A graphics card always does so."
                ),
                label="Thorough fine-tuning",
                requires="finetune",
            )
        },
    )
    epochs: int = field(
        default=8,
        metadata={
            OPTION: Option(
                name="finetune_epochs",
                metavar="N",
                minimum=1,
                help="rounds over the images with --finetune",
                explanation="Passes over the images while the network trains.",
                label="Fine-tuning epochs",
                requires="finetune",
            )
        },
    )
    memory: int = field(
        default=0,
        metadata={
            OPTION: Option(
                name="finetune_memory",
                metavar="M",
                help="images of earlier batches that a batch is compared with, with --finetune",
                explanation=(
                    "From the second epoch on, each batch is also compared with "
                    "this many images of earlier batches (cross-batch memory)."
                ),
                label="Fine-tuning memory",
                requires="finetune",
            )
        },
    )

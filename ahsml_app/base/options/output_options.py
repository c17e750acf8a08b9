"""The options of what a run writes; see `run_options` for how to add one."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from ahsml_app.base.options.option import OPTION, Option

ApplyRule = Literal["none", "confident"]
TreeMode = Literal["copy", "hardlink", "symlink"]
UndecidedRule = Literal["keep", "leave-out"]
UnsureRule = Literal["keep", "leave-out", "folder"]


@dataclass(frozen=True, slots=True)
class OutputOptions:
    """Options of the results that a run writes."""

    folder: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                name="out",
                metavar="DIR",
                help="folder for the results",
                explanation="Folder for the results. With `--demo` it may be left out and is "
                "`demo-result`.",
            )
        },
    )
    apply: ApplyRule = field(
        default="none",
        metadata={
            OPTION: Option(
                metavar="A",
                help="whether labels.csv takes the sure suggestions",
                explanation="`none` leaves the labels as they are; `confident` lets `labels.csv` "
                "take the suggestions that reach the stated precision.",
            )
        },
    )
    class_folders: TreeMode | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="MODE",
                help="also a folder for each class with the images, by the labels of labels.csv",
                explanation="Also `images/`, a folder for each class with the images by the "
                "labels of `labels.csv`.",
            )
        },
    )
    formats: str | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="NAMES",
                help="also the labels in forms of other tools, separated by commas",
                explanation="Also the labels in forms of other tools, in `formats/NAME/`, "
                "separated by commas: `boxes` (of crops), `datalab`, `fiftyone`, `huggingface` (of "
                "an unpacked data set), `imagefolder`, `label-studio`, and those of plug-ins.",
            )
        },
    )
    undecided: UndecidedRule = field(
        default="keep",
        metadata={
            OPTION: Option(
                metavar="U",
                help="what becomes of images of a project without a decision",
                explanation="Of a project: `keep` exports images without a decision with their "
                "given labels; `leave-out` gives them no label, and leaves them out of class "
                "folders and manifest.",
            )
        },
    )
    unsure: UnsureRule = field(
        default="keep",
        metadata={
            OPTION: Option(
                metavar="U",
                help="what becomes of images of a project that are marked as unsure",
                explanation="Of a project: `keep` exports images that are marked as unsure with "
                "their given labels; `leave-out` gives them no label, and leaves them out of class "
                "folders and manifest; `folder` does so too, and puts them into a folder `unsure` "
                "beside the class folders.",
            )
        },
    )
    csv_safe: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                help="defuse cells of CSV files that a spreadsheet takes for formulas",
                explanation="Puts an apostrophe before text in CSV files that a spreadsheet would "
                "take for a formula; `labels.parquet` then holds the true names. Without it, text "
                "is unchanged, so that programs can join on paths and labels.",
            )
        },
    )
    self_test: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                help="plant wrong labels in a copy of the labels, and report how many are found",
                explanation="Also plants wrong labels of three kinds in a copy of the labels, and "
                "reports how many of them are found, whether probabilities are calibrated, and "
                "whether they are counted right. It takes about three times as long as the "
                "training on features.",
            )
        },
    )

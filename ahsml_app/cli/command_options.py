"""Options of one call of the command, which a settings file cannot hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from ahsml_app.base.options.option import OPTION, Option, options_of


@dataclass(frozen=True, slots=True)
class CommandOptions:
    """Options of one call: with or without a window, and how to treat earlier results."""

    headless: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                help="work without a window",
                explanation="Work without a window.",
            )
        },
    )
    demo: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                help="run on a small set made on the spot",
                explanation="Run on a small image folder that is made on the spot; with "
                "`--headless` it also prints how many of the planted errors the first 10 % of "
                "the queue holds.",
            )
        },
    )
    smoke_test: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="DIR",
                help="run the window through the demo and save a screenshot of every view in DIR",
                explanation="Run the window through the demo and save a screenshot of every view "
                "in DIR.",
            )
        },
    )
    update: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="PROJECT",
                help="take new, renamed, changed and missing images into a project, and end",
                explanation="Take in what changed in the image folder of a project: new images "
                "are undecided, renamed ones keep their decisions, changed ones are asked about "
                "anew, and missing ones stay in the journal. Only new content is computed.",
            )
        },
    )
    check: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="PROJECT",
                help="check every file of a project without changing it, and end",
                explanation="Check the database, decisions, arrays and backups of a project "
                "without changing anything, and end; exit code 9 if something is damaged.",
            )
        },
    )
    repair: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="PROJECT",
                help="repair a damaged project, and end",
                explanation="Repair a damaged project: every decision that can be read from it or "
                "its backups is kept, and the damaged files stay beside the new ones.",
            )
        },
    )
    trust_images: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                help="read the images of a project that you have not opened here before",
                explanation="Read the images of a project that you have not opened on this "
                "machine before. It may come from somebody else, and name any folder; the window "
                "asks instead.",
            )
        },
    )
    list_backbones: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                help="list recommended networks for --backbone, and end",
                explanation="List recommended networks for `--backbone`, with licence, size of the "
                "download and purpose, and end.",
            )
        },
    )
    licences: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                help="print the licences of the program and of its libraries, and end",
                explanation="Print the licences of the program and of the libraries that it "
                "uses, as they are installed, and end.",
            )
        },
    )
    config: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="FILE",
                help="take options from a settings file (TOML); those given here win",
                explanation="Take the options that are not given here from a settings file.",
            )
        },
    )
    save_config: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="FILE",
                help="write the options given here to a settings file, and end",
                explanation="Write the options of this call to a settings file, and end.",
            )
        },
    )
    resume: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                help="continue an interrupted run",
                explanation="Continue an interrupted run into the same folder.",
            )
        },
    )
    force: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                help="replace the results of an earlier run in DIR, or the FILE of --save-config",
                explanation="Replace the results of an earlier run in DIR, or the file of "
                "`--save-config`. What no run wrote, or somebody changed since, is never touched; "
                "class folders are replaced only by new ones.",
            )
        },
    )
    replay: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="FILE",
                help="take the decisions of a decision log on the images of SOURCE, train nothing",
                explanation="Take the decisions of a decision log (`decisions.jsonl`) on the "
                "images of SOURCE, which may be renamed and moved, and write the labels. What "
                "cannot be assigned is listed in `conflicts.csv`.",
            )
        },
    )
    predict: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="MODEL",
                help="label the images of SOURCE by an exported model, train nothing",
                explanation="Label the images of SOURCE by an exported model, the folder `model` "
                "of a result or its ONNX file. `--out` takes the table: a CSV file, or a Parquet "
                "file with the probabilities of all classes.",
            )
        },
    )
    crop_boxes: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="FOLDER",
                help="cut the boxes in FOLDER (Pascal VOC, YOLO, COCO) out of the images of SOURCE",
                explanation="Cut every box that the files in FOLDER name (Pascal VOC, YOLO or "
                "COCO, which can be a single file) out of the images of SOURCE. `--out` takes the "
                "new folder of the crops and of the table of their labels, `crops.csv`.",
            )
        },
    )
    verify: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="FILE",
                help="check whether a decision log is as it was written, and end",
                explanation="Check whether lines of a decision log were changed, removed or moved "
                "since it was written, print its last hash, and end. FILE may also be a project "
                "or an export.",
            )
        },
    )
    merge: tuple[Path, Path] | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="A B",
                count=2,
                help="compare the decisions of two people, and end",
                explanation="Compare the decisions of two people: how far they agree (Cohen's "
                "kappa), and where they do not. A and B are decision logs, projects or exports; "
                "`--out` takes the table of disagreements.",
            )
        },
    )
    reviewer: str | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="NAME",
                help="who decides, recorded with each decision",
                explanation="Who decides in the window; the journal records the name with each "
                "decision.",
                default_text="the user of the system",
            )
        },
    )
    fail_if: str | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="CONDITION",
                help='end with exit code 12 if too many labels are wrong, as in "errors > 0.01"',
                explanation="End with exit code 12 if the share of wrong labels is too large, "
                "after the results are written. CONDITION is such as `errors > 0.01`, with "
                "`errors` (the estimate), `errors.low` (the low end of its interval) or `flagged` "
                "(labels more probably wrong than right), `>` or `>=`, and a share such as `0.01` "
                "or `1%`. Of a project, labels that were decided do not count as wrong.",
            )
        },
    )
    fail_among: Path | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="FILE",
                help="for --fail-if, count only the labels of the images that FILE lists",
                explanation="For `--fail-if`, count only the labels of the images that FILE "
                "lists: a path from the image folder in each line, or what `git diff -z` prints.",
            )
        },
    )
    clear_cache: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                help="delete the cached features and thumbnails, and end",
                explanation="Delete what a run keeps in the cache folder and makes again when it "
                "is needed: features, thumbnails and hashes. Projects and settings stay.",
            )
        },
    )
    cache_limit: str | None = field(
        default=None,
        metadata={
            OPTION: Option(
                metavar="GB",
                help="set the size that the cached features may take, in gigabytes, and end",
                explanation="Set the size that the cached features may take, in gigabytes, and "
                "end. What was not used for longest is removed first. `auto` restores the default.",
                default_text="half of the space that is free without them",
            )
        },
    )
    json: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                help="report events as lines of JSON",
                explanation="One JSON object per line on standard output: `progress`, `notice`, "
                "`epoch`, and `finished` or `error` at the end.",
            )
        },
    )
    quiet: bool = field(
        default=False,
        metadata={
            OPTION: Option(
                help="report errors only",
                explanation="Report errors only.",
            )
        },
    )

    @property
    def only_lists(self) -> bool:
        """Whether the call lists something and ends."""
        return self.list_backbones or self.licences

    @property
    def sets_cache(self) -> bool:
        """Whether the call changes the cache and ends."""
        return self.clear_cache or self.cache_limit is not None


COMMAND_OPTIONS = {option.name: option for option in options_of(CommandOptions)}
"""Every option that only the command has, by its name."""

"""The arguments of the command, checked before anything heavy is loaded."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from ahsml_app import __version__
from ahsml_app.base.errors import AppError, ExitCode
from ahsml_app.base.paths import APP_NAME

DEMO_RESULT = Path("demo-result")
MOST_VIEWS = 16

_EXAMPLES = f"""\
examples:
  {APP_NAME} --headless --demo
  {APP_NAME} --headless photos --out photos-checked
  {APP_NAME} --headless photos --labels labels.csv --out photos-checked --apply confident
"""


class UsageError(AppError):
    """The command was called in a way that it does not know."""

    exit_code = ExitCode.USAGE


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Raise instead of leaving, so that every error is reported in one place."""
        message = message[:1].upper() + message[1:]
        raise UsageError(f"{message}.", hint=f"Run {APP_NAME} --help for the options.")


def parse_arguments(argv: list[str]) -> argparse.Namespace:
    """Read the arguments.

    Raises:
        UsageError: If they make no sense; names the argument.
        SystemExit: After `--help` and `--version`.
    """
    arguments = _parser().parse_args(argv)
    if arguments.headless:
        _check_headless(arguments)
    return arguments


def _check_headless(arguments: argparse.Namespace) -> None:
    for name in ("epochs", "memory"):
        if getattr(arguments, f"finetune_{name}") is not None and not arguments.finetune:
            raise UsageError(
                f"--finetune-{name} says nothing without --finetune.", hint="Add --finetune."
            )
    if arguments.finetune_epochs == 1 and arguments.finetune_memory:
        raise UsageError(
            "--finetune-memory needs a second epoch: in the first one images move too fast to be "
            "compared with those of earlier batches.",
            hint="Give --finetune-epochs 2 or more, or leave out --finetune-memory.",
        )
    if arguments.demo and (arguments.source or arguments.labels):
        raise UsageError(
            "--demo makes its own image folder and takes no SOURCE and no --labels.",
            hint="Leave out one of them.",
        )
    if not (arguments.demo or arguments.source):
        raise UsageError(
            "--headless needs an image folder.",
            hint=f"For example: {APP_NAME} --headless photos --out photos-checked",
        )
    if not (arguments.demo or arguments.out):
        raise UsageError(
            "--headless needs a folder for the results.",
            hint=f"For example: {APP_NAME} --headless {arguments.source} --out results",
        )


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog=APP_NAME,
        usage="%(prog)s [SOURCE | --demo]\n"
        "       %(prog)s --headless SOURCE --out DIR [options]\n"
        "       %(prog)s --headless --demo",
        description="Find and repair wrong labels in image folders.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"{APP_NAME} {__version__}")
    parser.add_argument("--headless", action="store_true", help="work without a window")
    parser.add_argument("--demo", action="store_true", help="run on a small set made on the spot")
    parser.add_argument(
        "--smoke-test",
        type=Path,
        metavar="DIR",
        help="let the window use itself on the demo and save a picture of every view in DIR",
    )
    _add_input(parser)
    _add_method(parser)
    _add_output(parser)
    return parser


def _add_input(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("input")
    group.add_argument(
        "source", nargs="?", type=Path, metavar="SOURCE", help="image folder, or project folder"
    )
    group.add_argument(
        "--labels",
        type=Path,
        metavar="FILE",
        help="CSV or Parquet manifest with the columns path,label (default: a folder per class)",
    )
    group.add_argument(
        "--label-column", metavar="NAME", help="the manifest's column that holds the labels"
    )
    group.add_argument(
        "--class-from",
        metavar="PATTERN",
        help="path pattern that names the class, like '*/{class}/*' (default: first folder)",
    )


def _add_method(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("method (the defaults are the best measured)")
    group.add_argument(
        "--backbone",
        metavar="NAME|FILE",
        help="torchvision or timm model, or a checkpoint file (default: embedded, no download)",
    )
    group.add_argument("--loss", metavar="NAME", help="pair-based loss")
    group.add_argument("--epochs", type=_whole(1), metavar="N", help="epochs per fold, from 1")
    group.add_argument("--folds", type=_whole(2), metavar="K", help="folds, from 2")
    group.add_argument(
        "--views", type=_whole(0, MOST_VIEWS), metavar="V", help=f"views, 0 to {MOST_VIEWS}"
    )
    group.add_argument(
        "--finetune",
        action="store_true",
        help="train the backbone too: takes far longer, best on a graphics card",
    )
    group.add_argument(
        "--finetune-epochs",
        type=_whole(1),
        metavar="N",
        help="rounds over the images with --finetune, from 1",
    )
    group.add_argument(
        "--finetune-memory",
        type=_whole(0),
        metavar="M",
        help="images of earlier batches that a batch is compared with, with --finetune",
    )
    group.add_argument(
        "--device",
        choices=("auto", "cpu", "cuda", "mps"),
        default="auto",
        help="where to compute (default: auto)",
    )
    group.add_argument(
        "--seed", type=_whole(0), default=0, metavar="S", help="seed, from 0 (default: 0)"
    )


def _add_output(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group("output")
    group.add_argument(
        "--out",
        type=Path,
        metavar="DIR",
        help=f"folder for the results (with --demo: ./{DEMO_RESULT})",
    )
    group.add_argument(
        "--apply",
        choices=("none", "confident"),
        default="none",
        help="whether labels.csv takes the sure suggestions (default: none)",
    )
    group.add_argument(
        "--class-folders",
        choices=("copy", "hardlink", "symlink"),
        help="also a folder for each class with the images, by the labels of labels.csv",
    )
    group.add_argument("--resume", action="store_true", help="continue an interrupted run")
    group.add_argument(
        "--force", action="store_true", help="replace the results of an earlier run in DIR"
    )
    group.add_argument("--json", action="store_true", help="report events as lines of JSON")
    group.add_argument("--quiet", action="store_true", help="report errors only")


def _whole(least: int, most: int | None = None) -> Callable[[str], int]:
    """A reader of whole numbers from `least` to `most`."""
    limits = f"from {least}" if most is None else f"from {least} to {most}"

    def read(text: str) -> int:
        try:
            number = int(text)
        except ValueError:
            number = least - 1
        if number < least or (most is not None and number > most):
            raise argparse.ArgumentTypeError(f"{text!r} is not a whole number {limits}")
        return number

    return read

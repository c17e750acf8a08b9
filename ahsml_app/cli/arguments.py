"""The arguments of the command, checked before anything heavy is loaded."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from ahsml_app.base.errors import AppError, ExitCode
from ahsml_app.base.options.option import Option
from ahsml_app.base.options.option_table import OPTIONS, with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.base.options.settings_file import read_settings
from ahsml_app.base.paths import APP_NAME
from ahsml_app.base.version import __version__
from ahsml_app.cli.command_options import COMMAND_OPTIONS, CommandOptions
from ahsml_app.cli.fail_condition import parse_condition

DEMO_RESULT = Path("demo-result")

_EXAMPLES = f"""\
examples:
  {APP_NAME} --headless --demo
  {APP_NAME} --headless photos --out photos-checked
  {APP_NAME} --headless photos --labels labels.csv --out photos-checked --apply confident
"""

_GROUPS = {
    "input": ("source",),
    "method (the defaults are the best measured)": ("features", "training", "tuning"),
    "output": ("output",),
}
"""Titles in `--help`, and the sections of the options below them."""

_JOBS = ("check", "repair", "verify", "merge", "update", "replay", "predict", "crop_boxes")
"""Options that each name a job of their own."""


class UsageError(AppError):
    """The arguments of the command are invalid."""

    exit_code = ExitCode.USAGE


@dataclass(frozen=True, slots=True)
class Arguments:
    """A call of the command.

    Attributes:
        command: Options of the call itself.
        options: Options of the run.
        settings: Values from the command line and the settings file, by the names of the options.
    """

    command: CommandOptions
    options: RunOptions
    settings: Mapping[str, Any]


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Raises instead of exiting, so that every error is reported in one place."""
        message = message[:1].upper() + message[1:]
        raise UsageError(f"{message}.", hint=f"Run {APP_NAME} --help for the options.")


def parse_arguments(argv: list[str]) -> Arguments:
    """Reads the arguments, and the settings file if they name one.

    Raises:
        UsageError: If they are invalid; names the argument.
        OptionError: If the settings file cannot be used.
        SystemExit: After `--help` and `--version`.
    """
    parsed = vars(argument_parser().parse_args(argv))
    command = CommandOptions(**{name: parsed[name] for name in COMMAND_OPTIONS if name in parsed})
    explicit = {name: parsed[name] for name in OPTIONS if parsed.get(name) is not None}
    settings = explicit if command.config is None else read_settings(command.config) | explicit
    _check_alone(command, settings)
    _check_decisions(command, settings)
    _check_condition(command)
    if command.save_config is not None or command.only_lists or command.sets_cache:
        pass  # nothing runs, so nothing needs to be complete
    elif command.verify is not None or command.merge is not None or _project_of(command):
        pass  # needs no images
    elif command.predict is not None:
        _check_predict(command, settings)
    elif command.crop_boxes is not None:
        _check_crops(command, settings)
    elif command.update is not None:
        _check_update(command, settings)
    elif command.headless:
        _check_tuning(explicit, settings)
        _check_headless(command, settings)
    elif "source" not in settings and "labels" in settings:
        settings = {**settings, "source": settings["labels"].parent}
    return Arguments(command, with_values(RunOptions(), settings), settings)


def _project_of(command: CommandOptions) -> Path | None:
    """The project that is checked or repaired."""
    return command.check if command.repair is None else command.repair


def _check_alone(command: CommandOptions, settings: Mapping[str, Any]) -> None:
    """Refuses two jobs in one call, of which only one would be done."""
    given = [COMMAND_OPTIONS[n].flag for n in _JOBS if getattr(command, n) is not None]
    if len(given) > 1:
        raise UsageError(
            f"{given[0]} and {given[1]} cannot be given together.",
            hint="Give one of them; --repair also checks, before and after."
            if "--repair" in given
            else "Give one of them.",
        )
    if _project_of(command) is not None and (command.demo or settings):
        raise UsageError(
            f"{given[0]} takes a project, and no option of a run.",
            hint=f"For example: {APP_NAME} {given[0]} PROJECT",
        )


def _check_tuning(explicit: Mapping[str, Any], settings: Mapping[str, Any]) -> None:
    for option in (OPTIONS[name] for name in explicit):
        if option.requires and not settings.get(option.requires):
            switch = OPTIONS[option.requires].flag
            raise UsageError(
                f"{option.flag} has no effect without {switch}.", hint=f"Add {switch}."
            )
    if settings.get("finetune_epochs") == 1 and settings.get("finetune_memory"):
        raise UsageError(
            "--finetune-memory needs a second epoch: in the first one images move too fast to be "
            "compared with those of earlier batches.",
            hint="Give --finetune-epochs 2 or more, or leave out --finetune-memory.",
        )


def _check_decisions(command: CommandOptions, settings: Mapping[str, Any]) -> None:
    if command.replay is not None and not command.headless:
        raise UsageError("--replay works without a window.", hint="Add --headless.")
    if command.replay is not None and command.demo:
        raise UsageError(
            "--replay needs the images of the decisions.", hint="Give their folder, not --demo."
        )
    if command.reviewer is not None and command.headless:
        raise UsageError(
            "--reviewer names who decides in the window, and --headless has none.",
            hint="Leave out --reviewer; --replay takes the names from its FILE.",
        )
    if command.merge is not None and "source" in settings:
        raise UsageError(
            "--merge compares two files, and takes no SOURCE.", hint="Leave out SOURCE."
        )
    if command.merge is not None and not settings.keys() <= {"out", "csv_safe"}:
        raise UsageError(
            "--merge takes no option of a training.", hint="Give --out and --csv-safe only."
        )


def _check_condition(command: CommandOptions) -> None:
    if command.fail_among is not None and command.fail_if is None:
        raise UsageError(
            "--fail-among has no effect without --fail-if.", hint='Add --fail-if "errors > 0.01".'
        )
    if command.fail_if is None:
        return
    if not command.headless or command.replay is not None or command.update is not None:
        raise UsageError(
            "--fail-if judges the labels of a run or of a project.",
            hint=f'For example: {APP_NAME} --headless photos --out checked --fail-if "errors > 1%"',
        )
    try:
        parse_condition(command.fail_if)
    except ValueError as error:
        raise UsageError(str(error), hint='For example: --fail-if "errors > 0.01"') from None


def _check_predict(command: CommandOptions, settings: Mapping[str, Any]) -> None:
    if command.demo or settings.keys() - {"csv_safe"} != {"source", "out"}:
        raise UsageError(
            "--predict takes an image folder and the table to write, and no option of a training.",
            hint=f"For example: {APP_NAME} --predict RESULT/model PHOTOS --out labels.csv",
        )


def _check_crops(command: CommandOptions, settings: Mapping[str, Any]) -> None:
    if command.demo or settings.keys() - {"planes"} != {"source", "out"}:
        raise UsageError(
            "--crop-boxes takes an image folder and a new folder, and no option of a training.",
            hint=f"For example: {APP_NAME} --crop-boxes ANNOTATIONS PHOTOS --out crops",
        )


def _check_update(command: CommandOptions, settings: Mapping[str, Any]) -> None:
    if command.demo or settings:
        raise UsageError(
            "--update takes everything from the project, and no other option of a run.",
            hint=f"For example: {APP_NAME} --headless --update PROJECT",
        )
    if not command.headless:
        raise UsageError("--update works without a window.", hint="Add --headless.")


def _check_headless(command: CommandOptions, settings: Mapping[str, Any]) -> None:
    if command.demo and ("source" in settings or "labels" in settings):
        raise UsageError(
            "--demo makes its own image folder and takes no SOURCE and no --labels.",
            hint="Leave out one of them.",
        )
    if not (command.demo or "source" in settings):
        raise UsageError(
            "--headless needs an image folder.",
            hint=f"For example: {APP_NAME} --headless photos --out photos-checked",
        )
    if not (command.demo or "out" in settings):
        raise UsageError(
            "--headless needs a folder for the results.",
            hint=f"For example: {APP_NAME} --headless {settings['source']} --out results",
        )


def argument_parser() -> argparse.ArgumentParser:
    """The parser of the command, from the table of options."""
    parser = _Parser(
        prog=APP_NAME,
        usage="%(prog)s [SOURCE | --demo]\n"
        "       %(prog)s --headless SOURCE --out DIR [options]\n"
        "       %(prog)s --headless --demo\n"
        "       %(prog)s --headless SOURCE --replay FILE --out DIR\n"
        "       %(prog)s --verify FILE\n"
        "       %(prog)s --merge A B [--out DIR]\n"
        "       %(prog)s --predict MODEL SOURCE --out FILE\n"
        "       %(prog)s --crop-boxes FOLDER SOURCE --out DIR\n"
        "       %(prog)s --headless --update PROJECT",
        description="Find and repair wrong labels in image folders.",
        epilog=_EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        argument_default=argparse.SUPPRESS,
        allow_abbrev=False,
    )
    parser.add_argument("--version", action="version", version=f"{APP_NAME} {__version__}")
    _add_options(parser, COMMAND_OPTIONS.values(), switch="store_true")
    for title, sections in _GROUPS.items():
        options = (o for o in OPTIONS.values() if o.in_command and o.section in sections)
        group = parser.add_argument_group(title)
        _add_options(group, options, switch=argparse.BooleanOptionalAction)
    return parser


def _add_options(
    group: argparse._ActionsContainer, options: Iterable[Option], *, switch: Any
) -> None:
    for option in options:
        if option.kind == "switch":
            group.add_argument(option.flag, action=switch, help=_help(option))
        elif option.positional:
            group.add_argument(
                option.name,
                nargs="?",
                default=None,  # argparse would convert SUPPRESS
                type=_reader(option),
                metavar=option.metavar,
                help=_help(option),
            )
        else:
            names = tuple(option.metavar.split())
            group.add_argument(
                option.flag,
                nargs=None if option.count == 1 else option.count,
                type=_reader(option),
                metavar=names[0] if option.count == 1 else names,
                help=_help(option),
            )


def _help(option: Option) -> str:
    values = ", ".join(option.all_choices)
    text = ", ".join(part for part in (option.help, option.range) if part)
    text += f": {values}" if values else ""
    return f"{text} (default: {option.shown_default})" if option.shown_default else text


def _reader(option: Option) -> Callable[[str], Any]:
    """The option's parser, whose error text becomes argparse's message."""

    def read(text: str) -> Any:
        try:
            return option.parse(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from None

    return read

"""What a call of the command does that ends without a job: lists, checks, settings, the cache."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from ahsml_app.base.disk_space import readable_bytes
from ahsml_app.base.errors import ExitCode
from ahsml_app.base.events import drive
from ahsml_app.base.options.settings_file import write_settings
from ahsml_app.cli.arguments import Arguments
from ahsml_app.cli.command_options import CommandOptions
from ahsml_app.cli.decision_messages import verified_line, verified_lines
from ahsml_app.cli.messages import backbone_lines, check_line, check_lines, licence_lines
from ahsml_app.cli.progress_display import write_line


def ending_of(arguments: Arguments) -> Callable[[], int] | None:
    """What a call does that ends without a job; None for the others."""
    command = arguments.command
    if command.only_lists:
        return partial(_list, licence_lines if command.licences else backbone_lines)
    if command.sets_cache:
        return partial(_set_cache, command)
    if command.save_config is not None:
        return partial(_save_settings, arguments, command.save_config)
    if command.verify is not None:
        return partial(_verify, command, command.verify)
    if command.check is not None or command.repair is not None:
        return partial(_check, command)
    return None


def _verify(command: CommandOptions, path: Path) -> int:
    from ahsml_app.session import verify_log

    seal, problems = verify_log(path)
    if command.json:
        write_line(sys.stdout, verified_line(path, seal, problems))
    elif not command.quiet or problems:
        write_line(sys.stdout, "\n".join(verified_lines(path, seal, problems)))
    return ExitCode.DECISIONS if problems else ExitCode.OK


def _check(command: CommandOptions) -> int:
    """Checks or repairs a project; the exit code says whether something is damaged then."""
    from ahsml_app.session import check_project, repair_project

    project = command.repair or command.check or Path()
    check = check_project(project) if command.repair is None else repair_project(project)
    damaged = bool(check.problems)
    if command.json:
        write_line(sys.stdout, check_line(check))
    elif not command.quiet or damaged:
        write_line(sys.stdout, "\n".join(check_lines(check)))
    return ExitCode.PROJECT if damaged else ExitCode.OK


def _list(lines: Callable[[], Iterable[str]]) -> int:
    for line in lines():
        write_line(sys.stdout, line)
    return ExitCode.OK


def _set_cache(command: CommandOptions) -> int:
    """Sets the limit of the cache, empties it, or both, and prints its size."""
    from ahsml_app.session.pipeline.cache_use import (
        cache_use,
        empty_cache,
        limit_from,
        set_cache_limit,
    )

    if command.cache_limit is not None:
        set_cache_limit(limit_from(command.cache_limit))
    freed = drive(empty_cache(), lambda _: None) if command.clear_cache else 0
    if not command.quiet:
        if command.clear_cache:
            write_line(sys.stdout, f"{readable_bytes(freed)} were freed.")
        write_line(sys.stdout, str(cache_use().describe()))
    return ExitCode.OK


def _save_settings(arguments: Arguments, path: Path) -> int:
    write_settings(path, arguments.settings, force=arguments.command.force)
    if not arguments.command.quiet:
        write_line(sys.stdout, f"The settings are in {path}.")
    return ExitCode.OK

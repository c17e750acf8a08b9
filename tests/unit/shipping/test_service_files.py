"""What others start the command by: an action, a hook, a container."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from ahsml_app.base.options.option_table import OPTIONS
from ahsml_app.cli.arguments import parse_arguments
from ahsml_app.cli.command_options import COMMAND_OPTIONS

FLAGS = {o.flag for o in (*COMMAND_OPTIONS.values(), *OPTIONS.values())} | {"--version", "--help"}
CONTAINER = "packaging/container/Containerfile"


@pytest.mark.parametrize("name", ["action.yml", ".pre-commit-hooks.yaml", CONTAINER])
def test_the_command_is_started_with_options_that_it_has(name: str, checkout: Path) -> None:
    text = (checkout / name).read_text(encoding="utf-8").replace("\\\n", " ")
    calls = re.findall(r"^(?!.*(?:pip|podman run)).*?\bahsml-app\"? (--.*)$", text, re.MULTILINE)
    used = {flag for call in calls for flag in re.findall(r"(?<![\w-])--[a-z-]+", call)}
    assert used <= FLAGS
    assert used or name == CONTAINER


def test_the_hook_is_a_call_that_the_command_takes(checkout: Path) -> None:
    text = (checkout / ".pre-commit-hooks.yaml").read_text(encoding="utf-8")
    entry = re.findall(r"entry: ahsml-app (.*)", text)[0].split()
    more = [word.strip('" ') for word in re.findall(r"args: \[(.*)\]", text)[0].split(",")]
    arguments = parse_arguments([*entry, *more])
    assert arguments.command.headless
    assert arguments.command.fail_if == "errors.low > 0.01"
    assert arguments.options.output.folder == Path("label-check")


def test_the_container_copies_what_the_build_needs(checkout: Path) -> None:
    text = (checkout / CONTAINER).read_text(encoding="utf-8")
    copied = [
        word for line in re.findall(r"^COPY (.*)$", text, re.MULTILINE) for word in line.split()
    ]
    names = [word for word in copied if not word.startswith("/source")]
    assert all((checkout / name).exists() for name in names)
    needed = {"ahsml_app", "resources", "packaging", "pyproject.toml", "README.md", "LICENSE"}
    assert needed <= set(names)

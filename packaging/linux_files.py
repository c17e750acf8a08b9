"""Bring the man page, the shell completions and the icons of packaging/linux/share up to date.

    python packaging/linux_files.py            # after an option, version or icon was changed
    python packaging/linux_files.py --check    # only say whether the texts are current

Man page and completions are made from the descriptions of the options, as the reference's table is;
the icons from `resources/icons/application.svg`. The other files there are written by hand.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
SHARE = CHECKOUT / "packaging" / "linux" / "share"
ICON = CHECKOUT / "resources" / "icons" / "application.svg"
SIZES = (16, 22, 24, 32, 48, 64, 128, 256, 512)

_FOLDERS = {"DIR", "PROJECT", "MODEL", "SOURCE"}
"""Names of values that are folders, among those that are paths."""


def texts() -> dict[str, str]:
    """Every generated text by its path below `share`."""
    return {
        "man/man1/ahsml-app.1": man_page(),
        "bash-completion/completions/ahsml-app": bash_completion(),
        "zsh/site-functions/_ahsml-app": zsh_completion(),
        "fish/vendor_completions.d/ahsml-app.fish": fish_completion(),
        "icons/hicolor/scalable/apps/ahsml-app.svg": ICON.read_text(encoding="utf-8"),
    }


def options() -> list[Option]:
    """The options of the command in the order of the reference."""
    every = [*COMMAND_OPTIONS.values(), *OPTIONS.values()]
    return [option for option in every if option.in_command]


def flags(option: Option) -> list[str]:
    """The words that set an option."""
    if option.kind == "switch" and option.section:
        return [option.flag, f"--no-{option.key}"]
    return [option.flag]


def man_page() -> str:
    """The manual page, for `man ahsml-app`."""
    lines = [
        f'.TH AHSML\\-APP 1 "" "ahsml-app {__version__}" "User Commands"',
        ".SH NAME",
        "ahsml\\-app \\- find and repair wrong labels in image folders",
        ".SH SYNOPSIS",
    ]
    for line in re.sub(r"%\(prog\)s", "ahsml-app", argument_parser().usage or "").splitlines():
        command, _, rest = line.strip().partition(" ")
        lines += [f".B {_roff(command)}", _roff(rest), ".br"]
    lines += [
        ".SH DESCRIPTION",
        "Without an option it opens a window.",
        "With \\-\\-headless it learns what the classes of an image folder look like, in spite of",
        "the wrong labels among them, and writes how probably each label is wrong.",
        "Images and labels are never changed.",
        ".SH OPTIONS",
    ]
    for option in options():
        names = ", ".join(f"\\fB{_roff(flag)}\\fR" for flag in flags(option))
        value = (
            "" if option.positional or not option.metavar else f" \\fI{_roff(option.metavar)}\\fR"
        )
        lines += [".TP", f"{names}{value}", _roff(meaning(option))]
    for flag, text in (("--version", "Say the version."), ("--help", "List the options.")):
        lines += [".TP", f"\\fB{_roff(flag)}\\fR", text]
    lines.append(".SH EXIT STATUS")
    for code, text in _exit_codes():
        lines += [".TP", f"\\fB{code}\\fR", _roff(text)]
    lines += [
        ".SH ENVIRONMENT",
        ".TP",
        "\\fBAHSML_APP_CACHE\\fR",
        "A folder for cache, log, settings and new projects.",
    ]
    return "\n".join(lines) + "\n"


def meaning(option: Option) -> str:
    """Explanation, values and default of an option as plain text."""
    text = option.explanation
    if not all(f"`{choice}`" in text for choice in option.choices):
        text += f" One of {', '.join(option.choices)}."
    if option.range:
        text += f" {option.range.capitalize()}."
    if option.shown_default:
        text += f" Default: {option.shown_default}."
    return text


def bash_completion() -> str:
    """The completion for bash; it needs no package of completions."""
    words = " ".join([*(flag for o in options() if not o.positional for flag in flags(o))])
    cases = {
        kind: "|".join(o.flag for o in options() if value_kind(o) == kind and not o.positional)
        for kind in ("folder", "file", "text")
    }
    lines = [
        "# Completion of ahsml-app for bash, made by packaging/linux_files.py.",
        "_ahsml_app() {",
        '    local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}"',
        "    compopt -o filenames",
        '    case "$before" in',
    ]
    for option in options():
        if option.choices:
            choices = f'COMPREPLY=($(compgen -W "{" ".join(option.choices)}" -- "$word"))'
            lines.append(f"        {option.flag}) {choices}; return ;;")
    lines += [
        f'        {cases["folder"]}) COMPREPLY=($(compgen -d -- "$word")); return ;;',
        f'        {cases["file"]}) COMPREPLY=($(compgen -f -- "$word")); return ;;',
        f"        {cases['text']}) return ;;",
        "    esac",
        '    if [[ "$word" == -* ]]; then',
        "        compopt +o filenames",
        f'        COMPREPLY=($(compgen -W "{words} --version --help" -- "$word"))',
        "    else",
        '        COMPREPLY=($(compgen -f -- "$word"))',
        "    fi",
        "}",
        "complete -F _ahsml_app ahsml-app",
    ]
    return "\n".join(lines) + "\n"


def zsh_completion() -> str:
    """The completion for zsh."""
    actions = {"folder": "_files -/", "file": "_files", "text": " "}
    lines = [
        "#compdef ahsml-app",
        "# Completion of ahsml-app for zsh, made by packaging/linux_files.py.",
        "_arguments \\",
    ]
    for option in options():
        kind = value_kind(option)
        action = f"({' '.join(option.choices)})" if option.choices else actions.get(kind, "")
        help_text = re.sub(r"([\[\]:\\])", r"\\\1", option.help)
        if option.positional:
            lines.append(f"  {_quoted(f':{option.metavar}:_files')} \\")
            continue
        values = "".join(f":{name}:{action}" for name in option.metavar.split()) if kind else ""
        lines += [f"  {_quoted(f'{flag}[{help_text}]{values}')} \\" for flag in flags(option)]
    lines += ["  '(- *)--version[say the version]' \\", "  '(- *)--help[list the options]'"]
    return "\n".join(lines) + "\n"


def fish_completion() -> str:
    """The completion for fish."""
    lines = ["# Completion of ahsml-app for fish, made by packaging/linux_files.py."]
    for option in options():
        if option.positional:
            continue
        kind, value = value_kind(option), ""
        if option.choices:
            value = f" -x -a {_quoted(' '.join(option.choices))}"
        elif kind:
            value = {
                "folder": " -x -a '(__fish_complete_directories)'", "file": " -r", "text": " -x",
            }[kind]  # fmt: skip
        lines += [
            f"complete -c ahsml-app -l {flag.removeprefix('--')}{value} -d {_quoted(option.help)}"
            for flag in flags(option)
        ]
    lines += [
        "complete -c ahsml-app -l version -d 'say the version'",
        "complete -c ahsml-app -l help -d 'list the options'",
    ]
    return "\n".join(lines) + "\n"


def value_kind(option: Option) -> str:
    """What a shell completes after the option: folder, file or text; empty if it takes no value."""
    if option.kind == "switch":
        return ""
    if "FILE" in option.metavar or option.count > 1:
        return "file"
    if option.kind == "path":
        return "folder" if option.metavar in _FOLDERS else "file"
    return "text"


def draw_icons() -> None:
    """Draws the icon in every size."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication([])
    renderer = QSvgRenderer(str(ICON))
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        path = SHARE / f"icons/hicolor/{size}x{size}/apps/ahsml-app.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        image.save(str(path))
    del application


def _exit_codes() -> Iterator[tuple[str, str]]:
    """Codes and their meanings, from the reference."""
    text = (CHECKOUT / "docs" / "reference.md").read_text(encoding="utf-8")
    table = text.partition("## Exit codes")[2].partition("\n## ")[0]
    yield from re.findall(r"^\| (\d+) \| (.*) \|$", table, re.MULTILINE)


def _roff(text: str) -> str:
    """Text as roff shows it; no line of ours begins with a dot or an apostrophe."""
    escaped = text.replace("\\", "\\e").replace("-", "\\-").replace("`", "")
    return re.sub(r"^(?=[.'])", r"\\&", escaped)


def _quoted(text: str) -> str:
    """A word in single quotes, for the shells."""
    return "'" + text.replace("'", "'\\''") + "'"


def main() -> None:
    """The command."""
    stale = []
    for name, text in texts().items():
        path = SHARE / name
        if path.is_file() and path.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if "--check" not in sys.argv[1:]:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    if "--check" in sys.argv[1:]:
        print("\n".join(f"out of date: {name}" for name in stale) or "The files are current.")
        raise SystemExit(bool(stale))
    draw_icons()


sys.path.insert(0, str(CHECKOUT))
from ahsml_app.base.options.option import Option  # noqa: E402 - the package lies in the checkout
from ahsml_app.base.options.option_table import OPTIONS  # noqa: E402
from ahsml_app.base.version import __version__  # noqa: E402
from ahsml_app.cli.arguments import argument_parser  # noqa: E402
from ahsml_app.cli.command_options import COMMAND_OPTIONS  # noqa: E402

if __name__ == "__main__":
    main()

"""Bring the reference's table of options up to date.

    python packaging/reference_options.py            # after an option was changed or added
    python packaging/reference_options.py --check    # only say whether it is current

The table between the two markers of docs/reference.md is made from the descriptions of the options
in `ahsml_app/base/options/run_options.py` and `ahsml_app/cli/command_options.py`.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
REFERENCE = CHECKOUT / "docs" / "reference.md"
TABLE = re.compile(r"(?<=<!-- options -->\n).*?(?=<!-- end of options -->)", re.DOTALL)


def option_table() -> str:
    """The table as Markdown, a row for each option."""
    from ahsml_app.base.options.option_table import OPTIONS
    from ahsml_app.cli.command_options import COMMAND_OPTIONS

    options = [*COMMAND_OPTIONS.values(), *OPTIONS.values()]
    rows = [
        f"| {_cell(name)} | {_cell(meaning)} |"
        for name, meaning in [
            *((_usage(option), _meaning(option)) for option in options if option.in_command),
            ("`--version`, `--help`", "Say the version; list the options."),
        ]
    ]
    return "\n".join(["| option | meaning |", "|---|---|", *rows]) + "\n"


def updated(text: str) -> str:
    """The text of the reference with the present table."""
    if not TABLE.search(text):
        raise SystemExit(
            "docs/reference.md has no markers <!-- options --> and <!-- end of options -->"
        )
    return TABLE.sub(lambda _: option_table(), text)


def _usage(option: Option) -> str:
    if option.positional:
        return f"`{option.flag}`"
    if option.kind == "switch" and option.section:
        return f"`{option.flag}`, `--no-{option.key}`"
    return f"`{option.flag} {option.metavar}`" if option.metavar else f"`{option.flag}`"


def _meaning(option: Option) -> str:
    text = option.explanation
    choices = [f"`{choice}`" for choice in option.choices]
    if not all(choice in text for choice in choices):
        text += f" One of {', '.join(choices)}."
    if option.range:
        text += f" {option.range.capitalize()}."
    if option.shown_default:
        code = option.kind == "choice" and not option.default_text
        text += f" Default: {f'`{option.shown_default}`' if code else option.shown_default}."
    return text


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def main() -> None:
    """The command."""
    text = REFERENCE.read_text(encoding="utf-8")
    current = updated(text)
    if "--check" in sys.argv[1:]:
        print("The table is current." if text == current else "The table is out of date.")
        raise SystemExit(text != current)
    REFERENCE.write_text(current, encoding="utf-8", newline="\n")


sys.path.insert(0, str(CHECKOUT))
from ahsml_app.base.options.option import Option  # noqa: E402 - the package lies in the checkout

if __name__ == "__main__":
    main()

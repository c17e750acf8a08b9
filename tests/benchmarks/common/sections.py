"""RESULTS.md: one section for each benchmark, replaced when it runs again."""

from __future__ import annotations

import datetime as dt
import os
import platform
import sys
from collections.abc import Iterable, Sequence
from importlib import metadata
from pathlib import Path

PACKAGES = ("ahsml-app", "torch", "openvino", "timm", "scikit-learn", "cleanlab", "numpy")


def write_section(path: Path | None, name: str, text: str) -> None:
    """Put the text between the markers of the section; a new section goes to the end.

    Args:
        path: The file of results; None writes nothing.
        name: Of the section.
        text: Of the section, in Markdown.
    """
    if path is None:
        return
    first, last = f"<!-- {name} -->", f"<!-- end of {name} -->"
    before = path.read_text("utf-8") if path.is_file() else "# Results\n"
    section = f"{first}\n{text.strip()}\n{last}"
    if first in before and last in before:
        head, rest = before.split(first, 1)
        after = head + section + rest.split(last, 1)[1]
    else:
        after = f"{before.rstrip()}\n\n{section}\n"
    path.write_text(after, encoding="utf-8")


def circumstances(command: str | None = None) -> str:
    """Date, machine, versions and command, as a paragraph.

    Args:
        command: What Python ran; the present benchmark by default.
    """
    processor = platform.processor() or platform.machine()
    cpuinfo = Path("/proc/cpuinfo")
    if cpuinfo.is_file():
        lines = cpuinfo.read_text("utf-8").splitlines()
        names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
        processor = names[0] if names else processor
    versions = ", ".join(f"{name} {_version(name)}" for name in PACKAGES)
    command = command or " ".join(["tests/benchmarks", Path(sys.argv[0]).name, *sys.argv[1:]])
    return (
        f"{dt.date.today().isoformat()}; {processor}, {os.cpu_count()} cores, "
        f"{platform.system()}, Python {platform.python_version()}; {versions}. "
        f"Written by `python {command}`."
    )


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return "from the checkout"


def table(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; the first column is text, the others are numbers."""
    lines = ["| " + " | ".join(columns) + " |", "|---|" + "---:|" * (len(columns) - 1)]
    lines += ["| " + " | ".join(map(cell, row)) + " |" for row in rows]
    return "\n".join(lines)


def cell(value: object) -> str:
    """A number with three places, text as it is, nothing for None."""
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)

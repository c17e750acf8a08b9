"""The list of recently opened projects, newest first."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ahsml_app.base.paths import atomic_write

MOST = 30


def read_recent(file: Path) -> list[dict[str, Any]]:
    """Reads the list, newest first; empty if the file is missing or damaged."""
    try:
        entries = json.loads(file.read_text("utf-8"))
    except (OSError, ValueError):
        return []
    if not isinstance(entries, list):
        return []
    return [entry for entry in entries if isinstance(entry, dict) and entry.get("folder")]


def remember(file: Path, entry: Mapping[str, Any]) -> None:
    """Puts a project first. Ignores a failure to write the list: nothing depends on it."""
    others = [other for other in read_recent(file) if other["folder"] != entry["folder"]]
    _write(file, [dict(entry), *others][:MOST])


def forget(file: Path, folder: Path) -> None:
    """Removes a project from the list; its files stay."""
    _write(file, [other for other in read_recent(file) if other["folder"] != str(folder)])


def _write(file: Path, entries: list[dict[str, Any]]) -> None:
    with contextlib.suppress(OSError), atomic_write(file, "w", encoding="utf-8") as stream:
        json.dump(entries, stream, indent=1)

"""Checks what the command writes by the schemas that the package publishes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ahsml_app.base.paths import resources_folder


def check_run_file(path: Path) -> None:
    """Fails if a `run.json` is not as its schema says, or holds what the schema does not name."""
    _check("run", json.loads(path.read_text("utf-8")))


def check_events(text: str) -> list[dict[str, Any]]:
    """Fails if a line of `--json` is not as the schema says; returns the events."""
    events = [json.loads(line) for line in text.splitlines()]
    _check("events", *events)
    return events


def schema(name: str) -> dict[str, Any]:
    """A published schema."""
    path = resources_folder() / "schemas" / f"{name}.schema.json"
    content: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return content


def _check(name: str, *values: object) -> None:
    compiled = pytest.importorskip("fastjsonschema").compile(_closed(schema(name)))
    for value in values:
        compiled(value)


def _closed(part: Any) -> Any:
    """The schema without room for what it does not name, so that nothing stays undescribed."""
    if isinstance(part, list):
        return [_closed(item) for item in part]
    if not isinstance(part, dict):
        return part
    closed = {key: _closed(value) for key, value in part.items()}
    return closed | {"additionalProperties": False} if "properties" in part else closed

"""Label Studio: tasks with the choices of annotators, as JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from ahsml_app.core.tables.forms.tool_labels import Changes, ToolLabels

FORM = "Label Studio"
_IMAGE_KEYS = ("image", "img", "url", "path", "file")
_LOCAL = re.compile(r".*/data/local-files/\?d=")
_UPLOAD = re.compile(r"(.*/data/upload/.*)(?<=/)[0-9a-f]{8}-(?=[^/]+$)")
"""Where an upload keeps its name behind eight digits of its own."""


def is_tasks(rows: Sequence[Any]) -> bool:
    """Whether a list of JSON objects is an export with annotations."""
    return any(
        isinstance(row, dict) and isinstance(row.get("data"), dict) and "annotations" in row
        for row in rows[:10]
    )


def read_tasks(rows: Sequence[Any]) -> ToolLabels:
    """Reads the choice of each annotation; what was skipped counts as none."""
    found = ToolLabels(FORM)
    for number, task in enumerate(rows, 1):
        path = _path(task)
        if path is None:
            continue
        choices = [(_label(results), _annotator(item)) for item, results in _annotations(task)]
        for label, annotator in choices or [("", "")]:
            found.add(number, path, label, annotator)
    return found


def edit_tasks(rows: list[Any], changes: Changes) -> list[Any]:
    """Changes the choices of tasks in place, and returns those that stay."""
    names = _control(rows)
    kept = []
    for task in rows:
        path = _path(task)
        new = changes.get(path, "?") if path is not None else None
        if new is None:
            continue
        if path in changes:
            _relabel(task, new, names)
        kept.append(task)
    return kept


def _relabel(task: dict[str, Any], label: str, names: dict[str, str]) -> None:
    own = [(item, results) for item, results in _annotations(task) if _label(results)]
    if not label:
        gone = {id(item) for item, _ in own}
        task["annotations"] = [a for a in task["annotations"] if id(a) not in gone]
    elif own:
        given = _label(own[0][1])
        for _, results in own:
            for result in results:
                if result["value"]["choices"][0] == given:
                    result["value"]["choices"] = [label]
    else:
        value = {"choices": [label]}
        result = {**names, "type": "choices", "value": value}
        task.setdefault("annotations", []).append({"result": [result]})


def _path(task: Any) -> str | None:
    data = task.get("data") if isinstance(task, dict) else None
    if not isinstance(data, dict):
        return None
    texts = {key: value for key, value in data.items() if isinstance(value, str) and value}
    key = next((key for key in _IMAGE_KEYS if key in texts), next(iter(texts), None))
    if key is None:
        return None
    return _UPLOAD.sub(r"\1", _LOCAL.sub("", texts[key]))


def _annotations(task: dict[str, Any]) -> Iterator[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Annotations that were not skipped, with their results that are choices."""
    listed = task.get("annotations")
    for item in listed if isinstance(listed, list) else ():
        if not isinstance(item, dict) or item.get("was_cancelled"):
            continue
        results = item.get("result")
        yield item, [r for r in (results if isinstance(results, list) else ()) if _is_choice(r)]


def _is_choice(result: Any) -> bool:
    value = result.get("value") if isinstance(result, dict) else None
    choices = value.get("choices") if isinstance(value, dict) else None
    return isinstance(choices, list) and bool(choices) and isinstance(choices[0], str)


def _label(results: Sequence[dict[str, Any]]) -> str:
    return str(results[0]["value"]["choices"][0]) if results else ""


def _annotator(item: dict[str, Any]) -> str:
    who = item.get("completed_by", "")
    if isinstance(who, dict):
        who = who.get("email") or who.get("id", "")
    return "" if who is None else str(who)


def _control(rows: Sequence[Any]) -> dict[str, str]:
    """Names of the control and of what it labels, as some annotation has them."""
    for task in rows:
        for _, results in _annotations(task) if isinstance(task, dict) else ():
            for result in results:
                if "from_name" in result and "to_name" in result:
                    return {name: str(result[name]) for name in ("from_name", "to_name")}
    return {"from_name": "label", "to_name": "image"}

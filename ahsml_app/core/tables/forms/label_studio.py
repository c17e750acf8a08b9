"""Label Studio: tasks with the choices of annotators, as JSON."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from itertools import zip_longest
from typing import Any

from ahsml_app.core.tables.forms.tool_labels import Changes, ToolLabels

FORM = "Label Studio"
_IMAGE_KEYS = ("image", "img", "url", "path", "file")
_FILE_NAME = re.compile(r"\S.*\.[A-Za-z0-9]{3,4}")
_LABELS = ("label", "labels", "class", "category", "choice")
"""Usual names of the question whose answers are the labels, the likeliest first."""

_LOCAL = re.compile(r".*/data/local-files/\?d=")
UPLOADS = "/data/upload/"
_UPLOAD = re.compile(rf"(.*{UPLOADS}.*)(?<=/)[0-9a-f]{{8}}-(?=[^/]+$)")
"""Where an upload keeps its name behind eight digits of its own."""

_USUAL = {"from_name": "label", "to_name": "image"}

Annotation = tuple[dict[str, Any], list[dict[str, Any]]]
"""An annotation that was not skipped, with its results that are choices."""


def without_server(path: str) -> str:
    """A path without what Label Studio puts before the names of files that it serves."""
    return _UPLOAD.sub(r"\1", _LOCAL.sub("", path)) if "/data/" in path else path


def is_tasks(rows: Sequence[Any]) -> bool:
    """Whether a list of JSON objects is an export with annotations."""
    return any(
        isinstance(row, dict) and isinstance(row.get("data"), dict) and "annotations" in row
        for row in rows
    )


def read_tasks(rows: Sequence[Any]) -> ToolLabels:
    """Reads the choices of each annotation; what was skipped counts as none.

    Where annotators answer several questions, each has a column. Of several choices in an answer
    each has a row, as another opinion has.
    """
    questions = _questions(rows)
    found = ToolLabels(FORM, tuple(questions))
    for number, task in enumerate(rows, 1):
        path = _path(task)
        if path is None:
            continue
        for item, results in _annotations(task) or [({}, [])]:
            answers = [_choices(results, name) for name in questions]
            listed = list(zip_longest(*answers, fillvalue="")) or [("",) * len(questions)]
            for place, labels in enumerate(listed):
                found.add(number, path, labels, "" if place else _annotator(item))
    return found


def edit_tasks(rows: list[Any], changes: Changes, number: int = 0) -> list[Any]:
    """Changes the answers to a question in place, and returns the tasks that stay."""
    questions = [*_questions(rows).values(), _USUAL]
    names = questions[number]
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
    question = names["from_name"]
    own = [(item, results) for item, results in _annotations(task) if _choices(results, question)]
    if not label:
        for item, results in own:
            gone = {id(result) for result in results if _question(result) == question}
            item["result"] = [each for each in item["result"] if id(each) not in gone]
        emptied = {id(item) for item, _ in own if not item["result"]}
        task["annotations"] = [a for a in task["annotations"] if id(a) not in emptied]
    elif own:
        given = _choices(own[0][1], question)[0]
        for _, results in own:
            for result in results:
                if _question(result) == question and result["value"]["choices"][0] == given:
                    result["value"]["choices"] = [label]
    else:
        result = {**names, "type": "choices", "value": {"choices": [label]}}
        answered = next((item for item, results in _annotations(task) if results), None)
        if answered is None:
            listed = task.get("annotations")
            task["annotations"] = [
                *(listed if isinstance(listed, list) else ()),
                {"result": [result]},
            ]
        else:
            answered["result"].append(result)


def _path(task: Any) -> str | None:
    data = task.get("data") if isinstance(task, dict) else None
    if not isinstance(data, dict):
        return None
    texts = {key: value for key, value in data.items() if isinstance(value, str) and value}
    files = (key for key, value in texts.items() if _FILE_NAME.fullmatch(value.rpartition("/")[2]))
    keys = (*(key for key in _IMAGE_KEYS if key in texts), *files, *texts)
    return without_server(texts[keys[0]]) if keys else None


def _annotations(task: Any) -> list[Annotation]:
    listed = task.get("annotations") if isinstance(task, dict) else None
    found = []
    for item in listed if isinstance(listed, list) else ():
        if not isinstance(item, dict) or item.get("was_cancelled"):
            continue
        results = item.get("result")
        choices = [r for r in (results if isinstance(results, list) else ()) if _is_choice(r)]
        found.append((item, choices))
    return found


def _is_choice(result: Any) -> bool:
    value = result.get("value") if isinstance(result, dict) else None
    choices = value.get("choices") if isinstance(value, dict) else None
    return isinstance(choices, list) and bool(choices) and isinstance(choices[0], str)


def _question(result: dict[str, Any]) -> str:
    name = result.get("from_name")
    return "" if name is None else str(name)


def _choices(results: Sequence[dict[str, Any]], question: str) -> list[str]:
    """What an annotation answers to a question."""
    return [
        str(choice)
        for result in results
        if _question(result) == question
        for choice in result["value"]["choices"]
    ]


def _annotator(item: dict[str, Any]) -> str:
    who = item.get("completed_by", "")
    if isinstance(who, dict):
        who = who.get("email") or who.get("id", "")
    return "" if who is None else str(who)


def _questions(rows: Sequence[Any]) -> dict[str, dict[str, str]]:
    """Names of each control and of what it labels; the likeliest first."""
    counts, names = Counter[str](), dict[str, dict[str, str]]()
    for task in rows:
        for _, results in _annotations(task):
            for result in results:
                question = _question(result)
                counts[question] += 1
                own = {key: str(result[key]) for key in _USUAL if key in result}
                names.setdefault(question, own if len(own) == len(_USUAL) else _USUAL)
    rank = {name: number for number, name in enumerate(_LABELS)}

    def likeliest(question: str) -> tuple[int, int]:
        return rank.get(question.lower(), len(rank)), -counts[question]

    return {question: names[question] for question in sorted(names, key=likeliest)}

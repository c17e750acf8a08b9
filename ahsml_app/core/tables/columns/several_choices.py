"""Cells that list choices, as Label Studio writes them, or as a list of JSON or Python."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

_CHOICES = "choices"
_TEXT = r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*\""""
_PYTHON_LIST = re.compile(rf"\[\s*(?:(?:{_TEXT})\s*(?:,\s*(?:{_TEXT})\s*)*)\]")
_PYTHON_TEXT = re.compile(_TEXT)
_ESCAPED = re.compile(r"""\\([\\'"])""")


def choices_in(text: str) -> list[str] | None:
    """The choices that a cell lists; None if it is no list of texts."""
    text = text.strip()
    if not text.startswith(("[", "{")):
        return None
    try:
        return _texts(json.loads(text))
    except (ValueError, RecursionError):
        if _PYTHON_LIST.fullmatch(text) is None:
            return None
        return [_ESCAPED.sub(r"\1", each[1:-1]) for each in _PYTHON_TEXT.findall(text)]


def is_list_of_texts(value: Any) -> bool:
    """Whether a value of JSON lists choices."""
    return isinstance(value, list | dict) and _texts(value) is not None


def first_choice(value: Any) -> Any:
    """The first choice of a value of JSON that lists any; another value as it is."""
    if isinstance(value, str):
        found = choices_in(value)
    else:
        found = _texts(value) if isinstance(value, list | dict) else None
    return value if found is None else found[0] if found else ""


def listed_like(before: Any, label: Any) -> Any:
    """A label in a value of JSON or a cell, in a list if what was there before is one."""
    if isinstance(before, str):
        return _text_like(before, label)
    if isinstance(before, list):
        inner = before[0] if before else None
        return (
            [] if label == "" else [listed_like(inner if isinstance(inner, dict) else None, label)]
        )
    if isinstance(before, dict) and list(before) == [_CHOICES]:
        return {_CHOICES: listed_like([], label)}
    return label


def _text_like(before: str, label: Any) -> Any:
    if choices_in(before) is None or label == "":
        return label
    try:
        content = json.loads(before)
    except ValueError:
        return repr([str(label)])
    separators = (", ", ": ") if '": ' in before or '":' not in before else (",", ":")
    content = listed_like(content, label)
    return json.dumps(content, ensure_ascii="\\u" in before, separators=separators)


def _texts(value: Any) -> list[str] | None:
    """The texts of a list, some of which may be lists of choices themselves."""
    if isinstance(value, dict) and list(value) == [_CHOICES]:
        value = value[_CHOICES]
    if not isinstance(value, list):
        return None
    found = list[str]()
    for each in value:
        inner: Sequence[str] | None = [each] if isinstance(each, str) else None
        if isinstance(each, dict):
            inner = _texts(each)
        if inner is None:
            return None
        found += inner
    return found

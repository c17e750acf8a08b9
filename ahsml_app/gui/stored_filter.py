"""The filter of the gallery as a project stores it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from ahsml_app.base.types import IMAGE_FINDINGS
from ahsml_app.session.review.queue import SORTS, QueueFilter

_RANGE = ("low", "high")
_MOST_CLASSES = 2**31
_SETS = ("given", "suggested", "quadrants", "kinds", "findings")


def filter_state(queue_filter: QueueFilter) -> dict[str, object]:
    """The filter as JSON, without the selected rows."""
    names = (name for name in QueueFilter.__slots__ if name != "rows")
    state: dict[str, object] = {name: getattr(queue_filter, name) for name in names}
    return state | {name: sorted(getattr(queue_filter, name)) for name in _SETS}


def filter_from(state: object) -> QueueFilter:
    """The filter that was stored; an odd value of one field counts as missing."""
    if not isinstance(state, dict):
        return QueueFilter()
    plain = QueueFilter()
    fields: dict[str, Any] = {}
    for name in QueueFilter.__slots__:
        value, usual = state.get(name), getattr(plain, name)
        if name in _SETS and isinstance(value, list):
            fields[name] = frozenset(each for each in value if _is_index(each, name))
        elif name in _RANGE and isinstance(value, int | float) and 0 <= value <= 1:
            fields[name] = float(value)
        elif name not in (*_SETS, *_RANGE) and type(value) is type(usual) and value is not None:
            fields[name] = value
    if fields.get("sort") not in SORTS:  # a score that earlier versions had
        fields.pop("sort", None)
        fields.pop("descending", None)
    return QueueFilter(**fields)


def with_classes_at(queue_filter: QueueFilter, places: Sequence[int]) -> QueueFilter:
    """The filter after classes got other indices.

    Args:
        queue_filter: The filter before.
        places: The new index of each class, -1 for one that no image has any more.
    """
    given, suggested = (
        frozenset(places[index] for index in classes) - {-1}
        for classes in (queue_filter.given, queue_filter.suggested)
    )
    return replace(queue_filter, given=given, suggested=suggested)


def _is_index(value: object, name: str) -> bool:
    count = len(IMAGE_FINDINGS) if name == "findings" else _MOST_CLASSES
    return type(value) is int and 0 <= value < count

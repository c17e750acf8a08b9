"""Checks the arrays and properties of a stored training before anything is computed with them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import numpy as np

from ahsml_app.base.message import Message
from ahsml_app.base.types import AnyArray, Scores
from ahsml_app.session.pipeline.run_arrays import HISTORIES, OF_TRAINING, POSTERIOR, ROWS, SCORE

Axis = str | int
"""A length: a number, "N" samples, "K" classes, or a letter for a length that all arrays share."""

_FLOAT, _INTEGER, _BOOL, _COMPLEX, _BYTES = "f", "iu", "b", "c", "u"

_EXPECTED: Mapping[str, tuple[str, tuple[Axis, ...]]] = {
    SCORE + "top_labels": (_INTEGER, ("N", "T")),
    SCORE + "top_confidences": (_FLOAT, ("N", "T")),
    SCORE + "expected_errors": (_FLOAT, (3,)),
    SCORE + "noise_matrix": (_FLOAT, ("K", "K")),
    SCORE + "class_distances": (_FLOAT, ("K", "K")),
    "points": (_FLOAT, ("N", "D")),
    "vectors": (_FLOAT, ("N", "V")),
    "curvature": (_FLOAT, (1,)),
    "prototypes": (_FLOAT, ("K", "D")),
    "judged": (_INTEGER, ("N",)),
    "scored": (_BOOL, ("N",)),
    "kinds": (_INTEGER, ("N",)),
    "weight_history": (_FLOAT, ("E", "N")),
    "consistency_history": (_FLOAT, ("F", "N")),
    "backbone": (_BYTES, ("B",)),
    POSTERIOR: (_FLOAT, ("N", "K")),
    "head-weight": (_FLOAT, ("H", "W")),
    "own-centre": (_FLOAT, ("W",)),
    "own-spread": (_FLOAT, ("W",)),
    "map": (_COMPLEX, ("N",)),
    "map-prototypes": (_COMPLEX, ("K",)),
    "map-order": (_INTEGER, ("K",)),
} | {
    SCORE + name: (kinds, ("N",))
    for kinds, names in {
        _FLOAT: (
            "error_probability",
            "adaptive_weight",
            "consistency",
            "suggestion_confidence",
            "class_divergence",
            "outlier_probability",
        ),
        _INTEGER: ("suggested", "duplicate_group", "fold_group", "image_findings", "quadrant"),
        _BOOL: ("duplicate_conflict", "flagged"),
    }.items()
    for name in names
}
"""Kinds of number and shape of each array; others may hold anything."""

_LATER = {SCORE + name for name in ("fold_group", "image_findings", "outlier_probability")}
_REQUIRED = ({SCORE + field.name for field in fields(Scores)} - _LATER) | {
    "points",
    "curvature",
    "prototypes",
    "judged",
    "scored",
    "weight_history",
}
"""Arrays that trainings of every version have."""

_LARGEST = 2**63

_DISTANCES = {"curvature": float(np.finfo(np.float32).tiny), SCORE + "class_distances": 0.0}
"""Arrays of which everything is measured, and their smallest value; NaN is none of them."""

_FARTHEST = 1e6
"""Far beyond what float32 can tell of distances in the ball."""

_CLASSES = (SCORE + "top_labels", SCORE + "suggested", "judged", "map-order")


def run_problem(
    facts: Mapping[str, Any], arrays: Mapping[str, AnyArray], count: int
) -> Message | None:
    """What is wrong with a stored training; None if everything is as it should be.

    Args:
        facts: Properties of the training.
        arrays: Its arrays by name.
        count: Number of samples of the project, of which those that came later have no row.
    """
    if not _are_sound_facts(facts):
        return Message("its properties are damaged")
    for name in sorted(_REQUIRED):
        if name not in arrays:
            return Message("the array {name} is missing", name=name)
    known = len(arrays["judged"]) if arrays["judged"].ndim else 0
    if not 0 < known <= count:
        return Message("the array {name} is of another project", name="judged")
    lengths: dict[Axis, int] = {"N": known, "K": len(facts["class_names"])}
    for name, array in sorted(arrays.items()):
        kinds, axes = _EXPECTED.get(name, (array.dtype.kind, array.shape))
        fits = len(axes) == array.ndim and all(
            length == (axis if isinstance(axis, int) else lengths.setdefault(axis, length))
            for axis, length in zip(axes, array.shape, strict=True)
        )
        if array.dtype.kind not in kinds or not fits:
            return Message(
                "the array {name} has another type or shape: {dtype} {shape}",
                name=name,
                dtype=array.dtype,
                shape=array.shape,
            )
        if not _are_classes(name, array, lengths["K"]):
            return Message("the array {name} holds an impossible class", name=name)
    for name, smallest in _DISTANCES.items():
        array = arrays[name]
        if array.size and not (smallest <= float(array.min()) and float(array.max()) <= _FARTHEST):
            return Message("the array {name} holds an impossible value", name=name)
    return None


def sound_added(
    added: Mapping[str, AnyArray] | None, arrays: Mapping[str, AnyArray]
) -> Mapping[str, AnyArray] | None:
    """The stored scores of samples that came later, if they fit those of their training.

    Args:
        added: The arrays of `run_arrays.added_arrays`, which may be damaged; None for none.
        arrays: The sound arrays of the training.

    Returns:
        The arrays, of those that the training lacks only the plausible ones; None if there are
        none, or one is damaged.
    """
    if added is None or not _are_sound(added, arrays):
        return None
    return {
        name: array
        for name, array in added.items()
        if name in arrays
        or (array.shape == added[ROWS].shape and array.dtype.kind in _BOOL + _INTEGER + _FLOAT)
    }


def _are_sound(added: Mapping[str, AnyArray], arrays: Mapping[str, AnyArray]) -> bool:
    needed = {n for n in arrays if n.startswith(SCORE) and n.removeprefix(SCORE) not in OF_TRAINING}
    if not added.keys() >= needed | {ROWS, "points", "judged"}:
        return False
    rows = added[ROWS]
    if rows.ndim != 1 or rows.dtype.kind not in _INTEGER or (rows < 0).any():
        return False
    for name in added.keys() & arrays.keys():
        array, own = added[name], arrays[name]
        shape = (len(rows), 1) if name in HISTORIES else (len(rows), *own.shape[1:])
        kinds = (own.dtype.kind, "f") if own.dtype.kind == "c" else _kinds_like(own.dtype.kind)
        if array.shape != shape or array.dtype.kind not in kinds:
            return False
        if not _are_classes(name, array, len(arrays["prototypes"])):
            return False
    return True


def _are_classes(name: str, array: AnyArray, count: int) -> bool:
    """Whether an array holds only indices of `count` classes, or -1 for none, if it is to."""
    if name not in _CLASSES or not array.size:
        return True
    return int(array.min()) >= -1 and int(array.max()) < count


def _kinds_like(kind: str) -> str:
    return _INTEGER if kind in _INTEGER else kind


def _is_set_aside(item: Any) -> bool:
    """Whether this is a file that a training set aside; older ones told only path and reason."""
    if not isinstance(item, dict) or not {"path", "reason"} <= item.keys():
        return False
    texts = {name: value for name, value in item.items() if name != "row"}
    known = item.keys() <= {"path", "reason", "message", "hash", "row"}
    return known and _are_texts(list(texts.values())) and type(item.get("row", 0)) is int


def _are_sound_facts(facts: Mapping[str, Any]) -> bool:
    """Whether the properties have the types that everything after relies on."""
    names: Any = facts.get("class_names")
    timings, settings = facts.get("timings"), facts.get("settings")
    quarantined = facts.get("quarantined", [])
    return (
        _are_texts(names)
        and _are_texts(facts.get("class_keys", names), len(names))
        and isinstance(timings, dict)
        and all(_is_number(seconds) for seconds in timings.values())
        and isinstance(settings, dict)
        and all(
            value is None or isinstance(value, str | int | float) for value in settings.values()
        )
        and _are_texts(facts.get("notes", []))
        and isinstance(quarantined, list)
        and all(map(_is_set_aside, quarantined))
        and all(
            _is_time(facts.get(name, facts.get("finished"))) for name in ("finished", "started")
        )
        and isinstance(facts.get("backbone_asked") or "", str)
        and all(_is_number(facts.get(name, 0)) for name in ("seed", "decided", "step"))
    )


def _are_texts(values: Any, count: int | None = None) -> bool:
    return (
        isinstance(values, list)
        and all(isinstance(value, str) for value in values)
        and (count is None or len(values) == count)
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < _LARGEST


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and dt.datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False

"""FiftyOne: `labels.json` of image classification, and `samples.json` of a whole data set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ahsml_app.core.tables.forms.tool_labels import Changes, ToolLabels

FORM = "FiftyOne"
_TRUTH = ("ground_truth", "label", "labels")
_ONE, _SEVERAL = "Classification", "Classifications"
_LIST = "classifications"


def is_fiftyone(content: Mapping[str, Any]) -> bool:
    """Whether a JSON object is one of the two files."""
    samples = content.get("samples")
    if isinstance(samples, list):
        return any(isinstance(sample, dict) and "filepath" in sample for sample in samples[:10])
    return isinstance(content.get("labels"), dict) and ("classes" in content or len(content) == 1)


def read_fiftyone(content: Mapping[str, Any]) -> ToolLabels:
    """Reads the labels of each image; where samples have several fields of them, each is a column.

    Of several labels in a field each has a row.
    """
    if "samples" in content:
        fields = _fields(content["samples"])
        found = ToolLabels(FORM, fields)
        for number, sample in enumerate(content["samples"], 1):
            if isinstance(sample, dict) and isinstance(sample.get("filepath"), str):
                _add(found, number, sample["filepath"], [_names_of(sample.get(f)) for f in fields])
        return found
    found, classes = ToolLabels(FORM), content.get("classes")
    for number, (path, value) in enumerate(content["labels"].items(), 1):
        _add(found, number, path, [[_named(each, classes) for each in _listed(value)]])
    return found


def edit_fiftyone(content: dict[str, Any], changes: Changes, column: str) -> dict[str, Any]:
    """Changes labels in place, and leaves images out; a new class is added."""
    if "samples" in content:
        fields = _fields(content["samples"])
        field = column if column in fields else fields[0]
        content["samples"] = [s for s in content["samples"] if _edit_sample(s, field, changes)]
        return content
    classes, labels = content.get("classes"), content["labels"]
    for path, new in changes.items():
        if new is None:
            labels.pop(path, None)
            continue
        old = labels.get(path)
        first = old[0] if isinstance(old, list) and old else old
        value: Any = new or None
        if new and isinstance(classes, list) and not isinstance(_target(first), str):
            if new not in classes:
                classes.append(new)
            value = classes.index(new)
        if isinstance(first, dict):
            value = {**first, "label": value}
        labels[path] = ([value] if new else []) if isinstance(old, list) else value
    return content


def _add(found: ToolLabels, number: int, path: str, labels: Sequence[Sequence[str]]) -> None:
    """Adds a row for each label, of as many fields as there are."""
    for place in range(max(map(len, labels), default=0) or 1):
        row = [own[place] if place < len(own) else "" for own in labels]
        found.add(number, path, row)


def _edit_sample(sample: Any, field: str, changes: Changes) -> bool:
    path = sample.get("filepath") if isinstance(sample, dict) else None
    if not isinstance(path, str) or path not in changes:
        return isinstance(path, str)
    new, old = changes[path], sample.get(field)
    if isinstance(old, str):
        sample[field] = new or None
    elif isinstance(old, dict) and old.get("_cls") == _SEVERAL:
        first = next(iter(old.get(_LIST) or ()), {"_cls": _ONE, "tags": []})
        sample[field] = old | {_LIST: [first | {"label": new}] if new else []}
    elif new:
        kept = old if isinstance(old, dict) else {"_cls": _ONE, "tags": []}
        sample[field] = kept | {"label": new}
    elif new is not None:
        sample[field] = None
    return new is not None


def _fields(samples: list[Any]) -> list[str]:
    """The fields with labels: the ground truth, or else the most frequent one, first."""
    listed = [sample for sample in samples if isinstance(sample, dict)]
    counts = Counter(
        name
        for sample in listed
        for name, value in sample.items()
        if isinstance(value, dict) and value.get("_cls") in (_ONE, _SEVERAL)
    )
    if not counts:  # plain texts
        counts.update(n for s in listed for n in _TRUTH if isinstance(s.get(n), str))
    rank = {name: place for place, name in enumerate(_TRUTH)}
    fields = sorted(counts, key=lambda name: (rank.get(name, len(rank)), -counts[name]))
    return fields or [_TRUTH[0]]


def _names_of(value: Any) -> list[str]:
    """The labels of a field of a sample."""
    if isinstance(value, str):
        return [value]
    listed = value.get(_LIST) if isinstance(value, dict) and _LIST in value else [value]
    labels = [each.get("label") for each in listed or () if isinstance(each, dict)]
    return [str(label) for label in labels if label is not None]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _target(value: Any) -> Any:
    return value.get("label") if isinstance(value, dict) else value


def _named(value: Any, classes: Any) -> str:
    """The class of a target: a number of the list of classes, or a name."""
    value = _target(value)
    if isinstance(value, int) and isinstance(classes, list) and 0 <= value < len(classes):
        return str(classes[value])
    if isinstance(classes, dict) and str(value) in classes:
        return str(classes[str(value)])
    return "" if value is None else str(value)

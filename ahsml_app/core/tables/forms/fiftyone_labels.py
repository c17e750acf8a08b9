"""FiftyOne: `labels.json` of image classification, and `samples.json` of a whole data set."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from ahsml_app.core.tables.forms.tool_labels import Changes, ToolLabels

FORM = "FiftyOne"
_TRUTH = ("ground_truth", "label", "labels")


def is_fiftyone(content: Mapping[str, Any]) -> bool:
    """Whether a JSON object is one of the two files."""
    samples = content.get("samples")
    if isinstance(samples, list):
        return any(isinstance(sample, dict) and "filepath" in sample for sample in samples[:10])
    return isinstance(content.get("labels"), dict) and "classes" in content


def read_fiftyone(content: Mapping[str, Any]) -> ToolLabels:
    """Reads the label of each image; of several fields, the ground truth or the most frequent."""
    found = ToolLabels(FORM)
    if "samples" in content:
        field = _field(content["samples"])
        for number, sample in enumerate(content["samples"], 1):
            if isinstance(sample, dict) and isinstance(sample.get("filepath"), str):
                found.add(number, sample["filepath"], _name_of(sample.get(field)))
        return found
    classes = content["classes"]
    for number, (path, value) in enumerate(content["labels"].items(), 1):
        found.add(number, path, _named(value, classes))
    return found


def edit_fiftyone(content: dict[str, Any], changes: Changes) -> dict[str, Any]:
    """Changes labels in place, and leaves images out; a new class is added."""
    if "samples" in content:
        field = _field(content["samples"])
        content["samples"] = [s for s in content["samples"] if _edit_sample(s, field, changes)]
        return content
    classes, labels = content["classes"], content["labels"]
    for path, new in changes.items():
        if new is None:
            labels.pop(path, None)
            continue
        value: Any = new or None
        if new and isinstance(classes, list) and not isinstance(labels.get(path), str):
            if new not in classes:
                classes.append(new)
            value = classes.index(new)
        old = labels.get(path)
        labels[path] = {**old, "label": value} if isinstance(old, dict) else value
    return content


def _edit_sample(sample: Any, field: str, changes: Changes) -> bool:
    path = sample.get("filepath") if isinstance(sample, dict) else None
    if not isinstance(path, str) or path not in changes:
        return isinstance(path, str)
    new = changes[path]
    if new:
        old = sample.get(field)
        kept = old if isinstance(old, dict) else {"_cls": "Classification", "tags": []}
        sample[field] = kept | {"label": new}
    elif new is not None:
        sample[field] = None
    return new is not None


def _field(samples: list[Any]) -> str:
    """The field with the labels."""
    counts = Counter(
        name
        for sample in samples
        if isinstance(sample, dict)
        for name, value in sample.items()
        if isinstance(value, dict) and value.get("_cls") == "Classification"
    )
    named = next((name for name in _TRUTH if name in counts), None)
    return named or max(counts, key=counts.__getitem__, default="ground_truth")


def _name_of(value: Any) -> str:
    label = value.get("label") if isinstance(value, dict) else None
    return "" if label is None else str(label)


def _named(value: Any, classes: Any) -> str:
    """The class of a target: a number of the list of classes, or a name."""
    value = value.get("label") if isinstance(value, dict) else value
    if isinstance(value, int) and isinstance(classes, list) and 0 <= value < len(classes):
        return str(classes[value])
    if isinstance(classes, dict) and str(value) in classes:
        return str(classes[str(value)])
    return "" if value is None else str(value)

"""The labels as Datalab, FiftyOne, Label Studio and Hugging Face have them."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Any, Protocol

from ahsml_app.base.message import Message
from ahsml_app.base.paths import APP_NAME

if TYPE_CHECKING:
    import pyarrow as pa

    from ahsml_app.session.export.forms.dataset_out import Content

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class MadeForm:
    """Files of another form.

    Attributes:
        files: Content of each file by its name.
        notices: What a person should know.
    """

    files: Mapping[str, Content]
    notices: tuple[Message, ...] = ()


class ToolFile(Protocol):
    """Writes labels in another form, as an `Exporter` does."""

    def __call__(self, labels: pa.Table) -> Mapping[str, Content] | MadeForm:
        """Returns the content of each file by its name."""
        ...


_ISSUES = {
    "dark": "dark",
    "bright": "light",
    "blurred": "blurry",
    "low_information": "low_information",
    "odd_size": "odd_size",
    "odd_aspect_ratio": "odd_aspect_ratio",
}
"""Findings of the image itself, and what Datalab calls them."""

_DROPPED = "drop"
_MOST_CHANGES = 30


def datalab(labels: pa.Table) -> dict[str, bytes]:
    """Makes `issues.csv` with the columns of `Datalab.get_issues()`; low scores are bad ones.

    Before a training there are no scores, and no issues to tell.
    """
    header = ["path", "given_label", "predicted_label", "is_label_issue", "label_score"]
    header += ["is_outlier_issue", "outlier_score", "is_near_duplicate_issue"]
    header += [f"is_{name}_issue" for name in _ISSUES.values()]
    rows = []
    for row in labels.to_pylist() if "flagged" in labels.column_names else ():
        outlier = row["outlier_probability"]
        cells = [row["path"], row["given_label"], row["suggested_label"], row["flagged"]]
        cells += [_rest(row["error_probability"]), (outlier or 0) > 0.5, _rest(outlier)]
        cells.append(row["duplicate_group"] is not None)
        rows.append([*cells, *(row[name] for name in _ISSUES)])
    return {"issues.csv": _csv(header, rows)}


def fiftyone(labels: pa.Table) -> dict[str, bytes]:
    """Makes `labels.json` of FiftyOne's image classification data sets; `data` is the image folder.

    Dropped images are left out, and unlabelled ones have no target.
    """
    rows = _kept(labels)
    classes = _classes(rows)
    number = {name: position for position, name in enumerate(classes)}
    targets = {
        str(PurePosixPath(row["path"]).with_suffix("")): number.get(row["label"]) for row in rows
    }
    return {"labels.json": _json({"classes": classes, "labels": targets})}


def imagefolder(labels: pa.Table) -> dict[str, bytes]:
    """Makes `metadata.csv` and the card of a data set of Hugging Face's image folders.

    Both go into the folder of the images. The card says what was changed.
    """
    rows = _kept(labels)
    header = ["file_name", "label", "given_label", "decision"]
    cells = ([row["path"], *(row[name] for name in header[1:])] for row in rows)
    card = _card(labels, rows)
    card += "\n`metadata.csv` has the given label and the decision of each image.\n"
    return {"metadata.csv": _csv(header, cells), "README.md": card.encode()}


def label_studio(labels: pa.Table) -> dict[str, bytes]:
    """Makes `tasks.json` of Label Studio, and the labelling interface for it.

    The label is an annotation, and a suggestion that differs from it a prediction.
    """
    rows, tasks = _kept(labels), []
    for number, row in enumerate(rows, 1):
        task: dict[str, Any] = {"id": number, "data": {"image": row["path"]}, "annotations": []}
        if row["label"]:
            task["annotations"].append({"result": [_choice(row["label"])]})
        suggested = row.get("suggested_label")
        if suggested and suggested != row["label"]:
            score = row["suggestion_confidence"]
            prediction = {"model_version": APP_NAME, "score": score}
            task["predictions"] = [prediction | {"result": [_choice(suggested)]}]
        tasks.append(task)
    names = {name for row in rows for name in (row["label"], row.get("suggested_label") or "")}
    return {"tasks.json": _json(tasks), "interface.xml": _interface(sorted(names - {""}))}


def boxes(labels: pa.Table) -> dict[str, bytes]:
    """Makes the files of boxes anew whose crops were judged; see `box_files`."""
    from ahsml_app.session.export.forms.box_files import edited_boxes

    return edited_boxes(labels)


def huggingface(labels: pa.Table) -> MadeForm:
    """Makes the data set anew whose images were unpacked, with a card; see `dataset_out`."""
    from ahsml_app.session.export.forms.dataset_out import edited_dataset

    files, notices = edited_dataset(labels)
    return MadeForm({**files, "README.md": _card(labels, _kept(labels)).encode()}, notices)


TOOL_FILES: dict[str, ToolFile] = {
    "boxes": boxes,
    "datalab": datalab,
    "fiftyone": fiftyone,
    "huggingface": huggingface,
    "imagefolder": imagefolder,
    "label-studio": label_studio,
}
"""The forms that the program writes itself, by name."""


def _kept(labels: pa.Table) -> list[Row]:
    rows: list[Row] = labels.to_pylist()
    return [row for row in rows if row["decision"] != _DROPPED]


def _classes(rows: Iterable[Row]) -> list[str]:
    return sorted({row["label"] for row in rows} - {""})


def _rest(probability: float | None) -> float | str:
    return "" if probability is None else round(1 - probability, 6)


def _choice(label: str) -> dict[str, Any]:
    value = {"choices": [label]}
    return {"from_name": "label", "to_name": "image", "type": "choices", "value": value}


def _interface(classes: Sequence[str]) -> bytes:
    from xml.sax.saxutils import quoteattr

    choices = "".join(f"    <Choice value={quoteattr(name)}/>\n" for name in classes)
    text = (
        '<View>\n  <Image name="image" value="$image"/>\n'
        f'  <Choices name="label" toName="image" choice="single">\n{choices}  </Choices>\n</View>\n'
    )
    return text.encode()


def _card(labels: pa.Table, kept: Sequence[Row]) -> str:
    """The text of a data set card: counts, and the most frequent changes."""
    changes = Counter(
        (row["given_label"], row["label"]) for row in kept if row["given_label"] != row["label"]
    )
    dropped = labels.num_rows - len(kept)
    kinds = Counter(row["decision"] for row in kept)
    lines = ["---", "task_categories:", "- image-classification", "---", "", "# Cleaned labels", ""]
    lines.append(f"The labels were checked with {APP_NAME}.")
    lines += ["", "| | images |", "|---|---|"]
    lines += [f"| in the data set | {len(kept):,} |", f"| dropped | {dropped:,} |"]
    lines += [f"| label changed | {sum(changes.values()):,} |"]
    lines += [f"| decision: {kind} | {count:,} |" for kind, count in sorted(kinds.items())]
    if changes:
        lines += ["", "| given label | label | images |", "|---|---|---|"]
        for (given, label), count in changes.most_common(_MOST_CHANGES):
            lines.append(f"| {_cell(given)} | {_cell(label)} | {count:,} |")
    return "\n".join(lines) + "\n"


def _cell(text: str) -> str:
    escaped = "".join(f"\\{char}" if char in "\\|`*_<>[]" else char for char in text)
    return " ".join(escaped.split()) or "(none)"


def _csv(header: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    stream = StringIO(newline="")
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow(header)
    writer.writerows(["" if cell is None else cell for cell in row] for row in rows)
    return stream.getvalue().encode()


def _json(content: object) -> bytes:
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()

"""The files of other labelling tools as tables, and with new labels."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.message import Message
from ahsml_app.base.types import SampleTable
from ahsml_app.core.tables.columns.column_names import ANNOTATOR, LABEL_COLUMN
from ahsml_app.core.tables.forms import cvat_images, datumaro_items, fiftyone_labels, label_studio
from ahsml_app.core.tables.forms.tool_labels import Changes, ToolLabels, text_like
from ahsml_app.core.tables.raw_table import RawTable, refused

IMAGE = "image"
_OF_TOOL = " (tool)"
"""Behind the name of a column of the tool that is one of ours."""

_EDITORS: dict[str, Callable[[Any, Changes, str], Any]] = {
    label_studio.FORM: label_studio.edit_tasks,
    fiftyone_labels.FORM: fiftyone_labels.edit_fiftyone,
    datumaro_items.FORM: datumaro_items.edit_datumaro,
}
"""What writes new labels into the JSON of each form, by the column of the labels."""


def tool_json(file: Path, content: Any) -> RawTable | None:
    """Takes JSON for a file of another tool; None if it is none."""
    if isinstance(content, list) and label_studio.is_tasks(content):
        return _table(file, label_studio.read_tasks(content))
    if isinstance(content, dict) and fiftyone_labels.is_fiftyone(content):
        return _table(file, fiftyone_labels.read_fiftyone(content))
    if isinstance(content, dict) and datumaro_items.is_datumaro(content):
        return _table(file, datumaro_items.read_datumaro(content))
    return None


def tool_xml(file: Path, raw: bytes, text: str) -> RawTable | None:
    """Takes XML for a file of CVAT; None if it is none.

    Raises:
        LabelsError: If it cannot be read.
    """
    if not cvat_images.is_cvat(text):
        return None
    try:
        return _table(file, cvat_images.read_cvat(raw))
    except cvat_images.XMLRefusedError as error:
        raise LabelsError(
            Message(
                "{name} cannot be read as {form}: {reason}.",
                name=file.name,
                form=cvat_images.FORM,
                reason=error,
            ),
            hint="Export it again as 'CVAT for images 1.1'.",
        ) from error


def edited_tool_file(
    content: bytes, raw: RawTable, samples: SampleTable, labels: Sequence[str | None]
) -> bytes | None:
    """Returns a file of another tool with new labels; byte for byte the same if there are none.

    Args:
        content: The file.
        raw: Its cells.
        samples: The samples with their given labels.
        labels: The new label of each sample; empty for none, None for a dropped one.

    Returns:
        The content; None if it is of no tool, or no longer lists all samples.
    """
    if raw.form != cvat_images.FORM and raw.form not in _EDITORS:
        return None
    written = samples.columns.get(samples.path_column, samples.paths)
    rows = {path: row for row, path in enumerate(written)}
    listed = dict.fromkeys(raw.columns[0])
    if any(label is not None and written[row] not in listed for row, label in enumerate(labels)):
        return None
    changes: dict[str, str | None] = {}
    for path in listed:
        row = rows.get(path)
        new = None if row is None else labels[row]
        if row is None or new != samples.label_name(row):
            changes[path] = new
    if not changes:
        return content
    if raw.form == cvat_images.FORM:
        return cvat_images.edit_cvat(content, changes)
    text = content.removeprefix(codecs.BOM_UTF8).decode("utf-8")
    column = samples.label_column.removesuffix(_OF_TOOL)
    edited = _EDITORS[raw.form](json.loads(text), changes, column)
    start = codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""
    return start + text_like(text, edited).encode()


def _table(file: Path, found: ToolLabels) -> RawTable:
    if not found.paths:
        raise refused(file, Message("{form} that names no image", form=found.form))
    taken = (IMAGE, ANNOTATOR)
    several = found.columns if len(found.columns) > 1 else ()
    names = [f"{name}{_OF_TOOL if name in taken else ''}" for name in several or (LABEL_COLUMN,)]
    cells = [list(each) for each in zip(*found.labels, strict=True)] or [[""] * len(found.paths)]
    header, columns = [IMAGE, *names], [found.paths, *cells]
    if any(found.annotators):
        header.append(ANNOTATOR)
        columns.append(found.annotators)
    return RawTable(
        file=file,
        form=found.form,
        unit="image",
        header=tuple(header),
        lines=found.numbers,
        columns=columns,
        label_columns=tuple(names if several else ()),
    )

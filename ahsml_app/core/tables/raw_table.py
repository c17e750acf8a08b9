"""The cells of a table, before it is known what its columns mean."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from typing import Any

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.message import Message

_MOST_NAMES = 8
_LONGEST_NAME = 30


@dataclass(frozen=True, slots=True)
class RawTable:
    """The cells of a table as they are in its file.

    Attributes:
        file: The file.
        form: What it is: "CSV", "Parquet", "JSON", "JSON lines", "COCO", or the name of the tool or
            plug-in whose form it has.
        unit: What `lines` count: "line" of a text file, "row" or "image".
        header: Name of each column.
        lines: Number of the line or row where each of the N rows starts.
        columns: N cells of each column.
        header_line: Line of the names, which may be a row in truth; 0 where they are names.
        notices: What is unusual about the file.
        label_columns: Columns that hold labels, the likeliest first, where the form tells.
    """

    file: Path
    form: str
    unit: str
    header: tuple[str, ...]
    lines: Sequence[int]
    columns: Sequence[Sequence[str]]
    header_line: int = 0
    notices: tuple[Message, ...] = ()
    label_columns: tuple[str, ...] = ()

    def without_header(self) -> RawTable:
        """The table whose first line is a row, and whose columns are counted."""
        return replace(
            self,
            header=tuple(map(counted_name, range(1, len(self.header) + 1))),
            lines=[self.header_line, *self.lines],
            columns=[[name, *cells] for name, cells in zip(self.header, self.columns, strict=True)],
            header_line=0,
        )


def counted_name(number: int) -> str:
    """Name of a column that has none in the file."""
    return f"column {number}"


def quoted(names: Iterable[str]) -> str:
    """Names in quotation marks, as many and as much of each as fit into a message."""
    names = list(names)
    texts = [f"'{shortened(name)}'" for name in islice(names, _MOST_NAMES)]
    return ", ".join(texts) + (", …" if len(names) > _MOST_NAMES else "")


def shortened(text: str) -> str:
    """A text, or its beginning if it is long."""
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"


def cell_texts(values: Sequence[Any]) -> list[str]:
    """Converts typed cells to text; a missing value, which pandas may write as NaN, becomes ""."""
    numbers = [value for value in values if isinstance(value, float) and value == value]
    if all(number.is_integer() for number in numbers):
        # In a column with a missing value, integers are stored as 3.0, which no class is named.
        values = [int(v) if isinstance(v, float) and v == v else v for v in values]
    return ["" if value is None or value != value else _text(value) for value in values]


def _text(value: Any) -> str:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)


def refused(file: Path, kind: Message | str) -> LabelsError:
    """The error of a file that is something else than a table of labels."""
    return LabelsError(
        Message("{name} is no table of labels: it looks like {kind}.", name=file.name, kind=kind),
        hint="Give a CSV, JSON lines, COCO or Parquet file with a row for each image.",
    )

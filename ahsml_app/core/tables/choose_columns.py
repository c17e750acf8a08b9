"""Chooses the columns of a table that hold paths and labels, by their names and cells."""

from __future__ import annotations

import difflib
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.message import Message
from ahsml_app.core.tables.columns.column_names import (
    CONSENSUS_NAMES,
    LABEL_COLUMN,
    LABEL_NAMES,
    LABEL_PARTS,
    OWN_COLUMNS,
    PATH_COLUMN,
    PATH_NAMES,
    annotator_column,
    plain_name,
)
from ahsml_app.core.tables.columns.label_values import is_missing
from ahsml_app.core.tables.columns.several_choices import choices_in
from ahsml_app.core.tables.columns.wide_annotators import (
    WideAnnotators,
    is_filled,
    share_classes,
    wide_annotators,
)
from ahsml_app.core.tables.raw_table import RawTable, counted_name, quoted

IsImage = Callable[[str], bool]
"""Whether a cell of a table names an image."""

_TRIED_ROWS = 200
_ENOUGH = 0.5
_MOST_COMPARED = 200
_MOST_ROWS = 0.8
_LARGEST = 100.0
_ADDED_NAMES = (LABEL_COLUMN, "class", "consensus")
_TRUTH = {"true": "1", "false": "0", "": "0"}


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """What the columns of a table are.

    Attributes:
        table: The table, whose header has been told from its rows.
        path: Name of the column with the paths.
        label: Name of the column with the labels.
        scores: The columns whose largest number tells the label; empty if `label` holds it.
        others: Further columns that may be meant as labels.
        annotators: The columns with a label of each annotator, of which most tell the label if
            `label` names no column; None if there are none.
    """

    table: RawTable
    path: str
    label: str
    scores: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    annotators: WideAnnotators | None = None

    @property
    def is_consensus(self) -> bool:
        """Whether the label is what most annotators say."""
        return self.annotators is not None and self.label not in self.table.header

    def cells(self, name: str) -> Sequence[str]:
        """The cells of a column."""
        return _cells(self.table, name)

    def labels(self) -> Sequence[str]:
        """The N labels as they are written; none if most annotators tell them."""
        if self.is_consensus:
            return []
        if not self.scores:
            return self.cells(self.label)
        columns = [_numbers(self.cells(name)) for name in self.scores]
        rows = zip(*(column for column in columns if column is not None), strict=True)
        return [_best(self.scores, row) for row in rows]


def choose_columns(
    table: RawTable,
    is_image: IsImage | None,
    *,
    path_column: str | None = None,
    label_column: str | None = None,
) -> ColumnChoice:
    """Chooses the columns of paths and labels.

    Paths stand in the column of a usual name (`path`, `file_name`, `image_id` ...) whose cells name
    images, or in any other of whose cells at least half do. If the first line names an image, the
    table has no header. Labels stand in the column of a usual name (`label`, `class` ...), or are
    told by columns of numbers that add up to 1, or stand in the only other column. If there is no
    such column but several with a label of each annotator, most of these tell the label.
    Each of several choices in one label has a row of its own.

    Args:
        table: The table.
        is_image: Tells whether a cell names an image; None to go by names only.
        path_column: The column that the user names; None to choose one.
        label_column: The same for labels.

    Raises:
        LabelsError: If a column is missing; it names the columns.
    """
    choice = _choice(table, is_image, path_column, label_column)
    return replace(choice, table=_with_choices_apart(choice.table, choice.label))


def _choice(
    table: RawTable, is_image: IsImage | None, path_column: str | None, label_column: str | None
) -> ColumnChoice:
    if is_image is not None and _lacks_header(table, is_image):
        table = table.without_header()
    table = replace(table, header=_checked_header(table))
    path = _path_column(table, is_image, path_column)
    wide = _wide_annotators(table, path)
    if label_column is not None:
        match = _named(table.header, label_column)
        if match is None or match == path:
            raise _no_label(table, label_column, path)
        return ColumnChoice(table, path, match, annotators=_beside(table, wide, match))
    near, parts = _label_candidates(table, path)
    if wide is not None:
        return _with_annotators(table, path, wide, (*near, *parts))
    scores = () if near else _score_columns(table, path)
    if scores and not set(parts) - set(scores):
        name = LABEL_COLUMN if LABEL_COLUMN not in table.header else "class"
        return ColumnChoice(table, path, name, scores)
    if near or parts:
        return ColumnChoice(table, path, [*near, *parts][0], others=tuple([*near, *parts][1:]))
    only = _only_other(table, path)
    if only is None:
        raise _no_label(table, LABEL_COLUMN, path)
    return ColumnChoice(table, path, only)


def _with_choices_apart(table: RawTable, label: str) -> RawTable:
    """A table with a row for each choice, where cells of a column list several."""
    if label not in table.header:
        return table
    column = table.header.index(label)
    listed = [choices_in(cell) for cell in table.columns[column]]
    if all(choices is None for choices in listed):
        return table
    choices = [[cell] if found is None else found or [""]
               for cell, found in zip(table.columns[column], listed, strict=True)]  # fmt: skip
    rows = [row for row, own in enumerate(choices) for _ in own]
    columns = [[cells[row] for row in rows] for cells in table.columns]
    columns[column] = [choice for own in choices for choice in own]
    return replace(table, lines=[table.lines[row] for row in rows], columns=columns)


def _lacks_header(table: RawTable, is_image: IsImage) -> bool:
    """Whether the names of the columns are a row in truth."""
    if not table.header_line:
        return False
    usual = {plain_name(name) for name in table.header}
    if not usual.isdisjoint((*PATH_NAMES, *LABEL_NAMES)):
        return False
    return any(name.strip() and is_image(name) for name in table.header)


def _checked_header(table: RawTable) -> tuple[str, ...]:
    header = []
    for number, name in enumerate(table.header, start=1):
        text = name.strip() or counted_name(number)
        header.append(text.lower() if text.lower() in (PATH_COLUMN, *OWN_COLUMNS) else text)
    repeated = sorted(name for name, count in Counter(header).items() if count > 1)
    if repeated:
        raise LabelsError(
            Message(
                "{name} has more than one column named {names}.",
                name=table.file.name,
                names=quoted(repeated),
            ),
            hint="Give every column a name of its own.",
        )
    return tuple(header)


def _path_column(table: RawTable, is_image: IsImage | None, wanted: str | None) -> str:
    if wanted is not None:
        match = _named(table.header, wanted)
        if match is None:
            raise _missing(table, wanted, Message("Choose one of its columns of paths."))
        return match
    rank = {name: number for number, name in enumerate(PATH_NAMES)}
    near = sorted(
        (name for name in table.header if plain_name(name) in rank),
        key=lambda name: (name != PATH_COLUMN, rank[plain_name(name)]),
    )
    if is_image is not None:
        shares = {name: _share(table, name, is_image) for name in near}
        good = next((name for name in near if shares[name] >= _ENOUGH), None)
        if good is not None:
            return good
        others = {
            name: _share(table, name, is_image)
            for name in table.header[:_MOST_COMPARED]
            if name not in near
        }
        best = max(others, key=others.__getitem__, default=None)
        if best is not None and others[best] >= _ENOUGH:
            return best
        if near:
            return max(near, key=shares.__getitem__)
    elif near:
        return near[0]
    raise _missing(table, PATH_COLUMN, Message("Name the column of the paths: --path-column NAME."))


def _share(table: RawTable, name: str, is_image: IsImage) -> float:
    """Share of the cells of a column that name images, among some from all over the table."""
    cells = _cells(table, name)
    tried = cells[:: max(1, len(cells) // _TRIED_ROWS)]
    return sum(map(is_image, tried)) / max(1, len(tried))


def _wide_annotators(table: RawTable, path: str) -> WideAnnotators | None:
    if table.label_columns:
        return None
    header = _others(table, path)[:_MOST_COMPARED]
    return wide_annotators({name: _cells(table, name) for name in header})


def _with_annotators(
    table: RawTable, path: str, wide: WideAnnotators, candidates: Sequence[str]
) -> ColumnChoice:
    """Chooses the label beside those of annotators: that of a column, or that of most of them.

    A column counts if its cells are classes of the annotators, or if it has a usual name; not if
    its name is only like one, such as `label_source`.
    """
    apart = [name for name in candidates if name not in wide.labels]
    joined = [
        name
        for name in table.header
        if plain_name(name) in CONSENSUS_NAMES and is_filled(_cells(table, name))
    ]
    usual = (
        name
        for name in apart
        if plain_name(name) in LABEL_NAMES and not all(map(is_missing, _cells(table, name)))
    )
    fitting = (name for name in (*joined, *apart) if _beside(table, wide, name) is not None)
    final = next(fitting, next(usual, None))
    if final is None:
        name = next(name for name in _ADDED_NAMES if name not in table.header)
        return ColumnChoice(table, path, name, annotators=wide)
    beside = _beside(table, wide, final)
    others = [name for name in apart if name != final] + [*(() if beside else wide.labels)]
    return ColumnChoice(table, path, final, others=tuple(others), annotators=beside)


def _beside(table: RawTable, wide: WideAnnotators | None, label: str) -> WideAnnotators | None:
    """The annotators whose labels are of the same classes as a column; None if they are not."""
    if wide is None or label in wide.labels:
        return None
    cells = [_cells(table, name) for name in wide.labels]
    return wide if share_classes(_cells(table, label), cells) else None


def _cells(table: RawTable, name: str) -> Sequence[str]:
    return table.columns[table.header.index(name)]


def _others(table: RawTable, path: str) -> list[str]:
    """The columns that have no meaning of their own."""
    own = (path, *OWN_COLUMNS, annotator_column(table.header))
    return [name for name in table.header if name not in own]


def _label_candidates(table: RawTable, path: str) -> tuple[Sequence[str], Sequence[str]]:
    """Columns with usual names of labels, the likeliest first, and those with parts of such."""
    if table.label_columns:
        return table.label_columns, ()
    header = _others(table, path)
    rank = {name: number for number, name in enumerate(LABEL_NAMES)}
    near = sorted(
        (name for name in header if plain_name(name) in rank),
        key=lambda name: (name != LABEL_COLUMN, rank[plain_name(name)]),
    )
    parts = [
        name
        for name in header
        if name not in near and any(part in name.lower() for part in LABEL_PARTS)
    ]
    return near, parts


def _score_columns(table: RawTable, path: str) -> tuple[str, ...]:
    """Columns of numbers that add up to 1, or to 100, in each row; none if fewer than two.

    Beside other columns of numbers, such as weights, those of 0 and 1 count alone, and then a few
    rows may have no 1, or several.
    """
    columns = {
        name: numbers
        for name, cells in zip(table.header, table.columns, strict=True)
        if name not in (path, *OWN_COLUMNS) and (numbers := _numbers(cells)) is not None
    }
    for most in (1.0, 100.0):
        names = [name for name, numbers in columns.items() if max(numbers, default=0) <= most]
        if _share_of_sums([columns[name] for name in names], most) == 1:
            return tuple(names)
    flags = [name for name, numbers in columns.items() if {0.0} <= set(numbers) <= {0.0, 1.0}]
    return tuple(flags) if _share_of_sums([columns[n] for n in flags], 1) >= _MOST_ROWS else ()


def _share_of_sums(columns: Sequence[Sequence[float]], total: float) -> float:
    """Share of the rows of several columns that add up to a number."""
    if len(columns) < 2 or not columns[0]:
        return 0.0
    sums = [sum(row) for row in zip(*columns, strict=True)]
    whole = sum(1 for each in sums if abs(each - total) < 0.02 * total)
    return whole / len(sums)


def _numbers(cells: Sequence[str]) -> list[float] | None:
    """Cells as numbers that are not negative, none as 0; None if one is no such number.

    Spreadsheets of many countries write them with a decimal comma.
    """
    found: dict[str, float] = {}
    for cell in set(cells):
        try:
            number = float(_TRUTH.get(cell.strip().lower(), cell).replace(",", "."))
        except ValueError:
            return None
        if not 0 <= number <= _LARGEST:
            return None
        found[cell] = number
    return [found[cell] for cell in cells]


def _best(names: Sequence[str], row: Sequence[float]) -> str:
    """The class with the largest number; none if no number is larger than 0, or several are 1."""
    largest = max(row)
    unclear = largest == 0 or (largest == 1 and row.count(1) > 1)
    return "" if unclear else names[row.index(largest)]


def _only_other(table: RawTable, path: str) -> str | None:
    """The only column beside the paths, or the only one that repeats its cells like classes."""
    others = [name for name in table.header if name not in (path, *OWN_COLUMNS)]
    if len(others) == 1:
        return others[0]
    rows = len(table.lines)
    like_classes = [
        name for name in others[:_MOST_COMPARED] if 2 <= len(set(_cells(table, name))) <= rows // 2
    ]
    words = [name for name in like_classes if _numbers(_cells(table, name)) is None]
    return next((names[0] for names in (like_classes, words) if len(names) == 1), None)


def _named(header: Sequence[str], wanted: str) -> str | None:
    """The column of a name, in upper or lower case unless there are several."""
    exact = [column for column in header if column == wanted]
    match = exact or [column for column in header if column.lower() == wanted.lower()]
    return match[0] if len(match) == 1 else None


def _no_label(table: RawTable, wanted: str, path: str) -> LabelsError:
    header = [name for name in table.header if name != path][:_MOST_COMPARED]
    header.sort(key=lambda name: _numbers(_cells(table, name)) is not None)
    near = difflib.get_close_matches(wanted, header, n=1, cutoff=0.7) or header[:1]
    hint = Message("Use --label-column {column}.", column=near[0]) if near else None
    return _missing(table, wanted, hint or Message("It needs a column of paths and one of labels."))


def _missing(table: RawTable, name: str, hint: Message) -> LabelsError:
    return LabelsError(
        Message(
            "{name} names no column '{column}'; its columns are {names}.",
            name=table.file.name,
            column=name,
            names=quoted(table.header),
        ),
        hint=hint,
    )

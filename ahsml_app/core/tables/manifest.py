"""Reads a manifest: a table of image files and their labels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ahsml_app.base.message import Message, some
from ahsml_app.base.options.run_options import Source
from ahsml_app.core.tables.choose_columns import ColumnChoice, choose_columns
from ahsml_app.core.tables.class_names import likely_file, read_class_names
from ahsml_app.core.tables.columns.column_names import LABEL_COLUMN, PATH_COLUMN
from ahsml_app.core.tables.columns.label_values import join_spellings, read_labels
from ahsml_app.core.tables.columns.wide_annotators import consensus, no_answers
from ahsml_app.core.tables.find_images import Locator
from ahsml_app.core.tables.raw_table import RawTable, counted_name
from ahsml_app.core.tables.read_table import read_table


@dataclass(frozen=True, slots=True)
class Manifest:
    """The rows of a manifest.

    Attributes:
        file: The manifest file.
        form: What it is, see `RawTable`.
        unit: What `lines` count: "line" of a text file, "row" or "image".
        lines: Number of the line or row where each of the N rows starts.
        paths: The N paths, unchecked.
        labels: The N labels; empty for none.
        columns: All further columns, each of N texts.
        source_columns: All columns in the file's own order.
        path_column: Name of the column that the paths came from.
        label_column: Name of the column that the labels came from; not one of the file's if
            several columns of numbers tell the label.
        scores: Those columns.
        annotators: The columns with a label of each annotator; empty if there are none.
        opinions: Label that each annotator gave in each of the N rows; empty without such columns.
        ties: The rows whose label as many annotators gave as gave another one.
        notices: What was read otherwise than it is written.
    """

    file: Path
    form: str
    unit: str
    lines: tuple[int, ...]
    paths: tuple[str, ...]
    labels: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    source_columns: tuple[str, ...]
    path_column: str = PATH_COLUMN
    label_column: str = LABEL_COLUMN
    scores: tuple[str, ...] = ()
    annotators: tuple[str, ...] = ()
    opinions: tuple[Mapping[str, str], ...] = ()
    ties: frozenset[int] = frozenset()
    notices: tuple[Message, ...] = ()

    @property
    def name(self) -> str:
        """Name of the file and, if it is not CSV, of its form."""
        return self.file.name if self.form == "CSV" else f"{self.file.name} ({self.form})"

    def place(self, row: int) -> str:
        """Returns the position of a row, for messages: "labels.csv line 12"."""
        return f"{self.file.name} {self.unit} {self.lines[row]}"


def read_manifest(
    file: Path, *, path_column: str | None = None, label_column: str | None = None
) -> Manifest:
    """Reads a manifest whose columns have usual names, without a look at the images.

    Args:
        file: The file; see `read_table` for what it may be.
        path_column: Column that holds the paths; None to choose one.
        label_column: Column that holds the labels; None to choose one.

    Returns:
        The rows.

    Raises:
        LabelsError: If the file cannot be read or lacks a column; it names the line or the
            columns.
    """
    return manifest_of(
        choose_columns(read_table(file), None, path_column=path_column, label_column=label_column)
    )


def manifest_of_images(table: RawTable, locate: Locator, source: Source) -> Manifest:
    """Takes the cells of a table for a manifest of the images that they name.

    Args:
        table: The cells.
        locate: Finds the images.
        source: The columns that the user names.

    Raises:
        LabelsError: If a column is missing; it names the columns.
    """
    named = {"path_column": source.path_column, "label_column": source.label_column}
    # Any number may be that of an image without its zeros, so such count only where none else do.
    choice = choose_columns(table, lambda text: locate.find(text).way not in ("", "zeros"), **named)
    if not any(locate.find(text).way not in ("", "zeros") for text in choice.cells(choice.path)):
        choice = choose_columns(table, lambda text: bool(locate.find(text).path), **named)
    return manifest_of(choice, source.class_names)


def manifest_of(choice: ColumnChoice, class_names: Path | None = None) -> Manifest:
    """Takes the cells of chosen columns for paths and labels.

    Args:
        choice: The columns.
        class_names: File that names the classes whose numbers are the labels.

    Raises:
        LabelsError: If that file cannot be used.
    """
    table, texts, wide = choice.table, choice.labels(), choice.annotators
    answers = [] if wide is None else [choice.cells(name) for name in wide.labels]
    skipped = no_answers(answers)
    every = [
        *texts,
        *("" if text.strip() in skipped else text for each in answers for text in each),
    ]
    names = {} if class_names is None else read_class_names(class_names, set(every))
    written = read_labels(every, names.values())
    joined = join_spellings([names.get(label, label) for label in written.labels])
    opinions = _opinions(choice, joined.labels[len(texts) :])
    agreed = [consensus(list(row.values())) for row in opinions] if choice.is_consensus else []
    notices = [*table.notices, *_choice_notices(choice), *_answer_notices(choice, answers)]
    # That an annotator did not see an image is nothing to tell.
    notices += written.notices if not answers else read_labels(texts, names.values()).notices
    notices += joined.notices
    if class_names is None:
        notices += _number_notices(table.file, set(joined.labels) - {""})
    else:
        notices += _unnamed_notices(class_names, set(written.labels) - names.keys() - {""})
    return Manifest(
        file=table.file,
        form=table.form,
        unit=table.unit,
        lines=tuple(table.lines),
        paths=tuple(choice.cells(choice.path)),
        labels=tuple(label for label, _ in agreed) or joined.labels[: len(texts)],
        columns={
            name: tuple(cells)
            for name, cells in zip(table.header, table.columns, strict=True)
            if name not in (choice.path, choice.label)
        },
        source_columns=table.header,
        path_column=choice.path,
        label_column=choice.label,
        scores=choice.scores,
        annotators=() if wide is None else wide.labels,
        opinions=tuple(opinions),
        ties=frozenset(row for row, (_, is_tie) in enumerate(agreed) if is_tie),
        notices=tuple(notices),
    )


def _opinions(choice: ColumnChoice, labels: Sequence[str]) -> list[Mapping[str, str]]:
    """The label that each annotator gave in each row, from those of one column after another."""
    wide, rows = choice.annotators, len(choice.table.lines)
    if wide is None or not rows:
        return []
    columns = [labels[start : start + rows] for start in range(0, len(labels), rows)]
    named = [choice.cells(name) for name in wide.names]
    found = list[Mapping[str, str]]()
    for row, given in enumerate(zip(*columns, strict=True)):
        who = [cells[row].strip() for cells in named] or wide.labels
        pairs = zip(who, wide.labels, given, strict=True)
        found.append({name or column: label for name, column, label in pairs if label})
    return found


def read_columns(file: Path) -> tuple[str, ...]:
    """Returns the columns of a manifest in the file's own order.

    Raises:
        LabelsError: If the file cannot be read or has no usable header.
    """
    header = read_table(file).header
    return tuple(name.strip() or counted_name(n) for n, name in enumerate(header, start=1))


def _number_notices(file: Path, labels: set[str]) -> list[Message]:
    names = likely_file(file, labels)
    if names is None:
        return []
    return [
        Message(
            "The classes of {file} are numbers; {names} may name them: use --class-names.",
            file=file.name,
            names=names.name,
        )
    ]


def _unnamed_notices(file: Path, labels: set[str]) -> list[Message]:
    numbers = sorted(label for label in labels if label.isdecimal())
    if not numbers:
        return []
    return [
        Message.plural(
            "{file} has no name for {count} class: {names}.",
            "{file} has no names for {count} classes: {names}.",
            count=len(numbers),
            file=file.name,
            names=some(numbers),
        )
    ]


def _answer_notices(choice: ColumnChoice, answers: Sequence[Sequence[str]]) -> list[Message]:
    """Says which columns were read as labels of annotators."""
    wide = choice.annotators
    if wide is None:
        return []
    text = Message(
        "{file}: the columns {names} were read as labels of annotators, of which the most frequent "
        "counts. Are they something else? Then choose the column of labels (--label-column).",
        file=choice.table.file.name,
        names=some(wide.labels),
    )
    if not choice.is_consensus:
        text = Message(
            "{file}: the columns {names} were read as labels of annotators, whom the report "
            "judges; the label that counts is that of '{label}'.",
            file=choice.table.file.name,
            names=some(wide.labels),
            label=choice.label,
        )
    skipped = Message(
        "{file}: -1 means that an annotator gave no label.", file=choice.table.file.name
    )
    has_skipped = any(cell.strip() in no_answers(answers) for each in answers for cell in each)
    return [text, skipped] if has_skipped else [text]


def _choice_notices(choice: ColumnChoice) -> list[Message]:
    notices = []
    if choice.others:
        notices.append(
            Message(
                "{file}: labels were taken from '{label}'; other columns may be meant: {names}.",
                file=choice.table.file.name,
                label=choice.label,
                names=some(choice.others),
            )
        )
    return notices

"""Says which cells of a table change when its images get new labels."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ahsml_app.base.types import SampleTable
from ahsml_app.core.tables.choose_columns import choose_columns
from ahsml_app.core.tables.class_names import read_class_names
from ahsml_app.core.tables.manifest import manifest_of
from ahsml_app.core.tables.raw_table import RawTable


@dataclass(frozen=True, slots=True)
class NewLabels:
    """What becomes of the rows of a table.

    Attributes:
        path_column: Number of the column of the paths.
        label_column: Number of the column of the labels.
        has_header: Whether the first line names the columns.
        removed: The rows that are left out, by their line.
        changed: The new text of the label of each row that changes, by its line.
        sources: A row that has the label of each changed one, by the line of that; so that the
            new cell can be of the same kind.
        swapped: The columns of two scores that change places, by the line: the largest, and that of
            the new label. Empty for a table with a column of labels.
    """

    path_column: int
    label_column: int
    has_header: bool
    removed: frozenset[int]
    changed: Mapping[int, str]
    sources: Mapping[int, int]
    swapped: Mapping[int, tuple[int, int]] = field(default_factory=dict)


def new_labels(
    raw: RawTable,
    samples: SampleTable,
    labels: Sequence[str | None],
    class_names: Path | None = None,
) -> NewLabels | None:
    """Finds the rows of a file whose labels change.

    A label that does not change stays as it is written, and a new one is written as most rows of
    the class write it. Rows of other images are left out, as are those of dropped ones.

    Args:
        raw: The cells of the file.
        samples: The samples with their given labels; their paths are those of the file.
        labels: The new label of each sample; empty for none, None for a dropped one.
        class_names: File that names the classes whose numbers are the labels of the file.

    Returns:
        The changes; None if the file does not list all samples, or cannot hold a new label.
    """
    written = samples.columns.get(samples.path_column, samples.paths)
    rows_of = {text: row for row, text in enumerate(written)}
    path, label_column = samples.path_column, samples.label_column
    if label_column not in samples.source_columns:
        return _swapped_scores(raw, samples, rows_of, labels)
    choice = choose_columns(raw, rows_of.__contains__, path_column=path, label_column=label_column)
    manifest, texts = manifest_of(choice, class_names), choice.labels()
    number_of = _numbers(class_names, texts)
    spellings: dict[str, Counter[str]] = {}
    first, given = dict[str, int](), dict[int, str]()
    times = Counter(manifest.lines)  # several in a row with several choices
    for line, text, label, path in zip(
        manifest.lines, texts, manifest.labels, manifest.paths, strict=True
    ):
        spellings.setdefault(label, Counter())[text.strip()] += 1
        if times[line] == 1:
            first.setdefault(text.strip(), line)
        if (sample := rows_of.get(path)) is not None:
            given[sample] = given.get(sample) or label
    if any(label is not None and row not in given for row, label in enumerate(labels)):
        return None
    removed, changed, sources = set[int](), dict[int, str](), dict[int, int]()
    for line, path in zip(manifest.lines, manifest.paths, strict=True):
        sample = rows_of.get(path, -1)
        new = labels[sample] if sample >= 0 else None
        if new is None:
            removed.add(line)
        elif (new != given[sample]) if samples.label_name(sample) else new:
            usual = spellings.get(new)
            changed[line] = usual.most_common(1)[0][0] if usual else number_of.get(new, new)
            if changed[line] in first:
                sources[line] = first[changed[line]]
    return NewLabels(
        path_column=choice.table.header.index(choice.path),
        label_column=choice.table.header.index(choice.label),
        has_header=choice.table.header_line > 0,
        removed=frozenset(removed),
        changed=changed,
        sources=sources,
    )


def _numbers(class_names: Path | None, texts: Sequence[str]) -> dict[str, str]:
    """The number of each name of a class."""
    names = {} if class_names is None else read_class_names(class_names, set(texts))
    return {name: number for number, name in names.items()}


def _swapped_scores(
    raw: RawTable,
    samples: SampleTable,
    rows_of: Mapping[str, int],
    labels: Sequence[str | None],
) -> NewLabels | None:
    """The changes of a table with a column for each class: the largest number changes its place."""
    choice = choose_columns(raw, rows_of.__contains__, path_column=samples.path_column)
    if not choice.scores:
        return None
    header, paths, before = choice.table.header, choice.cells(choice.path), choice.labels()
    listed = {rows_of[path] for path in paths if path in rows_of}
    if any(label is not None and row not in listed for row, label in enumerate(labels)):
        return None
    removed, swapped = set[int](), dict[int, tuple[int, int]]()
    for line, path, own in zip(choice.table.lines, paths, before, strict=True):
        row = rows_of.get(path, -1)
        new = labels[row] if row >= 0 else None
        if new is None:
            removed.add(line)
        elif new != samples.label_name(row):
            if new not in choice.scores:
                return None
            swapped[line] = (header.index(own), header.index(new))
    return NewLabels(
        path_column=header.index(choice.path),
        label_column=-1,
        has_header=choice.table.header_line > 0,
        removed=frozenset(removed),
        changed={},
        sources={},
        swapped=swapped,
    )

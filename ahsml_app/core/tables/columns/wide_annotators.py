"""Finds columns that hold a label of each annotator, and the label that most of them gave.

Several columns of labels may also be several labels of an image, a coarse and a fine one, or a
column for each class. Names tell little, cells tell more: annotators agree more often than chance.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from ahsml_app.core.tables.columns.label_values import is_missing

_PERSON = {
    *("annotator", "annotators", "annot", "rater", "reviewer", "labeler", "labeller", "coder"),
    *("worker", "grader", "reader", "expert", "doctor", "radiologist", "pathologist", "observer"),
    *("judge", "human", "person", "user", "crowd", "crowdworker", "gutachter", "bewerter"),
}
_LABEL = {
    *("label", "labels", "class", "category", "target", "diagnosis", "dx", "grade", "species"),
    *("answer", "opinion", "rating", "vote", "choice", "tag"),
}
_BETWEEN = {"of", "by", "from", "given", "the", "image", "img"}
_MODERATE = 0.4
"""Fleiss' kappa from which on agreement is called moderate: Landis and Koch, "The Measurement of
Observer Agreement for Categorical Data", Biometrics 33, 1977."""
_SHARED = 0.5
_TRIED_ROWS = 2000
_WHOLE = re.compile(r"-?[0-9]+(\.0*)?")
_NO_ANSWER = {"-1", "-1.0"}


@dataclass(frozen=True, slots=True)
class WideAnnotators:
    """Columns with a label of each annotator.

    Attributes:
        labels: Names of the columns with the labels, of which there are at least two.
        names: The columns that name who gave them, in the same order; empty where the names of the
            columns of labels do.
    """

    labels: tuple[str, ...]
    names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Group:
    """Columns whose names differ in one part.

    Attributes:
        words: The parts that they share.
        names: Their names.
        parts: The parts in which they differ.
    """

    words: tuple[str, ...]
    names: tuple[str, ...]
    parts: tuple[str, ...]

    @property
    def is_counted(self) -> bool:
        """Whether they are told apart by numbers or letters."""
        return all(part.isdecimal() or len(part) == 1 for part in self.parts)

    @property
    def is_of_persons(self) -> bool:
        """Whether the names say so."""
        return not _PERSON.isdisjoint(self.words)

    @property
    def rank(self) -> tuple[bool, bool, int]:
        """Less for the likelier columns of labels."""
        return _LABEL.isdisjoint(self.words), not self.is_of_persons, -len(self.names)


def wide_annotators(columns: Mapping[str, Sequence[str]]) -> WideAnnotators | None:
    """Finds the columns with a label of each annotator; None if there are none.

    They are named alike but for a number, a letter or a name: `annotator1`, `rater_a`,
    `expert_2_label`, `label_1`, `reviewer_anna`. They share their classes. Where the names do not
    say that they are of persons, or which, their labels must agree: more than moderately beyond
    chance.

    Args:
        columns: The cells of the columns by their names.
    """
    groups = sorted(_groups(columns), key=lambda group: group.rank)
    for group in groups:
        cells = [columns[name] for name in group.names]
        if not _overlap(cells):
            continue
        names = _names_beside(group, groups)
        if names or _agree(group, cells):
            return WideAnnotators(group.names, names)
    return None


def share_classes(one: Sequence[str], others: Iterable[Sequence[str]]) -> bool:
    """Whether most cells of a column, if it has any, are also cells of others."""
    known = {cell.strip() for cells in others for cell in _tried(cells)}
    own = [cell.strip() for cell in _tried(one) if not is_missing(cell)]
    return bool(own) and sum(cell in known for cell in own) >= _SHARED * len(own)


def is_filled(cells: Sequence[str]) -> bool:
    """Whether at least half of the cells of a column hold something."""
    tried = _tried(cells)
    return sum(not is_missing(cell) for cell in tried) >= len(tried) / 2


def no_answers(columns: Iterable[Sequence[str]]) -> frozenset[str]:
    """Cells that mean that an annotator did not see the image: -1 beside several other numbers."""
    found = {cell.strip() for cells in columns for cell in cells if not is_missing(cell)}
    others = found - _NO_ANSWER
    if len(others) < 2 or not all(map(_WHOLE.fullmatch, others)):
        return frozenset()
    return frozenset() if any(cell.startswith("-") for cell in others) else frozenset(_NO_ANSWER)


def consensus(labels: Sequence[str]) -> tuple[str, bool]:
    """The label that most annotators gave, and whether as many gave another one.

    Of several that were given equally often, that of the first annotator counts.
    """
    counts = Counter(label for label in labels if label)
    if not counts:
        return "", False
    ranked = counts.most_common(2)  # equal ones in the order of the annotators
    return ranked[0][0], len(ranked) > 1 and ranked[0][1] == ranked[1][1]


def _groups(names: Iterable[str]) -> Iterator[_Group]:
    """Groups of columns of labels whose names differ in one part."""
    by_pattern: dict[tuple[tuple[str, ...], int], list[tuple[str, str]]] = {}
    whole: dict[tuple[str, ...], str] = {}
    for name in names:
        parts = _parts(name)
        whole.setdefault(parts, name)
        for place, part in enumerate(parts):
            rest = (*parts[:place], *parts[place + 1 :])
            by_pattern.setdefault((rest, place), []).append((name, part))
    for (words, place), found in by_pattern.items():
        known = set(words)
        if not known <= _PERSON | _LABEL | _BETWEEN or known <= _BETWEEN:
            continue
        if place == len(words) and words in whole and min(part for _, part in found) == "2":
            found = [(whole[words], "1"), *found]  # as in label, label2, label3
        group = _Group(words, *zip(*found, strict=True)) if len(found) > 1 else None
        if group is not None and (group.is_counted or group.is_of_persons):
            yield group


def _parts(name: str) -> tuple[str, ...]:
    """The words and numbers of a name, in small letters."""
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return tuple(part.lower() for part in re.findall(r"[0-9]+|[^\W\d_]+", apart))


def _names_beside(group: _Group, groups: Sequence[_Group]) -> tuple[str, ...]:
    """The columns that name who gave each label, such as `annotator_1` beside `label_1`."""
    if group.is_of_persons:
        return ()
    return next(
        (
            other.names
            for other in groups
            if other.is_of_persons and _LABEL.isdisjoint(other.words) and other.parts == group.parts
        ),
        (),
    )


def _tried(cells: Sequence[str]) -> Sequence[str]:
    return cells[:: max(1, len(cells) // _TRIED_ROWS)]


def _overlap(columns: Sequence[Sequence[str]]) -> bool:
    """Whether most cells of some columns are also cells of another of them."""
    counts = [Counter(cell.strip() for cell in _tried(c) if not is_missing(cell)) for c in columns]
    columns_of = Counter(cell for each in counts for cell in each)
    total = sum(each.total() for each in counts)
    shared = sum(n for each in counts for cell, n in each.items() if columns_of[cell] > 1)
    return total > 0 and shared >= _SHARED * total


def _agree(group: _Group, columns: Sequence[Sequence[str]]) -> bool:
    """Whether columns agree as those of annotators do."""
    kappa = _kappa([_tried(cells) for cells in columns])
    if group.is_of_persons and group.is_counted:
        return kappa is None or kappa > 0
    return kappa is not None and kappa >= _MODERATE


def _kappa(columns: Sequence[Sequence[str]]) -> float | None:
    """Fleiss' kappa; None if no row has two labels, or there is but one class."""
    missing = no_answers(columns)
    counts, agreements = Counter[str](), list[float]()
    for row in zip(*columns, strict=True):
        own = Counter(c for cell in row if not is_missing(c := cell.strip()) and c not in missing)
        n = own.total()
        if n > 1:
            counts.update(own)
            agreements.append(sum(each * (each - 1) for each in own.values()) / (n * (n - 1)))
    total = counts.total()
    chance = sum((each / total) ** 2 for each in counts.values()) if total else 1.0
    return None if chance == 1 else (sum(agreements) / len(agreements) - chance) / (1 - chance)

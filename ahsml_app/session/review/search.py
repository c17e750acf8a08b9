"""Finds images by words: in the path, the class, the decision, the note, and what holds of them.

`class:shirt decision:kept -note:blurred 2021/ *.png` are five terms, and an image has to match all.
A word without a colon is looked for in the path. `*` and `?` stand for any text and any letter,
quotes keep blanks together, and a minus turns a term around. The words are the same in every
language, as those of files are.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate

import numpy as np

from ahsml_app.base.decisions import CHECKED_BY_MODEL, DecisionKind, Mark
from ahsml_app.base.folder_changes import SampleState
from ahsml_app.base.message import Message
from ahsml_app.base.types import BoolArray, IntArray
from ahsml_app.session.project.path_index import folded_text
from ahsml_app.session.project.project import Project

KEYS = ("class", "given", "suggested", "decision", "note", "path", "is")
"""Words before a colon."""

DECISIONS: Mapping[str, frozenset[int]] = {
    "undecided": frozenset({int(DecisionKind.UNDECIDED)}),
    "kept": frozenset({int(DecisionKind.KEEP)}),
    "relabelled": frozenset({int(DecisionKind.RELABEL)}),
    "dropped": frozenset({int(DecisionKind.DROP)}),
    "unsure": frozenset({int(DecisionKind.AMBIGUOUS)}),
    "checked": frozenset({CHECKED_BY_MODEL}),
    "any": frozenset(map(int, DecisionKind)) - {int(DecisionKind.UNDECIDED)},
}
"""Words of `decision:`, of which the beginning is enough; those of `labels.csv` are known too."""

_OF_FILES = {kind.word: frozenset({int(kind)}) for kind in DecisionKind}

PROPERTIES = ("starred", "noted", "suspect", "duplicate", "outlier", "missing", "changed")
"""Words of `is:`."""

_MOST_NAMES = 8
"""Classes that are named where one is not known."""

_TERM = re.compile(r'(-?)(?:(\w+):)?(?:"([^"]*)"?|(\S*))')


@dataclass(frozen=True, slots=True)
class _Term:
    """One term of a search: whether it is turned around, the word before the colon, the text."""

    negative: bool
    key: str
    text: str


class _UnknownWordError(Exception):
    """Something of a search is not known; holds the message."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def search_mask(project: Project, text: str, states: IntArray) -> BoolArray:
    """(N,) mask of the samples that a search finds; none if `search_problem` has something to say.

    Args:
        project: The project.
        text: The search.
        states: (N,) what became of each image, as `queue.review_states` has it.
    """
    mask = np.ones(len(project.table), dtype=bool)
    try:
        for term in _terms(text):
            mask &= _matches(project, term, states) ^ term.negative
    except _UnknownWordError:
        mask[:] = False
    return mask


def search_problem(project: Project, text: str) -> Message | None:
    """What a search asks for that is not known, and what is known instead; None for nothing."""
    try:
        for term in _terms(text):
            _check(project, term)
    except _UnknownWordError as error:
        return error.message
    return None


def _terms(text: str) -> Iterator[_Term]:
    """The terms; one whose text is yet to be typed is none."""
    for minus, key, quoted, plain in _TERM.findall(text):
        word = folded_text(quoted or plain)
        if word or key.casefold() == "note":
            yield _Term(bool(minus), key.casefold(), word)


def _check(project: Project, term: _Term) -> None:
    if term.key not in ("", *KEYS):
        message = Message(
            "“{name}:” is not known in a search. Known are {known}. "
            "Put quotes around it to look for it in paths.",
            name=term.key,
            known=_listed([f"{key}:" for key in KEYS]),
        )
        raise _UnknownWordError(message)
    if term.key in ("class", "given", "suggested"):
        _classes(project, term.text)
    elif term.key == "decision":
        _kinds(term.text)
    elif term.key == "is" and not _properties(term.text):
        message = Message(
            "An image is never “{name}”. Known are {known}.",
            name=term.text,
            known=_listed(PROPERTIES),
        )
        raise _UnknownWordError(message)


def _matches(project: Project, term: _Term, states: IntArray) -> BoolArray:
    _check(project, term)
    if term.key in ("class", "given"):
        labels = project.labels if term.key == "class" else project.table.labels
        return np.isin(labels, _classes(project, term.text))
    if term.key == "suggested":
        nothing = np.zeros(len(states), dtype=bool)
        if project.scores is None:
            return nothing
        return np.isin(project.scores.suggested, _classes(project, term.text))
    if term.key == "decision":
        return np.isin(states, list(_kinds(term.text)))
    if term.key == "note":
        found = _finder(term.text)
        notes = project.marks[Mark.NOTE].items()
        return _rows(project, [row for row, note in notes if found(folded_text(note))])
    if term.key == "is":
        masks = [_holds(project, name) for name in _properties(term.text)]
        union: BoolArray = np.logical_or.reduce(masks)
        return union
    found = _finder(term.text, path=True)
    return np.array([found(path) for path in project.paths.folded], dtype=bool)


def _finder(text: str, *, path: bool = False) -> Callable[[str], bool]:
    """Whether a text holds another one; with a `*` or `?`, whether all of it is like that.

    A path is like a pattern if what follows any of its slashes is.
    """
    if not ("*" in text or "?" in text):
        return lambda where: text in where
    pattern = translate(text.replace("[", "[[]"))  # only `*` and `?` stand for something
    match = re.compile(pattern).match
    if not path:
        return lambda where: match(where) is not None
    ends = re.compile(f"(?:.*/)?{pattern}", re.DOTALL).match
    return lambda where: ends(where) is not None


def _classes(project: Project, text: str) -> list[int]:
    """The classes of this name, or of a name that holds the text if there is none."""
    names = [folded_text(name) for name in project.class_names]
    exact = [index for index, name in enumerate(names) if name == text]
    found = exact or [index for index, name in enumerate(names) if _finder(text)(name)]
    if not found:
        message = Message(
            "There is no class “{name}”. There are {known}.",
            name=text,
            known=_listed(project.class_names),
        )
        raise _UnknownWordError(message)
    return found


def _kinds(text: str) -> frozenset[int]:
    known = _OF_FILES | dict(DECISIONS)
    found = [known[text]] if text in known else [
        kinds for word, kinds in known.items() if word.startswith(text)
    ]  # fmt: skip
    if not found:
        message = Message(
            "There is no decision “{name}”. Known are {known}.",
            name=text,
            known=_listed(list(DECISIONS)),
        )
        raise _UnknownWordError(message)
    return frozenset().union(*found)


def _properties(text: str) -> list[str]:
    return [name for name in PROPERTIES if name.startswith(text)]


def _holds(project: Project, name: str) -> BoolArray:
    scores = project.scores
    if name in ("starred", "noted"):
        mark = Mark.STAR if name == "starred" else Mark.NOTE
        return _rows(project, list(project.marks[mark]))
    if name in ("missing", "changed"):
        state = SampleState.MISSING if name == "missing" else SampleState.CHANGED
        mask: BoolArray = project.states == state
        return mask
    if scores is None:
        return np.zeros(len(project.table), dtype=bool)
    if name == "duplicate":
        return np.asarray(scores.duplicate_group >= 0)
    return scores.outlier if name == "outlier" else np.asarray(scores.flagged, dtype=bool)


def _rows(project: Project, rows: list[int]) -> BoolArray:
    mask = np.zeros(len(project.table), dtype=bool)
    mask[rows] = True
    return mask


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names[:_MOST_NAMES]) + (", …" if len(names) > _MOST_NAMES else "")

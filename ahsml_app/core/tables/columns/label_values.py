"""Says what the cells of a label column mean: missing values, and spellings of one class."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahsml_app.base.message import Message, some

_MISSING = {"", "nan", "none", "null", "n/a", "na", "-", "<na>", "#n/a", "nat"}
_WHOLE = re.compile(r"([+-]?[0-9]+)(\.0*)?")
_CODES = {"NA": re.compile("[A-Z]{2}"), "na": re.compile("[a-z]{2}")}
_FEWEST_CODES = 3
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0]"
)


@dataclass(frozen=True, slots=True)
class LabelValues:
    """The labels of N rows.

    Attributes:
        labels: Name of the class; empty for none.
        notices: What was read otherwise than it is written.
    """

    labels: tuple[str, ...]
    notices: tuple[Message, ...]


def is_missing(text: str) -> bool:
    """Whether a cell says that there is no label, wherever it is no class of its own."""
    return text.strip().lower() in _MISSING


def read_labels(texts: Sequence[str], known: Iterable[str] = ()) -> LabelValues:
    """Says which class each cell of a label column means.

    `nan`, `None`, `null`, `N/A`, `NA` and `-`, in any case, mean no label. But `NA` is a class
    where all others, at least three, are codes of two capitals as well, and `na` among codes of two
    small letters; so is every known name. `1.0` is `1`, where that is a class, or if all labels are
    whole numbers.

    Args:
        texts: The cells.
        known: Names that are certainly classes.
    """
    counts = Counter(text.strip() for text in texts)
    known = set(known)
    missing = {text for text in counts if text.lower() in _MISSING and text not in known}
    others = [text for text in counts if text not in missing]
    for code, shape in _CODES.items():
        if code in missing and len(others) >= _FEWEST_CODES and all(map(shape.fullmatch, others)):
            missing.discard(code)
    names = {text: "" if text in missing else text for text in counts}
    numbers = {text: _WHOLE.fullmatch(text) for text in others}
    whole = {text: match[1] for text, match in numbers.items() if match is not None}
    are_all = len(whole) == len(numbers)
    names |= {text: number for text, number in whole.items() if are_all or number in counts}
    notices = []
    said = {text: counts[text] for text in missing if text}
    if said:
        notices.append(
            Message.plural(
                "{count} label says that it is missing ({names}) and counts as none.",
                "{count} labels say that they are missing ({names}) and count as none.",
                count=sum(said.values()),
                names=some(sorted(said)),
            )
        )
    return LabelValues(tuple(names[text.strip()] for text in texts), tuple(notices))


def join_spellings(labels: Sequence[str]) -> LabelValues:
    """Joins classes whose names look the same.

    Their names differ in surrounding blanks, in characters that cannot be seen, or in whether
    accents are characters of their own. Names with other letters, or in another case, stay apart.
    """
    counts = Counter(labels)
    by_look: dict[str, list[str]] = {}
    for label in counts:
        by_look.setdefault(_look(label) or label, []).append(label)
    names = {label: label for label in counts}
    joined = []
    for look, spellings in by_look.items():
        if len(spellings) > 1:
            name = look if look in spellings else max(sorted(spellings), key=counts.__getitem__)
            names |= dict.fromkeys(spellings, name)
            joined.append(name)
    if not joined:
        return LabelValues(tuple(labels), ())
    notice = Message.plural(
        "A class is written in ways that look the same; they count as one: {names}.",
        "{count} classes are each written in ways that look the same, which count as one: {names}.",
        count=len(joined),
        names=some(sorted(joined)),
    )
    return LabelValues(tuple(names[label] for label in labels), (notice,))


def _look(label: str) -> str:
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFC", label))
    return " ".join(plain.split())

"""Says what the cells of a label column mean: missing values, and spellings of one class."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahsml_app.base.message import Message, some

_MISSING = {
    *("", "nan", "none", "null", "n/a", "n.a.", "na", "<na>", "#n/a", "nat", "nil"),
    *("#nv", "k.a.", "k. a.", "unlabeled", "unlabelled"),  # the first ones are German
    *("-", "--", "\u2013", "\u2014", "?", "??"),
}
_NO_LABEL = "-1"
_WHOLE = re.compile(r"([+-]?)0*([0-9]+)(\.0*|,0{1,2})?")
_MARK = re.compile(r"[^\d\s]")
_CODES = {
    "NA": re.compile("[A-Z]{2}"),
    "na": re.compile("[a-z]{2}"),
    **dict.fromkeys("-?\u2013\u2014", _MARK),
}
"""What all others look like where a word for a missing label is a class."""

_FEWEST_CODES = 3
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
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

    `nan`, `None`, `null`, `N/A`, `NA`, `-`, `?` and the like, in any case, mean no label. But `NA`
    is a class where all others, at least three, are codes of two capitals as well, `na` among codes
    of two small letters, and a mark among marks; so is every known name. `-1` means none where all
    others, at least three, are whole numbers from 0 on. A number that is written in several ways,
    as `1`, `01` and `1.0`, is one class.

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
    names = {text: text for text in counts} | _numbers(others)
    numbers = {names[text] for text in others}
    classes = numbers - {_NO_LABEL}
    is_code = len(classes) >= _FEWEST_CODES and all(map(str.isdecimal, classes))
    if is_code and _NO_LABEL not in known:
        missing |= {text for text in others if names[text] == _NO_LABEL}
    names |= dict.fromkeys(missing, "")
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
    ways = [text for text in others if names[text] in counts and names[text] != text]
    if ways:
        notices.append(
            Message.plural(
                "A number is also written in another way, which counts as the same class: {names}.",
                "Numbers are also written in {count} other ways, which count as the same classes: "
                "{names}.",
                count=len(ways),
                names=some(sorted(ways)),
            )
        )
    return LabelValues(tuple(names[text.strip()] for text in texts), tuple(notices))


def _numbers(texts: Sequence[str]) -> dict[str, str]:
    """The name of each whole number, of which several ways to write it are one class.

    Without such, numbers keep their zeros in front, and lose those behind the point if all texts
    are whole numbers.
    """
    matches = {text: match for text in texts if (match := _WHOLE.fullmatch(text)) is not None}
    ways: dict[str, list[str]] = {}
    for text, match in matches.items():
        ways.setdefault(match[1].replace("+", "") + match[2], []).append(text)
    are_all = len(matches) == len(texts)
    names = {}
    for number, texts_of_one in ways.items():
        for text in texts_of_one:
            plain = text.partition(".")[0].partition(",")[0] if are_all else text
            names[text] = number if len(texts_of_one) > 1 else plain
    return names


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

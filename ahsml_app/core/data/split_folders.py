"""Recognises folders of training, validation and test images above the class folders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ahsml_app.base.message import Message
from ahsml_app.core.data.class_pattern import LabelOf

FIRST_FOLDER_PATTERN = "{class}/**"
"""The path pattern with which a split folder is a class like any other."""

_SPLITS = {
    "train": ("train", "training", "trainset", "trn", "trainval"),
    "val": ("val", "valid", "validation", "validierung", "valset", "dev", "eval", "evaluation"),
    "test": ("test", "testing", "testset", "tst", "pred", "prediction"),
}
_SPLIT_OF_WORD = {word: split for split, words in _SPLITS.items() for word in words}
# Words beside that of the split: `training_set`, `seg_train`, `Test Images`, `train2017`.
_OTHER_WORDS = frozenset(
    {"", "set", "seg", "data", "dataset", "split", "folder"}
    | {"image", "images", "img", "imgs", "photo", "photos", "picture", "pictures"}
)
_WORD = re.compile(r"[^a-z]+")
# `TrainingSet`, `testdata` and the German `Trainingsdaten`.
_JOINED = re.compile(
    "(train|training|val|validation|validierung|test)s?"
    "(set|data|dataset|images|daten|datensatz|bilder|fotos|menge|satz)"
)


@dataclass(frozen=True, slots=True)
class SplitFolders:
    """What folders of splits say about N images.

    Attributes:
        labels: N names of classes; empty for an image outside of the class folders.
        splits: N names of splits: train, val or test; empty for an image outside of them.
    """

    labels: tuple[str, ...]
    splits: tuple[str, ...]

    def notice(self) -> Message:
        """Says how the folders were read, and how to read them otherwise."""
        counts = Counter(split for split in self.splits if split)
        parts = ", ".join(f"{split} ({counts[split]:,})" for split in _SPLITS if counts[split])
        return Message(
            "The first folders are parts of the data set: {parts}. The class is the folder below. "
            "Images of test are scored and not trained on. If the first folder is the class, "
            "use --class-from '{pattern}'.",
            parts=parts,
            pattern=FIRST_FOLDER_PATTERN,
        )


def split_of_name(name: str) -> str:
    """Returns the split that a folder's name stands for: train, val or test; empty for none."""
    return _split_of_words(_words(name))


def _words(name: str) -> frozenset[str]:
    """The words of a name that may say which split it is."""
    joined = ((word, _JOINED.fullmatch(word)) for word in _WORD.split(name.casefold()))
    words = frozenset(word if match is None else match[1] for word, match in joined)
    return words - _OTHER_WORDS


def _split_of_words(words: frozenset[str]) -> str:
    if words == {"train", "val"}:
        return "train"
    return _SPLIT_OF_WORD.get(next(iter(words)), "") if len(words) == 1 else ""


def _splits_of_names(names: set[str]) -> dict[str, str]:
    """The splits that some of the names stand for; a word that all have, as `birds_train`, is none.

    Args:
        names: Names of folders that lie beside each other.
    """
    words = {name: _words(name) for name in names}
    common = frozenset.intersection(*words.values()) if len(words) > 1 else frozenset()
    common -= _SPLIT_OF_WORD.keys()
    found = {name: _split_of_words(each - common) for name, each in words.items()}
    return {name: split for name, split in found.items() if split}


def read_classes(
    paths: Sequence[str], pattern: LabelOf | None
) -> tuple[list[str], SplitFolders | None]:
    """Returns the class of each path, empty for none, and how split folders were read, if any.

    Args:
        paths: Relative paths with forward slashes.
        pattern: Tells the class of a path; None for its first folder, or for the one below a split.
    """
    if pattern is not None:
        return [pattern(path) for path in paths], None
    found = read_split_folders(paths)
    if found is not None:
        return list(found.labels), found
    return [path.split("/", 1)[0] if "/" in path else "" for path in paths], None


def read_split_folders(paths: Sequence[str]) -> SplitFolders | None:
    """Reads class and split of each image, where the first folders are splits above classes.

    There are at least two classes below, and at least two splits, or one of training images alone,
    or one whose name stands twice (`seg_train/seg_train`). A single folder above all of them, such
    as `images`, does not matter, nor do single ones between a split and its classes; images in such
    a one alone have no class. Beside splits that share classes there may be other folders: their
    images have the class whose name is in their path, or none.

    Args:
        paths: Relative paths with forward slashes.

    Returns:
        The classes and splits, or None where the folders are of another kind.
    """
    folders = [path.split("/")[:-1] for path in paths]
    start = 0
    while len(firsts := _names_at(folders, start)) == 1 and not split_of_name(*firsts):
        start += 1
    split_of = _splits_of_names(firsts)
    levels = {name: _class_level(folders, start, name) for name in split_of}
    doubled = any(level > start + 1 for level in levels.values())
    if len(split_of) < 2 and not doubled and set(split_of.values()) != {"train"}:
        return None
    in_splits: dict[str, set[str]] = {name: set() for name in split_of}
    labels, splits = [], []
    for parts in folders:
        first = parts[start] if len(parts) > start else ""
        level = levels.get(first, len(parts))
        label = parts[level] if len(parts) > level else ""
        if label:
            in_splits[first].add(label)
        splits.append(split_of.get(first, ""))
        labels.append(label)
    classes = set(labels) - {""}
    others = firsts - split_of.keys()
    if len(classes) < 2 or (others and len(_shared(in_splits.values())) < 2):
        return None
    for row, parts in enumerate(folders if others else ()):
        if not splits[row]:
            labels[row] = next((name for name in reversed(parts) if name in classes), "")
    return SplitFolders(tuple(labels), tuple(splits))


def folders_in_each(paths: Sequence[str]) -> list[str]:
    """Returns the names of the folders that lie in each of the first folders, if no image does.

    They may be the classes, and the first folders parts of the data set of any other kind: folds,
    places, or splits in another language. Splits inside of classes do not count.

    Args:
        paths: Relative paths with forward slashes.
    """
    inside: dict[str, set[str]] = {}
    for parts in (path.split("/")[:-1] for path in paths):
        if len(parts) < 2:
            return []
        inside.setdefault(parts[0], set()).add(parts[1])
    common = set.intersection(*inside.values()) if len(inside) > 1 else set()
    return sorted(name for name in common if not split_of_name(name))


def _shared(classes: Iterable[set[str]]) -> set[str]:
    """The classes that more than one split has."""
    counts = Counter(name for names in classes for name in names)
    return {name for name, count in counts.items() if count > 1}


def _names_at(folders: list[list[str]], level: int) -> set[str]:
    return {parts[level] for parts in folders if len(parts) > level}


def _class_level(folders: list[list[str]], start: int, split: str) -> int:
    """Returns the level of the class folders in one folder of a split."""
    inside = [parts for parts in folders if len(parts) > start and parts[start] == split]
    level = start + 1
    while len(below := _names_at(inside, level)) == 1:
        words = {word for name in below for word in _WORD.split(name.casefold())}
        if below != {split} and not split_of_name(*below) and not words <= _OTHER_WORDS:
            break
        level += 1
    return level

"""Recognises folders of training, validation and test images above the class folders."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from ahsml_app.base.message import Message
from ahsml_app.core.data.class_pattern import LabelOf

FIRST_FOLDER_PATTERN = "{class}/**"
"""The path pattern with which a split folder is a class like any other."""

_SPLITS = {
    "train": ("train", "training", "trainset", "trn"),
    "val": ("val", "valid", "validation", "valset", "dev", "eval", "evaluation"),
    "test": ("test", "testing", "testset", "tst", "pred", "prediction"),
}
_SPLIT_OF_WORD = {word: split for split, words in _SPLITS.items() for word in words}
# Words beside that of the split: `training_set`, `seg_train`, `Test Images`, `train2017`.
_OTHER_WORDS = frozenset(
    {"", "set", "seg", "data", "dataset", "split", "folder"}
    | {"image", "images", "img", "imgs", "photo", "photos", "picture", "pictures"}
)
_WORD = re.compile(r"[^a-z]+")


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
    words = set(_WORD.split(name.casefold())) - _OTHER_WORDS
    return _SPLIT_OF_WORD.get(words.pop(), "") if len(words) == 1 else ""


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
    """Reads class and split of each image, where all first folders are splits above classes.

    There are at least two such folders, or one whose name stands twice (`seg_train/seg_train`), and
    at least two classes below. A single folder above all of them, such as `images`, does not
    matter, nor does a single one between a split and its classes.

    Args:
        paths: Relative paths with forward slashes.

    Returns:
        The classes and splits, or None where the folders are of another kind.
    """
    folders = [path.split("/")[:-1] for path in paths]
    start = 0
    while len(firsts := _names_at(folders, start)) == 1 and not split_of_name(*firsts):
        start += 1
    if not firsts or not all(map(split_of_name, firsts)):
        return None
    classes_at = {name: _class_level(folders, start, name) for name in firsts}
    doubled = any(level > start + 1 for level in classes_at.values())
    if len(firsts) < 2 and not doubled:
        return None
    labels, splits = [], []
    for parts in folders:
        inside = len(parts) > start
        level = classes_at[parts[start]] if inside else 0
        splits.append(split_of_name(parts[start]) if inside else "")
        labels.append(parts[level] if inside and len(parts) > level else "")
    if len(set(labels) - {""}) < 2:
        return None
    return SplitFolders(tuple(labels), tuple(splits))


def _names_at(folders: list[list[str]], level: int) -> set[str]:
    return {parts[level] for parts in folders if len(parts) > level}


def _class_level(folders: list[list[str]], start: int, split: str) -> int:
    """Returns the level of the class folders in one folder of a split."""
    inside = [parts for parts in folders if len(parts) > start and parts[start] == split]
    below = _names_at(inside, start + 1)
    words = {word for name in below for word in _WORD.split(name.casefold())}
    same = len(below) == 1 and (split_of_name(*below) != "" or words <= _OTHER_WORDS)
    return start + 2 if same and _names_at(inside, start + 2) else start + 1

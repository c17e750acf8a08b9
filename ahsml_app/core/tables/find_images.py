"""Finds the image that a table means, however the table writes its path."""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

from ahsml_app.base.message import Message, some
from ahsml_app.core.tables.forms.label_studio import UPLOADS, without_server

Way = Literal["", "written", "case", "suffix", "stem", "tail", "name", "zeros", "upload"]
"""How an image was found: as written, in another case, with another suffix of its kind, without
suffix, by the end of a path that names folders of elsewhere, by its name in any folder, by a number
without its leading zeros, or by a name that a server changed when the file was uploaded."""

_SAME_KIND = ((".jpg", ".jpeg", ".jpe", ".jfif"), (".tif", ".tiff"))
"""Suffixes of one kind of file, which programs exchange."""

_NOT_IN_UPLOADS = re.compile(r"[^-\w.]")
"""What servers leave out of the names of uploads, where they write blanks as underscores."""

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_PERCENT = re.compile("%[0-9A-Fa-f]{2}")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found for a path of a table.

    Attributes:
        path: Relative path of the image; empty for none.
        way: How it was found; empty for none.
        problem: Why it was not found.
        fits: Paths of the images that it may mean, if there are several.
    """

    path: str
    way: Way = ""
    problem: Message | None = None
    fits: tuple[str, ...] = ()


class Locator:
    """Finds the image that a table's path refers to.

    A path may be absolute, contain backslashes, percent codes or `file://`, or start with `./`. It
    is relative to the image folder or else to the table's own folder. If there is no such file, it
    may lack the suffix, have it in another case or form (`.jpeg`), name a file in any folder, or
    begin with folders of another machine. A path that fits several images fits none, and a path to
    a file outside the image folder is never taken for another one inside.

    Args:
        root: Image folder.
        manifest_folder: Folder of the table.
        listed: Relative paths of the images known to be in `root`.
    """

    def __init__(self, root: Path, manifest_folder: Path, listed: Sequence[str]) -> None:
        self._roots = tuple(dict.fromkeys((root.as_posix(), root.resolve().as_posix())))
        self._bases = (str(root), str(manifest_folder))
        self._paths = listed
        self._listed = frozenset(listed)
        # macOS stores names decomposed, while most programs write them composed.
        self._composed = {_composed(path): path for path in listed}
        self._missed: dict[str, Found] = {}

    def __call__(self, text: str) -> tuple[str, Message | None]:
        """Returns the relative path and None, or "" and the problem with it."""
        found = self.find(text)
        return found.path, found.problem

    def find(self, text: str) -> Found:
        """Finds the image of one path."""
        if text in self._listed:
            return Found(text, "written")
        # Columns are tried before rows are joined, and a miss takes the longest.
        missed = self._missed.get(text)
        if missed is not None:
            return missed
        found = self._search(text)
        if found.problem:
            self._missed[text] = found
        return found

    def _search(self, text: str) -> Found:
        if not text.strip():
            return Found("", problem=Message("the path is empty"))
        if "\0" in text:
            return Found("", problem=Message("no such file"))
        spellings = list(_spellings(text))
        inside = self._inside(spellings)
        for path in inside:
            listed = path if path in self._listed else self._composed.get(_composed(path))
            if listed:
                return Found(listed, "written")
        guess = self._names.guess(spellings[-1])
        if guess is not None and not self._lies_outside(spellings):
            return guess
        for path in inside:
            # A file that the listing skipped (hidden, other suffix) is valid if a table names it.
            if os.path.isfile(f"{self._roots[0]}/{path}"):  # noqa: PTH113
                return Found(path, "written")
        if (padded := self._names.padded(spellings[-1])) is not None:
            return padded
        if (upload := self._uploaded(spellings[-1])) is not None:
            return upload
        if inside:
            return Found("", problem=Message("no such file"))
        return Found("", problem=Message("it lies outside the image folder"))

    @cached_property
    def _names(self) -> _Names:
        return _Names(self._paths)

    def _uploaded(self, spelling: str) -> Found | None:
        """The only image whose name an upload may have changed into this one."""
        if UPLOADS not in f"/{spelling}":
            return None
        hits = self._upload_names.get(_upload_name(spelling), [])
        return _only(hits, [spelling], "upload") if hits else None

    @cached_property
    def _upload_names(self) -> dict[str, list[str]]:
        names: dict[str, list[str]] = {}
        for path in self._paths:
            names.setdefault(_upload_name(path), []).append(path)
        return names

    def _inside(self, spellings: list[str]) -> list[str]:
        """The paths inside the image folder that the spellings may mean."""
        paths = [
            self._relative(os.path.join(base, text))  # noqa: PTH118
            for text in spellings
            for base in self._bases
        ]
        return list(dict.fromkeys(path for path in paths if path is not None))

    def _relative(self, path: str) -> str | None:
        plain = os.path.normpath(path)
        if os.sep == "\\":
            plain = plain.replace("\\", "/")
        for root in self._roots:
            if plain.startswith(root.rstrip("/") + "/"):
                return plain[len(root.rstrip("/")) + 1 :]
        return None

    def _lies_outside(self, spellings: list[str]) -> bool:
        """Whether a spelling names a file that exists outside the image folder."""
        for text in spellings:
            for base in self._bases:
                path = os.path.join(base, text)  # noqa: PTH118
                if self._relative(path) is None and os.path.isfile(path):  # noqa: PTH113
                    return True
        return False


class _Names:
    """The images by the ends of their paths, with and without suffix, in lower case."""

    def __init__(self, paths: Sequence[str]) -> None:
        self._whole: dict[str, list[str]] = {}
        self._ends: dict[str, list[str]] = {}
        self._whole_stems: dict[str, list[str]] = {}
        self._end_stems: dict[str, list[str]] = {}
        self._folders: set[str] = set()
        self._suffixes: set[str] = set()
        for path in paths:
            folded = _composed(path).casefold()
            stem, suffix = os.path.splitext(folded)  # noqa: PTH122
            self._suffixes.add(suffix)
            self._folders.add(folded.rpartition("/")[0])
            self._whole.setdefault(folded, []).append(path)
            self._whole_stems.setdefault(stem, []).append(path)
            for end in _ends(folded):
                self._ends.setdefault(end, []).append(path)
            for end in _ends(stem):
                self._end_stems.setdefault(end, []).append(path)
        self._paths = paths
        self._folder_names = {name for folder in self._folders for name in folder.split("/")}

    def guess(self, text: str) -> Found | None:
        """The only image that a path can mean, or several; None if there is none."""
        plain = _composed(text.replace("\\", "/"))
        parts = [part for part in plain.split("/") if part not in ("", ".", "..")]
        if not parts:
            return None
        found = self._guess(parts, self._whole, self._ends)
        suffix = os.path.splitext(parts[-1].casefold())[1]  # noqa: PTH122
        kind = next((kind for kind in _SAME_KIND if suffix in kind), ())
        for other in kind if found is None else ():
            stem = parts[-1][: len(parts[-1]) - len(suffix)]
            found = found or self._guess([*parts[:-1], stem + other], self._whole, self._ends)
        if kind and found is not None and found.path and not found.path.lower().endswith(suffix):
            found = Found(found.path, "suffix")
        if found is None and suffix not in self._suffixes - {""}:
            found = self._guess(parts, self._whole_stems, self._end_stems)
            if found is not None and found.path:
                found = Found(found.path, "stem")
        return found

    def padded(self, text: str) -> Found | None:
        """The only image whose number has lost its leading zeros in a table; None if there is none.

        All numbers of images with such zeros must be equally long, and none be shorter.
        """
        folder, _, name = text.rpartition("/")
        stem, suffix = os.path.splitext(name)  # noqa: PTH122
        if not stem.isdecimal() or (stem.startswith("0") and stem != "0"):
            return None
        folded, suffix = _composed(folder).casefold(), suffix.casefold()
        hits = [
            path
            for path in self._numbered.get(stem, ())
            if (not suffix or path.casefold().endswith(suffix))
            and f"/{path.rpartition('/')[0].casefold()}".endswith(f"/{folded}" if folded else "")
        ]
        return _only(hits, [name], "zeros") if hits else None

    @cached_property
    def _numbered(self) -> dict[str, list[str]]:
        """The images whose names are numbers with leading zeros, by the number."""
        stems = [(path, os.path.splitext(path.rpartition("/")[2])[0]) for path in self._paths]  # noqa: PTH122
        numbers = [(path, stem) for path, stem in stems if stem.isdecimal()]
        lengths = {len(stem) for _, stem in numbers if stem.startswith("0")}
        found: dict[str, list[str]] = {}
        if len(lengths) == 1 and min(len(stem) for _, stem in numbers) == min(lengths):
            for path, stem in numbers:
                if stem.startswith("0"):
                    found.setdefault(stem.lstrip("0") or "0", []).append(path)
        return found

    def _guess(
        self, parts: list[str], whole: dict[str, list[str]], ends: dict[str, list[str]]
    ) -> Found | None:
        folded = [part.casefold() for part in parts]
        hits = whole.get("/".join(folded))
        if hits:
            return _only(hits, parts, "case")
        hits = ends.get("/".join(folded))
        if hits:
            return _only(hits, parts, "name")
        if len(parts) == 1 or "/".join(folded[:-1]) in self._folders:
            return None  # its folder is here, but not the file
        for first in range(1, len(parts)):
            hits = whole.get("/".join(folded[first:]))
            if hits:
                return _only(hits, parts[first:], "tail")
        hits = None if folded[-2] in self._folder_names else ends.get(folded[-1])
        return _only(hits, parts[-1:], "name") if hits else None


def _only(hits: list[str], parts: list[str], way: Way) -> Found:
    """The only hit, or the only one in the same case."""
    if len(hits) > 1:
        end = "/".join(parts)
        exact = [hit for hit in hits if _ends_in(_composed(hit), end)]
        hits = exact if len(exact) == 1 else hits
    if len(hits) == 1:
        return Found(hits[0], way)
    fits = tuple(sorted(hits))
    return Found("", problem=Message("it fits several files: {names}", names=some(fits)), fits=fits)


def _ends_in(path: str, end: str) -> bool:
    stem = os.path.splitext(path)[0]  # noqa: PTH122
    return f"/{path}".endswith(f"/{end}") or f"/{stem}".endswith(f"/{end}")


def _ends(path: str) -> Iterator[str]:
    yield path
    while "/" in path:
        path = path.partition("/")[2]
        yield path


def _upload_name(path: str) -> str:
    """The name of a file as servers write those of uploads."""
    name = _composed(path.replace("\\", "/")).rpartition("/")[2].strip().casefold()
    return _NOT_IN_UPLOADS.sub("", name.replace(" ", "_"))


def _spellings(text: str) -> Iterator[str]:
    """A path as it is written, and as it may be meant; the last one is the plainest."""
    plain = text.strip()
    seen = dict.fromkeys((text, plain, plain.replace("\\", "/")))
    if (inner := without_server(plain)) != plain:
        plain = inner
        seen[plain] = None
    if (scheme := _SCHEME.match(plain)) is not None:
        rest = plain[scheme.end() :]
        is_file = scheme.group().lower() == "file://"
        plain = rest if is_file else rest.partition("?")[0].partition("#")[0].partition("/")[2]
        seen.pop(plain, None)
        seen[plain] = None
    if _PERCENT.search(plain):
        try:
            plain = unquote(plain, errors="strict")
        except UnicodeDecodeError:
            pass
        else:
            if "\0" not in plain:
                seen.pop(plain, None)
                seen[plain] = None
    yield from seen


def _composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)

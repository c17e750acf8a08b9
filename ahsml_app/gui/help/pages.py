"""The pages of the guide: Markdown files that code hosts can render too."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from ahsml_app.base.paths import resources_folder

FIRST = "index"
_PAGE_LINK = re.compile(r"\]\(([\w-]+)\.md\)")
_HEADING = re.compile(r"^(#{1,3}) +(.+?)\s*$", re.MULTILINE)
_LINKED = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_EMPHASIS = re.compile(r"[*`]")
_MARKS = re.compile(r"[|#>]+|<[^>]+>|^ *:?-{3,}.*$", re.MULTILINE)
_BEFORE, _CONTEXT = 8, 34
"""Characters shown before and after a hit; the list of contents is narrow."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its level from 1, its text, and its anchor as code hosts make it."""

    level: int
    text: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the guide."""

    name: str
    file: Path
    text: str
    headings: tuple[Heading, ...]

    @property
    def title(self) -> str:
        """The first heading."""
        return self.headings[0].text


@dataclass(frozen=True, slots=True)
class Hit:
    """A search hit: its page and the words around it."""

    page: str
    around: str


def guide_folder(language: str) -> Path:
    """Folder of a language's pages; the English folder if the language has none."""
    folder = resources_folder() / "guide"
    return folder / language if (folder / language / f"{FIRST}.md").is_file() else folder


@lru_cache(maxsize=4)
def load_pages(language: str) -> dict[str, Page]:
    """Load all pages by name, in the order of the links on the first page."""
    folder = guide_folder(language)
    first = _read(folder / f"{FIRST}.md")
    names = [FIRST, *dict.fromkeys(_PAGE_LINK.findall(first.text))]
    return {name: first if name == FIRST else _read(folder / f"{name}.md") for name in names}


def heading_index(page: str, anchor: str, language: str) -> int:
    """Index of a heading on its page; -1 if there is none.

    Anchors are made from headings, so they differ between languages. An English anchor also finds
    the heading with the same index in another language, so one link works in all languages.
    """
    for pages in (load_pages(language), load_pages("en")):
        if page in pages:
            anchors = [heading.anchor for heading in pages[page].headings]
            if anchor in anchors:
                return anchors.index(anchor)
    return -1


def anchor_of(heading: str) -> str:
    """The anchor that code hosts give a heading."""
    plain = plain_text(heading).casefold()
    return re.sub(r"[^\w\- ]", "", plain).strip().replace(" ", "-")


def plain_text(markdown: str) -> str:
    """The text without Markdown syntax."""
    return _MARKS.sub(" ", _EMPHASIS.sub("", _LINKED.sub(r"\1", markdown)))


def find(pages: dict[str, Page], query: str, most: int = 6) -> list[Hit]:
    """Find a text regardless of case, with at most `most` hits per page."""
    hits = []
    pattern = re.escape(" ".join(query.split())).replace(r"\ ", r"\s+")
    for page in pages.values() if pattern else ():
        text = " ".join(plain_text(page.text).split())
        for number, match in enumerate(re.finditer(pattern, text, re.IGNORECASE)):
            if number == most:
                break
            start = text.rfind(" ", 0, max(0, match.start() - _BEFORE)) + 1
            end = text.find(" ", match.end() + _CONTEXT)
            around = text[start:] if end < 0 else text[start:end]
            hits.append(Hit(page.name, f"…{around}…"))
    return hits


def _read(file: Path) -> Page:
    text = file.read_text(encoding="utf-8")
    headings = tuple(
        Heading(len(marks), plain_text(words).strip(), anchor_of(words))
        for marks, words in _HEADING.findall(_without_code(text))
    )
    return Page(file.stem, file, text, headings)


def _without_code(text: str) -> str:
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)

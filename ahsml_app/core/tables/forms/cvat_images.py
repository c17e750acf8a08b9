"""CVAT for images: the tags of images in XML. Only the bytes of a label that changes are touched.

The file comes from elsewhere. A document type could name other files and grow without bounds, so
none is read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

from ahsml_app.core.tables.forms.tool_labels import Changes, ToolLabels

FORM = "CVAT"
_LABEL = re.compile(rb"""(\blabel\s*=\s*)("[^"]*"|'[^']*')""")
_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")
_QUOTES = {'"': "&quot;"}


class XMLRefusedError(ValueError):
    """The text is no XML, or has a document type."""


@dataclass(slots=True)
class _Image:
    """An image of the file, with the places of its bytes.

    Attributes:
        name: Its path.
        start: First byte of its element.
        end: First byte behind it.
        close: First byte of its end tag; -1 for an element without content.
        tags: Label and first byte of each tag.
    """

    name: str
    start: int
    end: int = -1
    close: int = -1
    tags: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class _File:
    images: list[_Image] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    names_end: int = -1


def is_cvat(text: str) -> bool:
    """Whether a text begins like a file of CVAT."""
    start = text.lstrip("\ufeff \t\r\n")[:2000]
    return "<annotations>" in start and ("<version>" in start or "<image" in start)


def read_cvat(content: bytes) -> ToolLabels:
    """Reads the tags of each image; boxes and other shapes are no labels of it.

    Raises:
        XMLRefusedError: If it cannot be read.
    """
    found = ToolLabels(FORM)
    for number, image in enumerate(_parsed(content).images, 1):
        for label in dict.fromkeys(label for label, _ in image.tags) or [""]:
            found.add(number, image.name, label)
    return found


def edit_cvat(content: bytes, changes: Changes) -> bytes:
    """Returns the file with new labels.

    Raises:
        XMLRefusedError: If it cannot be read.
        UnicodeError: If it is not in UTF-8, which is the only encoding that CVAT writes.
    """
    content.decode("utf-8")
    file = _parsed(content)
    edits: list[tuple[int, int, bytes]] = []
    for image in file.images:
        new = changes.get(image.name, "?")
        if new is None:
            edits.append((_line_start(content, image.start), image.end, b""))
        elif image.name in changes:
            edits += _relabelled(content, image, new)
    added = sorted({name for name in changes.values() if name} - set(file.names))
    if file.names_end >= 0:
        text = "".join(f"<label><name>{escape(name)}</name></label>" for name in added)
        edits.append((file.names_end, file.names_end, text.encode()))
    for start, end, new_bytes in sorted(edits, reverse=True):
        content = content[:start] + new_bytes + content[end:]
    return content


def _relabelled(content: bytes, image: _Image, label: str) -> list[tuple[int, int, bytes]]:
    value = f'"{escape(label, _QUOTES)}"'.encode()
    if not image.tags:
        tag = b"<tag label=" + value + b' source="manual"></tag>'
        if image.close >= 0:
            return [(image.close, image.close, tag)]
        slash = content.rindex(b"/", image.start, image.end)
        return [(slash, image.end, b">" + tag + b"</image>")]
    given = image.tags[0][0]
    edits = []
    for name, start in image.tags:
        if name != given:
            continue
        end = _tag_end(content, start)
        match = _LABEL.search(content, start, end)
        if label and match is not None:
            edits.append((match.start(2), match.end(2), value))
        elif not label:
            if content[end - 2 : end - 1] != b"/":
                end = content.index(b"</tag>", start) + len(b"</tag>")
            edits.append((_line_start(content, start), end, b""))
    return edits


def _tag_end(content: bytes, start: int) -> int:
    """The first byte behind a tag; a quoted value may hold its last character."""
    match = _TAG.match(content, start)
    return start if match is None else match.end()


def _line_start(content: bytes, start: int) -> int:
    """The beginning of the blanks before an element, with the line break before them."""
    blank = len(content[:start].rstrip(b" \t"))
    if content[:blank].endswith(b"\n"):
        return blank - (2 if content[:blank].endswith(b"\r\n") else 1)
    return start


def _parsed(content: bytes) -> _File:
    file, inside = _File(), list[str]()
    parser = strict_parser()
    name_text = list[str]()

    def start(element: str, attributes: dict[str, str]) -> None:
        inside.append(element)
        if element == "image" and "name" in attributes:
            file.images.append(_Image(attributes["name"], parser.CurrentByteIndex))
        elif element == "tag" and "image" in inside and file.images:
            tag = (attributes.get("label", ""), parser.CurrentByteIndex)
            file.images[-1].tags.append(tag)
        elif inside[-2:] == ["label", "name"]:
            name_text.clear()

    def end(element: str) -> None:
        if inside[-2:] == ["label", "name"]:
            file.names.append("".join(name_text))
        inside.pop()
        place = parser.CurrentByteIndex
        if element == "labels" and file.names_end < 0:
            file.names_end = place
        if element == "image" and file.images:
            image = file.images[-1]
            if content.startswith(b"</", place):
                image.close, image.end = place, content.index(b">", place) + 1
            else:
                image.end = _tag_end(content, image.start)

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = name_text.append
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise XMLRefusedError(str(error)) from error
    return file


def strict_parser() -> expat.XMLParserType:
    """A parser that refuses a document type, and with it all entities but the five of XML."""
    parser = expat.ParserCreate()

    def refuse(*_: object) -> None:
        raise XMLRefusedError("it has a document type")

    parser.StartDoctypeDeclHandler = refuse
    return parser

"""A path pattern that tells the class of an image: a language of its own, without regex traps.

`*` and `?` stay within a path component, and `**` spans any number of folders. A regular expression
of several `*` may take seconds for one long name, and the names come from whoever made the folder.
So only patterns with one such choice become one; the others are matched in time proportional to the
lengths of pattern and path.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from ahsml_app.base.errors import LabelsError
from ahsml_app.base.message import Message

CLASS_FIELD = "{class}"

_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\{class\}")
_MEANING = {
    "**/": r"(?:[^/]+/)*",
    "**": r".*",
    "*": r"[^/]*",
    "?": r"[^/]",
    CLASS_FIELD: r"(?P<label>[^/]+)",
}
_FLAGS = re.IGNORECASE | re.DOTALL


LabelOf = Callable[[str], str]
"""Returns the class of a relative path; empty if the pattern does not match."""


def compile_class_pattern(pattern: str) -> LabelOf:
    """Compiles a path pattern.

    `{class}` must occur once and matches as much of one path component as possible; `*` and `?`
    stay within a path component, `**` spans any number of folders. Case is ignored. Examples:
    `{class}/*`, `*/{class}/*.jpg`, `{class}_*.png`, `**/{class}/*`.

    Args:
        pattern: The pattern, matched against the whole relative path.

    Raises:
        LabelsError: If the pattern does not name the class exactly once or holds other braces.
    """
    text = pattern.replace("\\", "/").removeprefix("./")
    rest = text.replace(CLASS_FIELD, "", 1)
    if CLASS_FIELD not in text or "{" in rest or "}" in rest or text.startswith("/"):
        raise LabelsError(
            Message(
                "The path pattern '{pattern}' cannot be used: it is relative to the "
                "image folder and holds {{class}} exactly once and no other braces.",
                pattern=pattern,
            ),
            hint="For example --class-from '*/{class}/*.jpg' or --class-from '{class}_*.png'.",
        )
    tokens = _tokens(text)
    return _by_expression(tokens) if _is_simple(tokens) else _by_search(tokens)


def _tokens(text: str) -> list[str]:
    """Splits a pattern into its tokens and the literal texts between them."""
    tokens, end = list[str](), 0
    for token in _TOKEN.finditer(text):
        tokens += [text[end : token.start()], token.group()]
        end = token.end()
    return [token for token in [*tokens, text[end:]] if token]


def _is_simple(tokens: list[str]) -> bool:
    """Whether a regular expression has at most one choice, so that it takes the square of a path.

    A single `*` in a path component has none: it ends where the component does.
    """
    marks = "".join("\0" if token in ("*", CLASS_FIELD) else token for token in tokens)
    choices = sum(max(0, component.count("\0") - 1) for component in marks.split("/"))
    return choices + tokens.count("**") <= 1 and tokens.count("**/") <= 1


def _by_expression(tokens: list[str]) -> LabelOf:
    expression = re.compile(
        "".join(_MEANING.get(token) or re.escape(token) for token in tokens), _FLAGS
    )

    def label_of(path: str) -> str:
        match = expression.fullmatch(path)
        return match["label"] if match else ""

    return label_of


def _by_search(tokens: list[str]) -> LabelOf:
    """Tries the same ways as a regular expression, in the same order, but each only once."""
    literals = [
        None if token in _MEANING else re.compile(re.escape(token), _FLAGS) for token in tokens
    ]

    def label_of(path: str) -> str:
        seen: set[tuple[int, int, bool]] = set()
        # Token, position, whether the token has matched something, and where the class is.
        ways = [(0, 0, False, 0, 0)]
        while ways:
            index, at, begun, start, end = ways.pop()
            if (index, at, begun) in seen:
                continue
            seen.add((index, at, begun))
            if index == len(tokens):
                if at == len(path):
                    return path[start:end]
                continue
            mark, literal = tokens[index], literals[index]
            inside = at < len(path) and path[at] != "/"
            if literal is not None:
                if (match := literal.match(path, at)) is not None:
                    ways.append((index + 1, match.end(), False, start, end))
            elif mark == "?":
                if inside:
                    ways.append((index + 1, at + 1, False, start, end))
            elif mark == CLASS_FIELD:
                start = start if begun else at
                if begun:
                    ways.append((index + 1, at, False, start, at))
                if inside:
                    ways.append((index, at + 1, True, start, end))
            else:
                ways.append((index + 1, at, False, start, end))
                if mark == "**/":
                    slash = path.find("/", at)
                    if slash > at:
                        ways.append((index, slash + 1, False, start, end))
                elif inside or (mark == "**" and at < len(path)):
                    ways.append((index, at + 1, False, start, end))
        return ""

    return label_of

"""Sentences for the user: a template and its arguments, formatted where they are shown.

The layers below the window do not depend on the language. They create a `Message`; the log, the
journal and the command show its English text from `str()`, and the window looks up its template in
a translation and fills in the same arguments. Names that the user chose are always arguments, so
they are never translated.
"""

from __future__ import annotations

import json
import re
import string
from collections.abc import Iterable, Mapping
from typing import Any

_EXAMPLES = 3
_CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_DEEPEST = 5
_FORMAT = re.compile(r"\+?,?(\.\d)?[dfg%]?")  # no width, which makes a long text of a short one


class Message:
    """A sentence: a template and the values of its placeholders.

    The template is a string literal in the call, so that `packaging/translate.py` finds it.
    Placeholders follow `str.format`, such as `{name}`, `{count:,}` or `{share:.0%}`. A template
    without arguments is shown unchanged, braces included.

    Args:
        template: The English sentence with its placeholders.
        arguments: Value of each placeholder: a number, another message, or anything else as text.
    """

    __slots__ = ("arguments", "singular", "template")

    def __init__(self, template: str, /, **arguments: object) -> None:
        self.template = template
        self.singular = ""
        self.arguments: dict[str, str | int | float | Message] = {
            name: value if isinstance(value, int | float | Message) else str(value)
            for name, value in arguments.items()
        }

    @classmethod
    def plural(cls, one: str, many: str, /, *, count: int, **arguments: object) -> Message:
        """A sentence with a singular and a plural form.

        Args:
            one: The template for a count of 1.
            many: The template for any other count; the key of the translation.
            count: The number; the placeholder `{count}` of both templates.
            arguments: Values of the other placeholders.
        """
        message = cls(many, count=count, **arguments)
        message.singular = one
        return message

    @property
    def count(self) -> int | None:
        """The number that selects singular or plural; None if the sentence has no plural."""
        count = self.arguments["count"] if self.singular else None
        return count if isinstance(count, int) else None

    def __str__(self) -> str:
        template = self.singular if self.count == 1 else self.template
        return template.format(**self.shown_arguments()) if self.arguments else template

    def shown_arguments(self) -> dict[str, str | int | float | Message]:
        """The values of the placeholders, with text as it is safe to show."""
        return {
            name: shown(value) if isinstance(value, str) else value
            for name, value in self.arguments.items()
        }

    def __bool__(self) -> bool:
        return bool(self.template)

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and dump_message(self) == dump_message(other)

    def __hash__(self) -> int:
        return hash(dump_message(self))


def as_message(text: Message | str) -> Message:
    """Converts text to a message without placeholders; returns a message unchanged."""
    return text if isinstance(text, Message) else Message(text)


def shown(text: str) -> str:
    r"""Text as one line in which nothing moves the cursor or turns the reading direction.

    Control characters, which a terminal would obey, are escaped like \x1b; so are surrogates and
    characters that change the direction of what follows.
    """
    return _CONTROL.sub(_escaped, text)


def shown_lines(text: str) -> str:
    """Like `shown`, for text that has lines of its own."""
    return "\n".join(map(shown, text.split("\n")))


def _escaped(match: re.Match[str]) -> str:
    return match.group().encode("unicode_escape").decode("ascii")


def some(names: Iterable[str]) -> Message:
    """Returns the first names in quotation marks, and how many more there are."""
    names = list(names)
    shown = ", ".join(f"'{name}'" for name in names[:_EXAMPLES])
    more = len(names) - _EXAMPLES
    if more <= 0:
        return Message("{names}", names=shown)
    return Message("{names} and {more} more", names=shown, more=more)


def dump_message(message: Message) -> str:
    """Serialises a message as JSON, for the database or another process."""
    return json.dumps(_packed(message), ensure_ascii=False, sort_keys=True)


def load_message(text: str) -> Message:
    """Reads the JSON of `dump_message`, which may come from somebody else's project.

    Raises:
        ValueError: The text is not a message, or not one that can be shown.
    """
    try:
        return _unpacked(json.loads(text))
    except (LookupError, ArithmeticError, AttributeError, TypeError, RecursionError) as error:
        raise ValueError(f"not a message: {text[:80]}") from error


def stored_message(text: str, message: str | None) -> Message | str:
    """The message of a stored text, from the JSON beside it; the text alone if there is none."""
    if message is None:
        return text
    try:
        return load_message(message)
    except ValueError:
        return text


def _packed(message: Message) -> dict[str, Any]:
    arguments = {
        name: _packed(value) if isinstance(value, Message) else value
        for name, value in message.arguments.items()
    }
    packed = {"template": message.template, "arguments": arguments}
    return packed | {"singular": message.singular} if message.singular else packed


def _unpacked(packed: Mapping[str, Any], depth: int = 0) -> Message:
    if depth > _DEEPEST:
        raise ValueError("too many messages inside of each other")
    message = Message(str(packed["template"]))
    message.singular = str(packed.get("singular", ""))
    for name, value in packed["arguments"].items():
        if isinstance(value, dict):
            message.arguments[name] = _unpacked(value, depth + 1)
        else:
            message.arguments[name] = value if isinstance(value, int | float) else str(value)
    if message.singular and "count" not in message.arguments:
        raise ValueError("a plural without a count")
    if message.arguments:
        _check_fields(message.template, message.arguments)
        _check_fields(message.singular, message.arguments)
    return message


def _check_fields(template: str, arguments: Mapping[str, object]) -> None:
    """Checks that a template can be filled, and shows no more than its arguments."""
    for _, name, form, conversion in string.Formatter().parse(template):
        if name is None:
            continue
        sound = conversion in (None, "r") and _FORMAT.fullmatch(form or "")
        if name not in arguments or not sound:
            raise ValueError(f"not a placeholder: {name!r}")
    template.format(**arguments)  # raises where a number is expected and a text is given

"""Sentences that a person reads: a template and its arguments, put together where they are shown.

The layers below the window know no language. They make a `Message`; the log, the journal and the
command show its English text by `str()`, and the window looks its template up in a translation
and fills in the same arguments. A name that the user has given is always an argument, so it is
never translated.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

Argument = "str | int | float | Message"


class Message:
    """A sentence as a template and the values of its places.

    A template is a literal where it is used, so that `packaging/translate.py` finds it. Its places
    are those of `str.format`, such as `{name}`, `{count:,}` or `{share:.0%}`. A template without
    arguments is shown as it is, braces included.

    Args:
        template: The English sentence with its places.
        arguments: The value of each place: a number, another message, or anything else as text.
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
        """A sentence about `count` things.

        Args:
            one: The template for one thing.
            many: The template for none or several, which the translation is looked up by.
            count: How many; the place `{count}` of both templates.
            arguments: The values of further places.
        """
        message = cls(many, count=count, **arguments)
        message.singular = one
        return message

    @property
    def count(self) -> int | None:
        """How many things the sentence is about; None if it has no plural."""
        count = self.arguments["count"] if self.singular else None
        return count if isinstance(count, int) else None

    def __str__(self) -> str:
        template = self.singular if self.count == 1 else self.template
        return template.format(**self.arguments) if self.arguments else template

    def __bool__(self) -> bool:
        return bool(self.template)

    def __repr__(self) -> str:
        return f"Message({str(self)!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Message) and dump_message(self) == dump_message(other)

    def __hash__(self) -> int:
        return hash(dump_message(self))


def as_message(text: Message | str) -> Message:
    """A message; text is taken as a template without places."""
    return text if isinstance(text, Message) else Message(text)


def dump_message(message: Message) -> str:
    """A message as JSON, to be stored beside its English text or sent to another process."""
    return json.dumps(_packed(message), ensure_ascii=False, sort_keys=True)


def load_message(text: str) -> Message:
    """The message that `dump_message` has written.

    Raises:
        ValueError: The text is no message.
    """
    try:
        return _unpacked(json.loads(text))
    except (AttributeError, KeyError, TypeError) as error:
        raise ValueError(f"no message: {text[:80]}") from error


def stored_message(text: str, message: str | None) -> Message | str:
    """The message of a stored text, from the JSON beside it; the text alone where there is none."""
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


def _unpacked(packed: Mapping[str, Any]) -> Message:
    message = Message(str(packed["template"]))
    message.singular = str(packed.get("singular", ""))
    for name, value in packed["arguments"].items():
        if isinstance(value, dict):
            message.arguments[name] = _unpacked(value)
        else:
            message.arguments[name] = value if isinstance(value, int | float) else str(value)
    return message

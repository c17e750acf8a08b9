"""Messages: English by `str`, whole after storing, equal by what they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahsml_app.base.message import (
    Message,
    as_message,
    dump_message,
    load_message,
    shown,
    some,
    stored_message,
)

TEXTS = st.text(max_size=20)


@given(st.dictionaries(st.sampled_from(["a", "b", "c"]), TEXTS | st.integers() | st.booleans()))
def test_a_message_comes_back_from_its_stored_form(arguments: dict[str, object]) -> None:
    template = " and ".join(f"{{{name}}}" for name in arguments) or "nothing"
    message = Message(template, **arguments)
    again = load_message(dump_message(message))
    assert again == message
    assert str(again) == str(message)


def test_messages_inside_of_messages_come_back_too() -> None:
    inner = Message.plural("{count} image", "{count:,} images", count=1204)
    outer = Message("Relabel {what} to {label}", what=inner, label="dog")
    assert str(outer) == "Relabel 1,204 images to dog"
    assert load_message(dump_message(outer)) == outer
    one = Message.plural("{count} image", "{count:,} images", count=1)
    assert str(load_message(dump_message(Message("Drop {what}", what=one)))) == "Drop 1 image"


@pytest.mark.parametrize(
    "text",
    ["", "[]", "7", '{"template": "x"}', "{", "[" * 5000, '{"template":"","arguments":[]}'],
)
def test_what_is_no_stored_message_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        load_message(text)
    assert stored_message("the text", text) == "the text"


@pytest.mark.parametrize(
    "template",
    [
        *("{}", "{0}", "{other}", "{", "}", "{count.real}", "{count[0]}", "{what.__class__}"),
        *("{count:999999999}", "{count:{count}}", "{what:,}", "{count!s}", "{large:.0%}"),
    ],
)
@pytest.mark.parametrize("field", ["template", "singular"])
def test_a_stored_message_cannot_show_more_than_its_arguments(field: str, template: str) -> None:
    arguments = {"count": 1, "what": "dog", "large": 10**400}
    packed = {"template": "{what}", "singular": "{what}", "arguments": arguments}
    assert str(load_message(json.dumps(packed))) == "dog"
    with pytest.raises(ValueError, match=r"."):
        load_message(json.dumps(packed | {"template": template, field: template}))


def test_a_stored_plural_without_a_count_is_refused() -> None:
    with pytest.raises(ValueError, match="without a count"):
        load_message('{"template": "{n}", "singular": "one", "arguments": {"n": 1}}')


def test_messages_very_deep_inside_of_each_other_are_refused() -> None:
    packed: dict[str, object] = {"template": "x", "arguments": {}}
    for _ in range(50):
        packed = {"template": "{why}", "arguments": {"why": packed}}
    with pytest.raises(ValueError, match="inside of each other"):
        load_message(json.dumps(packed))


@pytest.mark.parametrize(("count", "shown"), [(0, "0 files"), (1, "1 file"), (2, "2 files")])
def test_one_thing_is_said_otherwise(count: int, shown: str) -> None:
    assert str(Message.plural("{count} file", "{count} files", count=count)) == shown


def test_braces_of_names_are_no_places() -> None:
    assert str(Message("Keep {what}", what="{odd}")) == "Keep {odd}"
    assert str(Message("--class-from '*/{class}/*'")) == "--class-from '*/{class}/*'"


def test_other_values_are_taken_as_text() -> None:
    message = Message("{path}: {reason}", path=Path("a.jpg"), reason=OSError("broken"))
    assert str(message) == "a.jpg: broken"
    assert as_message("as it is") == Message("as it is")
    assert not as_message("")


@pytest.mark.parametrize("stored", [None, "", "[]", '{"template": 3', "null"])
def test_a_decision_without_a_readable_message_shows_its_text(stored: str | None) -> None:
    assert stored_message("Keep 3 images", stored) == "Keep 3 images"


def test_a_stored_message_is_read_in_place_of_its_text() -> None:
    message = Message("Keep {name}", name="cat")
    stored = stored_message("Keep cat", dump_message(message))
    assert stored == message
    assert len({stored, message}) == 1


def test_equal_messages_are_one_in_a_set() -> None:
    one, other = (Message("{count} images", count=3) for _ in range(2))
    assert len({one, other, Message("{count} images", count=4)}) == 2


def test_a_message_shows_its_text_to_a_programmer() -> None:
    assert repr(Message("{count} images", count=3)) == "Message('3 images')"


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("cat", "cat"),
        ("K\u00e4fer \u200e\u5d07 \U0001f408", "K\u00e4fer \u200e\u5d07 \U0001f408"),
        ("\x1b]0;title\x07", r"\x1b]0;title\x07"),
        ("\x9b2J\x7f", r"\x9b2J\x7f"),
        ("a\r\nerror: b\t", r"a\r\nerror: b\t"),
        ("a\u202egpj.exe\u2066", r"a\u202egpj.exe\u2066"),
        ("a\udcff\u2028", r"a\udcff\u2028"),
    ],
)
def test_what_a_terminal_would_obey_is_escaped(text: str, safe: str) -> None:
    assert shown(text) == safe
    assert str(Message("The image {path}.", path=Path(text))) == f"The image {safe}."
    assert str(Message("{names}", names=some([text]))) == f"'{safe}'"


def test_a_stored_message_keeps_its_names() -> None:
    message = Message("Keep {name}", name="\x1b[2J")
    assert "\\u001b" in dump_message(message)
    assert load_message(dump_message(message)).arguments["name"] == "\x1b[2J"

"""The description of an option, and the check of its values."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import NoneType
from typing import Any, Literal, get_args, get_origin, get_type_hints

from ahsml_app.base.options.plugins import plugin_names

OptionKind = Literal["switch", "whole", "text", "path", "choice"]

OPTION = "option"
"""Key of an `Option` in the metadata of a dataclass field."""


@dataclass(frozen=True, slots=True)
class Option:
    """Description of one option, in the metadata of a field that adds its type and default.

    Attributes:
        help: Text in `--help`, without range and default.
        explanation: Full explanation for reference and window, without range and default.
        metavar: Name of the value in `--help` and reference, such as `N`.
        minimum: Smallest value of a whole number.
        maximum: Largest value of a whole number, None for no limit.
        default_text: The default in words; empty to show the value itself.
        label: Its name in the Advanced form of the window; empty if the form omits it.
        suggestions: Titles, values and remarks of values that the window suggests.
        requires: Name of the switch without which it has no effect; empty for none.
        positional: Whether the command takes it without a flag.
        count: Number of values that it takes.
        in_command: Whether the command and the settings file accept it.
        plugins: Group of entry points whose names are further choices; empty for none.
        numbered: Whether a whole number is a choice as well.
        name: Its name everywhere: `finetune_epochs` is `--finetune-epochs`. By default the name of
            the field.
        section: Field of `RunOptions` that holds it. `options_of` sets this and all below.
        field: Field of the section.
        kind: Type of its values.
        choices: Values of a choice.
        default: Value if none is given.
    """

    help: str
    explanation: str
    metavar: str = ""
    minimum: int = 0
    maximum: int | None = None
    default_text: str = ""
    label: str = ""
    suggestions: tuple[tuple[str, str, str], ...] = ()
    requires: str = ""
    positional: bool = False
    count: int = 1
    in_command: bool = True
    plugins: str = ""
    numbered: bool = False
    name: str = ""
    section: str = ""
    field: str = ""
    kind: OptionKind = "text"
    choices: tuple[str, ...] = ()
    default: Any = None

    @property
    def key(self) -> str:
        """Its name in a settings file."""
        return self.name.replace("_", "-")

    @property
    def flag(self) -> str:
        """Its name on the command line."""
        return self.metavar if self.positional else f"--{self.key}"

    @property
    def range(self) -> str:
        """Allowed numbers in words; empty for other kinds."""
        return self._numbers if self.kind == "whole" else ""

    @property
    def shown_default(self) -> str:
        """The default in words; empty if there is none to show."""
        if self.default_text or self.default is None or self.kind == "switch":
            return self.default_text
        return str(self.default)

    @property
    def all_choices(self) -> tuple[str, ...]:
        """Values of a choice, with those of plug-ins."""
        added = plugin_names(self.plugins) if self.plugins else ()
        return (*self.choices, *(name for name in added if name not in self.choices))

    def check(self, value: object) -> Any:
        """Checks a value and converts it to the type that `RunOptions` holds.

        Raises:
            ValueError: If the value is invalid; the message says which values are valid.
        """
        if self.kind == "switch" and not isinstance(value, bool):
            raise ValueError(f"{value!r} is neither true nor false")
        if self.kind == "whole" and not self._is_in_range(value):
            raise ValueError(f"{value!r} is not a whole number {self.range}")
        if self.kind == "choice" and value not in self.choices and not self._is_number(value):
            choices = self.all_choices  # looked up only here, since packages must be searched
            if value not in choices:
                number = f", or a whole number {self._numbers}" if self.numbered else ""
                raise ValueError(f"{value!r} is not one of {', '.join(choices)}{number}")
        if self.kind in ("text", "path") and not (isinstance(value, str) and value):
            raise ValueError(f"{value!r} is not text")
        return Path(str(value)) if self.kind == "path" else value

    def parse(self, text: str) -> Any:
        """Parses the value on the command line; raises what `check` raises."""
        if self.numbered and text.isascii() and text.isdecimal():
            return self.check(int(text))
        if self.kind != "whole":
            return self.check(text)
        try:
            return self.check(int(text))
        except ValueError:
            raise ValueError(f"{text!r} is not a whole number {self.range}") from None

    @property
    def _numbers(self) -> str:
        upper = "" if self.maximum is None else f" to {self.maximum}"
        return f"from {self.minimum}{upper}"

    def _is_number(self, value: object) -> bool:
        return self.numbered and self._is_in_range(value)

    def _is_in_range(self, value: object) -> bool:
        if not isinstance(value, int) or isinstance(value, bool):
            return False
        return value >= self.minimum and (self.maximum is None or value <= self.maximum)


def options_of(owner: type, section: str = "") -> Iterator[Option]:
    """The options that the fields of a dataclass describe, in their order."""
    types = get_type_hints(owner)
    for item in dataclasses.fields(owner):
        option: Option = item.metadata[OPTION]
        kind, choices = _kind_of(types[item.name])
        default = None if item.default is dataclasses.MISSING else item.default
        yield dataclasses.replace(
            option,
            name=option.name or item.name,
            section=section,
            field=item.name,
            kind=kind,
            choices=choices,
            default=default,
        )


def _kind_of(annotation: Any) -> tuple[OptionKind, tuple[str, ...]]:
    if get_origin(annotation) is Literal:
        return "choice", get_args(annotation)
    members = [member for member in get_args(annotation) if member is not NoneType]
    if members:  # an optional value
        return _kind_of(members[0])
    kinds: dict[type, OptionKind] = {bool: "switch", int: "whole", str: "text", Path: "path"}
    return kinds[annotation], ()

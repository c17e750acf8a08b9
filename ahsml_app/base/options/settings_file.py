"""Options as a TOML file: `--config` reads it, `--save-config` writes it.

Each key is the name of an option on the command line, without the leading dashes.
"""

from __future__ import annotations

import difflib
import json
import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ahsml_app.base.errors import OptionError, OutputError
from ahsml_app.base.message import Message
from ahsml_app.base.options.option import Option
from ahsml_app.base.options.option_table import OPTIONS, SECTIONS
from ahsml_app.base.paths import APP_NAME, atomic_write

_KEYS = {option.key: option for option in OPTIONS.values() if option.in_command}


def read_settings(path: Path) -> dict[str, Any]:
    """Reads the values of a settings file, by the names of the options.

    Raises:
        OptionError: The file cannot be read, or has an unknown key or an invalid value; names the
            file and the key.
    """
    try:
        content = tomllib.loads(path.read_text("utf-8-sig"))
    except OSError as error:
        raise OptionError(
            Message(
                "The settings file {path} cannot be read: {reason}.",
                path=path,
                reason=error.strerror,
            ),
            hint=Message("{program} --save-config FILE writes one.", program=APP_NAME),
        ) from error
    except (ValueError, RecursionError) as error:  # not TOML, or not UTF-8, or too deep
        raise OptionError(
            Message(
                "The settings file {path} is not valid TOML: {reason}.", path=path, reason=error
            ),
            hint=Message("{program} --save-config FILE writes one.", program=APP_NAME),
        ) from error
    values = {}
    for key, value in content.items():
        option = _KEYS.get(key)
        if option is None:
            similar = difflib.get_close_matches(key, _KEYS, n=1)
            hint = Message("It may hold {keys}.", keys=_all_keys())
            if similar:
                hint = Message("Did you mean {key!r}?", key=similar[0])
            raise OptionError(
                Message("The settings file {path} has an unknown key {key!r}.", path=path, key=key),
                hint=hint,
            )
        try:
            values[option.name] = option.check(value)
        except ValueError as error:
            raise OptionError(
                Message(
                    "The settings file {path} has a wrong value of {key!r}: {reason}.",
                    path=path,
                    key=key,
                    reason=error,
                ),
                hint="Change or remove the line.",
            ) from error
    return values


def write_settings(path: Path, values: Mapping[str, Any], *, force: bool = False) -> None:
    """Writes the values of options; all other options appear as comments.

    Args:
        path: The file.
        values: Values by the names of the options.
        force: Replaces an existing settings file.

    Raises:
        OutputError: The file exists or cannot be written.
    """
    if path.exists() and not force:
        raise OutputError(
            Message("{path} exists.", path=path), hint="Choose another name, or add --force."
        )
    if path.exists():
        _check_is_settings(path)
    try:
        with atomic_write(path, "w", encoding="utf-8", newline="\n") as stream:
            stream.write("\n".join(_lines(values)) + "\n")
    except OSError as error:
        raise OutputError(
            Message("{path} cannot be written: {reason}.", path=path, reason=error.strerror),
            hint="Choose a folder that you may write to.",
        ) from error
    except UnicodeEncodeError as error:  # a file name that is not valid text
        raise OutputError(
            Message("{path} cannot hold a name that is not valid text.", path=path),
            hint="Rename the file or folder that the option names.",
        ) from error


def _check_is_settings(path: Path) -> None:
    """Refuses to replace anything else, such as an image whose name was given by mistake."""
    try:
        read_settings(path)
    except OptionError as error:
        raise OutputError(
            Message("{path} is not replaced: it is not a settings file.", path=path),
            hint="Choose another name, or delete the file if nobody needs it.",
            details=str(error.message),
        ) from error


def _lines(values: Mapping[str, Any]) -> Iterator[str]:
    yield f"# Settings of {APP_NAME}, read by --config. A flag on the command line wins over them."
    for section in SECTIONS:
        yield f"\n# {section}"
        for option in _KEYS.values():
            if option.section == section:
                yield _line(option, values)


def _line(option: Option, values: Mapping[str, Any]) -> str:
    if option.name in values:
        return f"{option.key} = {_literal(values[option.name])}"
    default = "" if option.default is None else _literal(option.default)
    return f"# {option.key} = {default}".rstrip()


def _literal(value: object) -> str:
    """The value as TOML, which writes strings and numbers as JSON does, except for DEL."""
    text = str(value) if isinstance(value, Path) else value
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _all_keys() -> str:
    return ", ".join(_KEYS)

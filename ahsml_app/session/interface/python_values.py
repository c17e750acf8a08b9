"""Takes options, labels and features as Python programs have them."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Hashable, Mapping
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Any

import numpy as np

from ahsml_app.base.decisions import can_name_class
from ahsml_app.base.errors import OptionError
from ahsml_app.base.message import Message
from ahsml_app.base.options.option_table import OPTIONS
from ahsml_app.base.types import AnyArray


def checked_options(values: Mapping[str, object]) -> dict[str, Any]:
    """Checks options that a program gives by name; None stands for the default.

    Raises:
        OptionError: If there is no such option, or its value is none.
    """
    checked: dict[str, Any] = {}
    for name, value in values.items():
        option = OPTIONS.get(name)
        if option is None:
            similar = difflib.get_close_matches(name, OPTIONS, n=1)
            hint = Message("Options are those of the command, with underscores.")
            if similar:
                hint = Message("Did you mean {key!r}?", key=similar[0])
            raise OptionError(Message("There is no option {name!r}.", name=name), hint=hint)
        if value is None and option.default is None:
            continue
        if isinstance(value, np.integer):
            value = int(value)
        try:
            checked[name] = option.check(str(value) if isinstance(value, Path) else value)
        except ValueError as error:
            raise OptionError(
                Message("The option {name!r} cannot be used: {reason}.", name=name, reason=error),
                hint="Give another value, or leave it out.",
            ) from error
    return checked


def listed_values(values: Any, what: str) -> list[Hashable]:
    """N labels or groups as plain values; None for a missing one.

    Args:
        values: A sequence, an array, a column of pandas or a tensor. None, NaN, masked values and
            empty texts are missing. Whole numbers are such also where they are written as floats.
        what: What they are, for messages.

    Raises:
        ValueError: If they are something else.
    """
    if isinstance(values, str | bytes | Mapping | AbstractSet):
        raise ValueError(f"{what} are a sequence, one for each row")  # noqa: TRY004 - as documented
    values = _without_tensor(values)
    if getattr(values, "ndim", 1) == 2 and hasattr(values, "to_numpy"):  # a table of pandas
        values = values.to_numpy()
    if not isinstance(values, np.ndarray):
        values = list(values)
        if any(hasattr(value, "item") for value in values):
            values = [_without_tensor(v).item() if hasattr(v, "item") else v for v in values]
    elif values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    elif values.ndim != 1:
        raise ValueError(f"{what} of shape {values.shape} are not one for each row")
    plain = [_plain(value) for value in (values if isinstance(values, list) else values.tolist())]
    try:
        distinct = set(plain) - {None}
    except TypeError as error:
        raise ValueError(f"{what} are texts or numbers, one for each row") from error
    if all(isinstance(v, int) or (isinstance(v, float) and v.is_integer()) for v in distinct):
        return [value if value is None or isinstance(value, bool) else int(value)
                for value in plain]  # fmt: skip
    if len(set(map(str, distinct))) < len(distinct):  # such as 1 and "1"
        return [None if value is None else str(value) for value in plain]
    return plain


def class_name(label: Any, known: Collection[str]) -> str:
    """The name of a class, which may be new; empty for none.

    Raises:
        TypeError: If it is no text or whole number.
        ValueError: If no new class can have it: it becomes the name of a folder, and of a line.
    """
    if isinstance(label, int | np.integer) and not isinstance(label, bool):
        label = str(int(label))
    if not isinstance(label, str):
        raise TypeError(f"a label is the name of a class, not {label!r}")
    if not label or label in known:
        return str(label)
    name = " ".join(each for each in label.split(" ") if each)
    if name in (".", "..") or not can_name_class(name):
        raise ValueError(f"a new class cannot be called {label!r}")
    return name


def feature_array(data: Any) -> AnyArray:
    """Features as an array of finite real numbers.

    Raises:
        ValueError: If they hold anything else.
    """
    data = _without_tensor(data)
    if hasattr(data, "toarray"):  # a sparse matrix of scipy
        data = data.toarray()
    if isinstance(data, np.ma.MaskedArray):
        if np.ma.is_masked(data):
            raise ValueError("features hold masked values")
        data = data.data
    features: AnyArray = np.asarray(data)
    if features.dtype.kind in "OUS":  # a table of pandas whose cells are texts
        try:
            features = features.astype(np.float64)
        except (TypeError, ValueError) as error:
            raise ValueError("features hold what is no number") from error
    if features.dtype.kind not in "biuf":
        raise ValueError(f"features of the type {features.dtype} are no real numbers")
    if not np.isfinite(features).all():
        raise ValueError("features hold numbers that are not finite")
    return features


def _without_tensor(values: Any) -> Any:
    """A tensor of torch as an array; anything else as it is."""
    if hasattr(values, "detach"):
        return values.detach().cpu().numpy()
    return values


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    return None if value is None or _is_missing(value) or value == "" else value


def _is_missing(value: Any) -> bool:
    try:
        return bool(value != value)
    except TypeError:  # the missing value of pandas compares with nothing
        return True
    except ValueError:  # an array, which is no value
        return False

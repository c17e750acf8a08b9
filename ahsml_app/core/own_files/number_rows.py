"""Rows of numbers in a file, with the paths of the images that they belong to."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ahsml_app.base.errors import InputError
from ahsml_app.base.message import Message
from ahsml_app.base.types import AnyArray, FloatArray

WIDEST = 1 << 16
"""Most numbers of a row."""

PART_BYTES = 1 << 25
"""About the size of a part of a file that is in memory at a time."""


@dataclass(frozen=True, slots=True)
class NumberRows:
    """The rows of a file, which are read a part at a time.

    Attributes:
        file: The file.
        count: N, the number of rows.
        width: W, the numbers of a row.
        paths: N paths of images as they are written; None if the rows have none.
        names: Names of the W columns; empty if they have none.
        read: Reads the rows from the first to the last, in parts of (B, W).
        left_out: Names of columns of numbers that are none of the rows, such as labels.
    """

    file: Path
    count: int
    width: int
    paths: Sequence[str] | None
    names: tuple[str, ...]
    read: Callable[[], Iterator[AnyArray]]
    left_out: tuple[str, ...] = ()

    def parts(self) -> Iterator[tuple[int, FloatArray]]:
        """Yields the number of the first row of each part, and its (B, W) finite numbers.

        Raises:
            InputError: If a number is not finite, or the file ends early.
        """
        start = 0
        for values in self.read():
            with np.errstate(over="ignore", invalid="ignore"):
                numbers = np.asarray(values, dtype=np.float32)
            finite = np.isfinite(numbers).all(axis=1)
            if not finite.all():
                raise unusable(
                    self.file,
                    Message(
                        "row {row:,} holds a number that is missing, not finite or too large",
                        row=start + int(np.argmin(finite)) + 1,
                    ),
                    Message("Leave out the images that your model gives no numbers for."),
                )
            yield start, numbers
            start += len(numbers)
        if start != self.count:
            raise unusable(self.file, Message("it ends early"), WRITE_AGAIN)


def part_height(width: int, item: int) -> int:
    """Returns how many rows to read at a time.

    Args:
        width: Numbers of a row.
        item: Bytes of a number.
    """
    return max(1, PART_BYTES // max(1, width * item))


def checked_size(file: Path, count: int, width: int) -> None:
    """Refuses a table without rows or columns, or with too many columns.

    Raises:
        InputError: If it is one.
    """
    if not count or not width:
        raise unusable(file, Message("it has no numbers"), WRITE_AGAIN)
    if width > WIDEST:
        reason = Message(
            "its rows are {width:,} long, but at most {most:,} is possible",
            width=width,
            most=WIDEST,
        )
        raise unusable(file, reason, Message("Give the output of a later layer of your model."))


WRITE_AGAIN = Message("Write the file again; the guide's page on your own model has an example.")


def unusable(file: Path, reason: Message, hint: Message) -> InputError:
    """The error of a file that cannot be used."""
    return InputError(Message("{file} cannot be used: {reason}.", file=file, reason=reason),
                      hint=hint)  # fmt: skip

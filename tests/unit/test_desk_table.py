"""The table of what the desk promises names tests and pictures that exist."""

from __future__ import annotations

import re
from pathlib import Path

TEST = re.compile(r"`(tests/[\w/]+\.py)::(\w+)`")
PICTURE = re.compile(r"\]\(([^)]+\.png)\)")


def rows(checkout: Path) -> list[str]:
    lines = (checkout / "docs" / "desk.md").read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line.startswith("| ") and not line.startswith("| **")][1:]


def test_each_row_names_a_test_that_exists(checkout: Path) -> None:
    named = rows(checkout)
    assert len(named) > 70
    for row in named:
        found = TEST.search(row)
        assert found, row
        source = (checkout / found[1]).read_text(encoding="utf-8")
        assert f"\ndef {found[2]}(" in source, row


def test_each_picture_exists(checkout: Path) -> None:
    pictures = [name for row in rows(checkout) for name in PICTURE.findall(row)]
    assert pictures
    for picture in pictures:
        assert (checkout / "docs" / picture).is_file(), picture

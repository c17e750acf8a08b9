"""Tables that a spreadsheet opens without running what they hold."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ahsml_app.base.table_files import defused, write_table


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("=1+1", "'=1+1"),
        ("+cmd", "'+cmd"),
        ("-cmd|' /C calc'!A0", "'-cmd|' /C calc'!A0"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "\t'=1"),
        ("\rcat", "'\rcat"),
        ("\uff1d1", "'\uff1d1"),
        ("a;=1", "a;'=1"),
        ('a,"=1', "a,\"'=1"),
        ("a\n=1", "a\n'=1"),
        ("-5", "-5"),
        ("-1.25e-3", "-1.25e-3"),
        ("cat", "cat"),
        ("cat-dog/1=2.jpg", "cat-dog/1=2.jpg"),
        ("", ""),
    ],
)
def test_what_begins_a_formula_is_defused(text: str, safe: str) -> None:
    assert defused(text) == safe


def test_a_table_is_defused_only_where_that_is_asked_for(tmp_path: Path) -> None:
    for safe, cell in ((False, "=1"), (True, "'=1")):
        write_table(tmp_path / "t.csv", ["=1", "b"], [["=1", "x"]], csv_safe=safe)
        with (tmp_path / "t.csv").open(encoding="utf-8", newline="") as stream:
            assert list(csv.reader(stream)) == [[cell, "b"], [cell, "x"]]

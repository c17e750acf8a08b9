"""A path pattern is matched fast, whatever the names of the files are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ahsml_app.core.data.class_pattern import (
    _by_expression,
    _by_search,
    _tokens,
    compile_class_pattern,
)

PIECES = ["*", "**", "**/", "?", "/", "a", "b", "_", ".", "A"]


@pytest.mark.parametrize(
    ("pattern", "path"),
    [
        ("*a*a*a*a*{class}b", "a" * 80),
        ("{class}a*a*a*a*a*b", "a" * 120),
        ("*a*/*a*/{class}a*/*b", "/".join(["a" * 120] * 4)),
        ("**a**a**a**{class}b", "a/" * 100),
        ("**/**/**/**/**/{class}b", "a/" * 120),
        ("**/*_{class}_*x", "_" * 250),
    ],
)
def test_no_name_takes_long(pattern: str, path: str) -> None:
    compiled = compile_class_pattern(pattern)
    start = time.process_time()  # a regular expression would take hours
    assert compiled(path) == ""
    assert time.process_time() - start < 5


@given(
    st.lists(st.sampled_from(PIECES), max_size=5),
    st.lists(st.sampled_from(PIECES), max_size=5),
    st.text("aAb_./", max_size=12),
)
def test_both_ways_of_matching_agree(before: list[str], after: list[str], path: str) -> None:
    tokens = _tokens("".join([*before, "{class}", *after]))
    assert _by_search(tokens)(path) == _by_expression(tokens)(path)

"""The file of a self-test may come from somebody else."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from small_results import small_self_test

from ahsml_app.store.self_test_file import read_self_test, write_self_test


def _with(folder: Path, *path: Any, value: Any) -> Path:
    """The file of a sound self-test in which one value is another one."""
    file = folder / "self-test.json"
    write_self_test(file, small_self_test())
    content = json.loads(file.read_text("utf-8"))
    place = content
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    file.write_text(json.dumps(content), "utf-8")
    return file


def test_a_self_test_comes_back(tmp_path: Path) -> None:
    write_self_test(tmp_path / "self-test.json", small_self_test())
    assert read_self_test(tmp_path / "self-test.json") == small_self_test()


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["results"], "."),
        (["results"], [1]),
        (["finished"], 5),
        (["seconds"], "30"),
        (["seconds"], 10**400),
        (["images"], True),
        (["results", 0, "kind"], "odd"),
        (["results", 0, "planted"], 0),
        (["results", 0, "found"], [0.5]),
        (["results", 0, "estimate"], [1, 2]),
        (["results", 0, "estimate"], [1, "2", 3]),
        (["results", 0, "calibration"], [{"images": 1, "stated": None, "observed": 0.5}]),
    ],
)
def test_values_of_another_type_are_none(path: list[Any], value: Any, tmp_path: Path) -> None:
    assert read_self_test(_with(tmp_path, *path, value=value)) is None


@pytest.mark.parametrize("text", ['""', "[]", "[" * 5000, "{", '{"budgets": 1}'])
def test_another_file_is_none(text: str, tmp_path: Path) -> None:
    (tmp_path / "self-test.json").write_text(text, "utf-8")
    assert read_self_test(tmp_path / "self-test.json") is None

from __future__ import annotations

from pathlib import Path

import pytest

from ahsml_app.store.recent_projects import MOST, forget, read_recent, remember


def folders(file: Path) -> list[str]:
    return [entry["folder"] for entry in read_recent(file)]


def test_the_newest_project_comes_first_and_each_only_once(tmp_path: Path) -> None:
    file = tmp_path / "recent.json"
    for name in ("a", "b", "a"):
        remember(file, {"folder": name})
    assert folders(file) == ["a", "b"]
    forget(file, Path("a"))
    assert folders(file) == ["b"]


def test_the_oldest_projects_leave_a_full_list(tmp_path: Path) -> None:
    file = tmp_path / "recent.json"
    for number in range(MOST + 2):
        remember(file, {"folder": str(number)})
    assert folders(file) == [str(number) for number in range(MOST + 1, 1, -1)]


@pytest.mark.parametrize("text", ["{", "3", '["a", {"name": "b"}]'])
def test_a_damaged_list_holds_no_project_and_is_written_anew(tmp_path: Path, text: str) -> None:
    file = tmp_path / "recent.json"
    file.write_text(text, "utf-8")
    assert read_recent(file) == []
    remember(file, {"folder": "a"})
    assert folders(file) == ["a"]


def test_a_list_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    file = tmp_path / "recent.json"
    file.mkdir()
    remember(file, {"folder": "a"})
    assert read_recent(file) == []

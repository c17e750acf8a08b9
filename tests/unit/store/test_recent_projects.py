from __future__ import annotations

import json
from pathlib import Path

import pytest

from ahsml_app.store.recent_projects import MOST, forget, read_recent, remember


def folders(file: Path) -> list[str]:
    return [entry["folder"] for entry in read_recent(file)]


def test_the_newest_project_comes_first_and_each_only_once(tmp_path: Path) -> None:
    file = tmp_path / "recent.json"
    one, other = str(tmp_path / "a"), str(tmp_path / "b")
    for name in (one, other, one, str(tmp_path / "b" / ".." / "a")):
        remember(file, {"folder": name})
    assert folders(file) == [one, other]
    forget(file, tmp_path / "a")
    assert folders(file) == [other]


def test_a_list_that_names_a_folder_twice_is_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "a")
    file = tmp_path / "recent.json"
    names = ("link", "./a", str(tmp_path / "a"))
    file.write_text(json.dumps([{"folder": name} for name in names]), "utf-8")
    assert folders(file) == [str(tmp_path / "link")]
    remember(file, {"folder": str(tmp_path / "a")})
    assert folders(file) == [str(tmp_path / "a")]


def test_a_relative_path_is_the_project_in_that_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "recent.json"
    monkeypatch.chdir(tmp_path)
    for name in ("a", str(tmp_path / "a"), "./a"):
        remember(file, {"folder": name})
    assert folders(file) == [str(tmp_path / "a")]
    forget(file, Path("a"))
    assert folders(file) == []


def test_the_oldest_projects_leave_a_full_list(tmp_path: Path) -> None:
    file = tmp_path / "recent.json"
    for number in range(MOST + 2):
        remember(file, {"folder": str(tmp_path / str(number))})
    newest = range(MOST + 1, 1, -1)
    assert folders(file) == [str(tmp_path / str(number)) for number in newest]


@pytest.mark.parametrize("text", ["{", "3", '["a", {"name": "b"}]'])
def test_a_damaged_list_holds_no_project_and_is_written_anew(tmp_path: Path, text: str) -> None:
    file = tmp_path / "recent.json"
    file.write_text(text, "utf-8")
    assert read_recent(file) == []
    remember(file, {"folder": str(tmp_path)})
    assert folders(file) == [str(tmp_path)]


def test_names_that_no_folder_can_have_are_no_hindrance(tmp_path: Path) -> None:
    file = tmp_path / "recent.json"
    names = ("\ud800", "a\0b", str(tmp_path))
    file.write_text(json.dumps([{"folder": name} for name in names]), "utf-8")
    assert folders(file)[-1] == str(tmp_path)
    remember(file, {"folder": str(tmp_path / "new")})
    assert folders(file)[0] == str(tmp_path / "new")


def test_a_list_that_cannot_be_written_is_done_without(tmp_path: Path) -> None:
    file = tmp_path / "recent.json"
    file.mkdir()
    remember(file, {"folder": "a"})
    assert read_recent(file) == []

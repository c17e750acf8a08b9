"""The projects of an image folder are found among those that this user knows."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest
from sample_projects import make_images, make_project

from ahsml_app.base.options.run_options import Source
from ahsml_app.session.project import find_project
from ahsml_app.session.project.find_project import projects_of
from ahsml_app.store.new_project import DATABASE

ODD_FACTS = [
    ("name", None),
    ("root", json.dumps("/a\0b")),
    ("source", json.dumps({"folder": "/a", "labels": 5})),
    ("source", "[" * 100_000),
    ("relative_root", json.dumps(7)),
]


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return make_images(tmp_path / "images", per_class=2, side=8)


def made(images: Path, name: str) -> Path:
    project = make_project(images, trained=False, name=name)
    project.close()
    return project.folder


@pytest.mark.parametrize(("name", "value"), ODD_FACTS)
def test_an_odd_project_is_passed_over(
    images: Path, tmp_path: Path, name: str, value: str | None
) -> None:
    good, odd = made(images, "good"), made(images, "odd")
    connection = sqlite3.connect(odd / DATABASE)
    connection.execute("DELETE FROM fact WHERE name = ?", (name,))
    cell = b"\xff" if value is None else value
    connection.execute("INSERT INTO fact VALUES (?, ?)", (name, cell))
    if name == "root":
        connection.execute("DELETE FROM fact WHERE name = 'relative_root'")
    if name == "relative_root":
        connection.execute("UPDATE fact SET value = ? WHERE name = 'root'", (json.dumps("/gone"),))
    connection.commit()
    connection.close()
    assert [project.folder for project in projects_of(Source(images))] == [good]
    assert projects_of(Source(tmp_path / "others")) == []


def test_of_many_projects_the_newest_are_looked_into(
    images: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [made(images, f"p{number}") for number in range(4)]
    find_project.recent_file().unlink()
    monkeypatch.setattr(find_project, "MOST_LOOKED_INTO", 3)  # with the list of projects, if any
    found = [project.folder for project in projects_of(Source(images))]
    assert found == folders[:0:-1]

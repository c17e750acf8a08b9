"""Opening a project folder that is damaged, and trainings that were not recorded."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from ahsml_app.base.errors import OutputError, ProjectError
from ahsml_app.base.types import SampleTable
from ahsml_app.store.files.training_arrays import run_folder, write_run
from ahsml_app.store.project_folder import DATABASE, LOCK, ProjectFolder

FACTS = {
    "name": "p",
    "source": {"folder": "/images", "labels": None, "label_column": "label", "class_from": None},
}


def make(folder: Path) -> None:
    table = SampleTable(Path("/images"), ("a.jpg",), np.array([0]), ("cat",))
    ProjectFolder.create(folder, FACTS, table, ()).close()


def test_a_project_that_cannot_be_opened_is_not_left_locked(tmp_path: Path) -> None:
    make(tmp_path / "p")
    database = tmp_path / "p" / DATABASE
    whole = database.read_bytes()
    database.write_bytes(b"no database" * 1000)
    with pytest.raises(ProjectError, match=r"project\.sqlite is damaged"):
        ProjectFolder.open(tmp_path / "p")
    assert not (tmp_path / "p" / LOCK).exists()
    database.write_bytes(whole)
    project = ProjectFolder.open(tmp_path / "p")
    assert not project.read_only
    project.close()


def test_a_project_whose_lock_cannot_be_made_opens_read_only(tmp_path: Path) -> None:
    make(tmp_path / "p")
    (tmp_path / "p" / LOCK).mkdir()
    project = ProjectFolder.open(tmp_path / "p")
    assert project.read_only
    assert project.facts()["name"] == "p"
    project.close()


def test_a_project_folder_under_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(OutputError, match="cannot be made"):
        make(tmp_path / "file" / "p")


def test_a_training_that_was_never_recorded_is_replaced_whole(tmp_path: Path) -> None:
    write_run(tmp_path, 1, {"posterior": np.zeros(3), "old": np.ones(1)})
    write_run(tmp_path, 1, {"posterior": np.ones(3)})
    files = sorted(path.name for path in run_folder(tmp_path, 1).iterdir())
    assert files == ["digests.json", "posterior.npy"]
    np.testing.assert_array_equal(np.load(run_folder(tmp_path, 1) / "posterior.npy"), np.ones(3))
    assert [path.name for path in run_folder(tmp_path, 1).parent.iterdir()] == [
        run_folder(tmp_path, 1).name
    ]


def test_a_closed_project_is_free_and_can_no_longer_be_used(tmp_path: Path) -> None:
    make(tmp_path / "p")
    project = ProjectFolder.open(tmp_path / "p")
    project.set_fact("name", "q")
    project.close()
    project.close()
    assert [path.name for path in tmp_path.glob("p/*sqlite*")] == [DATABASE]
    assert not (tmp_path / "p" / LOCK).exists()
    with pytest.raises(sqlite3.ProgrammingError):
        project.facts()

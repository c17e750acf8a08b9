"""Opening a project folder that is damaged, and trainings that were not recorded."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from ahsml_app.base.decisions import Decision, DecisionKind
from ahsml_app.base.errors import OutputError, ProjectError
from ahsml_app.base.folder_changes import FolderChanges, SampleState
from ahsml_app.base.message import Message
from ahsml_app.base.types import SampleTable
from ahsml_app.store.files.training_arrays import run_folder, write_run
from ahsml_app.store.journal_state import Effects
from ahsml_app.store.new_project import DATABASE, LOCK
from ahsml_app.store.project_folder import ProjectFolder

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


KEEP = Decision(DecisionKind.KEEP)


def make_three(folder: Path) -> ProjectFolder:
    paths, labels = ("a.jpg", "b.jpg", "c.jpg"), np.array([0, 0, 1])
    table = SampleTable(Path("/images"), paths, labels, ("cat", "dog"), hashes=("A", "B", "C"))
    return ProjectFolder.create(folder, FACTS, table, ())


def new_samples(*paths: str) -> SampleTable:
    labels, names = np.full(len(paths), 2), ("cat", "dog", "newt")
    return SampleTable(Path("/images"), paths, labels, names, hashes=tuple(map(str.upper, paths)))


def test_an_update_appends_rows_and_renumbers_none(tmp_path: Path) -> None:
    project = make_three(tmp_path / "p")
    project.journal.decide([0, 1, 2], [KEEP] * 3, "Keep")
    project.take_in(
        FolderChanges(
            new=new_samples("c.jpg", "d.jpg"),
            renamed={0: "b.jpg", 1: "a.jpg"},  # swapped
            displaced={2: "c.jpg (gone, 2)"},
            changed={1: "X"},
            missing=(2,),
        ),
        Effects({1: Decision()}),
        Message("Update"),
    )
    project.close()
    project = ProjectFolder.open(tmp_path / "p")
    table = project.table()
    assert table.paths == ("b.jpg", "a.jpg", "c.jpg (gone, 2)", "c.jpg", "d.jpg")
    assert table.hashes == ("A", "X", "C", "C.JPG", "D.JPG")
    assert [table.label_name(row) for row in range(5)] == ["cat", "cat", "dog", "newt", "newt"]
    present, missing, changed = SampleState
    assert project.states().tolist() == [present, changed, missing, present, present]
    assert project.journal.state == {0: KEEP, 2: KEEP}
    project.close()


def test_an_update_that_cannot_be_written_changes_nothing(tmp_path: Path) -> None:
    project = make_three(tmp_path / "p")
    project.journal.decide([0, 1], [KEEP] * 2, "Keep")
    twice = FolderChanges(new=new_samples("d.jpg", "d.jpg"), missing=(2,), changed={1: "X"})
    with pytest.raises(ProjectError):
        project.take_in(twice, Effects({1: Decision()}), Message("Update"))
    assert project.journal.state == {0: KEEP, 1: KEEP}
    assert project.journal.can_undo
    assert project.table().paths == ("a.jpg", "b.jpg", "c.jpg")
    assert project.table().class_names == ("cat", "dog")
    assert set(project.states().tolist()) == {SampleState.PRESENT}
    project.close()


def test_content_hashes_of_an_earlier_version_move_into_the_database(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    make(folder)
    np.save(folder / "hashes.npy", np.array([b"abc"], dtype="S32"))
    for _ in range(2):
        project = ProjectFolder.open(folder)
        assert project.table().hashes == ("abc",)
        project.close()
    assert not (folder / "hashes.npy").exists()


def test_a_project_that_moved_with_its_images_finds_them(tmp_path: Path) -> None:
    images = tmp_path / "disk" / "images"
    images.mkdir(parents=True)
    (images / "a.jpg").touch()
    table = SampleTable(images, ("a.jpg",), np.array([0]), ("cat",))
    ProjectFolder.create(tmp_path / "disk" / "work" / "p", FACTS, table, ()).close()
    (tmp_path / "disk").rename(tmp_path / "other")
    project = ProjectFolder.open(tmp_path / "other" / "work" / "p")
    assert project.table().root == tmp_path / "other" / "images"
    (tmp_path / "other" / "images" / "a.jpg").unlink()
    assert project.table().root == images  # another folder is there, but it is not this one
    project.set_fact("root", "C:\\Users\\me\\images")  # by the same project on another system
    assert str(project.table().root) == "C:\\Users\\me\\images"
    (tmp_path / "other" / "images" / "a.jpg").touch()
    assert project.table().root == tmp_path / "other" / "images"
    project.close()

"""A project goes to another folder whole, or stays where it is; its images never move."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

import pytest
from running import result_of
from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import AppError, Cancelled, ProjectError
from ahsml_app.base.events import CancelToken
from ahsml_app.session.desk.move_project import Move, move_project, move_request
from ahsml_app.session.project.library import open_project
from ahsml_app.session.project.project import Project


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    """An opened project with a decision; its images lie elsewhere."""
    project = make_project(make_images(tmp_path / "images", per_class=2))
    project.decide([1], DecisionKind.DROP)
    return project


@pytest.fixture(params=["same disk", "other disk"])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whether a folder can be renamed into another one."""
    if request.param == "other disk":
        forbid_renames(monkeypatch)
    return str(request.param)


def forbid_renames(monkeypatch: pytest.MonkeyPatch) -> None:
    rename = Path.rename

    def refuse(path: Path, target: Path) -> Path:
        if path.parent != Path(target).parent:
            raise OSError(errno.EXDEV, os.strerror(errno.EXDEV), str(path))
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse)


def closed_move(project: Project, parent: Path) -> Move:
    parent.mkdir(exist_ok=True)
    move = move_request(project, parent)
    project.close()
    return move


@pytest.mark.usefixtures("disk")
def test_it_lies_there_with_its_decisions_and_finds_its_images(
    project: Project, tmp_path: Path
) -> None:
    old, path = project.folder, project.path(0)
    move = closed_move(project, tmp_path / "there")
    folder = result_of(move_project(move))
    assert folder == tmp_path / "there" / old.name
    assert not old.exists()
    assert sorted(each.name for each in (tmp_path / "there").iterdir()) == [old.name]
    moved = open_project(folder)
    assert not moved.read_only
    assert moved.path(0) == path
    assert path.is_file()
    assert moved.kinds[1] == DecisionKind.DROP
    assert moved.scores is not None
    assert moved.fact("relative_root") == "../../images"
    moved.close()


@pytest.mark.usefixtures("disk")
def test_a_project_that_is_open_elsewhere_stays(project: Project, tmp_path: Path) -> None:
    (tmp_path / "there").mkdir()
    move = move_request(project, tmp_path / "there")
    with pytest.raises(ProjectError, match="open in another window"):
        result_of(move_project(move))
    assert project.folder.is_dir()
    assert not any((tmp_path / "there").iterdir())
    project.close()


def test_where_it_cannot_go(project: Project, tmp_path: Path) -> None:
    inside = project.folder / "runs"
    (tmp_path / "taken" / project.folder.name).mkdir(parents=True)
    for parent, reason in (
        (inside, "inside the project"),
        (project.folder, "inside the project"),
        (project.folder.parent, "lies in"),
        (tmp_path / "taken", "something of this name"),
        (tmp_path / "nowhere", "no folder"),
    ):
        with pytest.raises(ProjectError, match=reason):
            move_request(project, parent)
    project.close()


def test_a_project_behind_a_link_is_opened_there_to_move(project: Project, tmp_path: Path) -> None:
    folder, link = project.folder, tmp_path / "link"
    project.close()
    link.symlink_to(folder)
    (tmp_path / "there").mkdir()
    opened = open_project(link)
    with pytest.raises(ProjectError, match="is a link to") as refused:
        move_request(opened, tmp_path / "there")
    assert str(folder) in str(refused.value)
    opened.close()


def test_images_inside_of_it_do_not_move_with_it(tmp_path: Path, cache: Path) -> None:
    project = make_project(make_images(tmp_path / "images", per_class=2))
    shutil.copytree(tmp_path / "images", project.folder / "images")
    project.relocate(project.folder / "images")
    with pytest.raises(ProjectError, match="inside the project"):
        move_request(project, tmp_path)
    project.close()


def test_a_stop_leaves_it_where_it_is(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_renames(monkeypatch)
    move, cancel = closed_move(project, tmp_path / "there"), CancelToken()
    steps = move_project(move, cancel)
    for _ in range(4):
        next(steps)
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(steps)
    assert not any((tmp_path / "there").iterdir())
    open_project(move.folder).close()


def test_a_copy_that_is_not_the_same_is_no_move(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_renames(monkeypatch)
    copy = shutil.copy2

    def lose_a_byte(source: Path, target: Path) -> Path:
        copy(source, target)
        with Path(target).open("r+b") as stream:
            stream.write(b"#")
        return target

    monkeypatch.setattr(shutil, "copy2", lose_a_byte)
    move = closed_move(project, tmp_path / "there")
    with pytest.raises(ProjectError, match="cannot be moved"):
        result_of(move_project(move))
    assert not any((tmp_path / "there").iterdir())
    open_project(move.folder).close()


def test_a_link_in_it_is_not_followed(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forbid_renames(monkeypatch)
    secret = tmp_path / "secret"
    secret.write_text("not yours")
    (project.folder / "notes").symlink_to(secret)
    move = closed_move(project, tmp_path / "there")
    with pytest.raises(AppError, match="is a link"):
        result_of(move_project(move))
    assert not any((tmp_path / "there").iterdir())
    assert secret.read_text() == "not yours"

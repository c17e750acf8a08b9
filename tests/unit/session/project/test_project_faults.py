"""Full disks, power cuts, read-only media, and projects that come from somebody else."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from running import result_of
from sample_projects import add_run, made_up_outcome, make_images, make_project, scanned

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import Cancelled, ExitCode, OutputError, ProjectError
from ahsml_app.base.options.run_options import Source
from ahsml_app.cli import main
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.project.library import create_project, open_project, refuse_images
from ahsml_app.session.project.project import Project
from ahsml_app.session.project.recent import recent_projects
from ahsml_app.session.project.stored_runs import has_unfinished_training
from ahsml_app.store.files.training_arrays import run_folder, write_run
from ahsml_app.store.files.training_folder import TRAINING
from ahsml_app.store.new_project import DATABASE, LOCK
from ahsml_app.store.recent_projects import recent_file

KEEP, DROP = DecisionKind.KEEP, DecisionKind.DROP


@pytest.fixture(scope="module")
def image_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_images(tmp_path_factory.mktemp("pictures"), per_class=5, side=8)


@pytest.fixture
def project(image_folder: Path, cache: Path) -> Iterator[Project]:
    project = make_project(image_folder)
    yield project
    project.close()


def fill_disk(project: Project) -> None:
    """Makes SQLite say that the disk is full, as soon as it needs another page."""
    connection = project._files._connection
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages}")


def free_disk(project: Project) -> None:
    project._files._connection.execute("PRAGMA max_page_count = 1000000")


def test_a_full_disk_stops_decisions_until_there_is_room(project: Project) -> None:
    project.decide([0], DROP)
    fill_disk(project)
    long = "a class with a name that fills pages " * 300
    with pytest.raises(ProjectError, match=r"disk of .* is full: .* free, and 1\.0 MB are needed"):
        project.decide([1], DecisionKind.RELABEL, long)
    assert project.kinds[:2].tolist() == [DROP, 0]
    project.set_state("queue-view", {"text": long})  # is not stored, and nobody is held up
    free_disk(project)
    project.decide([1], KEEP)
    folder = project.folder
    project.close()
    assert not (folder / LOCK).exists()
    project = open_project(folder)
    assert project.kinds[:2].tolist() == [DROP, KEEP]
    project.close()


def test_a_window_on_a_full_disk_closes(project: Project) -> None:
    project.set_state("other", 1)
    fill_disk(project)
    project.set_state("queue-view", {"text": "x" * 100_000})
    project.close()
    assert not (project.folder / LOCK).exists()


def test_checkpoints_stay_until_the_training_is_recorded(project: Project) -> None:
    outcome = made_up_outcome(project, 1)
    checkpoint = project.folder / TRAINING / "half.safetensors"
    checkpoint.parent.mkdir()
    checkpoint.write_bytes(b"work of hours")
    facts = {**outcome.facts, "settings": {"text": "x" * 100_000}}
    outcome = type(outcome)(**{**_fields(outcome), "facts": facts})
    fill_disk(project)
    with pytest.raises(ProjectError, match="is full"):
        project.accept(outcome)
    assert checkpoint.exists()
    assert project.run is not None
    assert project.run["number"] == 1
    free_disk(project)
    project.accept(outcome)
    assert not checkpoint.parent.exists()
    assert project.run["number"] == 2


def test_what_a_person_keeps_in_the_folder_of_checkpoints_stays(project: Project) -> None:
    """Images in a folder `training` of the project, and an export to it, went with the training."""
    folder = project.folder / TRAINING
    outcome = made_up_outcome(project, 1)
    (folder / "cats").mkdir(parents=True)
    (folder / "cats" / "only-copy.png").write_bytes(b"image")
    result_of(export_project(export_request(project, folder / "out")))
    (folder / "out" / "mine.safetensors").write_bytes(b"network")
    (folder / "half.safetensors").write_bytes(b"work of hours")
    before = {path for path in folder.rglob("*") if path.is_file()}
    assert has_unfinished_training(project.folder)
    project.accept(outcome)
    after = {path for path in folder.rglob("*") if path.is_file()}
    assert before - after == {folder / "half.safetensors"}
    assert not has_unfinished_training(project.folder)


def _fields(outcome: object) -> dict[str, object]:
    return {name: getattr(outcome, name) for name in outcome.__slots__}  # type: ignore[attr-defined]


@pytest.mark.skipif(sys.platform != "linux", reason="reads the names of descriptors")
def test_arrays_are_on_disk_before_their_folder_has_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a power cut leaves a training that is recorded and cannot be read."""
    (tmp_path / "runs").mkdir()
    written: list[str] = []
    sync, rename = os.fsync, Path.replace

    def noted_sync(descriptor: int) -> None:
        written.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    def noted_rename(path: Path, target: Path) -> Path:
        if path.is_dir():
            written.append(f"{path.name} -> {target.name}")
        return rename(path, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_rename)
    write_run(tmp_path, 1, {"points": np.ones(3), "judged": np.ones(2)})
    named = written.index(".0001 -> 0001")
    assert {"points.npy", "judged.npy"} < set(written[:named])
    assert written[named - 1] == ".0001"
    assert written[named + 1] == "runs"


def test_a_training_that_cannot_be_written_leaves_nothing_and_says_what_it_needs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(ProjectError, match=r"is full: .* free, and 1\.0 MB are needed"):
        write_run(tmp_path, 1, {"points": np.ones(3)})
    assert list((tmp_path / "runs").iterdir()) == []


def test_what_cannot_be_written_opens_for_reading_and_exports(
    project: Project, tmp_path: Path
) -> None:
    """As on a read-only medium: the lock cannot be made."""
    project.decide([0], DROP)
    folder = project.folder
    project.close()
    (folder / LOCK).mkdir()
    before = {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    reading = open_project(folder)
    assert reading.obstacle is not None
    assert "It is open for reading" in str(reading.obstacle)
    assert reading.kinds[0] == DROP
    with pytest.raises(ProjectError, match="cannot be written"):
        reading.decide([1], DROP)
    reading.set_state("a", 1)
    result_of(export_project(export_request(reading, tmp_path / "out")))
    reading.close()
    assert (tmp_path / "out" / "labels.csv").exists()
    assert {p: p.read_bytes() for p in folder.rglob("*") if p.is_file()} == before


@pytest.mark.skipif(sys.platform == "win32", reason="Windows cannot limit the size of files")
def test_a_disk_without_room_for_the_index_of_the_log_opens_for_reading(project: Project) -> None:
    import resource

    folder = project.folder
    project.close()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        reading = open_project(folder)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert reading.read_only
    assert not (folder / LOCK).exists()
    reading.close()
    project = open_project(folder)  # there is room again
    assert not project.read_only
    project.close()


def test_a_read_only_medium_of_an_older_version_opens(tmp_path: Path, cache: Path) -> None:
    golden = Path(__file__).parents[3] / "golden" / "project-1.sql"
    connection = sqlite3.connect(tmp_path / DATABASE)
    connection.executescript(golden.read_text("utf-8"))
    connection.close()
    before = (tmp_path / DATABASE).read_bytes()
    (tmp_path / LOCK).mkdir()
    reading = open_project(tmp_path)
    assert reading.read_only
    assert len(reading.table) == 8
    reading.close()
    assert (tmp_path / DATABASE).read_bytes() == before


def test_a_project_that_could_not_be_made_leaves_nothing(
    image_folder: Path, tmp_path: Path, cache: Path
) -> None:
    scan = scanned(image_folder)
    twice = type(scan.table)(
        scan.table.root, ("a.jpg", "a.jpg"), np.zeros(2, np.int64), scan.table.class_names
    )
    broken = type(scan)(**{**_fields(scan), "table": twice})
    folder = tmp_path / "p"
    with pytest.raises(OutputError, match="cannot be made"):
        create_project(folder, "p", Source(image_folder), broken)
    assert not folder.exists()
    create_project(folder, "p", Source(image_folder), scan).close()


def test_what_a_killed_process_left_of_a_new_project_is_replaced(
    image_folder: Path, tmp_path: Path, cache: Path
) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    for name in (LOCK, f".{DATABASE}", f".{DATABASE}-wal"):
        (folder / name).write_bytes(b"half")
    create_project(folder, "p", Source(image_folder), scanned(image_folder)).close()
    assert [path.name for path in folder.iterdir()] == [DATABASE]
    with pytest.raises(OutputError, match="not empty"):
        create_project(folder, "p", Source(image_folder), scanned(image_folder))


def test_images_of_a_project_from_elsewhere_are_read_after_a_question(
    project: Project, tmp_path: Path
) -> None:
    folder = shutil.copytree(project.folder, tmp_path / "sent", ignore=lambda *_: [LOCK])
    asked: list[tuple[Path, ...]] = []

    def refuse(folders: tuple[Path, ...]) -> bool:
        asked.append(folders)
        return False

    with pytest.raises(Cancelled):
        open_project(folder, refuse)
    assert asked[0][0] == project.original.root
    assert not (folder / LOCK).exists()
    assert folder not in [recent.folder for recent in recent_projects()]
    open_project(folder, lambda _: True).close()
    opened = open_project(folder, refuse)  # known now
    opened.set_fact("root", "/etc")
    opened.close()
    with pytest.raises(Cancelled):
        open_project(folder, refuse)
    assert [folders[0] for folders in asked] == [project.original.root, Path("/etc")]


def test_a_project_that_was_opened_by_a_relative_path_is_known(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(project.folder, tmp_path / "sent", ignore=lambda *_: [LOCK])
    monkeypatch.chdir(tmp_path)
    open_project(Path("sent"), lambda _: True).close()
    open_project(Path("sent"), refuse_images).close()
    monkeypatch.chdir(tmp_path / "sent")
    open_project(Path(), refuse_images).close()
    open_project(tmp_path / "sent", refuse_images).close()
    folders = [recent.folder for recent in recent_projects()]
    assert folders.count(tmp_path / "sent") == 1
    assert all(folder.is_absolute() for folder in folders)


def test_a_recent_project_of_an_impossible_name_is_shown_as_missing(project: Project) -> None:
    file = recent_file()
    entries = json.loads(file.read_text("utf-8"))
    odd = [{"folder": name} for name in ("\ud800", "a\0b")]
    file.write_text(json.dumps([*odd, *entries]), "utf-8")
    *shown, there = recent_projects()
    assert [(each.missing, each.unfinished) for each in shown] == [(True, False)] * 2
    assert (there.folder, there.missing) == (project.folder, False)


def test_an_update_reads_the_images_of_another_project_only_when_told(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(project.folder, tmp_path / "sent", ignore=lambda *_: [LOCK])
    call = ["--headless", "--update", str(folder), "--quiet"]
    assert main(call) == ExitCode.PROJECT
    assert "--trust-images" in capsys.readouterr().err
    assert main([*call, "--trust-images"]) == ExitCode.OK


def test_the_command_reads_the_images_of_another_project_only_when_told(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shutil.copytree(project.folder, tmp_path / "sent", ignore=lambda *_: [LOCK])
    call = ["--headless", str(folder), "--out", str(tmp_path / "out"), "--quiet"]
    assert main(call) == ExitCode.PROJECT
    assert "--trust-images" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert main([*call, "--trust-images"]) == ExitCode.OK
    assert (tmp_path / "out" / "labels.csv").exists()


def test_a_new_training_never_takes_the_number_of_a_damaged_one(project: Project) -> None:
    add_run(project, seed=1)
    folder = project.folder
    project.close()
    shutil.rmtree(run_folder(folder, 2))
    project = open_project(folder)
    assert project.run is not None
    assert project.run["number"] == 1
    from ahsml_app.base.options.run_options import RunOptions

    assert project.train_request(RunOptions()).number == 3
    project.close()

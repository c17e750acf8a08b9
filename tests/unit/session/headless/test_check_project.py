"""`--check` sees every damage of a project, and `--repair` keeps every readable decision."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import random
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sample_projects import add_run, make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import ExitCode, ProjectError
from ahsml_app.cli import main
from ahsml_app.session.headless.check_project import check_project, repair_project
from ahsml_app.session.project.library import open_project
from ahsml_app.session.project.logged_decisions import verify_log
from ahsml_app.store.files.backups import backup_names
from ahsml_app.store.files.safe_folder import SafeFolder
from ahsml_app.store.files.training_arrays import run_folder
from ahsml_app.store.new_project import DATABASE

PAGE = 4096


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed project with two trainings, 30 steps before a backup and 30 after it."""
    folder = tmp_path_factory.mktemp("check")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AHSML_APP_CACHE", str(folder / "cache"))
        project = make_project(make_images(folder / "images", per_class=15, side=8))
        add_run(project, seed=1)
        for row in range(30):
            project.decide([row], DecisionKind.DROP)
        project.close()
        project = open_project(project.folder)
        for row in range(30, 60):
            project.decide([row], DecisionKind.RELABEL, "hexagon")
        project.undo()
        project.close()
    return project.folder


@pytest.fixture
def copy(original: Path, tmp_path: Path, cache: Path) -> Path:
    return shutil.copytree(original, tmp_path / "copy")


def decisions(folder: Path) -> list[int]:
    project = open_project(folder)
    kinds = project.kinds.tolist()
    project.undo()
    project.redo()
    project.decide([59], DecisionKind.KEEP)
    assert project.steps()
    project.close()
    return kinds


ALL = [3] * 30 + [2] * 29 + [0]


def damage_page(folder: Path, number: int) -> None:
    path = folder / DATABASE
    content = bytearray(path.read_bytes())
    content[number * PAGE : (number + 1) * PAGE] = random.Random(number).randbytes(PAGE)
    path.write_bytes(content)


def test_a_sound_project_is_left_alone(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    for option in ("--check", "--repair"):
        assert main([option, str(copy)]) == ExitCode.OK
        assert "is sound" in capsys.readouterr().out
    after = {path: path.read_bytes() for path in copy.rglob("*") if path.is_file()}
    assert after == before
    assert main(["--check", str(copy), "--json"]) == ExitCode.OK
    line = json.loads(capsys.readouterr().out)
    assert (line["event"], line["images"], line["decided"]) == ("checked", 60, 59)
    assert (line["trainings"], line["problems"]) == (2, [])


def test_a_damaged_training_is_set_aside(copy: Path, capsys: pytest.CaptureFixture[str]) -> None:
    points = run_folder(copy, 2) / "points.npy"
    content = bytearray(points.read_bytes())
    content[-1] ^= 1
    points.write_bytes(content)
    assert main(["--check", str(copy)]) == ExitCode.PROJECT
    shown = capsys.readouterr().out
    assert "points.npy" in shown
    assert f"--repair {copy}" in shown
    assert main(["--repair", str(copy)]) == ExitCode.OK
    assert "Training 2 was set aside" in capsys.readouterr().out
    assert run_folder(copy, 2).with_name("0002-damaged").is_dir()
    assert decisions(copy) == ALL
    assert not check_project(copy).problems


def test_digests_that_cannot_be_read_are_a_damage(copy: Path) -> None:
    (run_folder(copy, 1) / "digests.json").write_text("nothing")
    assert "digests.json" in str(check_project(copy).problems)
    repair_project(copy)
    assert not check_project(copy).problems
    assert decisions(copy) == ALL


def test_every_page_can_be_lost_and_what_a_backup_has_is_kept(copy: Path, original: Path) -> None:
    """The decisions since the backup are kept too, unless their own page is the lost one."""
    pages = (copy / DATABASE).stat().st_size // PAGE
    kept = []
    for number in range(pages):
        shutil.copyfile(original / DATABASE, copy / DATABASE)
        damage_page(copy, number)
        check = repair_project(copy)
        assert not check.problems, number
        kinds = decisions(copy)
        assert kinds[:30] == ALL[:30], number
        kept.append(sum(a == b for a, b in zip(kinds, ALL, strict=True)))
    assert sum(count == len(ALL) for count in kept) > len(kept) / 2


@pytest.mark.parametrize("content", [b"", b"nothing of it" * 1000])
def test_without_its_database_a_project_comes_back_from_the_backup(
    copy: Path, content: bytes
) -> None:
    (copy / DATABASE).write_bytes(content)
    check = repair_project(copy)
    assert not check.problems
    assert [str(message)[:14] for message in check.repaired] == ["The database w", "What could not"]
    assert (copy / f"{DATABASE}.damaged-1").read_bytes() == content
    assert decisions(copy)[:30] == ALL[:30]


def test_a_database_that_is_gone_comes_back_from_the_backup(copy: Path) -> None:
    (copy / DATABASE).unlink()
    with pytest.raises(ProjectError) as caught:
        open_project(copy)
    assert "--repair" in str(caught.value.hint)
    check = repair_project(copy)
    assert not check.problems
    assert list(map(str, check.repaired)) == ["What could not be read was taken from a backup."]
    assert decisions(copy)[:30] == ALL[:30]


def older(database: Path) -> None:
    """Takes a database of the newest schema back to the one before it."""
    with contextlib.closing(sqlite3.connect(database)) as connection:
        connection.execute("DROP TABLE mark_change")
        connection.execute("PRAGMA user_version = 5")


def test_a_backup_from_before_a_migration_is_of_use(copy: Path, tmp_path: Path) -> None:
    (name,) = backup_names(SafeFolder(copy))
    content = tmp_path / "backup.sqlite"
    content.write_bytes(gzip.decompress((copy / name).read_bytes()))
    older(content)
    (copy / name).write_bytes(gzip.compress(content.read_bytes()))
    with contextlib.closing(sqlite3.connect(copy / DATABASE)) as connection, connection:
        for table, column in (("change", "step"), ("log", "step"), ("step", "number")):
            connection.execute(f"DELETE FROM {table} WHERE {column} <= 30")
    assert main(["--repair", str(copy), "--quiet"]) == ExitCode.OK
    assert decisions(copy) == ALL


def test_without_database_and_backup_nothing_is_touched(copy: Path) -> None:
    shutil.rmtree(copy / "backups")
    (copy / DATABASE).write_bytes(b"nothing of it" * 1000)
    with pytest.raises(ProjectError, match="there is no backup") as caught:
        repair_project(copy)
    assert "--repair" not in str(caught.value.hint)  # which has just failed
    assert (copy / DATABASE).read_bytes() == b"nothing of it" * 1000


def test_an_impossible_row_goes_and_the_others_stay(copy: Path) -> None:
    connection = sqlite3.connect(copy / DATABASE)
    connection.execute("UPDATE change SET kind = 99 WHERE sample = 40")
    connection.execute("UPDATE step SET time = 'never' WHERE number = 5")
    connection.commit()
    connection.close()
    check = repair_project(copy)
    assert not check.problems
    kinds = decisions(copy)
    assert kinds[:40] == ALL[:40]
    assert kinds[41:] == ALL[41:]


def test_a_name_or_line_that_is_no_text_is_mended_without_a_loss(copy: Path) -> None:
    connection = sqlite3.connect(copy / DATABASE)
    connection.execute("UPDATE step SET reviewer = x'70' WHERE number = 3")
    connection.execute("UPDATE log SET line = x'70' WHERE step = 7")
    connection.commit()
    connection.close()
    assert check_project(copy).problems
    assert not repair_project(copy).problems
    assert decisions(copy) == ALL
    project = open_project(copy)
    project.decide([0], DecisionKind.DROP)
    project.close()
    assert not check_project(copy).problems


def test_backups_are_rolled_and_a_damaged_one_is_seen(copy: Path) -> None:
    safe = SafeFolder(copy)
    for row in range(12):
        project = open_project(copy)
        project.decide([row], DecisionKind.KEEP)
        project.close()
    open_project(copy).close()
    open_project(copy).close()  # nothing new, so no new backup
    names = backup_names(safe)
    assert len(names) == 8
    assert names[0].startswith("backups/0014-step-")
    (copy / names[0]).write_bytes((copy / names[0]).read_bytes()[:-20])
    (problem,) = check_project(copy).problems
    assert names[0] in str(problem)


def test_no_project_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check", str(tmp_path)]) == ExitCode.PROJECT
    assert "There is no project" in capsys.readouterr().err


def test_a_project_that_is_open_is_not_repaired(copy: Path) -> None:
    project = open_project(copy)
    np.save(run_folder(copy, 1) / "points.npy", np.zeros(1))
    with pytest.raises(ProjectError, match="open in another window"):
        repair_project(copy)
    project.close()


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM step WHERE number = 5",
        # An undo of a step in the middle, of itself, of a later one, and of none.
        "UPDATE step SET target = 10 WHERE action = 'undo'",
        "UPDATE step SET target = number WHERE action = 'undo'",
        "UPDATE step SET action = 'undo', target = 40 WHERE number = 20",
        "UPDATE step SET target = NULL WHERE action = 'undo'",
        "UPDATE step SET action = 'redo' WHERE action = 'undo'",
        "UPDATE step SET target = 3 WHERE number = 30",
        # An update makes the steps before it permanent, so that the undo has nothing to undo.
        "UPDATE step SET kind = -2 WHERE number = 60;"
        "UPDATE change SET sample = 0 WHERE step IN (60, 61)",
        "UPDATE log SET line = replace(line, 'hexagon', 'square') WHERE step = 35",
        "UPDATE log SET line = x'00ff' WHERE step = 35",
        "DELETE FROM log WHERE step = 35",
        "DELETE FROM step WHERE number IN (40, 50); DELETE FROM change WHERE step IN (40, 50)",
        "INSERT INTO step SELECT 0, action, NULL, name, kind, label, samples, time, message, "
        "reviewer FROM step WHERE number = 7",
    ],
)
def test_a_repaired_project_opens_and_its_log_fits_its_steps(copy: Path, damage: str) -> None:
    shutil.rmtree(copy / "backups")
    connection = sqlite3.connect(copy / DATABASE)
    connection.executescript(damage)
    # What no check of rows can miss, so that the database is rebuilt in any case.
    connection.execute("UPDATE change SET kind = 99 WHERE step = 2")
    connection.commit()
    connection.close()
    assert not repair_project(copy).problems
    kinds = decisions(copy)
    assert kinds[2:19] == ALL[2:19]
    assert not check_project(copy).problems
    assert not verify_log(copy)[1]


def test_a_damaged_backup_is_set_aside_and_the_project_is_sound_then(
    copy: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (backup,) = backup_names(SafeFolder(copy))
    content = (copy / backup).read_bytes()[:-20]
    for number in ("", "-2"):
        (copy / backup).write_bytes(content)
        assert main(["--check", str(copy)]) == ExitCode.PROJECT
        assert main(["--repair", str(copy)]) == ExitCode.OK
        assert f"{backup}.damaged{number}" in capsys.readouterr().out
        assert main(["--check", str(copy)]) == ExitCode.OK
        assert (copy / f"{backup}.damaged{number}").read_bytes() == content
    assert (copy / f"{backup}.damaged").read_bytes() == content
    assert decisions(copy) == ALL
    assert backup_names(SafeFolder(copy))  # the opening made a new one


@pytest.mark.parametrize("option", ["--check", "--repair"])
def test_without_a_window_is_what_the_check_always_is(copy: Path, option: str) -> None:
    assert main(["--headless", option, str(copy)]) == ExitCode.OK


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["--check", "a", "--repair", "b"], "--check and --repair cannot be given together"),
        (["--verify", "a", "--check", "b"], "--check and --verify cannot be given together"),
        (["--headless", "--update", "a", "--repair", "b"], "--repair and --update cannot be"),
        (["--check", "a", "photos"], "--check takes a project, and no option of a run"),
        (["--repair", "a", "--out", "b"], "--repair takes a project, and no option of a run"),
        (["--check", "a", "--demo"], "--check takes a project, and no option of a run"),
    ],
)
def test_what_would_not_be_done_is_refused(
    arguments: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == ExitCode.USAGE
    assert text in capsys.readouterr().err


@pytest.mark.usefixtures("expects_warning")
@pytest.mark.parametrize("option", ["--check", "--repair", "--verify"])
@pytest.mark.parametrize("error", [PermissionError(13, "Permission denied"), RuntimeError("odd")])
def test_no_error_of_a_check_is_a_traceback(
    copy: Path,
    option: str,
    error: Exception,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(path: Path, *arguments: Any, **options: Any) -> int:
        if Path(path) == copy / DATABASE:
            raise error
        return opened(path, *arguments, **options)

    opened = os.open
    monkeypatch.setattr(os, "open", refuse)
    unreadable = isinstance(error, OSError)
    assert main([option, str(copy)]) == (ExitCode.PROJECT if unreadable else ExitCode.INTERNAL)
    shown = "".join(capsys.readouterr())
    assert ("Permission denied" if unreadable else "RuntimeError: odd") in shown

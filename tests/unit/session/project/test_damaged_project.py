"""Projects with damaged or hostile files: the decisions open, or one clear error says why not."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import sqlite3
import sys
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from sample_projects import add_run, make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import ProjectError
from ahsml_app.session.project.library import open_project
from ahsml_app.store.files.training_arrays import DIGESTS, check_digests, run_folder
from ahsml_app.store.files.training_folder import TRAINING, training_folder
from ahsml_app.store.new_project import DATABASE, LOCK
from ahsml_app.store.project_folder import OLD_HASHES

needs_links = pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A closed project with two trainings and decisions about three images."""
    folder = tmp_path_factory.mktemp("damaged")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AHSML_APP_CACHE", str(folder / "cache"))
        project = make_project(make_images(folder / "images", per_class=5, side=8))
        project.decide([0, 1], DecisionKind.DROP)
        add_run(project, seed=1)
        project.decide([2], DecisionKind.RELABEL, "hexagon")
        project.close()
    return project.folder


@pytest.fixture
def copy(original: Path, tmp_path: Path, cache: Path) -> Path:
    return shutil.copytree(original, tmp_path / "copy")


def check_decisions(folder: Path, run: int | None) -> tuple[str, ...]:
    """Opens the project, checks its decisions and newest training; returns what is damaged."""
    project = open_project(folder)
    assert project.kinds[:4].tolist() == [3, 3, 2, 0]
    assert project.decision(2).label == "hexagon"
    assert (project.run or {}).get("number") == run
    assert len(project.runs()) == (run or 0)
    assert (project.scores is None) == (run is None)
    project.decide([3], DecisionKind.KEEP)
    damage = tuple(str(message) for message in project.damage)
    project.close()
    return damage


def zeros(path: Path) -> None:
    path.write_bytes(bytes(path.stat().st_size))


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-1])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def pickled(path: Path) -> None:
    np.save(path, np.array([{"a": 1}], dtype=object), allow_pickle=True)


def longer(path: Path) -> None:
    array = np.load(path)
    np.save(path, np.concatenate([array, array]))


def appended(path: Path) -> None:
    path.write_bytes(path.read_bytes() + bytes(8))


def texts(path: Path) -> None:
    np.save(path, np.load(path).astype("U8"))


DAMAGES = (zeros, cut, empty, pickled, longer, appended, texts, Path.unlink)
ARRAYS = ("score-error_probability", "judged", "points", "curvature", "score-noise_matrix")


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda function: function.__name__)
@pytest.mark.parametrize("name", ARRAYS)
def test_a_damaged_array_leaves_the_decisions_and_the_training_before(
    copy: Path, name: str, damage: Callable[[Path], object]
) -> None:
    damage(run_folder(copy, 2) / f"{name}.npy")
    (message,) = check_decisions(copy, run=1)
    assert message.startswith("Training 2: ")
    assert name in message


@pytest.mark.parametrize("damaged", [b"(20L,),", b"'\\e'   "], ids=["Python 2", "escape"])
def test_a_damaged_header_of_an_array_causes_no_warning(copy: Path, damaged: bytes) -> None:
    path = run_folder(copy, 2) / "judged.npy"
    path.write_bytes(path.read_bytes().replace(b"(20,), ", damaged))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        check_decisions(copy, 1)
    assert not caught


def test_without_any_sound_training_the_decisions_open(copy: Path) -> None:
    shutil.rmtree(run_folder(copy, 2))
    empty(run_folder(copy, 1) / "points.npy")
    assert [message[:11] for message in check_decisions(copy, run=None)] == [
        "Training 1:",
        "Training 2:",
    ]
    project = open_project(copy)
    add_run_after(project, 3)
    project.close()


def add_run_after(project: object, number: int) -> None:
    """Trains again, with a number that no training has had."""
    from ahsml_app.base.options.run_options import RunOptions

    assert project.train_request(RunOptions()).number == number  # type: ignore[attr-defined]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda function: function.__name__)
def test_damaged_hashes_are_no_hindrance(copy: Path, damage: Callable[[Path], object]) -> None:
    np.save(copy / OLD_HASHES, np.array([b"f" * 32] * 20))  # as versions before wrote them
    damage(copy / OLD_HASHES)
    assert check_decisions(copy, run=2) == ()


def test_a_class_that_does_not_exist_makes_a_training_unusable(copy: Path) -> None:
    path = run_folder(copy, 2) / "judged.npy"
    labels = np.load(path)
    labels[0] = 99
    np.save(path, labels)
    (message,) = check_decisions(copy, run=1)
    assert "impossible class" in message


@pytest.mark.parametrize("value", [-np.inf, -1.0, np.nan, 3e38])
def test_a_distance_that_is_none_makes_a_training_unusable(copy: Path, value: float) -> None:
    path = run_folder(copy, 2) / "score-class_distances.npy"
    distances = np.load(path)
    distances[0, 1] = value
    np.save(path, distances)
    (message,) = check_decisions(copy, run=1)
    assert "impossible value" in message


def test_an_array_whose_name_no_file_can_have_is_missing(copy: Path) -> None:
    path = run_folder(copy, 2) / DIGESTS
    path.write_text(json.dumps({"x" * 300: ""}), "utf-8")
    (message,) = check_decisions(copy, run=1)
    assert "it is missing" in message


@pytest.mark.parametrize(
    "facts",
    [
        "",
        "[]",
        "{",
        "[" * 100_000,
        json.dumps({"class_names": "abc"}),
        json.dumps({"class_names": ["circle"], "timings": {}, "settings": {}, "finished": "now"}),
    ],
    ids=["empty", "list", "cut", "deep", "text", "time"],
)
def test_damaged_properties_of_a_training_leave_the_one_before(copy: Path, facts: str) -> None:
    execute(copy, "UPDATE run SET facts = ? WHERE number = 2", facts)
    assert check_decisions(copy, run=1) == ("Training 2: its properties are damaged",)


@pytest.mark.parametrize("number", ["1" + 30 * "0", "1" + 400 * "0", "-1e400", "NaN", "true"])
def test_an_impossible_number_makes_a_training_unusable(copy: Path, number: str) -> None:
    query = "UPDATE run SET facts = json_set(facts, '$.seed', 'NUMBER') WHERE number = 2"
    execute(copy, query)
    execute(copy, "UPDATE run SET facts = replace(facts, '\"NUMBER\"', ?)", number)
    assert check_decisions(copy, run=1) == ("Training 2: its properties are damaged",)


def test_a_changed_byte_of_an_array_is_seen_by_its_digest(copy: Path) -> None:
    path = run_folder(copy, 2) / "points.npy"
    check_digests(copy, 2)
    content = bytearray(path.read_bytes())
    content[-3] ^= 1
    path.write_bytes(content)
    with pytest.raises(ProjectError, match=r"points\.npy .* its content has changed"):
        check_digests(copy, 2)
    (run_folder(copy, 2) / DIGESTS).unlink()  # as versions before wrote it
    check_digests(copy, 2)


@pytest.mark.parametrize(
    ("statement", "value", "text"),
    [
        ("UPDATE sample SET path = ? WHERE number = 1", "../a.jpg", "outside of its image folder"),
        ("UPDATE sample SET path = ? WHERE number = 1", "/etc/passwd", "outside of its image"),
        ("UPDATE sample SET path = ? WHERE number = 1", b"\xff", "impossible value"),
        ("UPDATE sample SET number = ? WHERE number = 19", 10**12, "impossible value"),
        ("UPDATE sample SET label = ? WHERE number = 1", "no class", "class of a sample"),
        ("UPDATE fact SET value = ? WHERE name = 'columns'", '["split"]', "cells of a sample"),
        ("UPDATE change SET sample = ?", 10**9, "impossible value"),
        ("UPDATE change SET kind = ?", 99, "impossible value"),
        ("UPDATE change SET kind = ?", "text", "impossible value"),
        ("UPDATE step SET time = ?", "yesterday, perhaps", "impossible value"),
        ("UPDATE step SET reviewer = ?", b"Ada", "impossible value"),
        ("UPDATE log SET line = ?", b"{}", "impossible value"),
        ("UPDATE step SET action = 'undo', target = ?", 1, "damaged"),
        ("UPDATE fact SET value = ? WHERE name = 'root'", "7", "property 'root'"),
        ("UPDATE fact SET value = ? WHERE name = 'class_names'", "[[]]", "'class_names'"),
        ("UPDATE fact SET value = ? WHERE name = 'source'", "{}", "property 'source'"),
        ("UPDATE fact SET value = ? WHERE name = 'name'", "{", "damaged"),
        ("DELETE FROM fact WHERE name = ?", "columns", "property 'columns'"),
        ("DELETE FROM fact WHERE name = ?", "label_column", "property 'label_column'"),
        ("DELETE FROM sample WHERE number >= ?", 0, "impossible value"),
    ],
)
def test_an_impossible_value_is_one_clear_error_and_leaves_no_lock(
    copy: Path, statement: str, value: object, text: str, expects_warning: None
) -> None:
    execute(copy, statement, value)
    with pytest.raises(ProjectError, match=text):
        open_project(copy)
    assert not (copy / LOCK).exists()


def test_a_failed_opening_leaves_no_file_open(copy: Path) -> None:
    # The error holds the cursor of the statement that failed, and its rows are not at their end.
    execute(copy, "UPDATE fact SET value = CAST(? AS TEXT) WHERE name = 'columns'", b"\xff")
    with pytest.raises(ProjectError, match="damaged") as first:
        open_project(copy)
    with contextlib.closing(sqlite3.connect(copy / DATABASE, timeout=0)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")  # only where no other connection is
    assert first.value.details


@pytest.mark.parametrize("value", ["{", "[]", "7", '{"given": [[]], "low": "x", "findings": [99]}'])
def test_an_odd_screen_state_is_no_hindrance(copy: Path, value: str) -> None:
    execute(copy, "INSERT OR REPLACE INTO screen VALUES ('queue-view', ?)", value)
    project = open_project(copy)
    assert project.state("other", 3) == 3
    project.state("queue-view")
    project.close()


def test_random_bytes_of_the_database_never_end_as_a_raw_error(
    copy: Path, expects_warning: None
) -> None:
    """The short form of the fuzzing: the long one is in tests/faults."""
    database, seeds = copy / DATABASE, random.Random(5)
    whole = database.read_bytes()
    opened = 0
    for _ in range(60):
        content = bytearray(whole)
        for _ in range(seeds.choice((1, 5, 50))):
            content[seeds.randrange(len(content))] = seeds.randrange(256)
        if seeds.random() < 0.2:
            del content[seeds.randrange(len(content)) :]
        database.write_bytes(content)
        try:
            project = open_project(copy)
            project.steps(), project.journal(), project.changes(), project.state("x")
            project.close()
            opened += 1
        except ProjectError:
            pass
        for log in ("-wal", "-shm"):
            (copy / (DATABASE + log)).unlink(missing_ok=True)
        shutil.rmtree(copy / "backups", ignore_errors=True)
    assert opened < 60


@needs_links
@pytest.mark.parametrize("name", [LOCK, DATABASE, OLD_HASHES, "backups", TRAINING])
def test_no_link_of_a_project_is_followed(copy: Path, tmp_path: Path, name: str) -> None:
    """A link in place of the lock emptied any file, and one of `training` lost its checkpoints."""
    target = tmp_path / "precious"
    if (copy / name).exists():
        (copy / name).rename(target)
    elif name in (TRAINING, "backups"):
        target.mkdir()
        (target / "mine.safetensors").write_bytes(b"mine")
    else:
        target.write_bytes(b"mine")
    (copy / name).symlink_to(target)
    before = content_of(target)
    with pytest.raises(ProjectError, match="is a link"):
        training_folder(copy) if name == TRAINING else open_project(copy).close()
    assert content_of(target) == before


@needs_links
def test_trainings_behind_a_link_are_not_read(copy: Path, tmp_path: Path) -> None:
    (copy / "runs").rename(tmp_path / "runs")
    (copy / "runs").symlink_to(tmp_path / "runs")
    assert all("is a link" in message for message in check_decisions(copy, run=None))


@needs_links
def test_links_among_the_checkpoints_go_and_what_they_name_stays(
    copy: Path, tmp_path: Path
) -> None:
    target = tmp_path / "precious"
    target.mkdir()
    (target / "mine.safetensors").write_bytes(b"mine")
    (copy / TRAINING).mkdir()
    (copy / TRAINING / "finetune").symlink_to(target)
    assert list(training_folder(copy).iterdir()) == []
    assert content_of(target) == {"mine.safetensors": b"mine"}


def content_of(path: Path) -> object:
    if path.is_file():
        return path.read_bytes()
    return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}


def execute(folder: Path, statement: str, *values: object) -> None:
    connection = sqlite3.connect(folder / DATABASE)
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute(statement, values)
    connection.commit()
    connection.close()

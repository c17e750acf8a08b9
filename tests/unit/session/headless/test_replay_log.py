"""A decision log, replayed on copies of the images that somebody renamed, moved or changed."""

from __future__ import annotations

import csv
import io
import json
import random
import shutil
from pathlib import Path

import pytest
from PIL import Image
from running import finish, result_of
from sample_projects import make_project

from ahsml_app import cli
from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import DecisionLogError, ExitCode, OptionError
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.session import replay_decisions, verify_log
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.result_counts import ExportSummary
from ahsml_app.session.export.results import OutputChoice
from ahsml_app.session.headless.update import update_job
from ahsml_app.session.project.class_edits import merge_classes, rename_class, split_class
from ahsml_app.session.project.library import open_project
from ahsml_app.session.project.project import Project
from ahsml_app.store.decision_log import first_line, write_log

PARTS = frozenset({"labels", "journal"})


def picture(number: int) -> bytes:
    """A small image of a colour of its own."""
    stream = io.BytesIO()
    Image.new("RGB", (2, 2), (number % 256, number // 256 % 256, number // 65536)).save(
        stream, "PNG"
    )
    return stream.getvalue()


def write_images(folder: Path, count: int, classes: int = 3) -> Path:
    """Images that no two of hold the same bytes."""
    for number in range(count):
        path = folder / f"class-{number % classes}" / f"{number:05d}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(picture(number))
    return folder


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return write_images(tmp_path / "images", 12)


def export(project: Project, out: Path) -> ExportSummary:
    summary = result_of(export_project(export_request(project, out, OutputChoice(PARTS))))
    project.close()
    return summary


def replayed(images: Path, log: Path, out: Path, **options: object) -> ExportSummary:
    values = {"source": images, "out": out, **options}
    return result_of(replay_decisions(with_values(RunOptions(), values), log))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def review(project: Project) -> None:
    """Decisions of every kind, operations on classes, undo and redo."""
    project.reviewer = "Ada"
    project.decide([0, 3], DecisionKind.KEEP)
    project.decide([1], DecisionKind.RELABEL, "class-0")
    split_class(project, [2, 5], "new")
    rename_class(project, "new", "newer")
    merge_classes(project, ["class-2"], "class-1")
    project.undo()
    project.undo()
    project.redo()
    project.reviewer = "Bob"
    project.decide([4], DecisionKind.DROP)
    project.decide([7], DecisionKind.AMBIGUOUS)
    project.decide([0], DecisionKind.UNDECIDED)
    project.undo()
    rename_class(project, "class-0", "new")
    project.decide([9], DecisionKind.DROP)
    project.undo()


def test_a_replay_on_a_copy_gives_every_file_to_the_byte(images: Path, tmp_path: Path) -> None:
    project = make_project(images, trained=False)
    review(project)
    summary = export(project, tmp_path / "out")
    copy = Path(shutil.copytree(images, tmp_path / "copy"))
    again = replayed(copy, tmp_path / "out" / "decisions.jsonl", tmp_path / "again")
    for name in ("labels.csv", "decisions.jsonl"):
        first, second = (tmp_path / out / name for out in ("out", "again"))
        assert first.read_bytes() == second.read_bytes()
    assert summary.log == again.log
    assert again.replay is not None
    assert (again.replay.moved, again.replay.conflicts) == (0, ())
    assert {row["reviewer"] for row in rows(tmp_path / "again" / "journal.csv")} == {"Ada", "Bob"}
    assert rows(tmp_path / "again" / "conflicts.csv") == []


@pytest.mark.parametrize(
    ("count", "steps"), [(200, 500), pytest.param(2_000, 10_000, marks=pytest.mark.slow)]
)
def test_a_replay_with_a_tenth_of_the_files_renamed_gives_the_same_labels_to_the_byte(
    tmp_path: Path, count: int, steps: int
) -> None:
    dice = random.Random(0)
    images = write_images(tmp_path / "images", count, classes=10)
    project = make_project(images, trained=False)
    # Here no decision must survive a power cut, which would take most of the time.
    project._files._connection.execute("PRAGMA synchronous = OFF")
    kinds = [kind for kind in DecisionKind if kind != DecisionKind.RELABEL]
    while project._files.journal.newest < steps:
        chance, row = dice.random(), dice.randrange(count)
        if chance < 0.05:
            project.undo()
        elif chance < 0.08:
            project.redo()
        elif chance < 0.6:
            project.decide([row], dice.choice(kinds))
        else:
            project.decide([row], DecisionKind.RELABEL, f"class-{dice.randrange(12)}")
    export(project, tmp_path / "out")
    copy = Path(shutil.copytree(images, tmp_path / "copy"))
    new_paths = {}
    for number in range(0, count, 10):
        path = images / f"class-{number % 10}" / f"{number:05d}.png"
        new = Path(f"class-{number % 10}", "moved", f"image {number}.png")
        (copy / new).parent.mkdir(exist_ok=True)
        (copy / path.relative_to(images)).rename(copy / new)
        new_paths[path.relative_to(images).as_posix()] = new.as_posix()

    again = replayed(copy, tmp_path / "out" / "decisions.jsonl", tmp_path / "again")

    assert again.replay is not None
    assert (again.replay.steps, again.replay.left_out) == (steps, 0)
    assert again.replay.conflicts == ()
    assert 0 < again.replay.moved <= count // 10
    header, *lines = (tmp_path / "out" / "labels.csv").read_text("utf-8").splitlines()
    renamed = {}
    for line in lines:
        path, cells = line.split(",", 1)
        renamed[new_paths.get(path, path)] = cells
    written = (tmp_path / "again" / "labels.csv").read_text("utf-8")
    order = [line.split(",", 1)[0] for line in written.splitlines()[1:]]
    assert written == "\n".join([header, *(f"{path},{renamed[path]}" for path in order), ""])


def test_what_the_copy_does_not_hold_as_it_was_is_listed(images: Path, tmp_path: Path) -> None:
    project = make_project(images, trained=False)
    twin = images / "class-0" / "00003.png"
    shutil.copy(twin, images / "class-1" / "twin.png")
    for row in range(9):
        project.decide([row], DecisionKind.KEEP)
    project.undo()
    project.decide([8], DecisionKind.RELABEL, "class-1")
    export(project, tmp_path / "out")
    paths = [row["path"] for row in rows(tmp_path / "out" / "journal.csv")]
    copy = Path(shutil.copytree(images, tmp_path / "copy"))
    (copy / paths[0]).unlink()
    (copy / paths[2]).write_bytes(picture(70000))
    (copy / paths[4]).rename(copy / "class-2" / "moved.png")
    (copy / paths[8]).rename(copy / "class-1" / "moved.png")
    twin = copy / "class-0" / "00003.png"
    twin.rename(copy / "class-0" / "copy one.png")
    shutil.copy(copy / "class-0" / "copy one.png", copy / "class-0" / "copy two.png")
    (copy / "class-1" / "twin.png").unlink()

    emitted, summary = finish(
        replay_decisions(
            with_values(RunOptions(), {"source": copy, "out": tmp_path / "again"}),
            tmp_path / "out" / "decisions.jsonl",
        )
    )

    assert emitted
    conflicts = {row["path"]: row for row in rows(tmp_path / "again" / "conflicts.csv")}
    problems = {path: row["problem"] for path, row in conflicts.items()}
    assert problems == {
        paths[0]: "missing",
        "class-0/00003.png": "ambiguous",
        paths[2]: "changed",
        paths[4]: "other label",
        paths[8]: "other label",
    }
    assert conflicts[paths[8]]["path_here"] == "class-1/moved.png"
    assert (conflicts[paths[8]]["decision"], conflicts[paths[8]]["label"]) == ("relabel", "class-1")
    labels = {row["path"]: row for row in rows(tmp_path / "again" / "labels.csv")}
    assert labels["class-2/moved.png"]["label"] == paths[4].split("/")[0]
    assert labels["class-2/moved.png"]["decision"] == "relabel"
    assert labels["class-1/moved.png"]["label"] == "class-1"
    assert labels["class-1/moved.png"]["decision"] == "keep"
    assert labels[paths[2]]["decision"] == "undecided"
    assert labels["class-0/copy one.png"]["decision"] == "undecided"
    assert summary.replay is not None
    assert (summary.replay.left_out, summary.replay.moved) == (3, 2)


def test_copies_that_were_all_renamed_are_interchangeable(images: Path, tmp_path: Path) -> None:
    for name in ("a", "b"):
        (images / "class-0" / f"{name}.png").write_bytes(picture(70001))
    project = make_project(images, trained=False)
    twins = [project.paths.row_of(f"class-0/{name}.png") for name in ("a", "b")]
    for row in twins:
        project.decide([row], DecisionKind.DROP)
    export(project, tmp_path / "out")
    for name in ("a", "b"):
        (images / "class-0" / f"{name}.png").rename(images / "class-0" / f"{name}{name}.png")
    again = replayed(images, tmp_path / "out", tmp_path / "again")
    assert again.replay is not None
    assert again.replay.conflicts == ()
    dropped = [r["path"] for r in rows(tmp_path / "again" / "labels.csv") if not r["label"]]
    assert dropped == ["class-0/aa.png", "class-0/bb.png"]


def test_a_decision_without_a_hash_is_matched_by_its_path_and_listed(
    images: Path, tmp_path: Path
) -> None:
    project = make_project(images, trained=False)
    away = images.rename(tmp_path / "away")  # an unplugged disk
    project.decide([0], DecisionKind.DROP)
    away.rename(images)
    export(project, tmp_path / "out")
    again = replayed(images, tmp_path / "out", tmp_path / "again")
    assert again.replay is not None
    assert [conflict.problem for conflict in again.replay.conflicts] == ["unchecked"]
    assert rows(tmp_path / "again" / "labels.csv")[0]["decision"] == "drop"


def test_a_log_that_was_changed_is_not_replayed(images: Path, tmp_path: Path) -> None:
    project = make_project(images, trained=False)
    project.decide([0], DecisionKind.DROP)
    export(project, tmp_path / "out")
    log = tmp_path / "out" / "decisions.jsonl"
    log.write_text(log.read_text("utf-8").replace('"drop"', '"keep"'), "utf-8")
    with pytest.raises(DecisionLogError, match="Line 2 was changed"):
        replayed(images, log, tmp_path / "again")
    assert not (tmp_path / "again").exists()


@pytest.mark.parametrize("name", ["../away", "", "\x1b[2J", "a\\b"])
def test_a_class_name_that_would_lead_out_of_the_folder_is_refused(
    images: Path, tmp_path: Path, name: str
) -> None:
    project = make_project(images, trained=False)
    project._files.journal.rename({"class-0": name}, "step", 1)
    export(project, tmp_path / "out")
    with pytest.raises(DecisionLogError, match="names a class"):
        replayed(images, tmp_path / "out", tmp_path / "again", class_folders="copy")
    assert not (tmp_path / "again").exists()


def test_a_replay_takes_no_project_and_no_option_of_a_training(
    images: Path, tmp_path: Path
) -> None:
    project = make_project(images, trained=False)
    folder = project.folder
    export(project, tmp_path / "out")
    with pytest.raises(OptionError, match="is a project"):
        replayed(folder, tmp_path / "out", tmp_path / "again")
    with pytest.raises(OptionError, match="trains nothing"):
        replayed(images, tmp_path / "out", tmp_path / "again", epochs=3)


def test_an_auditor_sees_that_lines_at_the_end_were_removed(images: Path, tmp_path: Path) -> None:
    project = make_project(images, trained=False)
    review(project)
    folder, out = project.folder, tmp_path / "out"
    summary = export(project, out)
    seal, problems = verify_log(out)
    assert (seal, problems) == (summary.log, ())
    assert verify_log(folder) == (summary.log, ())
    note = json.loads((out / "run.json").read_text("utf-8"))["decision_log"]
    assert note == {"lines": seal.lines, "last_hash": seal.last_hash}
    log = out / "decisions.jsonl"
    lines = log.read_text("utf-8").splitlines()
    write_log(log, lines[:-1])
    assert [str(p) for p in verify_log(log)[1]] == [
        f"run.json beside it notes {len(lines)} lines with the last hash {seal.last_hash}."
    ]
    alone = tmp_path / "alone.jsonl"
    write_log(alone, lines[:-1])
    assert verify_log(alone)[1] == ()  # only a note elsewhere tells
    write_log(alone, [first_line()])
    assert verify_log(alone)[0].lines == 1


def test_a_later_export_of_the_project_continues_the_log(images: Path, tmp_path: Path) -> None:
    project = make_project(images, trained=False)
    project.decide([0], DecisionKind.DROP)
    lines = project.log()
    project.undo()
    rename_class(project, "class-0", "other")
    assert project.log()[:2] == lines
    project.close()


def test_the_command_verifies_replays_and_shows_the_last_hash(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = make_project(images, trained=False)
    review(project)
    folder, out, log = project.folder, tmp_path / "out", tmp_path / "out" / "decisions.jsonl"
    project.close()
    assert cli.main(["--headless", str(folder), "--out", str(out)]) == ExitCode.OK
    last = json.loads(log.read_text("utf-8").splitlines()[-1])["hash"]
    shown = capsys.readouterr().out
    assert "note its last hash" in shown
    assert last in shown
    assert cli.main(["--verify", str(log)]) == ExitCode.OK
    assert last in capsys.readouterr().out
    args = ["--headless", str(images), "--replay", str(log), "--out", str(tmp_path / "again")]
    assert cli.main(args) == ExitCode.OK
    assert "steps replayed" in capsys.readouterr().out
    assert cli.main([*args, "--force", "--json"]) == ExitCode.OK
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert line["replay"]["conflicts"] == {}
    assert line["decision_log"]["last_hash"] == last
    lines = log.read_text("utf-8").splitlines()
    for tampered in ([*lines[:3], *lines[4:]], [*lines[:2], lines[3], lines[2], *lines[4:]]):
        write_log(log, tampered)
        assert cli.main(["--verify", str(log)]) == ExitCode.DECISIONS
        assert "is not as it was written" in capsys.readouterr().out
    assert cli.main(["--verify", str(log), "--json"]) == ExitCode.DECISIONS
    assert json.loads(capsys.readouterr().out)["problems"]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["pics", "--replay", "log"], "without a window"),
        (["--headless", "--demo", "--replay", "log"], "needs the images"),
        (["--headless", "pics", "--out", "o", "--reviewer", "Ada"], "names who decides"),
        (["pics", "--merge", "a", "b"], "takes no SOURCE"),
        (["--merge", "a", "b", "--views", "3"], "--merge takes no option of a training"),
    ],
)
def test_options_that_do_not_fit_are_refused(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(arguments) == ExitCode.USAGE
    assert sentence in capsys.readouterr().err


def test_decisions_before_and_after_an_update_of_the_folder_are_replayed(
    images: Path, tmp_path: Path
) -> None:
    project = make_project(images, trained=False)
    folder, paths = project.folder, project.table.paths
    for row in range(4):
        project.decide([row], DecisionKind.DROP)
    project.close()
    result_of(update_job(folder))  # computes the content hashes
    (images / paths[0]).write_bytes(picture(70002))
    (images / paths[1]).rename(images / "class-0" / "renamed.png")
    (images / "class-1" / "new.png").write_bytes(picture(70003))
    result_of(update_job(folder))
    project = open_project(folder)
    assert [DecisionKind(int(kind)).word for kind in project.kinds[:4]] == [
        "undecided",
        *["drop"] * 3,
    ]
    project.decide([project.paths.row_of("class-1/new.png")], DecisionKind.AMBIGUOUS)
    actions = [json.loads(line)["action"] for line in project.log()[1:]]
    assert actions == [*["decide"] * 4, "update", "decide"]
    export(project, tmp_path / "out")

    again = replayed(images, tmp_path / "out", tmp_path / "again")

    assert again.replay is not None
    assert (again.replay.moved, again.replay.conflicts) == (1, ())
    first, second = (
        {row["path"]: (row["label"], row["decision"]) for row in rows(tmp_path / o / "labels.csv")}
        for o in ("out", "again")
    )
    assert first == second


@pytest.mark.parametrize("safe", [True, False])
def test_the_tables_of_a_replay_are_safe_for_spreadsheets_when_asked(
    images: Path, tmp_path: Path, *, safe: bool
) -> None:
    (images / "class-0").rename(images / "=1+1")
    project = make_project(images, trained=False)
    project.decide(range(4), DecisionKind.DROP)
    export(project, tmp_path / "out")
    replayed(images, tmp_path / "out", tmp_path / "again", csv_safe=safe)
    first = rows(tmp_path / "again" / "labels.csv")[0]
    assert first["given_label"] == ("'=1+1" if safe else "=1+1")

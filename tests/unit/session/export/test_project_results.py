"""Exports of a project: the decisions, the manifest, class folders, whole or not at all."""

from __future__ import annotations

import csv
import errno
import hashlib
import json
import os
from dataclasses import replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sample_projects import add_run, make_images, make_project, scanned

from ahsml_app import cli
from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import Cancelled, OutputError
from ahsml_app.base.events import CancelToken, Notice, Progress, Stage, drive
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.types import Quarantined
from ahsml_app.session.export.project_results import (
    ExportRequest,
    export_project,
    export_request,
    plan_export,
)
from ahsml_app.session.export.results import PARTS, OutputChoice
from ahsml_app.session.export.write_results import planned_names
from ahsml_app.session.project.class_edits import rename_class
from ahsml_app.session.project.library import create_project, free_project_folder, open_project
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.review_progress import ReviewTimeline
from ahsml_app.store.class_folders import plan_tree
from ahsml_app.store.output.partial_folder import RESULT_NAMES

ALL = frozenset(PARTS) - {"model"}


def run(request: ExportRequest, cancel: CancelToken | None = None) -> list[object]:
    return list(export_project(request, cancel))


def rows(path: Path, delimiter: str = ",") -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream, delimiter=delimiter))


def digests(folder: Path) -> dict[str, str]:
    return {
        str(p.relative_to(folder)): hashlib.sha256(p.read_bytes()).hexdigest()
        for p in folder.rglob("*")
        if p.is_file()
    }


def test_labels_hold_every_image_with_its_decision(project: Project, tmp_path: Path) -> None:
    out = tmp_path / "out"
    run(export_request(project, out, OutputChoice(ALL)))
    lines = rows(out / "labels.csv")
    assert len(lines) == 16
    found = [(line["label"], line["given_label"], line["decision"]) for line in lines[:5]]
    assert found == [
        ("cross", "circle", "relabel"),
        ("", "circle", "drop"),
        ("circle", "circle", "keep"),
        ("circle", "circle", "ambiguous"),
        ("cross", "cross", "undecided"),
    ]
    listed = json.loads((out / "run.json").read_text("utf-8"))["files"]
    assert {"labels.csv", "manifest.csv", "journal.csv", "scores.parquet"} <= set(listed)
    assert (out / "report.html").is_file()
    assert len(pq.read_table(out / "embeddings.parquet")) == 16


def test_the_journal_tells_every_step(project: Project, tmp_path: Path) -> None:
    project.undo()
    out = tmp_path / "out"
    run(export_request(project, out, OutputChoice(frozenset({"journal"}))))
    lines = rows(out / "journal.csv")
    assert [line["action"] for line in lines] == ["decide"] * 4 + ["undo"]
    assert lines[0]["path"] == "circle/circle-00.png"
    assert (lines[0]["label_before"], lines[0]["label"]) == ("circle", "cross")
    assert len(lines[0]["hash"]) == 32
    assert (lines[4]["decision_before"], lines[4]["decision"]) == ("ambiguous", "undecided")


@pytest.mark.parametrize("mode", ["copy", "hardlink", "symlink"])
def test_class_folders_leave_the_images_alone(project: Project, tmp_path: Path, mode: str) -> None:
    before = digests(project.table.root)
    out = tmp_path / "out"
    request = export_request(project, out, OutputChoice(frozenset({"tree"}), mode))
    plan = plan_export(request)
    assert (plan.tree_files, plan.counts.dropped, plan.counts.relabelled) == (15, 1, 1)
    assert not out.exists()
    run(request)
    assert digests(project.table.root) == before
    made = sorted(p.relative_to(out / "images").as_posix() for p in out.rglob("images/*/*"))
    assert "cross/circle-00.png" in made
    assert "circle/circle-01.png" not in made
    assert len(made) == 15
    one = out / "images/cross/circle-00.png"
    original = project.path(0)
    assert one.read_bytes() == original.read_bytes()
    assert one.is_symlink() == (mode == "symlink")
    assert one.samefile(original) == (mode != "copy")


def test_names_that_meet_get_a_number_and_odd_classes_a_safe_folder() -> None:
    paths = ["a/x.png", "b/x.png", "b/X.png", "c/y.png", "c/z.png", "c/w.png"]
    labels = ["one", "one", "one", "a/b", "con", "end. "]
    planned = [e.target for e in plan_tree(Path("/p"), paths, labels, by_folder=False)]
    assert planned == [
        "one/x.png",
        "one/x (2).png",
        "one/X (3).png",
        "a_b/y.png",
        "_con/z.png",
        "end/w.png",
    ]
    nested = plan_tree(Path("/p"), ["k/sub/x.png", "k/x.png"], ["k", "k"], by_folder=True)
    assert [e.target for e in nested] == ["k/sub/x.png", "k/x.png"]


def test_an_export_is_whole_or_not_at_all(project: Project, tmp_path: Path) -> None:
    cancel = CancelToken()
    events = export_project(export_request(project, tmp_path / "out", OutputChoice(ALL)), cancel)
    next(events)
    cancel.cancel()
    with pytest.raises(Cancelled):
        list(events)
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.partial").exists()


def test_an_earlier_export_is_replaced_only_on_request(project: Project, tmp_path: Path) -> None:
    parts = frozenset({"labels"})
    run(export_request(project, tmp_path / "out", OutputChoice(parts)))
    with pytest.raises(OutputError, match="already holds"):
        run(export_request(project, tmp_path / "out", OutputChoice(parts)))
    run(export_request(project, tmp_path / "out", OutputChoice(parts), force=True))


def test_labels_exported_later_leave_the_class_folders(project: Project, tmp_path: Path) -> None:
    """They deleted every image exported before, without a word."""
    out = tmp_path / "out"
    run(export_request(project, out, OutputChoice(frozenset({"labels", "tree"}))))
    before = digests(out / "images")
    again = export_request(project, out, OutputChoice(frozenset({"labels"})), force=True)
    assert (plan_export(again).replaced, plan_export(again).replaced_images) == (2, 0)
    told = [str(event.message) for event in run(again) if isinstance(event, Notice)]
    assert told == [f"2 files of the earlier results in {out} will be replaced or removed."]
    assert digests(out / "images") == before
    project.decide([0], DecisionKind.DROP)
    tree = export_request(project, out, OutputChoice(frozenset({"tree"})), force=True)
    assert (plan_export(tree).replaced, plan_export(tree).replaced_images) == (2, 15)
    run(tree)
    assert len(digests(out / "images")) == 14
    assert not (out / "labels.csv").exists()


@pytest.mark.parametrize("parts", [{"labels"}, {"labels", "tree"}])
def test_a_project_is_not_exported_onto_its_images(
    project: Project, tmp_path: Path, parts: set[str], capsys: pytest.CaptureFixture[str]
) -> None:
    """With exit code 0, 120 images became 0."""
    out = tmp_path / "out"
    run(export_request(project, out, OutputChoice(frozenset({"labels", "tree"}))))
    before = digests(out)
    copies = make_project(out / "images", name="Copies")
    with pytest.raises(OutputError, match="which lies in"):
        run(export_request(copies, out, OutputChoice(frozenset(parts)), force=True))
    copies.close()
    onto = ["--out", str(out), "--force", "--class-folders", "copy"]
    assert cli.main(["--headless", str(copies.folder), *onto]) == 5
    assert cli.main(["--headless", str(out / "images"), *onto]) == 5
    assert (
        cli.main(
            ["--headless", str(tmp_path / "pictures"), "--labels", str(out / "labels.csv"), *onto]
        )
        == 5
    )
    assert capsys.readouterr().err.count("which lies in") == 3
    assert digests(out) == before


def test_class_folders_are_replaced_while_the_images_are_there(
    project: Project, tmp_path: Path
) -> None:
    parts = frozenset({"tree"})
    run(export_request(project, tmp_path / "out", OutputChoice(parts)))
    before = digests(tmp_path / "out" / "images")
    run(export_request(project, tmp_path / "out", OutputChoice(parts), force=True))
    project.path(0).unlink()
    with pytest.raises(OutputError, match="may be the only copy"):
        run(export_request(project, tmp_path / "out", OutputChoice(parts), force=True))
    assert digests(tmp_path / "out" / "images") == before


def test_an_export_reads_no_file_twice_before_it_replaces_class_folders(
    project: Project, tmp_path: Path
) -> None:
    choice = OutputChoice(frozenset({"tree", "labels"}))
    run(export_request(project, tmp_path / "out", choice))
    events = run(export_request(project, tmp_path / "out", choice, force=True))
    reading = [e for e in events if isinstance(e, Progress) and e.stage is Stage.FINGERPRINT]
    passes = [event for event in reading if event.total == len(project.table)]
    assert passes
    assert passes[-1].done == len(project.table)  # a second pass would begin anew
    assert [event.done for event in passes] == sorted(event.done for event in passes)


def test_a_sample_that_leads_out_is_not_exported(project: Project, tmp_path: Path) -> None:
    """Class folders held /etc/passwd, and files outside of DIR were replaced."""
    secret = tmp_path / "secret.png"
    secret.write_text("secret")
    for path in ("../secret.png", "a/../../secret.png", str(secret)):
        request = export_request(
            project, tmp_path / "out", OutputChoice(frozenset({"labels", "tree"}))
        )
        table = replace(request.results.table, paths=(path, *request.results.table.paths[1:]))
        with pytest.raises(OutputError, match="leads out of the image folder"):
            run(replace(request, results=replace(request.results, table=table)))
        assert not (tmp_path / "out").exists()


def test_a_class_whose_folder_has_another_name_is_told(project: Project, tmp_path: Path) -> None:
    long = "cross" * 60
    project.decide([0, 1], DecisionKind.RELABEL, long)
    project.decide([2], DecisionKind.RELABEL, "Cross")
    request = export_request(project, tmp_path / "out", OutputChoice(frozenset({"tree"})))
    told = [str(event.message) for event in run(request) if isinstance(event, Notice)]
    (message,) = told
    assert message.startswith("The folders of 2 classes have other names")
    assert "cross → cross (2)" in message
    assert len(digests(tmp_path / "out" / "images")) == 16
    listed = json.loads((tmp_path / "out" / "run.json").read_text("utf-8"))["files"]
    assert f"images/{long[:200]}/circle-00.png" in listed


def test_every_result_is_known_as_ours(project: Project, tmp_path: Path) -> None:
    """What is not, --force leaves in the partial folder of a run that was killed."""
    request = export_request(project, tmp_path / "out", OutputChoice(frozenset(PARTS) - {"model"}))
    run(request)
    planned = planned_names(request.results, request.choice)
    assert set(digests(tmp_path / "out")) <= RESULT_NAMES | set(planned)


def test_without_a_training_the_decisions_can_be_exported(tmp_path: Path, cache: Path) -> None:
    project = make_project(make_images(tmp_path / "pictures", per_class=3), trained=False)
    project.decide([0], DecisionKind.DROP)
    request = export_request(project, tmp_path / "out", OutputChoice(ALL))
    assert plan_export(request).missing == ("embeddings", "report", "scores")
    run(request)
    assert rows(tmp_path / "out" / "labels.csv")[0]["decision"] == "drop"
    assert not (tmp_path / "out" / "scores.csv").exists()


def test_headless_exports_a_projects_state(
    project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    assert cli.main(["--headless", str(project.folder), "--out", str(out), "--quiet"]) == 0
    assert [line["decision"] for line in rows(out / "labels.csv")][:2] == ["relabel", "drop"]
    assert not (out / "images").exists()
    again = ["--headless", str(project.folder), "--out", str(out), "--force", "--quiet"]
    assert cli.main([*again, "--class-folders", "hardlink", "--csv-safe"]) == 0
    assert (out / "labels.parquet").is_file()
    moved = out / "images" / "cross" / "circle-00.png"
    assert moved.samefile(project.path(0))
    assert not (out / "images" / "circle" / "circle-01.png").exists()  # dropped
    code = cli.main(["--headless", str(project.folder), "--out", str(out), "--epochs", "3"])
    assert code == 2
    assert "is a project" in capsys.readouterr().err


def test_the_command_tells_what_an_export_changed_and_set_aside(
    tmp_path: Path, cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Files, report and closing lines count the files that the scan and the training set aside."""
    image_folder = make_images(tmp_path / "pictures", per_class=4)
    scan = replace(
        scanned(image_folder), quarantined=(Quarantined("circle/x.png", "it is a pipe"),)
    )
    project = create_project(free_project_folder("Shapes"), "Shapes", Source(image_folder), scan)
    add_run(project, unreadable=(Quarantined("square/square-00.png", "it is cut off"),))
    project.decide([0], DecisionKind.RELABEL, "cross")
    project.decide([1, 2], DecisionKind.DROP)
    left = ReviewTimeline(project).progress().errors_left
    project.close()

    out = tmp_path / "out"
    assert cli.main(["--headless", str(project.folder), "--out", str(out)]) == 0
    text = capsys.readouterr().out
    assert "1 label changed, 2 images dropped" in text
    assert "suggestion" not in text
    assert "2 files set aside, see quarantine.csv" in text
    low, best, high = left
    assert f"about {best:,.0f} wrong among the undecided ({low:,.0f} to {high:,.0f})" in text

    set_aside = {line["path"] for line in rows(out / "quarantine.csv")}
    assert set_aside == {"circle/x.png", "square/square-00.png"}
    stored = json.loads((out / "run.json").read_text("utf-8"))
    counts = stored["counts"]
    assert (counts["quarantined"], counts["relabelled"], counts["decided_drop"]) == (2, 1, 2)
    assert stored["expected_errors"]["estimate"] == round(best, 2)
    report = (out / "report.html").read_text("utf-8")
    assert "2 files could not be used" in report
    assert "square/square-00.png" in report

    again = ["--headless", str(project.folder), "--out", str(out), "--force", "--json"]
    assert cli.main(again) == 0
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["quarantined"], line["relabelled"], line["dropped"]) == (2, 1, 2)
    assert line["flagged"] == counts["flagged"]
    assert line["suspects_left"] == counts["suspects_left"]


def test_the_plan_counts_as_the_export_does(project: Project, tmp_path: Path) -> None:
    request = export_request(project, tmp_path / "out", OutputChoice(ALL))
    plan = plan_export(request)
    summary = drive(export_project(request), lambda _: None)
    assert summary.counts == plan.counts
    assert summary.errors_left == plan.errors_left
    labels = [line["label"] for line in rows(tmp_path / "out" / "labels.csv")]
    assert plan.counts.labelled == sum(map(bool, labels)) == sum(n for _, n in plan.classes)


def test_scores_judge_the_labels_of_their_training(project: Project, tmp_path: Path) -> None:
    """A label that was changed since is told in labels.csv alone."""
    run(export_request(project, tmp_path / "out", OutputChoice(frozenset({"labels", "scores"}))))
    assert rows(tmp_path / "out" / "labels.csv")[0]["label"] == "cross"
    assert rows(tmp_path / "out" / "scores.csv")[0]["given_label"] == "circle"
    add_run(project, seed=1)
    run(export_request(project, tmp_path / "again", OutputChoice(frozenset({"scores"}))))
    assert rows(tmp_path / "again" / "scores.csv")[0]["given_label"] == "circle"


def test_links_that_cannot_be_made_become_copies_and_that_is_told(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "another file system")

    monkeypatch.setattr(os, "link", refuse)
    request = export_request(
        project, tmp_path / "out", OutputChoice(frozenset({"tree"}), "hardlink")
    )
    told = [str(event.message) for event in run(request) if isinstance(event, Notice)]
    copies = [path for path in (tmp_path / "out").rglob("*.png") if path.is_file()]
    assert len(copies) == 15
    assert told == ["15 files were copied, because no links to them can be made there."]


def test_a_size_is_estimated_without_the_images_that_are_gone(
    project: Project, tmp_path: Path
) -> None:
    parts = frozenset({"tree"})
    before = plan_export(export_request(project, tmp_path / "out", OutputChoice(parts, "copy")))
    gone = project.table.root / project.table.paths[5]
    size = gone.stat().st_size
    gone.unlink()
    after = plan_export(export_request(project, tmp_path / "out", OutputChoice(parts, "copy")))
    assert before.tree_bytes - after.tree_bytes == size


def test_an_export_while_somebody_decides_reads_one_moment(project: Project) -> None:
    reading = open_project(project.folder)
    assert reading.read_only
    rename_class(project, "circle", "disc")
    project.decide([5, 6, 7], DecisionKind.DROP)
    results = export_request(
        reading, project.folder.parent / "out", OutputChoice(frozenset({"journal"}))
    ).results
    steps = [json.loads(line)["step"] for line in results.log[1:]]
    assert max(steps) == max(entry.step for entry in results.journal) == 4
    assert results.decisions.kinds.count("drop") == 1
    assert "circle" in results.class_names
    reading.close()

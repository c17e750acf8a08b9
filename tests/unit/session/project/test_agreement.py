"""Two people's decisions about the same images, compared."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from sample_projects import make_images, make_project, scanned
from sklearn.metrics import cohen_kappa_score

from ahsml_app import cli
from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import ExitCode
from ahsml_app.base.message import Message
from ahsml_app.base.options.run_options import Source
from ahsml_app.session.project.agreement import (
    cohens_kappa,
    compare_decisions,
    place_verdicts,
    take_over,
)
from ahsml_app.session.project.class_edits import rename_class
from ahsml_app.session.project.library import create_project
from ahsml_app.session.project.logged_decisions import logged_state
from ahsml_app.session.project.project import Project

PER_CLASS = 4


@pytest.fixture
def images(tmp_path: Path) -> Path:
    return make_images(tmp_path / "images", per_class=PER_CLASS, side=8)


def reviewed(images: Path, name: str) -> Project:
    project = make_project(images, trained=False, name=name)
    project.reviewer = name
    return project


@given(st.lists(st.tuples(st.sampled_from("abc"), st.sampled_from("abc")), min_size=1))
def test_kappa_is_that_of_scikit_learn(pairs: list[tuple[str, str]]) -> None:
    first, second = zip(*pairs, strict=True)
    assume(len({*first, *second}) > 1)
    assert cohens_kappa(pairs) == pytest.approx(cohen_kappa_score(first, second))


def test_kappa_is_not_defined_where_chance_alone_agrees() -> None:
    assert math.isnan(cohens_kappa([]))
    assert math.isnan(cohens_kappa([("cat", "cat")] * 3))
    assert cohens_kappa([("cat", "cat"), ("dog", "dog")]) == 1


def test_decisions_are_compared_by_what_becomes_of_the_label(images: Path) -> None:
    ada, bob = reviewed(images, "Ada"), reviewed(images, "Bob")
    for project in (ada, bob):
        project.decide([0, 1], DecisionKind.KEEP)
    ada.decide([2], DecisionKind.RELABEL, "cross")
    bob.decide([2], DecisionKind.RELABEL, "square")
    ada.decide([3], DecisionKind.DROP)
    bob.decide([3], DecisionKind.AMBIGUOUS)
    ada.decide([4], DecisionKind.DROP)
    bob.decide([4], DecisionKind.DROP)
    ada.decide([5], DecisionKind.KEEP)
    bob.decide([6], DecisionKind.KEEP)
    bob.decide([7], DecisionKind.KEEP)
    bob.undo()
    rename_class(ada, "circle", "disc")
    paths = ada.table.paths
    folders = ada.folder, bob.folder
    ada.close()
    bob.close()
    agreement = compare_decisions(*map(logged_state, folders))
    assert (agreement.both, agreement.agreed, agreement.unmatched) == (5, 3, 0)
    assert [v.image.path for v in agreement.disagreements] == [paths[2], paths[3]]
    assert [v.image.path for v in agreement.single] == [paths[5], paths[6]]
    assert agreement.class_disagreements == (("circle", "disc", "circle"),)
    assert agreement.reviewers(0) == ("Ada",)
    assert agreement.reviewers(1) == ("Bob",)
    first = ["circle", "circle", "cross", "drop", "drop"]
    second = ["circle", "circle", "square", "ambiguous", "drop"]
    assert agreement.kappa == pytest.approx(cohen_kappa_score(first, second))


def test_images_that_one_of_them_renamed_are_the_same(images: Path) -> None:
    ada = reviewed(images, "Ada")
    ada.decide([0], DecisionKind.KEEP)
    ada.decide([1], DecisionKind.KEEP)
    folder = ada.folder
    ada.close()
    old = images / "circle" / "circle-00.png"
    old.rename(images / "circle" / "renamed.png")
    (images / "circle" / "circle-01.png").write_bytes(b"another picture")
    bob = reviewed(images, "Bob")
    for name in ("renamed", "circle-01"):
        bob.decide([bob.paths.row_of(f"circle/{name}.png")], DecisionKind.DROP)
    bob_folder = bob.folder
    bob.close()
    agreement = compare_decisions(logged_state(folder), logged_state(bob_folder))
    assert (agreement.both, agreement.unmatched, len(agreement.single)) == (1, 1, 2)
    assert [v.image.path for v in agreement.disagreements] == ["circle/circle-00.png"]


def test_the_command_shows_kappa_and_writes_the_disagreements(
    images: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    ada, bob = reviewed(images, "Ada"), reviewed(images, "Bob")
    for row in range(6):
        ada.decide([row], DecisionKind.KEEP)
        bob.decide([row], DecisionKind.KEEP if row else DecisionKind.RELABEL, "cross")
    folders = [str(ada.folder), str(bob.folder)]
    ada.close()
    bob.close()
    assert cli.main(["--merge", *folders]) == ExitCode.OK
    shown = capsys.readouterr().out
    assert "6 images decided by both, 5 alike" in shown
    assert "Cohen's kappa: 0.667" in shown
    assert "circle/circle-00.png (circle): A keep, B relabel to cross" in shown
    out = tmp_path / "out"
    assert cli.main(["--merge", *folders, "--out", str(out), "--json"]) == ExitCode.OK
    line = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert (line["kappa"], line["agreed"]) == (pytest.approx(2 / 3), 5)
    with (out / "disagreements.csv").open(encoding="utf-8", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["path"] == "circle/circle-00.png"
    assert (row["decision_a"], row["label_a"], row["reviewer_a"]) == ("keep", "circle", "Ada")
    assert (row["decision_b"], row["label_b"], row["reviewer_b"]) == ("relabel", "cross", "Bob")
    assert cli.main(["--merge", folders[0], folders[0]]) == ExitCode.USAGE


def test_a_table_of_disagreements_can_be_safe_for_spreadsheets(
    images: Path, tmp_path: Path
) -> None:
    ada, bob = reviewed(images, "=Ada"), reviewed(images, "Bob")
    ada.decide([0], DecisionKind.KEEP)
    bob.decide([0], DecisionKind.DROP)
    folders = [str(ada.folder), str(bob.folder)]
    ada.close()
    bob.close()
    reviewers = []
    for switch in ([], ["--csv-safe"]):
        out = tmp_path / f"out{len(switch)}"
        assert cli.main(["--merge", *folders, "--out", str(out), *switch]) == ExitCode.OK
        with (out / "disagreements.csv").open(encoding="utf-8", newline="") as stream:
            reviewers += [row["reviewer_a"] for row in csv.DictReader(stream)]
    assert reviewers == ["=Ada", "'=Ada"]


def test_that_an_image_stays_without_a_label_says_nothing_about_its_label_here(
    images: Path, tmp_path: Path
) -> None:
    paths = sorted(p.relative_to(images).as_posix() for p in images.rglob("*.png"))
    manifest = tmp_path / "labels.csv"
    lines = [f"{path},{'' if n == 0 else path.split('/')[0]}" for n, path in enumerate(paths)]
    manifest.write_text("\n".join(["path,label", *lines]))
    source = Source(images, labels=manifest)
    ada = create_project(tmp_path / "ada", "ada", source, scanned(source))
    ada.decide([0, 1], DecisionKind.KEEP)
    bob, here = reviewed(images, "Bob"), reviewed(images, "here")
    ada.close()
    bob.close()
    agreement = compare_decisions(logged_state(ada.folder), logged_state(bob.folder))
    placed = place_verdicts(here, agreement.verdicts)
    assert sorted(row for row, _ in placed) == [0, 1]
    assert take_over(agreement, placed, Message("taken over"), here).tolist() == [1]
    assert here.kinds[:2].tolist() == [DecisionKind.UNDECIDED, DecisionKind.KEEP]
    here.close()


def test_reading_the_log_of_a_project_writes_nothing_to_it(images: Path) -> None:
    ada = reviewed(images, "Ada")
    ada.decide([0], DecisionKind.KEEP)
    ada.close()
    before = {path: path.stat().st_mtime_ns for path in [ada.folder, *ada.folder.rglob("*")]}
    assert logged_state(ada.folder).decisions
    assert {p: p.stat().st_mtime_ns for p in [ada.folder, *ada.folder.rglob("*")]} == before

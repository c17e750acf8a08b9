"""A project keeps to the way in which its folders were read when it was made."""

from __future__ import annotations

from pathlib import Path

from hostile import sample_image
from running import result_of

import ahsml_app
from ahsml_app.base.options.run_options import Source
from ahsml_app.session.pipeline.check_folder import check_folder
from ahsml_app.session.pipeline.scan_source import scan_source
from ahsml_app.session.project.library import create_project
from ahsml_app.session.project.project import Project


def make_tree(root: Path) -> None:
    for number, path in enumerate(("train/cat", "train/dog", "test/cat", "test/dog")):
        (root / path).mkdir(parents=True)
        sample_image(number).save(root / path / "1.png")


def project_of(folder: Path, root: Path, read_as: Source) -> Project:
    return create_project(folder, "splits", Source(root), result_of(scan_source(read_as)))


def test_the_classes_of_an_earlier_version_stay(tmp_path: Path) -> None:
    """It took the names of the splits for classes; each image would have got another label."""
    root = tmp_path / "images"
    make_tree(root)
    first = Source(root, class_from="{class}/**")
    project = project_of(tmp_path / "project", root, first)
    changes = result_of(check_folder(project.original, project.states, project.source))
    assert project.class_names == ("test", "train")
    assert not changes.relabelled


def test_new_images_of_a_split_have_its_class_and_split(tmp_path: Path) -> None:
    root = tmp_path / "images"
    make_tree(root)
    project = project_of(tmp_path / "project", root, Source(root))
    sample_image(9).save(root / "test" / "dog" / "2.png")
    changes = result_of(check_folder(project.original, project.states, project.source))
    assert not changes.relabelled
    assert changes.new.paths == ("test/dog/2.png",)
    assert changes.new.columns["split"] == ("test",)
    assert changes.new.label_name(0) == "dog"


def test_class_folders_keep_the_splits_above_the_classes(tmp_path: Path) -> None:
    """So does the form of YOLO's image classification, and training stays apart from tests."""
    make_tree(tmp_path / "images")
    with ahsml_app.open_project(tmp_path / "project", tmp_path / "images") as project:
        project.decide("test/dog/1.png", "relabel", "cat")
        project.decide("train/cat/1.png", "drop")
        project.export(tmp_path / "out", ["tree"])
    tree = tmp_path / "out" / "images"
    files = sorted(p.relative_to(tree).as_posix() for p in tree.rglob("*.png"))
    assert files == ["test/cat/1 (2).png", "test/cat/1.png", "train/dog/1.png"]

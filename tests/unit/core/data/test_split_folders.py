"""Folders of training, validation and test images above the class folders."""

from __future__ import annotations

from pathlib import Path

import pytest
from scanning import labels_of, notice, run, touch

from ahsml_app.core.data.split_folders import read_split_folders, split_of_name

CLASSES = ("circle", "stripes", "checks")


def tree(root: Path, *splits: str) -> None:
    for name in CLASSES:
        touch(root, *(f"{split}/{name}/{n}.jpg" for n, split in enumerate(splits)))


@pytest.mark.parametrize(
    ("folders", "splits"),
    [
        (("train", "train", "val", "test"), ["train", "train", "val", "test"]),
        (("seg_train/seg_train", "seg_test/seg_test"), ["train", "test"]),
        (("training_set", "test_set"), ["train", "test"]),
        (("Train", "Valid", "TEST"), ["train", "val", "test"]),
        (("images/train", "images/validation"), ["train", "val"]),
        (("train/images", "test/images"), ["train", "test"]),
        (("seg_train/seg_train",), ["train"]),
        (("train2017", "val2017"), ["train", "val"]),
        (("TrainingSet", "testdata"), ["train", "test"]),
        (("Trainingsdaten", "Validierung", "Testbilder"), ["train", "val", "test"]),
        (("birds_train", "birds_test"), ["train", "test"]),
        (("birds_train/birds_train", "birds_test/birds_test"), ["train", "test"]),
    ],
)
def test_the_class_is_below_the_split(
    tmp_path: Path, folders: tuple[str, ...], splits: list[str]
) -> None:
    tree(tmp_path, *folders)
    result, _ = run(tmp_path)
    found = labels_of(result)
    assert found == {path: path.split("/")[-2] for path in found}
    assert result.table.class_names == tuple(sorted(CLASSES))
    by_path = dict(zip(result.table.paths, result.table.columns["split"], strict=True))
    for number, (folder, split) in enumerate(zip(folders, splits, strict=True)):
        assert {by_path[f"{folder}/{name}/{number}.jpg"] for name in CLASSES} == {split}
    trained = dict(zip(result.table.paths, result.table.trainable, strict=True))
    assert all(trained[path] == (split != "test") for path, split in by_path.items())
    text = notice(result, "parts of the data set")
    assert "'{class}/**'" in text
    assert all(f"{split} (" in text for split in splits)


def test_the_first_folder_is_the_class_on_request(tmp_path: Path) -> None:
    tree(tmp_path, "train", "test")
    result, _ = run(tmp_path, class_from="{class}/**")
    assert result.table.class_names == ("test", "train")
    assert not result.table.columns
    assert not any("parts of the data set" in str(text) for text in result.notices)


@pytest.mark.parametrize(
    "paths",
    [
        ("train/1.jpg", "test/1.jpg"),  # no classes below
        ("train/cat/1.jpg", "test/cat/1.jpg"),  # only one
        ("test/cat/1.jpg", "test/dog/1.jpg"),  # nothing to train on
        ("train/cat/1.jpg", "bus/dog/1.jpg", "test/dog/1.jpg"),
        ("cat/train/1.jpg", "dog/test/1.jpg"),
        ("1.jpg", "2.jpg"),
        (),
    ],
)
def test_other_folders_are_no_splits(paths: tuple[str, ...]) -> None:
    assert read_split_folders(paths) is None


def test_images_beside_the_classes_have_no_label(tmp_path: Path) -> None:
    tree(tmp_path, "train", "val")
    touch(tmp_path, "loose.jpg", "test/7.jpg")
    result, _ = run(tmp_path)
    assert [labels_of(result)[path] for path in ("loose.jpg", "test/7.jpg")] == ["", ""]
    splits = dict(zip(result.table.paths, result.table.columns["split"], strict=True))
    assert [splits[path] for path in ("loose.jpg", "test/7.jpg")] == ["", "test"]
    assert "2 images" in notice(result, "unlabelled")


@pytest.mark.parametrize("folders", [("fold_0", "fold_1"), ("entrenamiento", "prueba")])
def test_folders_that_all_hold_the_same_ones_may_be_parts(
    folders: tuple[str, ...], tmp_path: Path
) -> None:
    tree(tmp_path, *folders)
    result, _ = run(tmp_path)
    assert result.table.class_names == folders
    text = notice(result, "Each of the classes")
    assert all(name in text for name in (*folders, *CLASSES, "'*/{class}/**'"))


@pytest.mark.parametrize(
    "paths",
    [
        ("cat/train/1.jpg", "cat/test/1.jpg", "dog/train/1.jpg", "dog/test/1.jpg"),
        ("cat/male/1.jpg", "cat/female/1.jpg", "dog/male/1.jpg"),
        ("cat/male/1.jpg", "cat/female/1.jpg", "dog/male/1.jpg", "dog/female/1.jpg", "dog/2.jpg"),
    ],
)
def test_folders_in_classes_are_no_classes(paths: tuple[str, ...], tmp_path: Path) -> None:
    touch(tmp_path, *paths)
    result, _ = run(tmp_path)
    assert result.table.class_names == ("cat", "dog")
    assert not any("Each of the classes" in str(text) for text in result.notices)


@pytest.mark.parametrize("name", ["trains", "cat", "images", "test_train", "contest", ""])
def test_names_that_are_no_split(name: str) -> None:
    assert split_of_name(name) == ""


@pytest.mark.parametrize(
    ("paths", "labels", "splits"),
    [
        # Training images alone, which would be a single class otherwise.
        (("train/cat/1.jpg", "train/dog/1.jpg"), ("cat", "dog"), ("train", "train")),
        (("train/train/train/cat/1.jpg", "train/train/train/dog/1.jpg"),
         ("cat", "dog"), ("train", "train")),
        # Images of a split without classes.
        (("train/cat/1.jpg", "train/dog/1.jpg", "pred/pred/1.jpg", "test/images/1.jpg"),
         ("cat", "dog", "", ""), ("train", "train", "test", "test")),
        # Other folders beside splits that share classes.
        (("train/cat/1.jpg", "train/dog/1.jpg", "test/cat/1.jpg", "test/dog/1.jpg",
          "unlabeled/1.jpg", "more/train/dog/1.jpg"),
         ("cat", "dog", "cat", "dog", "", "dog"), ("train", "train", "test", "test", "", "")),
        (("trainval/cat/1.jpg", "trainval/dog/1.jpg", "test/cat/1.jpg"),
         ("cat", "dog", "cat"), ("train", "train", "test")),
    ],
)  # fmt: skip
def test_splits_with_gaps(
    paths: tuple[str, ...], labels: tuple[str, ...], splits: tuple[str, ...]
) -> None:
    found = read_split_folders(paths)
    assert found is not None
    assert (found.labels, found.splits) == (labels, splits)

from __future__ import annotations

import csv
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from running import result_of

from ahsml_app.base.errors import OutputError
from ahsml_app.base.options.run_options import Source
from ahsml_app.base.paths import projects_folder, resources_folder
from ahsml_app.core.data.demo_images import make_demo, planted_errors
from ahsml_app.core.data.scan import scan
from ahsml_app.session.pipeline.demo import is_demo, scan_demo


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demo") / "photographs"
    assert make_demo(folder) == folder / "images"
    return folder


def true_labels(folder: Path) -> dict[str, str]:
    with (folder / "truth.csv").open(newline="") as stream:
        return {row["path"]: row["label"] for row in csv.DictReader(stream)}


def content(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


CLASSES = (
    "bricks", "cat", "coffee", "grass", "gravel",
    "handwriting", "retina", "rocket", "spacesuit", "stars",
)  # fmt: skip


def test_the_demonstration_is_a_folder_of_ten_classes_that_scans(made):
    result = result_of(scan(Source(made / "images")))
    assert len(result.table) == 600
    assert result.table.class_names == CLASSES
    assert result.notices == result.quarantined == ()


def test_a_tenth_of_the_labels_is_wrong_and_the_truth_lies_beside(made):
    wrong = planted_errors(made)
    assert len(wrong) == 60
    truth = true_labels(made)
    assert set(truth) == {
        path.relative_to(made / "images").as_posix() for path in made.glob("images/*/*.jpg")
    }
    assert wrong == {path for path, label in truth.items() if path.split("/")[0] != label}
    assert sorted(Counter(truth.values()).items()) == [(name, 60) for name in CLASSES]


def test_pictures_are_squares_of_160_pixels_in_the_colours_of_their_photograph(made):
    truth = true_labels(made)
    for path in sorted(planted_errors(made)):
        photograph = resources_folder() / "demo" / f"{truth[path]}.jpg"
        with Image.open(made / "images" / path) as image, Image.open(photograph) as whole:
            assert (image.format, image.mode, image.size) == ("JPEG", whole.mode, (160, 160))
            piece, all_of_it = np.asarray(image, int), np.asarray(whole, int)
        assert all_of_it.min() - 40 <= piece.min()
        assert piece.max() <= all_of_it.max() + 40


def test_names_and_their_order_do_not_give_the_truth_away(made):
    truth = {Path(path).name: label for path, label in true_labels(made).items()}
    assert sorted(truth) == [f"photo_{number:04d}.jpg" for number in range(600)]
    neighbours = pairwise(truth[name] for name in sorted(truth))
    assert sum(first == second for first, second in neighbours) < 120


def test_the_same_seed_makes_the_same_files_and_another_one_others(tmp_path):
    for name, seed in (("a", 0), ("b", 0), ("c", 1)):
        make_demo(tmp_path / name, seed=seed)
    assert content(tmp_path / "a") == content(tmp_path / "b")
    assert planted_errors(tmp_path / "a") != planted_errors(tmp_path / "c")


@pytest.mark.parametrize(("noise", "count"), [(0, 0), (0.5, 300), (1, 600)])
def test_the_share_of_wrong_labels_is_exact(tmp_path, noise, count):
    make_demo(tmp_path / "demo", noise=noise)
    assert len(planted_errors(tmp_path / "demo")) == count


def test_a_complete_demonstration_is_left_alone(tmp_path):
    make_demo(tmp_path / "demo")
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "demo").rglob("*")}
    make_demo(tmp_path / "demo")
    assert before == {path: path.stat().st_mtime_ns for path in (tmp_path / "demo").rglob("*")}


@pytest.mark.parametrize("damage", ["picture", "truth", "settings", "extra"])
def test_an_incomplete_or_different_demonstration_is_remade_as_a_whole(tmp_path, damage):
    demo = tmp_path / "demo"
    make_demo(demo)
    whole = content(demo)
    if damage == "picture":
        next(demo.glob("images/*/*.jpg")).unlink()
    elif damage == "truth":
        (demo / "truth.csv").unlink()
    elif damage == "settings":
        make_demo(demo, seed=9, noise=0.3)
    else:
        (demo / "images" / "cat" / "more.jpg").touch()
    assert content(demo) != whole
    make_demo(demo)
    assert content(demo) == whole
    assert [path.name for path in tmp_path.iterdir()] == ["demo"]


def test_the_window_finds_its_demonstration_beside_the_projects(tmp_path):
    source, found = result_of(scan_demo())
    assert source.folder == projects_folder().parent / "demo-photographs" / "images"
    assert len(found.table) == 600
    assert is_demo(source)
    assert not is_demo(Source(make_demo(tmp_path / "demo")))


def test_an_empty_folder_is_used_and_parents_are_made(tmp_path):
    (tmp_path / "empty").mkdir()
    assert make_demo(tmp_path / "empty").is_dir()
    assert make_demo(tmp_path / "new" / "deeper").is_dir()


def test_a_folder_of_somebody_else_is_never_touched(tmp_path):
    (tmp_path / "images").mkdir()
    (tmp_path / "images" / "mine.png").write_bytes(b"mine")
    before = content(tmp_path)
    with pytest.raises(OutputError, match="no demonstration"):
        make_demo(tmp_path)
    (tmp_path / "demo.json").write_text("{}")
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(OutputError, match="no demonstration"):
        make_demo(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(OutputError):
        make_demo(tmp_path / "file")
    assert content(tmp_path).items() >= before.items()


def test_an_interrupted_making_leaves_nothing_behind(tmp_path, monkeypatch):
    def fail(*_args, **_kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Image.Image, "save", fail)
    with pytest.raises(OutputError, match="No space left"):
        make_demo(tmp_path / "demo")
    assert list(tmp_path.iterdir()) == []


def test_there_are_no_planted_errors_without_a_demonstration(tmp_path):
    with pytest.raises(OutputError, match="no demonstration"):
        planted_errors(tmp_path)

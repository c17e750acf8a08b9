from __future__ import annotations

import os
import sys
import unicodedata
from pathlib import Path

import pytest
from hostile import let_everybody_reach, make_hostile_folder
from hypothesis import given
from hypothesis import strategies as st
from scanning import failure, labels_of, notice, run, touch

from ahsml_app.base.errors import Cancelled, ExitCode, InputError, LabelsError
from ahsml_app.base.events import CancelToken, Notice, Progress, Stage
from ahsml_app.core.data.class_pattern import compile_class_pattern
from ahsml_app.core.data.scan import check_labels

posix_only = pytest.mark.skipif(os.name == "nt", reason="links and names of POSIX")


# --- class folders ---


def test_the_class_is_the_first_folder_level_and_nested_folders_belong_to_it(tmp_path):
    touch(tmp_path, "cat/1.jpg", "cat/more/deep/1.JPG", "dog/1.png", "dog/2.webp")
    result, _ = run(tmp_path)
    assert labels_of(result) == {
        "cat/1.jpg": "cat",
        "cat/more/deep/1.JPG": "cat",
        "dog/1.png": "dog",
        "dog/2.webp": "dog",
    }
    assert result.table.class_names == ("cat", "dog")
    assert result.table.source_columns == ()
    assert result.table.hashes == ()
    assert result.notices == ()


def test_pictures_in_the_root_are_unlabelled_with_a_notice(tmp_path):
    touch(tmp_path, "cat/1.jpg", "cat/2.jpg", "dog/1.jpg", "dog/2.jpg", "loose.png")
    result, events = run(tmp_path)
    assert labels_of(result)["loose.png"] == ""
    text = notice(result, "unlabelled")
    assert "1 image " in text
    assert "'loose.png'" in text
    assert text in [str(event.message) for event in events if isinstance(event, Notice)]


def test_hidden_files_and_other_files_are_left_out_and_counted(tmp_path):
    touch(tmp_path, "a/1.jpg", "a/2.jpg", "b/1.jpg", "b/2.jpg")
    touch(tmp_path, ".git/x.png", "a/.x.jpg", "a/notes.txt", "b/more.TXT", "b/README")
    result, _ = run(tmp_path)
    assert len(result.table) == 4
    text = notice(result, "not images")
    assert "2 .txt" in text
    assert "1 no suffix" in text


def test_six_hundred_files_are_all_found_in_a_stable_order(tmp_path):
    paths = [f"class {n % 30:02d}/part {n % 7}/{n:05d}.png" for n in range(600)]
    for folder in {Path(path).parent for path in paths}:
        (tmp_path / folder).mkdir(parents=True)
    for path in paths:
        (tmp_path / path).touch()
    result, events = run(tmp_path)
    assert list(result.table.paths) == sorted(paths)
    assert all(labels_of(result)[path] == path.split("/")[0] for path in paths)
    assert events[-1] == Progress(Stage.SCAN, 600, 600)


def test_the_same_name_in_two_folders_stays_two_samples(tmp_path):
    touch(tmp_path, "a/1.jpg", "a/x/1.jpg", "b/1.jpg", "b/2.jpg")
    assert len(set(run(tmp_path)[0].table.paths)) == 4


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_names_stay_as_they_are_on_disk(tmp_path, form):
    name = unicodedata.normalize(form, "Bäume/é 猫.jpg")
    touch(tmp_path, name, "b/1.jpg")
    on_disk = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*.jpg")}
    assert set(run(tmp_path)[0].table.paths) == on_disk


def test_the_source_may_be_relative_with_a_trailing_slash(tmp_path, monkeypatch):
    touch(tmp_path, "set/a/1.jpg", "set/b/1.jpg")
    monkeypatch.chdir(tmp_path)
    result, _ = run(Path("./set/"))
    assert result.table.paths == ("a/1.jpg", "b/1.jpg")
    assert result.table.root.is_absolute()
    assert (result.table.root / "a/1.jpg").exists()


def test_the_hostile_folder_gives_the_expected_samples(tmp_path):
    expected = make_hostile_folder(tmp_path, plain=2)
    result, _ = run(tmp_path)
    found = labels_of(result)
    assert {path: found[path] for path in expected.good} == expected.good
    set_aside = {item.path: str(item.reason) for item in result.quarantined}
    assert set(expected.bad) == (set(found) - set(expected.good)) | set(set_aside)
    assert all(expected.bad[path] in reason for path, reason in set_aside.items())


# --- links, odd names, permissions ---


@posix_only
def test_links_are_followed_and_loops_end(tmp_path):
    touch(tmp_path, "set/a/1.jpg", "set/b/1.jpg", "else/x/2.jpg", "else/3.jpg")
    source = tmp_path / "set"
    (source / "a/up").symlink_to("..")
    (source / "b/self").symlink_to(".")
    (source / "c").symlink_to(tmp_path / "else")
    (source / "c2").symlink_to(tmp_path / "else")
    (source / "aa").symlink_to("b")
    (source / "b/2.jpg").symlink_to("1.jpg")
    result, _ = run(source)
    assert result.table.paths == ("a/1.jpg", "b/1.jpg", "b/2.jpg", "c/3.jpg", "c/x/2.jpg")
    assert "'a/up', 'aa', 'b/self' and 1 more" in notice(result, "4 links")


def test_results_inside_the_image_folder_are_left_out_and_told(tmp_path):
    touch(tmp_path, "a/1.jpg", "b/1.jpg", "out/images/a/1.jpg", "out/run.json")
    (tmp_path / "out/run.json").write_text('{"application": "ahsml-app"}')
    result, _ = run(tmp_path)
    assert result.table.class_names == ("a", "b")
    assert "left out: 'out'" in notice(result, "results of this program")


@posix_only
def test_a_source_that_is_a_link_is_scanned(tmp_path):
    touch(tmp_path, "set/a/1.jpg", "set/b/1.jpg")
    (tmp_path / "link").symlink_to("set")
    assert len(run(tmp_path / "link")[0].table) == 2


@pytest.mark.skipif(sys.platform != "linux", reason="other systems refuse such names")
def test_names_that_are_no_utf8_are_quarantined_printably(tmp_path):
    touch(tmp_path, "a/1.jpg", "b/1.jpg", os.fsdecode(b"a/caf\xe9.jpg"))
    touch(tmp_path, os.fsdecode(b"caf\xe9/1.jpg"))
    result, _ = run(tmp_path)
    assert len(result.table) == 2
    assert [item.path for item in result.quarantined] == ["a/caf\\xe9.jpg", "caf\\xe9"]
    assert all("UTF-8" in str(item.reason) for item in result.quarantined)
    assert all(item.path.encode() for item in result.quarantined)


@posix_only
def test_a_folder_that_cannot_be_listed_is_quarantined(tmp_path):
    touch(tmp_path, "a/1.jpg", "b/1.jpg", "locked/1.jpg")
    let_everybody_reach(tmp_path)
    (tmp_path / "locked").chmod(0)
    was_root = os.geteuid() == 0
    if was_root:  # root may list everything, so step down for a moment
        os.seteuid(65534)
    try:
        result, _ = run(tmp_path)
        refused = failure(InputError, tmp_path / "locked")
    finally:
        if was_root:
            os.seteuid(0)
        (tmp_path / "locked").chmod(0o755)
    assert len(result.table) == 2
    assert result.quarantined[0].path == "locked"
    assert "permission denied" in str(result.quarantined[0].reason)
    assert "permission denied" in str(refused.message)


# --- what cannot be used ---


def test_a_missing_folder_a_file_and_an_empty_folder_are_input_errors(tmp_path):
    assert "does not exist" in str(failure(InputError, tmp_path / "gone").message)
    touch(tmp_path, "file.jpg", "empty/notes.txt")
    assert "not a folder" in str(failure(InputError, tmp_path / "file.jpg").message)
    error = failure(InputError, tmp_path / "empty")
    assert "no images" in str(error.message)
    assert error.exit_code == ExitCode.INPUT


def test_a_single_class_is_a_labels_error_that_names_it(tmp_path):
    touch(tmp_path, "images/cat/1.jpg", "images/dog/1.jpg")
    error = failure(LabelsError, tmp_path)
    assert "'images'" in str(error.message)
    assert "{class}" in str(error.hint)
    assert error.exit_code == ExitCode.LABELS


def test_pictures_without_any_label_are_a_labels_error(tmp_path):
    touch(tmp_path, "1.jpg", "2.jpg")
    assert "2 images" in str(failure(LabelsError, tmp_path).message)


def test_a_class_of_one_picture_is_scored_with_a_notice(tmp_path):
    touch(tmp_path, "a/1.jpg", "a/2.jpg", "lonely/1.jpg")
    result, _ = run(tmp_path)
    assert labels_of(result)["lonely/1.jpg"] == "lonely"
    assert "'lonely'" in notice(result, "one image")


def test_classes_that_look_like_splits_or_differ_in_case_only_are_pointed_out(tmp_path):
    touch(tmp_path, "train/1.jpg", "train/2.jpg", "test/1.jpg", "test/2.jpg")
    assert "'*/{class}/**'" in notice(run(tmp_path)[0], "'test', 'train'")
    touch(tmp_path / "case", "one/Cat_1.jpg", "one/cat_2.jpg")
    result, _ = run(tmp_path / "case", class_from="one/{class}_*")
    assert "'Cat', 'cat'" in notice(result, "upper and lower case")


def test_labels_are_checked_again_when_samples_were_set_aside(tmp_path):
    touch(tmp_path, "a/1.jpg", "a/2.jpg", "b/1.jpg")
    table = run(tmp_path)[0].table
    assert len(check_labels(table)) == 1
    with pytest.raises(LabelsError, match="only one class, 'a'"):
        check_labels(table.select([0, 1]))


def test_a_cancelled_scan_stops(tmp_path):
    touch(tmp_path, "a/1.jpg", "b/1.jpg")
    token = CancelToken()
    token.cancel()
    with pytest.raises(Cancelled):
        run(tmp_path, cancel=token)


# --- path patterns ---


@pytest.mark.parametrize(
    ("pattern", "path", "label"),
    [
        ("{class}/*", "cat/1.jpg", "cat"),
        ("{class}/*", "cat/deep/1.jpg", None),
        ("{class}/**", "cat/deep/1.jpg", "cat"),
        ("*/{class}/*.jpg", "train/cat/1.jpg", "cat"),
        ("*/{class}/*.jpg", "train/cat/1.JPG", "cat"),
        ("*/{class}/*.jpg", "train/cat/1.png", None),
        ("**/{class}/*", "1/2/3/cat/x.png", "cat"),
        ("**/{class}/*", "cat/x.png", "cat"),
        ("{class}_*.png", "great_pyrenees_12.png", "great_pyrenees"),
        ("{class}_*.png", "cat.png", None),
        ("img-?-{class}.*", "img-1-cat.jpeg", "cat"),
        ("./a+b (c)/{class}[1].jpg", "a+b (c)/cat[1].jpg", "cat"),
        ("*\\{class}\\*", "train/cat/1.jpg", "cat"),
        ("**/{class}.v?/**/*.tif", "x/cat.v1/y/z/1.tif", "cat"),
    ],
)
def test_path_patterns_name_the_class(pattern, path, label):
    assert (compile_class_pattern(pattern)(path) or None) == label


@pytest.mark.parametrize(
    "pattern",
    ["", "*/*.jpg", "{class}/{class}", "{klass}/*", "{class}/{x}", "/{class}/*", "{class"],
)
def test_a_bad_pattern_is_a_labels_error_with_an_example(tmp_path, pattern):
    touch(tmp_path, "a/1.jpg", "b/1.jpg")
    error = failure(LabelsError, tmp_path, class_from=pattern)
    assert "{class}" in str(error.hint)


words = st.text("abcXYZ019 .-+()[]^$äß猫", min_size=1, max_size=6)


@given(folder=words, label=words, name=words)
def test_the_folder_above_a_file_is_found_whatever_the_names(folder, label, name):
    pattern = compile_class_pattern("*/{class}/*.png")
    assert pattern(f"{folder}/{label}/{name}.png") == label
    literal = compile_class_pattern(f"x{folder}/{{class}}/{name}.png")
    assert literal(f"x{folder}/{label}/{name}.png") == label


def test_paths_that_do_not_match_are_unlabelled_with_a_notice(tmp_path):
    touch(tmp_path, "x/cat/1.jpg", "x/cat/2.jpg", "y/dog/1.jpg", "y/dog/2.jpg", "readme.png")
    result, _ = run(tmp_path, class_from="*/{class}/*")
    assert labels_of(result)["y/dog/2.jpg"] == "dog"
    assert labels_of(result)["readme.png"] == ""
    assert "'*/{class}/*'" in notice(result, "unlabelled")


def test_folders_without_an_image_are_named(tmp_path: Path) -> None:
    touch(tmp_path, "cat/1.jpg", "dog/1.jpg", "dog/notes/a.txt", "films/1.mp4", "films/old/2.mp4")
    (tmp_path / "empty").mkdir()
    touch(tmp_path, "@Recycle/1.jpg", "drawings/1.svg")
    found, _ = run(tmp_path)
    assert "3 folders hold no images: 'dog/notes', 'empty', 'films'." in notice(found, "hold no")
    assert "'@Recycle'" in notice(found, "never")

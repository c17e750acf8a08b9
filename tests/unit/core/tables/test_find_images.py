"""How images are found that a table names in its own way."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from ahsml_app.core.tables.find_images import Locator

LISTED = [
    "train/cat/1.jpg", "train/dog/1.jpg", "train/cat/2.JPG", "top.png", "a b.png", "x/deep.v1.jpg",
    "100%.png", "Ü/ö.png", "both.png", "both.jpg", "case/A.png", "case/a.png",
]  # fmt: skip


@pytest.fixture
def locate(tmp_path: Path) -> Locator:
    (tmp_path / "in").mkdir()
    return Locator(tmp_path / "in", tmp_path, LISTED)


@pytest.mark.parametrize(
    ("text", "path", "way"),
    [
        ("top.png", "top.png", "written"),
        ("in/top.png", "top.png", "written"),
        ("a%20b.png", "a b.png", "written"),
        ("100%.png", "100%.png", "written"),
        ("file:///data/x/a%20b.png", "a b.png", "tail"),
        ("train/cat/2.jpg", "train/cat/2.JPG", "case"),
        ("TOP.PNG", "top.png", "case"),
        ("case/A.png", "case/A.png", "written"),
        ("top", "top.png", "stem"),
        ("train/dog/1", "train/dog/1.jpg", "stem"),
        ("deep.v1", "x/deep.v1.jpg", "stem"),
        ("deep.v1.jpg", "x/deep.v1.jpg", "name"),
        ("cat/1.jpg", "train/cat/1.jpg", "name"),
        ("/there/set/train/dog/1.jpg", "train/dog/1.jpg", "tail"),
        ("D:\\set\\train\\dog\\1.jpg", "train/dog/1.jpg", "tail"),
        ("images/top.png", "top.png", "tail"),
        ("../elsewhere/top.png", "top.png", "tail"),
        ("https://x.org/y/%C3%9C/%C3%B6.png#z", "Ü/ö.png", "tail"),
        ("/data/images/deep.v1.jpg", "x/deep.v1.jpg", "name"),
    ],
)
def test_a_path_is_found_in_many_spellings(locate: Locator, text: str, path: str, way: str) -> None:
    found = locate.find(text)
    assert (found.path, found.way, found.problem) == (path, way, None)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("1.jpg", "it fits several files: 'train/cat/1.jpg', 'train/dog/1.jpg'"),
        ("both", "it fits several files: 'both.jpg', 'both.png'"),
        ("CASE/A.PNG", "it fits several files"),
        ("cat/9.jpg", "no such file"),
        ("train/cat/top.png", "no such file"),
        ("both.gif", "no such file"),
        ("  ", "the path is empty"),
        ("top.png\0", "no such file"),
        ("..", "it lies outside the image folder"),
    ],
)
def test_a_path_that_fits_several_images_or_none_is_told(
    locate: Locator, text: str, problem: str
) -> None:
    path, said = locate(text)
    assert path == ""
    assert problem in str(said)


def test_many_candidates_are_counted_and_some_of_them_named(tmp_path: Path) -> None:
    locate = Locator(tmp_path, tmp_path, [f"{n}/x.png" for n in range(50)])
    _, problem = locate("x.png")
    assert str(problem) == "it fits several files: '0/x.png', '1/x.png', '10/x.png' and 47 more"


def test_a_file_that_is_there_is_never_taken_for_another_one(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "top.png").touch()
    locate = Locator(tmp_path / "in", tmp_path, ["a/top.png"])
    assert locate("b/top.png")[0] == "a/top.png"
    for text in (f"{tmp_path}/top.png", "../top.png"):
        assert "outside" in str(locate(text)[1])


def test_a_miss_is_looked_up_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[object] = []
    isfile = os.path.isfile
    locate = Locator(tmp_path, tmp_path, ["cat.jpg"])
    monkeypatch.setattr(os.path, "isfile", lambda path: looked.append(path) or isfile(path))
    found = locate.find("dog.jpg")
    assert found.problem
    assert looked
    looked.clear()
    assert locate.find("dog.jpg") == found
    assert not looked

"""A single folder around all class folders: which folder is read then, and what is said of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import finish
from sample_images import make_images
from scanning import labels_in, touch

import ahsml_app
from ahsml_app.base.events import CancelToken, Notice
from ahsml_app.base.options.run_options import Source
from ahsml_app.session.pipeline.scan_source import opened_source


def opened(root: Path, **options) -> tuple[str, list[str]]:
    """The folder that is read, relative to the given one, and the notices."""
    events, source = finish(opened_source(Source(root, **options), root / "out", CancelToken()))
    notices = [str(event.message) for event in events if isinstance(event, Notice)]
    return source.folder.relative_to(root).as_posix(), notices


@pytest.mark.parametrize(
    ("files", "inner"),
    [
        (["pets/cat/1.jpg", "pets/dog/1.jpg"], "pets"),
        (["archive/pets/cat/1.jpg", "archive/pets/dog/1.jpg"], "archive/pets"),
        (["pets/cat/1.jpg", "pets/dog/1.jpg", "README.txt", "__MACOSX/pets/._1.jpg"], "pets"),
        (["pets/cat/1.jpg", "pets/dog/1.jpg", ".cache/1.jpg"], "pets"),
        # A split among the classes is a class, as it is without the folder around.
        (["parts/valid/1.jpg", "parts/broken/1.jpg"], "parts"),
    ],
)
def test_class_folders_are_found_inside_a_single_folder(
    files: list[str], inner: str, tmp_path: Path
) -> None:
    touch(tmp_path, *files)
    found, notices = opened(tmp_path)
    assert found == inner
    assert notices == [
        f"{tmp_path} holds nothing but the folder {inner}: the folders in that are the classes."
    ]


@pytest.mark.parametrize(
    "files",
    [
        ["cat/1.jpg", "dog/1.jpg"],
        ["cat/1.jpg", "cat/2.jpg"],
        ["cat/old/1.jpg", "cat/new/1.jpg", "cat/1.jpg"],
        ["pets/cat/1.jpg", "pets/dog/1.jpg", "1.jpg"],
        ["pets/cat/1.jpg", "pets/dog/1.jpg", "more/1.jpg"],
        ["train/cat/1.jpg", "train/dog/1.jpg"],
        ["pets/train/cat/1.jpg", "pets/train/dog/1.jpg", "pets/test/cat/1.jpg"],
        [],
    ],
)
def test_other_folders_are_read_as_they_are(files: list[str], tmp_path: Path) -> None:
    touch(tmp_path, *files)
    assert opened(tmp_path) == (".", [])


@pytest.mark.parametrize("options", [{"class_from": "*/{class}/*"}, {"labels": Path("l.csv")}])
def test_what_the_user_says_goes_before(options: dict[str, object], tmp_path: Path) -> None:
    touch(tmp_path, "pets/cat/1.jpg", "pets/dog/1.jpg")
    assert opened(tmp_path, **options) == (".", [])


def test_links_and_results_are_no_class_folders(tmp_path: Path) -> None:
    touch(tmp_path, "pets/cat/1.jpg", "pets/dog/1.jpg", "results/images/cat/1.jpg")
    (tmp_path / "results" / "run.json").write_text('{"application": "ahsml-app"}')
    assert opened(tmp_path)[0] == "pets"
    (tmp_path / "round").symlink_to(tmp_path, target_is_directory=True)
    assert opened(tmp_path)[0] == "."


def test_a_project_and_its_class_folders_know_nothing_of_the_folder_around(tmp_path: Path) -> None:
    root, out = tmp_path / "data", tmp_path / "out"
    make_images(root / "pets", per_class=2, wrong=0)
    project = ahsml_app.open_project(tmp_path / "project", source=root)
    given = labels_in(Source(root / "pets"))
    assert len(set(given.values())) == 3
    project.export(out, parts=["tree"])
    written = (path.relative_to(out / "images") for path in out.glob("images/**/*.*"))
    assert {path.as_posix() for path in written} == set(given)

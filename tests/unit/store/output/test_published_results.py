"""What a person put into a folder of results, or may have nowhere else, is never replaced."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

import pytest
from finished_runs import RECORD, finish, interrupt

from ahsml_app.base.errors import OutputError
from ahsml_app.base.paths import content_hash
from ahsml_app.store.output.partial_folder import partial_folder
from ahsml_app.store.output.published_results import staged_records
from ahsml_app.store.output.run_folder import claim, replaced_files


@pytest.mark.parametrize("spelling", ["results/x", "other/../results/x", "link/x", "link"])
def test_nothing_that_is_read_may_lie_in_out(tmp_path: Path, out: Path, spelling: str) -> None:
    """With exit code 0, `--force` deleted the images that the run had read."""
    (out / "x").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (tmp_path / "link").symlink_to(out if spelling == "link/x" else out / "x")
    with pytest.raises(OutputError, match="which lies in"), claim(out, reads=[tmp_path / spelling]):
        pass


def test_a_manifest_in_out_is_kept(out: Path, source: Path) -> None:
    finish(out, source, {"labels.csv": "old"})
    manifest = out / "labels_v2.csv"
    manifest.write_text("mine")
    with (
        pytest.raises(OutputError, match=r"labels_v2\.csv, which lies in"),
        claim(out, reads=[source, manifest], force=True),
    ):
        pass
    assert manifest.exists()
    assert not partial_folder(out).exists()


def test_an_image_that_a_link_leads_to_is_not_replaced(out: Path, source: Path) -> None:
    finish(out, source, {"labels.csv": "old", "images/cat/1.jpg": "only copy"})
    (source / "cat").symlink_to(out / "images" / "cat", target_is_directory=True)
    (source / "2.jpg").symlink_to(out / "images" / "cat" / "1.jpg")
    for sample in ("cat/1.jpg", "2.jpg"):
        with (
            pytest.raises(OutputError, match="to be read"),
            claim(out, reads=[source], force=True) as run,
        ):
            run.check_samples(source, [sample])
    (source / "3.jpg").touch()
    with claim(out, reads=[source], force=True) as run:
        run.check_samples(source, ["3.jpg"])


def test_a_result_that_was_changed_since_is_kept(out: Path, source: Path) -> None:
    finish(out, source, {"labels.csv": "old", "scores.csv": "old"})
    (out / "labels.csv").write_text("corrected by hand")
    with (  # before the work
        pytest.raises(OutputError, match=r"1 file in .* 'labels\.csv'") as caught,
        claim(out, reads=[source], force=True),
    ):
        pass
    assert "--force" not in str(caught.value.hint)
    assert (out / "labels.csv").read_text() == "corrected by hand"
    assert not partial_folder(out).exists()


def test_a_result_that_is_changed_during_the_run_is_kept(out: Path, source: Path) -> None:
    finish(out, source, {"labels.csv": "old", "scores.csv": "old"})
    with claim(out, reads=[source], force=True) as run:
        (run.staging / "labels.csv").write_text("new")
        (out / "scores.csv").write_text("corrected by hand")
        with pytest.raises(OutputError, match="changed since"):
            run.publish()
    assert (out / "labels.csv").read_text() == "old"  # all or nothing
    assert (out / "scores.csv").read_text() == "corrected by hand"


def test_a_file_of_somebody_else_in_the_place_of_a_result_is_kept(out: Path, source: Path) -> None:
    finish(out, source, {"labels.csv": "old"})
    (out / "report.html").write_text("mine")
    with pytest.raises(OutputError, match=r"report\.html"):
        finish(out, source, {"report.html": "new"}, force=True)
    assert (out / "report.html").read_text() == "mine"


def test_results_without_hashes_are_not_replaced(out: Path, source: Path) -> None:
    """Nobody can say whether a person changed a file since version 0.1.0 wrote it."""
    finish(out, source, {"labels.csv": "old"})
    (out / "run.json").write_text(json.dumps(RECORD | {"files": ["labels.csv", "run.json"]}))
    with pytest.raises(OutputError, match="earlier version"):
        finish(out, source, {"labels.csv": "new"}, force=True)
    assert (out / "labels.csv").read_text() == "old"


def test_class_folders_stay_unless_new_ones_are_written(out: Path, source: Path) -> None:
    """A later export of labels deleted every exported image without a word."""
    finish(out, source, {"labels.csv": "old", "images/cat/1.jpg": "a", "images/dog/2.jpg": "b"})
    assert replaced_files(out) == (1, 2)
    finish(out, source, {"labels.csv": "new"}, force=True)
    assert (out / "images" / "cat" / "1.jpg").read_text() == "a"
    assert replaced_files(out) == (1, 2)  # still known as ours


def replace_images(out: Path, source: Path, files: dict[str, str], images: dict[str, str]) -> None:
    """A run that writes new class folders; the source holds `images`."""
    for name, text in images.items():
        (source / name).write_text(text)
    hashes = [content_hash(source / name) for name in images]
    with claim(out, reads=[source], force=True) as run:
        list(run.check_images(source, list(images), hashes))
        for name, text in files.items():
            (run.staging / name).parent.mkdir(parents=True, exist_ok=True)
            (run.staging / name).write_text(text)
        run.publish()


def test_new_class_folders_replace_copies_of_images_that_are_there(out: Path, source: Path) -> None:
    finish(out, source, {"images/cat/1.jpg": "a", "images/dog/2.jpg": "b"})
    replace_images(out, source, {"images/fox/1.jpg": "a"}, {"1.jpg": "a", "2.jpg": "b"})
    assert [path.name for path in (out / "images").iterdir()] == ["fox"]


def test_the_only_copy_of_an_image_is_kept(out: Path, source: Path) -> None:
    finish(out, source, {"images/cat/1.jpg": "a", "images/dog/2.jpg": "b"})
    with pytest.raises(OutputError, match=r"only copy: 'images/dog/2\.jpg'"):
        replace_images(out, source, {"images/cat/1.jpg": "a"}, {"1.jpg": "a"})
    assert (out / "images" / "dog" / "2.jpg").read_text() == "b"


def test_an_original_that_was_replaced_since_keeps_its_copy(out: Path, source: Path) -> None:
    finish(out, source, {"images/cat/1.jpg": "a"})
    (source / "1.jpg").write_text("a")
    with claim(out, reads=[source], force=True) as run:
        list(run.check_images(source, ["1.jpg"], [content_hash(source / "1.jpg")]))
        (source / "1.jpg").write_text("another")
        (run.staging / "images" / "fox").mkdir(parents=True)
        (run.staging / "images" / "fox" / "1.jpg").write_text("another")
        with pytest.raises(OutputError, match=r"images/cat/1\.jpg"):
            run.publish()
    assert (out / "images" / "cat" / "1.jpg").read_text() == "a"


@pytest.mark.parametrize("name", ["images/cat/1.jpg", "images/cat/mine.jpg"])
def test_an_image_that_a_person_changed_or_added_is_kept(
    out: Path, source: Path, name: str
) -> None:
    finish(out, source, {"images/cat/1.jpg": "a"})
    (out / name).write_text("mine")
    (out / "images" / "cat" / ".DS_Store").touch()
    with pytest.raises(OutputError, match=name):
        replace_images(out, source, {"images/cat/1.jpg": "a"}, {"1.jpg": "a"})
    assert (out / name).read_text() == "mine"


def test_a_copied_link_never_leads_a_result_elsewhere(
    out: Path, source: Path, tmp_path: Path
) -> None:
    finish(out, source, {"labels.csv": "old"})
    (tmp_path / "elsewhere").mkdir()
    (out / "model").symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(OutputError, match="is a link"):
        finish(out, source, {"model/head.safetensors": "new"}, force=True)
    assert not any((tmp_path / "elsewhere").iterdir())


@pytest.mark.parametrize("name", ["film.mkv", "checkpoints/thesis.txt", "results/thesis.txt"])
@pytest.mark.parametrize("options", [{"force": True}, {"resume": True}])
def test_a_file_of_somebody_else_beside_checkpoints_is_kept(
    out: Path, source: Path, name: str, options: dict[str, bool]
) -> None:
    interrupt(out, source)
    theirs = partial_folder(out) / name
    theirs.parent.mkdir(exist_ok=True)
    theirs.write_text("mine")
    with pytest.raises(OutputError, match=f"holds other files: '{name}'"):
        finish(out, source, {}, **options)
    assert theirs.read_text() == "mine"


def test_a_file_that_appears_during_the_run_is_kept(out: Path, source: Path) -> None:
    with claim(out, reads=[source]) as run:
        (run.partial / "film.mkv").write_text("mine")
        run.publish()
    assert (partial_folder(out) / "film.mkv").read_text() == "mine"


def test_planned_results_are_removed_with_the_others(out: Path, source: Path) -> None:
    with contextlib.suppress(KeyboardInterrupt), claim(out, reads=[source]) as run:
        (run.checkpoints / "fold-0.safetensors").touch()
        run.plan(["own.tsv"])
        (run.staging / "own.tsv").touch()
        raise KeyboardInterrupt
    finish(out, source, {"labels.csv": "new"}, resume=True)
    assert not (out / "own.tsv").exists()


def test_a_partial_folder_that_is_a_link_is_refused(
    out: Path, source: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    partial_folder(out).symlink_to(tmp_path / "elsewhere", target_is_directory=True)
    with pytest.raises(OutputError, match="is a link"), claim(out, reads=[source], force=True):
        pass


def test_class_folders_stay_whatever_bytes_the_path_of_the_source_has(
    out: Path, source: Path
) -> None:
    finish(out, source, {"labels.csv": "old", "images/cat/1.jpg": "a"})
    with claim(out, reads=[source], force=True) as run:
        (run.staging / "labels.csv").write_text("new")
        record = RECORD | {"options": {"source": "\udcff"}}
        record |= {"files": staged_records(run.staging, {})}
        (run.staging / "run.json").write_text(json.dumps(record))
        run.publish()
    content = json.loads((out / "run.json").read_text("utf-8"))
    assert content["options"] == {"source": "\udcff"}
    assert set(content["files"]) == {"labels.csv", "images/cat/1.jpg"}


def test_a_list_of_results_that_is_changed_during_the_run_is_kept(out: Path, source: Path) -> None:
    finish(out, source, {"labels.csv": "old"})
    with claim(out, reads=[source], force=True) as run:
        (run.staging / "labels.csv").write_text("new")
        (run.staging / "run.json").write_text(json.dumps(RECORD))
        (out / "run.json").write_text("mine")
        with pytest.raises(OutputError, match=r"run\.json"):
            run.publish()
    assert (out / "run.json").read_text() == "mine"
    assert (out / "labels.csv").read_text() == "old"


def test_a_list_of_results_that_is_a_link_is_kept(out: Path, source: Path, tmp_path: Path) -> None:
    finish(out, source, {"labels.csv": "old"})
    (out / "run.json").rename(tmp_path / "elsewhere.json")
    (out / "run.json").symlink_to(tmp_path / "elsewhere.json")
    with pytest.raises(OutputError, match=r"run\.json"), claim(out, reads=[source], force=True):
        pass
    assert (out / "run.json").is_symlink()

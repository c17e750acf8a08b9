from __future__ import annotations

import contextlib
import errno
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from finished_runs import RECORD, finish, interrupt, leave

from ahsml_app.base.errors import ExitCode, OutputError
from ahsml_app.base.paths import content_hash
from ahsml_app.store.output.partial_folder import LOCK_FILE, partial_folder
from ahsml_app.store.output.published_results import PUBLISHING
from ahsml_app.store.output.run_folder import claim


def test_nothing_is_in_out_before_the_run_has_ended(out: Path, source: Path) -> None:
    with claim(out, reads=[source]) as run:
        (run.staging / "labels.csv").write_text("new")
        assert not out.exists()
        run.publish()
    assert [path.name for path in out.iterdir()] == ["labels.csv"]
    assert not partial_folder(out).exists()


def test_missing_parents_are_created(tmp_path: Path, source: Path) -> None:
    finish(tmp_path / "a" / "b", source, {"labels.csv": "new"})
    assert (tmp_path / "a" / "b" / "labels.csv").read_text() == "new"


def test_a_run_that_computed_nothing_leaves_nothing(tmp_path: Path, source: Path) -> None:
    """Such as one with a typing error in --backbone: its options must not wait to be resumed."""
    out = tmp_path / "a" / "b"
    with contextlib.suppress(KeyboardInterrupt), claim(out, reads=[source]) as run:
        (run.checkpoints / "options.json").write_text("{}")
        raise KeyboardInterrupt
    assert not (tmp_path / "a").exists()
    finish(out, source, {"labels.csv": "new"})


def test_a_killed_run_that_computed_nothing_is_not_waited_for(out: Path, source: Path) -> None:
    checkpoints = partial_folder(out) / "checkpoints"
    checkpoints.mkdir(parents=True)
    (checkpoints / "options.json").write_text("{}")
    (partial_folder(out) / LOCK_FILE).touch()
    with claim(out, reads=[source]) as run:
        assert not run.resumed
        assert list(run.checkpoints.iterdir()) == []


def test_an_empty_folder_is_filled(out: Path, source: Path) -> None:
    out.mkdir(mode=0o750)
    finish(out, source, {"labels.csv": "new"})
    assert (out / "labels.csv").exists()
    assert out.stat().st_mode & 0o777 == 0o750


def test_the_folder_that_the_shell_stands_in_stays_the_same_folder(
    out: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out.mkdir()
    before = out.stat().st_ino
    monkeypatch.chdir(out)
    finish(Path(), source, {"model/head.safetensors": "new"})
    assert out.stat().st_ino == before
    assert Path("model/head.safetensors").read_text() == "new"


def test_foreign_files_are_refused_even_with_force(out: Path, source: Path) -> None:
    out.mkdir()
    (out / "thesis.txt").write_text("mine")
    for force in (False, True):
        with (
            pytest.raises(OutputError, match="not empty") as caught,
            claim(out, reads=[source], force=force),
        ):
            pass
        assert caught.value.exit_code is ExitCode.OUTPUT
    assert not partial_folder(out).exists()


@pytest.mark.parametrize("content", ["{", "[]", '{"application": "other"}', "\ud83d"])
def test_a_foreign_run_file_does_not_make_a_folder_ours(
    out: Path, source: Path, content: str
) -> None:
    out.mkdir()
    (out / "run.json").write_bytes(content.encode("utf-8", "surrogatepass"))
    with pytest.raises(OutputError, match="no earlier results"):
        finish(out, source, {}, force=True)


def test_results_are_only_replaced_with_force(out: Path, source: Path) -> None:
    finish(out, source, {"labels.csv": "old"})
    with pytest.raises(OutputError, match="already holds") as caught:
        finish(out, source, {"labels.csv": "new"})
    assert "--force" in str(caught.value.hint)
    assert (out / "labels.csv").read_text() == "old"
    finish(out, source, {"labels.csv": "new"}, force=True)
    assert (out / "labels.csv").read_text() == "new"


def test_replacing_removes_stale_results_and_keeps_foreign_files(out: Path, source: Path) -> None:
    finish(out, source, {"labels.csv": "old", "model/a.onnx": "old", "model/b.onnx": "old"})
    (out / "notes.txt").write_text("mine")
    (out / "model" / "mine.txt").write_text("mine")
    finish(out, source, {"labels.csv": "new", "model/b.onnx": "new"}, force=True)
    left = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert left == {"labels.csv", "run.json", "model/b.onnx", "model/mine.txt", "notes.txt"}


def test_the_list_of_files_comes_after_the_files_that_it_lists(
    out: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A move that is cut off must not leave a list that claims files which are not there."""
    finish(out, source, {"labels.csv": "old"})
    moved: list[str] = []
    replace = Path.replace

    def recorded(self: Path, target: Path) -> Path:
        moved.append(Path(target).name)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", recorded)
    finish(out, source, {"labels.csv": "new", "scores.csv": "new"}, force=True)
    published = [name for name in moved if name in {"labels.csv", "scores.csv", "run.json"}]
    assert published[-1] == "run.json"
    assert set(published) == {"labels.csv", "scores.csv", "run.json"}


def test_a_listing_that_points_outside_removes_nothing_there(
    out: Path, source: Path, tmp_path: Path
) -> None:
    precious = tmp_path / "precious.txt"
    precious.write_text("mine")
    finish(out, source, {"labels.csv": "old"})
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "file.txt").write_text("mine")
    (out / "link").symlink_to(elsewhere, target_is_directory=True)
    record = content_hash(precious)
    files = {"../precious.txt": record, str(precious): record, "labels.csv": 7}
    (out / "run.json").write_text(json.dumps(RECORD | {"files": files}))
    (out / "labels.csv").unlink()
    finish(out, source, {"labels.csv": "new"}, force=True)
    assert precious.exists()
    (out / "run.json").write_text(json.dumps(RECORD | {"files": {"link/file.txt": record}}))
    with pytest.raises(OutputError, match="link to another place"):
        finish(out, source, {"scores.csv": "new"}, force=True)
    assert (elsewhere / "file.txt").exists()


def test_an_interrupted_run_needs_a_decision(out: Path, source: Path) -> None:
    interrupt(out, source)
    with pytest.raises(OutputError, match="interrupted") as caught, claim(out, reads=[source]):
        pass
    assert "--resume" in str(caught.value.hint)
    assert "--force" in str(caught.value.hint)


def test_resume_finds_the_checkpoints_and_a_clean_staging_folder(out: Path, source: Path) -> None:
    interrupt(out, source)
    with claim(out, reads=[source], resume=True) as run:
        assert run.resumed
        assert not run.notice
        assert [path.name for path in run.checkpoints.iterdir()] == ["fold-0.safetensors"]
        assert not list(run.staging.iterdir())


def test_force_starts_anew(out: Path, source: Path) -> None:
    interrupt(out, source)
    with claim(out, reads=[source], force=True) as run:
        assert not run.resumed
        assert not list(run.checkpoints.iterdir())


def test_resume_together_with_force_continues_and_replaces(out: Path, source: Path) -> None:
    finish(out, source, {"labels.csv": "old"})
    interrupt(out, source)
    with claim(out, reads=[source], resume=True, force=True) as run:
        assert run.resumed
        (run.staging / "labels.csv").write_text("new")
        run.publish()
    assert (out / "labels.csv").read_text() == "new"
    assert not partial_folder(out).exists()


def test_resume_without_anything_to_resume_says_so(out: Path, source: Path) -> None:
    with claim(out, reads=[source], resume=True) as run:
        assert not run.resumed
        assert "from the beginning" in run.notice


def test_a_failure_before_the_first_checkpoint_leaves_nothing_behind(
    out: Path, source: Path
) -> None:
    with pytest.raises(ValueError, match="early"), claim(out, reads=[source]):
        raise ValueError("early")
    assert not partial_folder(out).exists()


def test_out_cannot_be_the_image_folder_but_may_lie_in_it(source: Path) -> None:
    with pytest.raises(OutputError, match="image folder itself"), claim(source, reads=[source]):
        pass
    finish(source / "results", source, {"labels.csv": "new"})
    assert (source / "results" / "labels.csv").exists()


def test_the_image_folder_cannot_lie_in_the_partial_folder(out: Path) -> None:
    inside = partial_folder(out) / "images"
    inside.mkdir(parents=True)
    with (
        pytest.raises(OutputError, match="needs that folder for itself"),
        claim(out, reads=[inside]),
    ):
        pass


def test_a_partial_folder_of_somebody_else_is_left_alone(out: Path, source: Path) -> None:
    partial_folder(out).mkdir()
    theirs = partial_folder(out) / "film.mkv"
    theirs.write_text("mine")
    with pytest.raises(OutputError, match="other files"), claim(out, reads=[source], force=True):
        pass
    assert theirs.exists()


def test_a_file_in_the_place_of_out_is_refused(out: Path, source: Path) -> None:
    out.write_text("mine")
    with pytest.raises(OutputError, match="is a file"), claim(out, reads=[source], force=True):
        pass


def test_a_file_in_the_place_of_a_parent_is_refused(out: Path, source: Path) -> None:
    out.write_text("mine")
    with pytest.raises(OutputError), claim(out / "below", reads=[source]):
        pass


def test_the_root_of_the_file_system_is_refused(source: Path) -> None:
    with pytest.raises(OutputError), claim(Path(source.anchor), reads=[source]):
        pass


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a place nobody may write to")
def test_a_place_without_permission_is_refused(source: Path) -> None:
    place = Path("/proc/results")
    with pytest.raises(OutputError, match="cannot be written"), claim(place, reads=[source]):
        pass


def test_a_full_disk_is_an_error_that_can_be_resumed(out: Path, source: Path) -> None:
    with pytest.raises(OutputError, match="full") as caught:
        leave(out, source, OSError(errno.ENOSPC, "No space left on device"))
    assert "--resume" in str(caught.value.hint)
    assert partial_folder(out).exists()


def test_a_disk_that_is_full_at_the_start_is_named(
    out: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(self))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(OutputError, match=r"disk .* is full") as caught, claim(out, reads=[source]):
        pass
    assert "Make room" in str(caught.value.hint)


def test_another_error_of_a_run_stays_what_it_is(out: Path, source: Path) -> None:
    with pytest.raises(OSError, match="gone") as caught:
        leave(out, source, OSError(errno.ENODEV, "the drive is gone"))
    assert caught.value.errno == errno.ENODEV


def test_a_lock_that_cannot_be_made_is_told(out: Path, source: Path) -> None:
    interrupt(out, source)
    lock = partial_folder(out) / LOCK_FILE
    lock.unlink(missing_ok=True)
    lock.mkdir()
    with pytest.raises(OutputError, match="cannot be written"), claim(out, reads=[source]):
        pass


def test_a_file_in_the_place_of_the_staging_folder_is_told(out: Path, source: Path) -> None:
    interrupt(out, source)
    with claim(out, reads=[source], resume=True) as run:
        staging = run.staging
    shutil.rmtree(staging, ignore_errors=True)
    staging.write_text("foreign")
    with (
        pytest.raises(OutputError, match="holds other files: 'results'"),
        claim(out, reads=[source], resume=True),
    ):
        pass


def test_two_runs_cannot_write_to_the_same_folder(out: Path, source: Path) -> None:
    with (
        claim(out, reads=[source]),
        pytest.raises(OutputError, match=f"process {os.getpid()}"),
        claim(out, reads=[source], force=True),
    ):
        pass


def test_the_lock_of_a_killed_run_does_not_stay(out: Path, source: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "from ahsml_app.store.output.run_folder import claim\n"
        "with claim(Path(sys.argv[1]), reads=[Path(sys.argv[2])]) as run:\n"
        "    (run.checkpoints / 'fold-0.safetensors').write_text('half')\n"
        "    os._exit(9)\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, out, source], check=False)
    assert killed.returncode == 9
    with claim(out, reads=[source], resume=True) as run:
        assert run.resumed


def test_a_killed_move_into_a_standing_folder_can_be_repeated(
    out: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    finish(out, source, {"labels.csv": "old", "scores.csv": "old"})
    interrupt(out, source)
    replace = Path.replace

    def killed_in_between(self: Path, target: Path) -> Path:
        if self.name == "scores.csv":
            raise KeyboardInterrupt
        return replace(self, target)

    both = {"labels.csv": "new", "scores.csv": "new"}
    monkeypatch.setattr(Path, "replace", killed_in_between)
    with pytest.raises(KeyboardInterrupt):
        finish(out, source, both, resume=True, force=True)
    monkeypatch.undo()
    assert (out / "labels.csv").read_text() == "new"
    assert (out / "scores.csv").read_text() == "old"
    assert (partial_folder(out) / PUBLISHING).exists()
    finish(out, source, {"labels.csv": "newer", "scores.csv": "newer"}, resume=True, force=True)
    assert (out / "labels.csv").read_text() == "newer"
    assert not partial_folder(out).exists()


def test_a_cut_off_move_is_remembered_without_checkpoints(
    out: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An export has none, and its half-moved files must not pass for changed ones."""
    finish(out, source, {"labels.csv": "old", "scores.csv": "old"})
    replace = Path.replace

    def disk_lost(self: Path, target: Path) -> Path:
        if self.name == "scores.csv":
            raise OSError(errno.EIO, "Input/output error")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", disk_lost)
    with pytest.raises(OutputError, match="cannot be moved"):
        finish(out, source, {"labels.csv": "new", "scores.csv": "new"}, force=True)
    monkeypatch.undo()
    finish(out, source, {"labels.csv": "newer", "scores.csv": "newer"}, force=True)
    assert (out / "scores.csv").read_text() == "newer"
    assert not partial_folder(out).exists()


def test_results_reach_another_file_system(
    out: Path, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rename = Path.replace

    def replace_within_a_folder(self: Path, target: Path) -> Path:
        if self.parent != target.parent:
            raise OSError(errno.EXDEV, "Invalid cross-device link")
        return rename(self, target)

    out.mkdir()
    monkeypatch.chdir(out)  # so that files move one by one
    monkeypatch.setattr(Path, "replace", replace_within_a_folder)
    finish(out, source, {"labels.csv": "new", "model/head.safetensors": "new"})
    files = {path.relative_to(out).as_posix() for path in out.rglob("*") if path.is_file()}
    assert files == {"labels.csv", "model/head.safetensors", "run.json"}


def test_a_result_that_cannot_be_replaced_keeps_the_work(out: Path, source: Path) -> None:
    finish(out, source, {"labels.csv": "old"})
    interrupt(out, source)
    (out / "labels.csv").unlink()
    (out / "labels.csv").mkdir()  # as if held by another program
    with pytest.raises(OutputError, match="would be replaced"):
        finish(out, source, {"labels.csv": "new"}, resume=True, force=True)
    (out / "labels.csv").rmdir()
    finish(out, source, {"labels.csv": "new"}, resume=True, force=True)
    assert (out / "labels.csv").read_text() == "new"

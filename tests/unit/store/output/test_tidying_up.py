"""What a run leaves in its partial folder blocks no other run, and hides no error."""

from __future__ import annotations

import contextlib
import errno
import subprocess
import sys
from pathlib import Path

import pytest
from finished_runs import finish, interrupt

from ahsml_app.base.errors import OutputError
from ahsml_app.store.output.partial_folder import LOCK_FILE, partial_folder
from ahsml_app.store.output.run_folder import claim


def test_a_run_that_is_killed_while_it_tidies_up_blocks_no_other(out: Path, source: Path) -> None:
    script = (
        "import os, sys\nfrom pathlib import Path\n"
        "from ahsml_app.store.output.run_folder import claim\n"
        "unlink, removed = Path.unlink, []\n"
        "def killed_in_between(self, missing_ok=False):\n"
        "    if removed:\n"
        "        os._exit(9)\n"
        "    removed.append(unlink(self, missing_ok))\n"
        "with claim(Path(sys.argv[1]), reads=[Path(sys.argv[2])]) as run:\n"
        "    run.plan(['images/cat/1.jpg', 'images/dog/2.jpg'])\n"
        "    for name in ('images/cat/1.jpg', 'images/dog/2.jpg'):\n"
        "        (run.staging / name).parent.mkdir(parents=True)\n"
        "        (run.staging / name).touch()\n"
        "    Path.unlink = killed_in_between\n"
    )
    killed = subprocess.run([sys.executable, "-c", script, out, source], check=False)
    assert killed.returncode == 9
    finish(out, source, {"labels.csv": "new"})
    assert not partial_folder(out).exists()


@pytest.mark.parametrize("name", [".fold-0.safetensors.x1y2.tmp", "tmpa8d9f0"])
def test_an_unfinished_checkpoint_is_not_waited_for(out: Path, source: Path, name: str) -> None:
    with contextlib.suppress(KeyboardInterrupt), claim(out, reads=[source]) as run:
        (run.checkpoints / name).write_text("half")
        raise KeyboardInterrupt
    assert not partial_folder(out).exists()


@pytest.mark.parametrize("error", [KeyboardInterrupt(), ValueError("the cause"), None])
def test_a_failure_to_tidy_up_does_not_hide_how_the_run_ended(
    out: Path, source: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException | None
) -> None:
    def refuse(self: Path, *_: object, **__: object) -> None:
        raise OSError(errno.EIO, "Input/output error", str(self))

    expected = contextlib.nullcontext() if error is None else pytest.raises(type(error))
    with expected, claim(out, reads=[source]) as run:
        (run.staging / "labels.csv").write_text("new")
        monkeypatch.setattr(Path, "unlink", refuse)
        monkeypatch.setattr(Path, "iterdir", refuse)
        monkeypatch.setattr(Path, "rmdir", refuse)
        if error is not None:
            raise error
    monkeypatch.undo()
    finish(out, source, {"labels.csv": "new"})  # nobody holds the lock


def test_a_lock_that_is_a_link_is_an_error_of_the_results(
    out: Path, source: Path, tmp_path: Path
) -> None:
    interrupt(out, source)
    theirs = tmp_path / "theirs"
    theirs.write_text("mine")
    (partial_folder(out) / LOCK_FILE).unlink(missing_ok=True)
    (partial_folder(out) / LOCK_FILE).symlink_to(theirs)
    with pytest.raises(OutputError, match="is a link"), claim(out, reads=[source], resume=True):
        pass
    assert theirs.read_text() == "mine"

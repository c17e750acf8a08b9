"""What a run that is cut off leaves: its own beginnings, and results that are whole."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from finished_runs import finish

from ahsml_app.store.output.partial_folder import partial_folder
from ahsml_app.store.output.run_folder import claim


def test_the_beginning_of_the_mark_of_a_killed_run_is_ours(out: Path, source: Path) -> None:
    partial_folder(out).mkdir()
    (partial_folder(out) / ".run.json.a1b2.tmp").touch()
    finish(out, source, {"labels.csv": "new"})
    assert not partial_folder(out).exists()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc for names")
@pytest.mark.parametrize("again", [False, True])
def test_results_are_on_disk_before_they_take_their_place(
    out: Path, source: Path, monkeypatch: pytest.MonkeyPatch, *, again: bool
) -> None:
    """Else a power cut leaves results that are listed, and whose content is gone."""
    if again:
        finish(out, source, {"labels.csv": "old"})
    done: list[str] = []
    sync, rename, replace = os.fsync, Path.rename, Path.replace

    def noted_sync(descriptor: int) -> None:
        done.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    def noted_move(move: Callable[[Path, Path], Path]) -> Callable[[Path, Path], Path]:
        def noted(path: Path, target: Path) -> Path:
            done.append(f"move {path.name}")
            return move(path, target)

        return noted

    with claim(out, reads=[source], force=again) as run:
        (run.staging / "images" / "cat").mkdir(parents=True)
        (run.staging / "images" / "cat" / "1.png").write_text("picture")
        run.plan(["images/cat/1.png"])
        monkeypatch.setattr(os, "fsync", noted_sync)
        monkeypatch.setattr(Path, "rename", noted_move(rename))
        monkeypatch.setattr(Path, "replace", noted_move(replace))
        run.publish()
    moved = done.index("move 1.png" if again else "move results")
    assert {"1.png", "cat", "images"} <= set(done[:moved])
    assert {"cat", "images", "results"} <= set(done[moved:]) or not again
    assert done[-1] == out.parent.name

"""An interrupted run is continued with its own options only."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path
from typing import Any

import pytest

from ahsml_app.base.errors import OptionError, OutputError
from ahsml_app.base.events import Notice
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.session.headless.run import OPTIONS_FILE, _remember_options, run_job
from ahsml_app.store.output.run_folder import claim


def options_of(folder: Path, **values: Any) -> RunOptions:
    return with_values(RunOptions(), {"source": folder, "out": folder / "out"} | values)


def continue_with(folder: Path, earlier: str, options: RunOptions) -> list[Notice]:
    out = folder / "results"
    with contextlib.suppress(KeyboardInterrupt), claim(out, reads=[folder], force=True) as run:
        run.checkpoints.mkdir(parents=True, exist_ok=True)
        (run.checkpoints / OPTIONS_FILE).write_text(earlier, "utf-8")
        (run.checkpoints / "fold-0.safetensors").touch()
        raise KeyboardInterrupt
    with claim(out, reads=[folder], resume=True) as run:
        assert run.resumed
        notices = list(_remember_options(run, options))
        run.publish()
    return notices


def test_the_same_options_continue_and_others_do_not(tmp_path: Path) -> None:
    asked = options_of(tmp_path, passes=1)
    with claim(tmp_path / "first", reads=[tmp_path]) as run:
        assert list(_remember_options(run, asked)) == []
        written = (run.checkpoints / OPTIONS_FILE).read_text("utf-8")
        run.publish()
    assert continue_with(tmp_path, written, asked) == []
    with pytest.raises(OutputError, match="other options: passes was 1"):
        continue_with(tmp_path, written, options_of(tmp_path))


def test_a_run_is_not_continued_with_other_planes(tmp_path: Path) -> None:
    text = json.dumps({"source": str(tmp_path.resolve())})  # of a version without the rule
    assert continue_with(tmp_path, text, options_of(tmp_path, planes="first")) == []
    with pytest.raises(OutputError, match="other options: planes was first"):
        continue_with(tmp_path, text, options_of(tmp_path, planes=2))


def test_a_run_that_version_0_1_0_left_is_continued(tmp_path: Path) -> None:
    earlier = {
        "source": str(tmp_path.resolve()), "labels": None, "label_column": None,
        "class_from": None, "backbone": None, "loss": None, "epochs": "3", "folds": None,
        "views": None, "passes": None, "dimension": None, "finetune": "False",
        "finetune_epochs": None, "finetune_memory": None, "device": "auto", "seed": "0",
        "apply": "none", "class_folders": None,
    }  # fmt: skip
    text = json.dumps(earlier)
    continue_with(tmp_path, text, options_of(tmp_path, epochs=3, views=4))
    with pytest.raises(OutputError, match="views was 4"):
        continue_with(tmp_path, text, options_of(tmp_path, epochs=3, views=5))


@pytest.mark.parametrize("content", ["", "{", "null", "[]", "[" * 100_000])
def test_damaged_options_are_told_and_written_anew(tmp_path: Path, content: str) -> None:
    notices = continue_with(tmp_path, content, options_of(tmp_path))
    assert ["was damaged" in str(notice.message) for notice in notices] == [True]


def test_a_run_needs_folders() -> None:
    with pytest.raises(OptionError, match="needs an image folder"):
        next(run_job(RunOptions()))

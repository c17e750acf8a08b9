"""The command with --finetune in two processes, as torchrun starts it."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import two_processes
from finetuning import accepted, tiny_weights
from safetensors.numpy import load_file
from sample_images import make_images

from ahsml_app.base.errors import ExitCode
from ahsml_app.cli.command import main

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="torchrun needs a Unix here")

OPTIONS = (
    "--json --epochs 3 --folds 2 --views 1 --device cpu --finetune --finetune-epochs 2 "
    "--finetune-thorough"
)


@pytest.fixture(autouse=True)
def _the_tuned_network_is_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ahsml_app.core.finetune.cross_fit_halves.is_better", accepted)


def command(folder: Path, out: Path, *more: str) -> list[str]:
    backbone = f"timm:test_resnet={folder / 'tiny.pth'}"
    words = ["--headless", str(folder / "pictures"), "--out", str(out), "--backbone", backbone]
    return [*words, *OPTIONS.split(), *more]


def run(words: list[str], **more: str) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code of torchrun, the events on standard output, and the last of standard error."""
    ended = two_processes.start("command", *words, **more)
    return ended.returncode, [json.loads(line) for line in ended.stdout.splitlines()], ended.stderr


def check_same(out: Path, wanted: Path) -> None:
    """The same network within rounding, and scores that tell the same story.

    Processes add gradients in another order. Where a gradient is next to nothing, Adam makes a
    whole step of the rounding error: that happens to few weights.
    """
    facts = [json.loads((each / "run.json").read_text("utf-8")) for each in (out, wanted)]
    assert facts[0]["options"]["finetune_kept"] is facts[1]["options"]["finetune_kept"] is True
    assert set(facts[0]["files"]) == set(facts[1]["files"])
    file = Path("model") / "backbone.safetensors"
    found, expected = load_file(out / file), load_file(wanted / file)
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        differences = np.abs(found[name] - values)
        assert np.mean(differences > 1e-4) < 1e-3, name
        assert differences.max() < 1e-3, name
    scores = [
        np.loadtxt(each / "scores.csv", delimiter=",", skiprows=1, usecols=4, encoding="utf-8")
        for each in (out, wanted)
    ]
    # The heads of 39 images magnify what rounding does to a network.
    differences = np.abs(scores[0] - scores[1])
    assert differences.mean() < 0.01
    assert differences.max() < 0.1


@pytest.mark.slow
def test_a_killed_process_ends_the_run_which_two_or_one_continue(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_images(tmp_path / "pictures", per_class=13)
    tiny_weights(tmp_path)
    assert main(command(tmp_path, tmp_path / "alone")) == ExitCode.OK
    capsys.readouterr()
    out = tmp_path / "two"
    code, events, errors = run(command(tmp_path, out), KILLED_AT="4")
    assert code != 0
    assert events[-1]["event"] == "error", errors
    assert events[-1]["exit_code"] == ExitCode.PROCESSES
    assert "has lost the process of rank 1 (of 2)" in events[-1]["message"]
    assert not out.exists()
    tuned = out.with_name("two.partial") / "checkpoints" / "finetune"
    assert (tuned / "tune0-result.safetensors").is_file()
    assert (tuned / "tune1.safetensors").is_file()
    shutil.copytree(out.with_name("two.partial"), tmp_path / "one.partial")
    code, events, errors = run(command(tmp_path, out, "--resume"))
    assert code == 0, errors
    assert events[-1]["event"] == "finished"
    # Two networks of two steps each are left of three, less the first step of the second.
    progress = [event for event in events if event["event"] == "progress"]
    steps = [e["done"] for e in progress if e["stage"] == "fine-tune" and not e["part"]]
    assert steps == [4, 5, 6]
    check_same(out, tmp_path / "alone")
    assert main(command(tmp_path, tmp_path / "one", "--resume")) == ExitCode.OK
    check_same(tmp_path / "one", tmp_path / "alone")
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.slow
def test_without_fine_tuning_two_processes_give_the_scores_of_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    make_images(tmp_path / "pictures", per_class=13)
    options = ["--epochs", "3", "--folds", "2", "--views", "1", "--device", "cpu", "--quiet"]
    words = ["--headless", str(tmp_path / "pictures"), *options, "--out"]
    ended = two_processes.start(
        "command", *words, str(tmp_path / "two"), AHSML_APP_CACHE=str(tmp_path / "cache")
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == ""
    assert main([*words, str(tmp_path / "one")]) == ExitCode.OK
    capsys.readouterr()
    files = [tmp_path / each / "embeddings.npz" for each in ("one", "two")]
    with np.load(files[0]) as one, np.load(files[1]) as two:
        np.testing.assert_allclose(one["embeddings"], two["embeddings"], atol=0.01)
    tables = [(tmp_path / each / "labels.csv").read_text("utf-8") for each in ("one", "two")]
    assert tables[0] == tables[1]

"""The examples of the documents run as they are, and print what they promise."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import sample_images

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def run(name: str, *arguments: str | Path) -> str:
    command = [sys.executable, "-W", "error::DeprecationWarning:ahsml_app", EXAMPLES / name]
    environment = os.environ | {"PYTHONPATH": str(EXAMPLES.parents[1])}
    ended = subprocess.run(
        [*map(str, command), *map(str, arguments)],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == ""
    return ended.stdout


def number(pattern: str, text: str) -> int:
    match = re.search(pattern, text)
    assert match, text
    return int(match[1])


def test_own_features() -> None:
    printed = run("own_features.py")
    assert number(r"of which (\d+) are wrong", printed) >= 55
    assert number(r"(\d+)\.\d% of the next digits", printed) >= 75


def test_new_loss() -> None:
    printed = run("new_loss.py")
    assert number(r"(\d+) of the first 40", printed) >= 30
    losses = [float(text) for text in re.findall(r"step \d+: (\S+)", printed)]
    assert losses == sorted(losses, reverse=True)


def test_folder_to_labels(tmp_path: Path, cache: Path) -> None:
    sample_images.make_images(tmp_path / "images", per_class=8)
    out = tmp_path / "out"
    printed = run("folder_to_labels.py", tmp_path / "images", tmp_path / "project", out)
    assert "of 24 labels were changed" in printed
    assert {"labels.csv", "scores.csv", "decisions.jsonl"} <= {p.name for p in out.iterdir()}
    printed = run("torch_dataset.py", tmp_path / "images", out)
    assert "24 images of 3 classes, loss" in printed

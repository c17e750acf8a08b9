"""The whole job through the command, on real files with the embedded backbone."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hostile import make_hostile_folder
from pictures import CLASSES, make_pictures

QUICK = ("--epochs", "3", "--folds", "2", "--views", "1")
OUTPUTS = {
    "labels.csv",
    "scores.csv",
    "scores.parquet",
    "embeddings.npz",
    "embeddings.parquet",
    "quarantine.csv",
    "report.html",
    "run.json",
    "model/head.safetensors",
    "model/model.json",
    "model/embedding.onnx",
}

# Runs before anything else in the child: records and refuses every step towards a network, and
# refuses Qt.
SEALED = """
import socket, sys
class _NoQt:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in ("PySide6", "pyqtgraph"):
            raise ImportError(name + " is blocked")
sys.meta_path.insert(0, _NoQt())
def _refuse(*args, **kwargs):
    with open({record!r}, "a") as stream:
        stream.write(repr(args[:2]) + "\\n")
    raise OSError("no network in this test")
for name in ("getaddrinfo", "gethostbyname", "create_connection"):
    setattr(socket, name, _refuse)
class _Sealed(socket.socket):
    connect = connect_ex = sendto = _refuse
socket.socket = _Sealed
"""


def command(source: Path, out: Path, *more: str) -> list[str]:
    run = [sys.executable, "-m", "ahsml_app", "--headless", str(source), "--out", str(out)]
    return [*run, *QUICK, *more]


def run(source: Path, out: Path, *more: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        command(source, out, *more),
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        env=os.environ | environment,
    )


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def record(out: Path) -> dict:
    return json.loads((out / "run.json").read_text("utf-8"))


def state_of(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        path.relative_to(folder).as_posix(): (
            hashlib.sha256(path.read_bytes()).hexdigest(),
            path.stat().st_mtime_ns,
        )
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, set[str]]:
    folder = tmp_path_factory.mktemp("pictures")
    return folder, make_pictures(folder)


def test_a_folder_becomes_results_without_network_qt_or_a_changed_picture(
    pictures: tuple[Path, set[str]], tmp_path: Path
) -> None:
    folder, planted = pictures
    before, attempts = state_of(folder), tmp_path / "attempts"
    seal = tmp_path / "seal"
    seal.mkdir()
    (seal / "sitecustomize.py").write_text(SEALED.format(record=str(attempts)))
    out = tmp_path / "results"
    ended = run(folder, out, "--json", PYTHONPATH=str(seal))
    assert ended.returncode == 0, ended.stderr
    assert not attempts.exists(), attempts.read_text()
    assert state_of(folder) == before
    found = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert found == OUTPUTS
    assert not out.with_name("results.partial").exists()

    events = [json.loads(line) for line in ended.stdout.splitlines()]
    assert events[-1]["event"] == "finished"
    scores = rows(out / "scores.csv")
    assert len(scores) == 48
    suspects = sorted(scores, key=lambda row: -float(row["error_probability"]))[:9]
    assert len({row["path"] for row in suspects} & planted) >= 5
    assert pq.read_table(out / "scores.parquet").num_rows == 48
    with np.load(out / "embeddings.npz") as archive:
        assert (np.square(archive["points"]).sum(1) * archive["curvature"] < 1).all()
        np.testing.assert_allclose(np.linalg.norm(archive["embeddings"], axis=1), 1, atol=1e-3)
    labels = rows(out / "labels.csv")
    assert all(row["label"] == row["given_label"] for row in labels)
    assert {row["decision"] for row in labels} == {"undecided"}
    model = json.loads((out / "model" / "model.json").read_text("utf-8"))
    assert model["class_names"] == sorted(CLASSES)


def test_other_labels_embed_nothing_and_sure_suggestions_can_be_taken(
    pictures: tuple[Path, set[str]], tmp_path: Path
) -> None:
    folder, _ = pictures
    assert run(folder, tmp_path / "first").returncode == 0
    manifest = tmp_path / "labels.csv"
    lines = ["path,label,split,annotator"]
    for number, path in enumerate(sorted(p for p in folder.rglob("*.png"))):
        name = path.relative_to(folder).as_posix()
        label = "" if number == 3 else path.parent.name
        split = "test" if number % 8 == 0 else "train"
        lines.append(f"{name},{label},{split},ann {number % 2}")
    manifest.write_text("\n".join(lines) + "\n", encoding="utf-8")
    out = tmp_path / "second"
    options = ("--labels", str(manifest), "--apply", "confident", "--class-folders", "symlink")
    ended = run(folder, out, *options, "--json")
    assert ended.returncode == 0, ended.stderr
    summary = json.loads(ended.stdout.splitlines()[-1])
    facts = record(out)
    assert facts["counts"]["embedded"] == 0
    assert facts["counts"]["unlabelled"] == 1
    labels = rows(out / "labels.csv")
    assert [row["annotator"] for row in labels[:2]] == ["ann 0", "ann 1"]
    changed = [row for row in labels if row["label"] != row["given_label"]]
    assert len(changed) == facts["counts"]["applied"] == summary["applied"]
    assert f"takes {len(changed)} suggestions" in ended.stdout
    assert summary["flagged"] == facts["counts"]["flagged"]
    assert summary["timings"] == facts["timings"]
    assert all(row["decision"] == "relabel-auto" and row["split"] == "train" for row in changed)
    linked = [path for path in (out / "images").rglob("*") if path.is_symlink()]
    assert len(linked) == sum(bool(row["label"]) for row in labels)
    by_class = Counter(path.parent.name for path in linked)
    assert by_class == Counter(row["label"] for row in labels if row["label"])


def test_hostile_files_are_set_aside_and_stop_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "hostile"
    folder.mkdir()
    hostile = make_hostile_folder(folder)
    out = tmp_path / "results"
    ended = run(folder, out)
    assert ended.returncode == 0, ended.stderr
    reasons = {row["path"]: row["reason"] for row in rows(out / "quarantine.csv")}
    for path, part in hostile.bad.items():
        assert part in reasons[path]
    assert {row["path"] for row in rows(out / "scores.csv")} == set(hostile.good)


def epochs_of(output: str) -> int:
    return [json.loads(line)["event"] for line in output.splitlines()].count("epoch")


def test_a_killed_run_continues_to_the_same_scores(
    pictures: tuple[Path, set[str]], tmp_path: Path
) -> None:
    folder, _ = pictures
    whole, out = tmp_path / "whole", tmp_path / "killed"
    undisturbed = run(folder, whole, "--json")
    assert undisturbed.returncode == 0
    with subprocess.Popen(
        command(folder, out, "--json"), stdout=subprocess.PIPE, text=True, encoding="utf-8"
    ) as child:
        assert child.stdout
        epochs = 0
        for line in child.stdout:
            epochs += json.loads(line)["event"] == "epoch"
            if epochs == 4:
                child.send_signal(signal.SIGKILL)
                break
    assert not out.exists()
    refused = run(folder, out)
    assert refused.returncode == 5
    assert "--resume" in refused.stderr
    other = run(folder, out, "--resume", "--seed", "5")
    assert other.returncode == 5
    assert "seed" in other.stderr
    resumed = run(folder, out, "--resume", "--json")
    assert resumed.returncode == 0, resumed.stderr
    assert epochs_of(resumed.stdout) == epochs_of(undisturbed.stdout) - 4
    assert (out / "scores.csv").read_bytes() == (whole / "scores.csv").read_bytes()
    assert (out / "labels.csv").read_bytes() == (whole / "labels.csv").read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for a child")
def test_interrupting_stops_within_moments_and_says_how_to_continue(
    pictures: tuple[Path, set[str]], tmp_path: Path
) -> None:
    folder, _ = pictures
    out = tmp_path / "stopped"
    with subprocess.Popen(
        command(folder, out, "--json"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    ) as child:
        assert child.stdout
        for line in child.stdout:
            if json.loads(line)["event"] == "epoch":
                child.send_signal(signal.SIGINT)
                break
        rest, errors = child.communicate(timeout=30)
    assert child.returncode == 130, errors
    assert "--resume" in errors + rest
    assert run(folder, out, "--resume").returncode == 0


def test_an_unknown_loss_is_refused_before_any_work(
    pictures: tuple[Path, set[str]], tmp_path: Path
) -> None:
    ended = run(pictures[0], tmp_path / "out", "--loss", "nope")
    assert ended.returncode == 2
    assert "multi-similarity" in ended.stderr


@pytest.mark.parametrize(
    ("names", "code", "part"),
    [
        ([], 3, "no pictures"),
        (["one/a.png", "one/b.png"], 4, "one class"),
    ],
)
def test_unusable_folders_end_with_their_own_code(
    names: list[str], code: int, part: str, tmp_path: Path, pictures: tuple[Path, set[str]]
) -> None:
    folder, some = tmp_path / "folder", next(pictures[0].rglob("*.png"))
    folder.mkdir()
    for name in names:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(some.read_bytes())
    ended = run(folder, tmp_path / "out")
    assert ended.returncode == code, ended.stderr
    assert part in ended.stderr
    assert not (tmp_path / "out").exists()

"""The whole job through the command, on real files with the embedded backbone."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from hostile import make_hostile_folder
from json_schemas import check_events, check_run_file
from PIL import Image
from sample_images import CLASSES, make_images

from ahsml_app.base.errors import ExitCode
from ahsml_app.cli.command import main

QUICK = ("--epochs", "3", "--folds", "2", "--views", "1")
OUTPUTS = {
    "labels.csv",
    "scores.csv",
    "scores.parquet",
    "probabilities.parquet",
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


@dataclass(frozen=True)
class WholeRun:
    """A run from beginning to end, sealed off from network and Qt; several tests look at it."""

    folder: Path
    planted: set[str]
    out: Path
    attempts: Path
    changed: set[str]
    ended: subprocess.CompletedProcess[str]
    cache: Path


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> WholeRun:
    top = tmp_path_factory.mktemp("whole")
    folder, out, attempts, cache = (top / n for n in ("pictures", "results", "attempts", "cache"))
    planted = make_images(folder)
    before = state_of(folder)
    (top / "seal").mkdir()
    (top / "seal" / "sitecustomize.py").write_text(SEALED.format(record=str(attempts)))
    ended = run(folder, out, "--json", PYTHONPATH=str(top / "seal"), AHSML_APP_CACHE=str(cache))
    assert ended.returncode == 0, ended.stderr
    after = state_of(folder)
    changed = {name for name in before | after if before.get(name) != after.get(name)}
    return WholeRun(folder, planted, out, attempts, changed, ended, cache)


@pytest.fixture
def embedded(whole: WholeRun, cache: Path) -> WholeRun:
    """The run, and its features in the test's own cache."""
    shutil.copytree(whole.cache, cache, dirs_exist_ok=True)
    return whole


def here(source: Path, out: Path, *more: str) -> ExitCode:
    """The same command in this process, which has loaded everything before."""
    return main(command(source, out, *more)[3:])


def test_a_folder_becomes_results_without_network_qt_or_a_changed_picture(
    whole: WholeRun,
) -> None:
    out = whole.out
    assert not whole.attempts.exists(), whole.attempts.read_text()
    assert not whole.changed
    names = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    assert names == OUTPUTS
    assert not out.with_name("results.partial").exists()

    events = [json.loads(line) for line in whole.ended.stdout.splitlines()]
    assert events[-1]["event"] == "finished"
    scores = rows(out / "scores.csv")
    assert len(scores) == 48
    suspects = sorted(scores, key=lambda row: -float(row["error_probability"]))[:9]
    assert len({row["path"] for row in suspects} & whole.planted) >= 5
    assert pq.read_table(out / "scores.parquet").num_rows == 48
    with np.load(out / "embeddings.npz") as archive:
        assert (np.square(archive["points"]).sum(1) * archive["curvature"] < 1).all()
        np.testing.assert_allclose(np.linalg.norm(archive["embeddings"], axis=1), 1, atol=1e-3)
    labels = rows(out / "labels.csv")
    assert all(row["label"] == row["given_label"] for row in labels)
    assert {row["decision"] for row in labels} == {"undecided"}
    model = json.loads((out / "model" / "model.json").read_text("utf-8"))
    assert model["class_names"] == sorted(CLASSES)


def test_events_and_run_json_are_as_the_published_schemas_say(whole: WholeRun) -> None:
    check_events(whole.ended.stdout)
    check_run_file(whole.out / "run.json")


def test_other_labels_embed_nothing_and_sure_suggestions_can_be_taken(
    embedded: WholeRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = embedded.folder
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
    assert here(folder, out, *options, "--json") == ExitCode.OK
    stdout = capsys.readouterr().out
    summary = json.loads(stdout.splitlines()[-1])
    facts = record(out)
    assert facts["counts"]["embedded"] == 0
    assert facts["counts"]["unlabelled"] == 1
    labels = rows(out / "labels.csv")
    assert [row["annotator"] for row in labels[:2]] == ["ann 0", "ann 1"]
    changed = [row for row in labels if row["label"] != row["given_label"]]
    assert len(changed) == facts["counts"]["applied"] == summary["applied"]
    assert f"takes {len(changed)} suggestions" in stdout
    assert summary["flagged"] == facts["counts"]["flagged"]
    assert summary["timings"] == facts["timings"]
    assert all(row["decision"] == "relabel-auto" and row["split"] == "train" for row in changed)
    linked = [path for path in (out / "images").rglob("*") if path.is_symlink()]
    assert len(linked) == sum(bool(row["label"]) for row in labels)
    by_class = Counter(path.parent.name for path in linked)
    assert by_class == Counter(row["label"] for row in labels if row["label"])


@pytest.mark.usefixtures("embedded")
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
    embedded: WholeRun, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, out = embedded.folder, tmp_path / "killed"
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
    assert here(folder, out) == ExitCode.OUTPUT
    assert "--resume" in capsys.readouterr().err
    assert here(folder, out, "--resume", "--seed", "5") == ExitCode.OUTPUT
    assert "seed" in capsys.readouterr().err
    assert here(folder, out, "--resume", "--json") == ExitCode.OK
    assert epochs_of(capsys.readouterr().out) == epochs_of(embedded.ended.stdout) - 4
    for name in ("scores.csv", "labels.csv"):
        assert (out / name).read_bytes() == (embedded.out / name).read_bytes(), name


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for a child")
def test_interrupting_stops_within_moments_and_says_how_to_continue(
    embedded: WholeRun, tmp_path: Path
) -> None:
    out = tmp_path / "stopped"
    with subprocess.Popen(
        command(embedded.folder, out, "--json"),
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
    assert here(embedded.folder, out, "--resume") == ExitCode.OK
    assert (out / "scores.csv").read_bytes() == (embedded.out / "scores.csv").read_bytes()


def test_an_unknown_loss_is_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert here(tmp_path, tmp_path / "out", "--loss", "nope") == ExitCode.USAGE
    assert "multi-similarity" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("names", "code", "part"),
    [
        ([], 3, "no images"),
        (["one/a.png", "one/b.png"], 4, "one class"),
    ],
)
def test_unusable_folders_end_with_their_own_code(
    names: list[str], code: int, part: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    for number, name in enumerate(names):
        (folder / name).parent.mkdir(exist_ok=True)
        Image.new("RGB", (8, 8), (number, 0, 0)).save(folder / name)
    assert here(folder, tmp_path / "out") == code
    assert part in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_typing_error_in_the_backbone_leaves_nothing_behind(tmp_path: Path) -> None:
    make_images(tmp_path / "pictures")
    out = tmp_path / "new" / "out"
    assert here(tmp_path / "pictures", out, "--backbone", "resnet999") == ExitCode.BACKBONE
    assert [path.name for path in tmp_path.iterdir()] == ["pictures"]


def test_equal_images_in_several_classes_are_refused_and_equal_classes_are_right(
    tmp_path: Path,
) -> None:
    for name, shades in (("equal", (255, 255, 255)), ("shades", (40, 130, 220))):
        for label, shade in zip("abc", shades, strict=True):
            folder = tmp_path / name / label
            folder.mkdir(parents=True)
            for side in range(40, 52):
                Image.new("L", (side, 40), shade).save(folder / f"{side}.png")
    ended = run(tmp_path / "equal", tmp_path / "none")
    assert ended.returncode == ExitCode.INPUT
    assert "All 36 images look the same to the network" in ended.stderr
    assert not (tmp_path / "none" / "scores.csv").exists()
    ended = run(tmp_path / "shades", tmp_path / "out")
    assert ended.returncode == 0, ended.stderr
    with (tmp_path / "out" / "scores.csv").open(encoding="utf-8", newline="") as stream:
        assert not [row["path"] for row in csv.DictReader(stream) if row["flagged"] == "true"]

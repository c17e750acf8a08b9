from __future__ import annotations

import json
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
import torch.distributed as dist
import two_processes
from finetuning import image_table, task_of, tiny_backbone
from running import finish

from ahsml_app import cli
from ahsml_app.base.errors import DeviceError, ExitCode, InputError
from ahsml_app.base.torchrun import Launch, launched, own_cores
from ahsml_app.core.device import limit_threads
from ahsml_app.core.distributed.process_group import _agreed_device
from ahsml_app.core.workers.distributed_features import LARGEST_SHARE, check_folder, next_share

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="torchrun needs a Unix here")

CLOSE = {"rtol": 0, "atol": 1e-4}


@pytest.fixture(scope="module")
def launcher() -> Iterator[two_processes.Launcher]:
    launcher = two_processes.Launcher()
    yield launcher
    launcher.close()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pictures, a network, and a cache with its features."""
    folder = tmp_path_factory.mktemp("two-processes")
    table = image_table(folder / "pictures")
    task_of(table, tiny_backbone(folder), folder / "cache")
    return folder


@pytest.fixture(scope="module")
def alone(folder: Path) -> dict[str, dict[str, np.ndarray]]:
    """Weights by the way of tuning, all from one process."""
    found = {}
    for way in two_processes.options():
        backbone = finish(two_processes.tuning(folder, folder / "alone", way))[1]
        found[way] = {name: v.numpy() for name, v in backbone.module.state_dict().items()}
    return found


def check_same(file: Path, wanted: dict[str, np.ndarray]) -> None:
    with np.load(file) as found:
        assert set(found) == set(wanted)
        for name, values in wanted.items():
            np.testing.assert_allclose(found[name], values, **CLOSE, err_msg=name)


def check_close(found: np.ndarray, wanted: np.ndarray) -> None:
    """The same but for a rounding in float16; here an engine gives the same in any batch."""
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-3 * np.abs(wanted).max())


def test_two_processes_give_the_network_and_the_features_of_one(
    launcher: two_processes.Launcher, folder: Path, alone: dict[str, dict[str, np.ndarray]]
) -> None:
    ended = launcher("everything", str(folder))
    said, errors = ended.stdout, ended.stderr
    assert ended.returncode == 0, errors
    for way, weights in alone.items():
        check_same(folder / f"{way}.npz", weights)
    check_same(folder / "continued.npz", alone["plain"])
    smaller = "['Memory of cpu ran out; the batch is now 4 images.']"
    quiet = ["plain []", "parts []", "saving []", "few []"]
    assert said.splitlines() == [*quiet, f"full {smaller}", f"loss {smaller}", "stopped"]
    result = finish(two_processes.extraction(folder, folder / "cache-of-one"))[1]
    with np.load(folder / "features.npz") as found:
        np.testing.assert_array_equal(found["thumbnails"], result.thumbnails)
        check_close(found["features"], result.features)


REASONS = {"failed": "OSError: the drive is gone", "unagreed": "RuntimeError: CUDA out of memory"}


@pytest.mark.parametrize("case", ["killed", "failed", "unagreed"])
def test_a_process_that_ends_is_named_and_one_process_continues(
    launcher: two_processes.Launcher,
    folder: Path,
    tmp_path: Path,
    alone: dict[str, dict[str, np.ndarray]],
    case: str,
) -> None:
    for name in ("pictures", "tiny.pth", "cache"):
        (tmp_path / name).symlink_to(folder / name)
    ended = launcher(case, str(tmp_path))
    said, errors = ended.stdout, ended.stderr
    assert ended.returncode != 0
    assert said.startswith(f"{int(ExitCode.PROCESSES)}: The "), said + errors
    assert "process of rank 1 (of 2)" in said
    assert REASONS.get(case, "has lost") in said
    assert "--resume; it continues at the last checkpoint." in said
    assert (tmp_path / "kept" / "tune0.safetensors").is_file() == (case == "killed")
    backbone = finish(two_processes.tuning(tmp_path, tmp_path / "kept", "plain"))[1]
    two_processes.save(tmp_path / "continued.npz", backbone)
    check_same(tmp_path / "continued.npz", alone["plain"])


@pytest.mark.parametrize("seconds", [two_processes.BUSY, 60.0], ids=["comes back", "stays away"])
def test_a_busy_process_says_who_failed_when_the_launcher_ends_it(
    launcher: two_processes.Launcher, seconds: float
) -> None:
    ended = launcher("busy", str(seconds), timeout=45)
    said, errors = ended.stdout, ended.stderr
    assert ended.returncode != 0
    error = json.loads(said.splitlines()[-1])
    assert error["exit_code"] == ExitCode.PROCESSES, errors
    assert "The process of rank 1 (of 2) on " in error["message"]
    assert "has failed: KeyError" in error["message"]
    assert "Stopped" not in said + errors


@pytest.mark.skipif(not two_processes.OWN.exists(), reason="needs the /proc of Linux")
def test_an_older_copy_of_the_pictures_reaches_neither_cache_nor_network(
    launcher: two_processes.Launcher, folder: Path, tmp_path: Path
) -> None:
    newer, older = tmp_path / "newer", tmp_path / "older"
    for place in (newer, older):
        shutil.copytree(folder / "pictures", place / "pictures")
        (place / "tiny.pth").symlink_to(folder / "tiny.pth")
    first, *others = sorted((older / "pictures").rglob("*.png"))
    for file in others:
        shutil.copyfile(first, file)
    others[-1].unlink()
    ended = launcher("older", str(tmp_path))
    said, errors = ended.stdout, ended.stderr
    notice, error = said.splitlines()
    assert "The process of rank 1 (of 2) on " in notice, said + errors
    assert f" has another file at {two_processes.OWN / 'pictures'}" in notice
    result = finish(two_processes.extraction(folder, folder / "cache-of-one"))[1]
    with np.load(tmp_path / "features.npz") as found:
        np.testing.assert_array_equal(found["thumbnails"], result.thumbnails)
        check_close(found["features"], result.features)
    assert error.startswith(f"{int(ExitCode.PROCESSES)}: The process of rank 1 (of 2) on ")
    assert f"failed: {two_processes.OWN / 'pictures'}" in error
    assert "is not the file here that the first process has" in error


def test_a_machine_that_lacks_the_image_folder_says_so(folder: Path, tmp_path: Path) -> None:
    check_folder([])
    check_folder([folder / "pictures" / "lost.png"])
    with pytest.raises(InputError, match="under the same path on every machine"):
        check_folder([tmp_path / "elsewhere" / "a.png", tmp_path / "nowhere" / "b.png"])


def test_rounds_of_embedding_take_about_half_a_minute_however_slow_a_machine_is() -> None:
    assert next_share(64, 30.0) == 64
    assert next_share(64, 40.0) == 48
    assert next_share(64, 1.0) == 128
    assert next_share(64, 500.0) == 32
    assert next_share(1, 500.0) == 1
    assert next_share(LARGEST_SHARE, 1.0) == LARGEST_SHARE


def test_a_card_that_is_not_there_is_told_to_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_card: int) -> None:
        raise RuntimeError("CUDA error: invalid device ordinal")

    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: 1)
    monkeypatch.setattr(torch.cuda, "set_device", refused)
    store = dist.HashStore()
    store.set("0", '["cuda", ""]')
    with pytest.raises(DeviceError, match="invalid device ordinal"):
        _agreed_device(store, Launch(1, 2, 1, 1), "cuda")
    assert b"invalid device ordinal" in store.get("1")


def test_the_place_of_a_process_is_read_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("RANK", "WORLD_SIZE", "LOCAL_RANK", "LOCAL_WORLD_SIZE"):
        monkeypatch.delenv(name, raising=False)
    assert launched() is None
    monkeypatch.setenv("MASTER_ADDR", "localhost")
    monkeypatch.setenv("MASTER_PORT", "1")
    cores, settings = os.cpu_count() or 1, {"RANK": "3", "WORLD_SIZE": "1", "LOCAL_RANK": "1"}
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    assert launched() is None
    assert own_cores() == cores
    monkeypatch.setenv("WORLD_SIZE", "8")
    monkeypatch.setenv("LOCAL_WORLD_SIZE", str(2 * cores))
    assert launched() == Launch(3, 8, 1, 2 * cores)
    assert own_cores() == 1
    for name in ("LOCAL_RANK", "LOCAL_WORLD_SIZE"):  # as Kubernetes' PyTorchJob has it
        monkeypatch.delenv(name)
    assert launched() == Launch(3, 8, 0, 1)
    monkeypatch.setenv("LOCAL_WORLD_SIZE", str(2 * cores))
    monkeypatch.delenv("OMP_NUM_THREADS")
    assert limit_threads() == 1
    # One process speaks for all.
    assert cli.main([]) == ExitCode.USAGE
    assert capsys.readouterr().err == ""
    monkeypatch.setenv("RANK", "0")
    assert cli.main([]) == ExitCode.USAGE
    assert "The window works in one process" in capsys.readouterr().err

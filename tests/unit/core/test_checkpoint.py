"""A damaged checkpoint is computed again instead of being trusted or ending the run."""

from __future__ import annotations

import errno
from pathlib import Path

import numpy as np
import pytest

from ahsml_app.base.message import Message
from ahsml_app.core.checkpoint import CheckpointFolder

ARRAYS = {
    "weights": np.arange(300, dtype=np.float32).reshape(3, 100),
    "mask": np.array([True, False]),
    "step": np.array(7),
}


def saved(folder: Path) -> Path:
    CheckpointFolder(folder, "run").save("fold-0", ARRAYS)
    return folder / "fold-0.safetensors"


def test_arrays_come_back_as_they_were(tmp_path: Path) -> None:
    saved(tmp_path)
    loaded = CheckpointFolder(tmp_path, "run").load("fold-0")
    assert loaded is not None
    assert loaded.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        np.testing.assert_array_equal(loaded[name], array)
        assert (loaded[name].dtype, loaded[name].shape) == (array.dtype, array.shape)


@pytest.mark.parametrize(
    "damage",
    [
        lambda content: b"",
        lambda content: content[: len(content) // 2],
        lambda content: bytes(len(content)),
        lambda content: content[:-50] + bytes([content[-50] ^ 1]) + content[-49:],
        lambda content: b"\xff" * 8 + content[8:],
    ],
    ids=["empty", "cut", "zeros", "one bit", "length"],
)
def test_a_damaged_checkpoint_is_none_and_is_told_once(tmp_path: Path, damage) -> None:
    path = saved(tmp_path)
    path.write_bytes(damage(path.read_bytes()))
    messages: list[Message] = []
    checkpoints = CheckpointFolder(tmp_path, "run", messages.append)
    assert checkpoints.load("fold-0") is None
    assert checkpoints.load("fold-0") is None
    assert [str(path) in str(message) for message in messages] == [True]
    checkpoints.save("fold-0", ARRAYS)
    assert checkpoints.load("fold-0") is not None


@pytest.mark.parametrize("failure", [OSError(errno.EIO, "no answer"), MemoryError()])
def test_what_cannot_be_read_now_is_not_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failure: Exception
) -> None:
    saved(tmp_path)
    checkpoints = CheckpointFolder(tmp_path, "run")

    def fail(path: Path) -> bytes:
        raise failure

    with monkeypatch.context() as patch:
        patch.setattr(Path, "read_bytes", fail)
        if isinstance(failure, MemoryError):
            with pytest.raises(MemoryError):
                checkpoints.load("fold-0")
        else:
            assert checkpoints.load("fold-0") is None
    assert checkpoints.load("fold-0") is not None


@pytest.mark.parametrize("marker", ["", "{", "[]", '{"digest": 3}', "[" * 100_000, "\udcff"])
def test_checkpoints_whose_run_is_unknown_are_not_continued(tmp_path: Path, marker: str) -> None:
    saved(tmp_path)
    (tmp_path / "training.json").write_bytes(marker.encode("utf-8", "surrogateescape"))
    checkpoints = CheckpointFolder(tmp_path, "run")
    assert checkpoints.load("fold-0") is None
    checkpoints.save("fold-0", ARRAYS)
    assert CheckpointFolder(tmp_path, "run").load("fold-0") is not None

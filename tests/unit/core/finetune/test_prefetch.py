"""Pictures that a card keeps: the same as those that are read anew, and seldom read."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from fake_card import fake_card
from finetuning import image_table
from hypothesis import given
from hypothesis import strategies as st

from ahsml_app.base.errors import InputError
from ahsml_app.core.device import OutOfMemory
from ahsml_app.core.finetune.inputs import prefetch as supply_module
from ahsml_app.core.finetune.inputs.image_loader import GRAY, ImageSource
from ahsml_app.core.finetune.inputs.prefetch import Prefetcher

torch.set_num_threads(1)

SIZE = 12
CARD = torch.device("cuda")


class CountingSource(ImageSource):
    """Notes which rows were read."""

    def read(self, row: int) -> np.ndarray:
        self.reads.append(row)
        return super().read(row)


def source_of(files: list[Path]) -> CountingSource:
    source = CountingSource(files, SIZE)
    source.reads = []
    return source


@pytest.fixture(scope="module")
def files(tmp_path_factory) -> list[Path]:
    table = image_table(tmp_path_factory.mktemp("prefetcher") / "pictures")
    return [table.root / path for path in table.paths]


def as_array(pictures) -> np.ndarray:
    return pictures if isinstance(pictures, np.ndarray) else pictures.cpu().numpy()


BATCHES = st.lists(st.lists(st.integers(0, 23), min_size=1, max_size=9), min_size=1, max_size=12)


@given(batches=BATCHES, room=st.integers(0, 30))
def test_pictures_are_those_that_are_read_whatever_is_kept(files, batches, room) -> None:
    source = source_of(files)
    plain = [source.read(row) for row in range(len(files))]
    source.reads.clear()
    with pytest.MonkeyPatch.context() as monkeypatch, fake_card("cuda", monkeypatch):
        monkeypatch.setattr(supply_module, "_room", lambda *_: room)
        prefetcher = Prefetcher(source, len(files), CARD)
        for _ in range(2):
            wanted = [np.array(rows) for rows in batches]
            for rows, found in zip(wanted, prefetcher.batches(wanted), strict=True):
                np.testing.assert_array_equal(as_array(found), [plain[row] for row in rows])
    if room >= len(files):
        assert sorted(source.reads) == sorted({row for rows in batches for row in rows})


def test_a_card_keeps_what_a_share_of_its_memory_holds(files, monkeypatch) -> None:
    rows = [np.arange(6), np.arange(6, 12)]
    with fake_card("cuda", monkeypatch):
        memory = 3 * SIZE**2 * 6 / supply_module.MEMORY_SHARE
        monkeypatch.setattr(torch.cuda, "mem_get_info", lambda *_: (int(memory), 10**12))
        source = source_of(files)
        prefetcher = Prefetcher(source, len(files), CARD)
        for _ in range(3):
            list(prefetcher.batches(rows))
        assert [source.reads.count(row) for row in range(12)] == [1] * 6 + [3] * 6
        prefetcher.release()
        list(prefetcher.batches(rows))
        assert source.reads.count(0) == 2


def test_a_processor_keeps_nothing(files) -> None:
    source = source_of(files)
    prefetcher = Prefetcher(source, len(files), torch.device("cpu"))
    for _ in range(2):
        (pictures,) = prefetcher.batches([np.array([3, 1])])
        np.testing.assert_array_equal(pictures[1], source.read(1))
    assert source.reads.count(3) == 2


def test_what_an_abandoned_epoch_never_got_is_read_in_the_next(files, monkeypatch) -> None:
    batches = [np.arange(start, start + 4) for start in range(0, 24, 4)]
    source = source_of(files)
    plain = [source.read(row) for row in range(24)]
    with fake_card("cuda", monkeypatch):
        prefetcher = Prefetcher(source, len(files), CARD)
        abandoned = prefetcher.batches(batches)
        next(abandoned)
        abandoned.close()
        for rows, found in zip(batches, prefetcher.batches(batches), strict=True):
            np.testing.assert_array_equal(as_array(found), [plain[row] for row in rows])


def test_an_unreadable_picture_is_gray_and_tried_again(files, tmp_path, monkeypatch) -> None:
    gone = tmp_path / "gone.png"
    source = source_of([*files[:3], gone])
    rows = [np.arange(4)]
    with fake_card("cuda", monkeypatch):
        prefetcher = Prefetcher(source, 4, CARD)
        (found,) = prefetcher.batches(rows)
        assert (as_array(found)[3] == GRAY).all()
        gone.write_bytes(files[3].read_bytes())
        (found,) = prefetcher.batches(rows)
        np.testing.assert_array_equal(as_array(found)[3], source.read(3))
        assert source.reads.count(0) == 1


def test_most_of_a_batch_unreadable_ends_it_though_others_are_kept(files, tmp_path) -> None:
    source = source_of([*files[:2], *(tmp_path / f"{number}.png" for number in range(6))])
    with pytest.MonkeyPatch.context() as monkeypatch, fake_card("cuda", monkeypatch):
        prefetcher = Prefetcher(source, 8, CARD)
        list(prefetcher.batches([np.array([0, 1, 2])]))
        with pytest.raises(InputError, match="5 of 7 images"):
            list(prefetcher.batches([np.array([0, 1, 3, 4, 5, 6, 7])]))


def test_a_card_without_room_for_pictures_says_so_and_then_keeps_none(files, monkeypatch) -> None:
    def full(*_: object) -> torch.Tensor:
        raise RuntimeError("CUDA out of memory. Tried to allocate 2.00 GiB")

    rows = [np.arange(4)]
    with fake_card("cuda", monkeypatch):
        prefetcher = Prefetcher(source_of(files), len(files), CARD)
        with monkeypatch.context() as patched:
            patched.setattr(supply_module, "to_device", full)
            with pytest.raises(OutOfMemory):
                list(prefetcher.batches(rows))
        assert prefetcher.release()
        (found,) = prefetcher.batches(rows)
        np.testing.assert_array_equal(found[0], prefetcher.source.read(0))
        assert not prefetcher.release()

"""Thumbnails: what comes first, what is forgotten, what is kept, and a clean end."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot
from sample_images import make_stacks

from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.thumbnails import thumbnail_cache as module
from ahsml_app.gui.thumbnails.thumbnail_cache import Thumbnails
from ahsml_app.gui.thumbnails.thumbnail_files import kept_file, make_room, make_thumbnail


@pytest.fixture
def thumbnails(model: ProjectModel) -> Iterator[Thumbnails]:
    thumbnails = Thumbnails(model)
    yield thumbnails
    thumbnails.stop()


def settled(thumbnails: Thumbnails, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: not thumbnails.busy)


def photograph(path: Path, size: tuple[int, int] = (900, 600)) -> Path:
    noise = np.random.default_rng(0).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    Image.fromarray(noise).save(path)
    return path


def test_thumbnails_arrive_and_bad_files_say_why(
    model: ProjectModel, thumbnails: Thumbnails, qtbot: QtBot, tmp_path: Path
) -> None:
    with qtbot.waitSignal(thumbnails.ready) as arrived:
        assert thumbnails.pixmap(0) is None
    assert 0 in arrived.args[0]
    pixmap = thumbnails.pixmap(0)
    assert pixmap is not None
    assert max(pixmap.width(), pixmap.height()) == 96
    broken = tmp_path / "broken.jpg"
    broken.write_text("no picture", "utf-8")
    with qtbot.waitSignal(thumbnails.file_ready):
        assert thumbnails.file_pixmap(broken) is None
    assert thumbnails.file_reason(broken)
    assert not thumbnails.busy


def test_a_larger_size_is_decoded_anew_while_the_old_one_shows(
    model: ProjectModel, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    thumbnails.want([3])
    settled(thumbnails, qtbot)
    thumbnails.set_side(200)
    old, exact = thumbnails.shown(3)
    assert old is not None
    assert (old.width(), exact) == (96, False)
    thumbnails.want([3])
    settled(thumbnails, qtbot)
    new, exact = thumbnails.shown(3)
    assert new is not None
    assert (new.width(), exact) == (200, True)


def test_on_a_dense_screen_a_thumbnail_has_more_pixels_and_the_same_size(
    model: ProjectModel, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    thumbnails.set_side(200, 2.0)
    thumbnails.want([3])
    settled(thumbnails, qtbot)
    pixmap, _ = thumbnails.shown(3)
    assert pixmap is not None
    assert (pixmap.width(), pixmap.deviceIndependentSize().width()) == (200, 100)


def test_what_left_the_view_is_forgotten_and_the_first_come_first(
    model: ProjectModel, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    came: list[int] = []
    thumbnails.ready.connect(lambda rows: came.extend(rows.tolist()))
    with thumbnails.held():  # nothing is begun meanwhile
        thumbnails.want(range(50))
        thumbnails.want([7, 5, 9])
        thumbnails.pixmap(30)
        thumbnails.pixmap(40)
    settled(thumbnails, qtbot)
    assert came[-3:] == [7, 5, 9]
    assert sorted(came[:-3]) == [30, 40]
    assert thumbnails.shown(0) == (None, False)


def test_single_wishes_are_bounded_and_the_oldest_go(
    model: ProjectModel, thumbnails: Thumbnails, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_PENDING", 3)
    with thumbnails.held():
        for row in range(10):
            thumbnails.pixmap(row)
    settled(thumbnails, qtbot)
    there = [row for row in range(10) if thumbnails.shown(row)[0] is not None]
    assert there == [7, 8, 9]


def test_memory_is_bounded_and_the_longest_unseen_go_first(
    model: ProjectModel, thumbnails: Thumbnails, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_BYTES", 3 * 96 * 96 * 4)
    for row in (0, 1, 2):
        thumbnails.want([row])
        settled(thumbnails, qtbot)
    thumbnails.shown(0)
    thumbnails.want([3])
    settled(thumbnails, qtbot)
    assert [thumbnails.shown(row)[1] for row in range(4)] == [True, False, True, True]


def test_another_project_starts_with_nothing(
    model: ProjectModel, thumbnails: Thumbnails, qtbot: QtBot
) -> None:
    thumbnails.want([1])
    settled(thumbnails, qtbot)
    model.close()
    assert thumbnails.shown(1) == (None, False)
    assert not thumbnails.busy


def test_a_large_picture_is_kept_on_disk_until_it_changes(tmp_path: Path, cache: Path) -> None:
    path = photograph(tmp_path / "large.png")
    image = make_thumbnail(path, 120)
    assert (image.width(), image.height()) == (120, 80)
    kept = kept_file(path)
    assert kept is not None
    assert kept.is_relative_to(cache)
    with Image.open(kept) as picture:
        assert picture.size == (320, 213)
    Image.new("RGB", (320, 213), "red").save(kept)
    assert make_thumbnail(path, 120).pixelColor(60, 40).red() > 240  # read, not decoded
    photograph(path, (300, 900))
    assert make_thumbnail(path, 120).height() == 120


def test_each_rule_of_planes_has_copies_of_its_own(tmp_path: Path, cache: Path) -> None:
    path = make_stacks(tmp_path / "images", 1, side=400) / "bars" / "00.tif"
    means = []
    for rule in ("first", 2, 3):
        for _ in range(2):  # decoded, then from the disk
            pixels = make_thumbnail(path, 100, rule).convertToFormat(QImage.Format.Format_RGB888)
            means.append(float(np.frombuffer(pixels.constBits(), np.uint8).mean()))
        assert kept_file(path, rule).is_file()
    assert means[0] == pytest.approx(means[1], abs=2)
    assert means[2] == pytest.approx(means[3], abs=2)
    assert means[2] < 2 < means[0] < 40 < means[4]
    # The name of the first plane is that of versions without the rule.
    status = path.stat()
    name = f"{path}\0{status.st_mtime_ns}\0{status.st_size}\0{320}"
    assert kept_file(path).stem == hashlib.blake2b(name.encode(), digest_size=16).hexdigest()


def test_a_damaged_copy_on_disk_is_made_anew(tmp_path: Path) -> None:
    path = photograph(tmp_path / "large.png")
    make_thumbnail(path, 120)
    kept = kept_file(path)
    assert kept is not None
    kept.write_bytes(kept.read_bytes()[:100])
    assert make_thumbnail(path, 120).width() == 120
    assert kept.stat().st_size > 1000


def test_small_files_are_not_copied_and_the_colours_are_right(tmp_path: Path) -> None:
    path = tmp_path / "small.png"
    Image.new("RGB", (20, 10), (250, 120, 10)).save(path)
    image = make_thumbnail(path, 120)
    assert (image.width(), image.height()) == (80, 40)  # at most fourfold
    colour = image.pixelColor(40, 20)
    assert (colour.red(), colour.green(), colour.blue()) == (250, 120, 10)
    assert kept_file(path) is None


def test_the_oldest_copies_make_room(tmp_path: Path) -> None:
    import os

    for number in range(5):
        file = tmp_path / f"{number}.jpg"
        file.write_bytes(b"x" * 100)
        os.utime(file, (number, number))
    make_room(tmp_path, 250)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["3.jpg", "4.jpg"]


def test_no_thread_is_left(model: ProjectModel, qtbot: QtBot) -> None:
    before = threading.active_count()
    thumbnails = Thumbnails(model)
    thumbnails.want(range(60))
    thumbnails.stop()
    assert threading.active_count() == before
    assert thumbnails.pixmap(5) is None
    assert not thumbnails.busy

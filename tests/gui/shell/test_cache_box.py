"""The feature cache in the window: size, limit, and emptying it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from job_generators import endless
from main_windows import PATIENCE
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from ahsml_app.core.features.cache_size import LIMIT_FILE, cache_bytes, read_cache_limit
from ahsml_app.core.features.feature_cache import RowCache, hash_array
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.session.pipeline.cache_use import cache_use


def fill(cache: Path) -> None:
    rows = RowCache(cache / "features" / "a" / "b", np.float16, 4000)
    rows.add(hash_array(["0" * 32, "1" * 32]), [0, 0], np.ones((2, 4000)))
    rows.close()


def test_the_menu_shows_the_size_and_the_limit_is_kept(
    window: MainWindow, cache: Path, qtbot: QtBot
) -> None:
    fill(cache)
    window.actions_.action("cache").trigger()
    dialog, box = window.preferences, window.preferences.cache
    qtbot.waitExposed(dialog)
    qtbot.waitUntil(lambda: "take 16.1 kB of at most" in box.size_label.text())
    assert box.limit.text() == "half of the free space"
    box.limit.setFocus()
    box.limit.selectAll()
    qtbot.keyClicks(box.limit, "7")
    qtbot.keyClick(box.limit, Qt.Key.Key_Return)
    assert read_cache_limit(cache) == 7
    qtbot.waitUntil(lambda: "of at most 7.0 GB" in box.size_label.text())
    if not dialog.isVisible():
        dialog.show()
    other = window.runner.submit("train", endless)
    qtbot.mouseClick(box.clear, Qt.MouseButton.LeftButton)
    assert "when the running job has ended" in box.state_label.text()
    assert not box.clear.isEnabled()
    assert cache_bytes(cache)  # which that job may use
    other.cancel()
    qtbot.waitUntil(lambda: "freed" in box.state_label.text(), timeout=PATIENCE)
    assert box.clear.isEnabled()
    assert cache_bytes(cache) == 0
    qtbot.waitUntil(lambda: "take 0 bytes" in box.size_label.text())
    dialog.close()


def test_a_limit_that_cannot_be_written_is_told_and_not_shown(
    window: MainWindow, cache: Path, qtbot: QtBot
) -> None:
    (cache / LIMIT_FILE).mkdir()
    window.actions_.action("cache").trigger()
    box = window.preferences.cache
    box.limit.setValue(5)
    assert "cannot be written" in box.state_label.text()
    assert box.limit.text() == "half of the free space"
    assert cache_use().limit is None
    window.preferences.close()

"""The window as a process: its start, and the whole loop by itself."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

FIRST_WINDOW = """
import sys
from PySide6.QtCore import QTimer
from ahsml_app.gui.app.application import make_application
application = make_application(["x"])
from ahsml_app.gui.app.main_window import MainWindow
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.theme import Theme
theme = Theme("dark"); theme.apply(application)
window = MainWindow(Settings(), theme); window.show()
QTimer.singleShot(200, window.close)
application.exec()
heavy = {"torch", "faiss", "sklearn", "scipy", "pyarrow", "pyqtgraph", "timm", "openvino"}
print(sorted(heavy & set(sys.modules)))
"""


def run(*command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"OMP_NUM_THREADS": "1"} | variables
    return subprocess.run(
        [sys.executable, *command], capture_output=True, text=True, encoding="utf-8",
        env=environment, check=False,
    )  # fmt: skip


def test_the_first_window_loads_nothing_heavy() -> None:
    ended = run("-c", FIRST_WINDOW)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout.strip() == "[]"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems have a display")
def test_without_a_display_it_says_what_to_do() -> None:
    ended = run(
        "-m", "ahsml_app", QT_QPA_PLATFORM="", DISPLAY="", WAYLAND_DISPLAY=""
    )  # fmt: skip
    assert ended.returncode == 8
    assert "--headless" in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
def test_the_window_uses_itself(tmp_path: Path) -> None:
    # Nothing of earlier runs counts: here the tour was seen already.
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "settings.ini").write_text("[tour]\nseen=yes\n")
    command = ("-m", "ahsml_app", "--demo", "--smoke-test", str(tmp_path))
    ended = run(*command, AHSML_APP_CACHE=str(tmp_path / "cache"))
    assert ended.returncode == 0, ended.stderr
    pictures = {path.stem for path in tmp_path.glob("*.png")}
    for view in ("start", "tour", "train-running", "review", "review-after-retrain"):
        for mode in ("light", "dark"):
            assert {f"{view}-{mode}", f"{view}-{mode}-large"} <= pictures
    covers = ("preview", "compare-images", "review-mode")
    for widget in ("import", "export", "bulk", "shortcuts", "about", "guide", *covers):
        assert {f"{widget}-light", f"{widget}-dark"} <= pictures
    assert (tmp_path / "export" / "labels.csv").is_file()

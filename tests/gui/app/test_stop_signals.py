"""Ctrl-C in the terminal stops a window that nobody uses, as do SIGTERM and SIGHUP."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ahsml_app.base.errors import ExitCode

CHECKOUT = Path(__file__).resolve().parents[3]
PROGRAM = """
import signal, sys
from PySide6.QtCore import QAbstractEventDispatcher
from ahsml_app import __main__
from ahsml_app.gui.app import main_window
start = main_window.MainWindow.showEvent
def shown(window, event):
    start(window, event)
    blocks = QAbstractEventDispatcher.instance().aboutToBlock
    def idle():
        blocks.disconnect(idle)
        print("idle", flush=True)
    blocks.connect(idle)
main_window.MainWindow.showEvent = shown
sys.argv[1:] = []
signal.signal(signal.SIGHUP, signal.SIG_DFL)  # the tests may run under nohup
sys.exit(__main__.main())
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="sends signals of POSIX")


@pytest.mark.parametrize("name", ["SIGINT", "SIGTERM", "SIGHUP"])
def test_a_signal_closes_an_idle_window(cache: Path, name: str) -> None:
    environment = os.environ | {"PYTHONPATH": str(CHECKOUT), "AHSML_APP_CACHE": str(cache)}
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment,
    )  # fmt: skip
    try:
        assert process.stdout is not None
        assert process.stdout.readline() == "idle\n"
        process.send_signal(getattr(signal, name))
        _, errors = process.communicate(timeout=30)
    finally:
        process.kill()
    assert process.returncode == ExitCode.CANCELLED
    assert "Traceback" not in errors
    assert "geometry" in (cache / "settings.ini").read_text("utf-8")  # the window closed orderly

"""A real window: an X server, a window manager, and keys that come from the server."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sample_projects import make_images, make_project

from ahsml_app.gui.app.display import display_error
from ahsml_app.gui.shell.settings import Settings

PROGRAMS = ("Xvfb", "openbox", "xdotool")
MISSING = [name for name in PROGRAMS if shutil.which(name) is None]
PATIENCE = 60.0
SCREEN = (1366, 768)

pytestmark = [
    pytest.mark.skipif(bool(MISSING), reason=f"there is no {', '.join(MISSING)}"),
    pytest.mark.skipif(
        sys.platform != "linux" or display_error({"DISPLAY": ":0"}) is not None,
        reason="libraries of X11 are missing",
    ),
]

Shown = dict[str, Any]


class RealWindow:
    """The application on a screen; knows what it shows, and presses keys there."""

    def __init__(self, screen: str, project: Path) -> None:
        self._environment = os.environ | {
            "DISPLAY": screen, "QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": "",
        }  # fmt: skip
        watched = Path(__file__).with_name("watched_window.py")
        self.process = subprocess.Popen(
            [sys.executable, str(watched), str(project)], env=self._environment,
            stdout=subprocess.PIPE, text=True, encoding="utf-8",
        )  # fmt: skip
        self._lines: queue.Queue[str] = queue.Queue()
        self.shown: Shown = {}
        threading.Thread(target=self._read, daemon=True).start()

    def press(self, *keys: str) -> None:
        """Press keys one after the other, as the names of xdotool."""
        subprocess.run(["xdotool", "key", *keys], env=self._environment, check=True)

    def wait(self, condition: Callable[[Shown], bool]) -> Shown:
        """Wait until the window shows something."""
        while not self.shown or not condition(self.shown):
            try:
                self.shown = json.loads(self._lines.get(timeout=PATIENCE))
            except queue.Empty:
                pytest.fail(f"the window still shows {self.shown}")
            assert self.shown, "the process has ended"
        return self.shown

    def close(self) -> int:
        """Close the window by the window manager; the exit code of the process."""
        self.press("alt+F4")
        return self.process.wait(PATIENCE)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line)
        self._lines.put("{}")


@pytest.fixture
def screen() -> Iterator[str]:
    """A virtual screen with a window manager; the value of DISPLAY."""
    reading, writing = os.pipe()
    with contextlib.ExitStack() as stack:
        width, height = SCREEN
        server = stack.enter_context(
            subprocess.Popen(
                ["Xvfb", "-displayfd", str(writing), "-screen", "0", f"{width}x{height}x24"],
                pass_fds=(writing,), stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip
        stack.callback(server.terminate)
        os.close(writing)
        with os.fdopen(reading, encoding="ascii") as stream:
            display = f":{stream.readline().strip()}"
        manager = stack.enter_context(
            subprocess.Popen(
                ["openbox", "--sm-disable"],
                env=os.environ | {"DISPLAY": display}, stderr=subprocess.DEVNULL,
            )
        )  # fmt: skip
        stack.callback(manager.terminate)
        yield display


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A trained project of 60 images; the tour was seen."""
    Settings().set_tour_seen()
    made = make_project(make_images(tmp_path / "shapes"))
    made.close()
    return made.folder


@contextlib.contextmanager
def opened(screen: str, project: Path) -> Iterator[RealWindow]:
    """The window with the project, ready for keys."""
    window = RealWindow(screen, project)
    try:
        window.wait(lambda shown: shown["project"] and shown["active"] and shown["ready"])
        yield window
    finally:
        if window.process.poll() is None:
            window.process.kill()
            window.process.wait()


def test_an_afternoon_on_a_real_screen(screen: str, project: Path) -> None:
    with opened(screen, project) as window:
        assert window.shown["platform"] == "xcb"
        for number in range(1, 21):
            key = "qwen"[number % 4]
            window.press(key)
            window.wait(lambda shown, n=number: shown["decided"] == n and shown["ready"])
        window.press("ctrl+z")
        window.wait(lambda shown: shown["decided"] == 19 and shown["ready"])
        window.press("shift+Right")
        window.wait(lambda shown: shown["selected"] == 2)
        window.press("c")
        window.wait(lambda shown: shown["comparing"])
        window.press("Escape")
        window.wait(lambda shown: not shown["comparing"])
        window.press("F11")
        shown = window.wait(lambda shown: shown["reviewing"] and tuple(shown["size"]) == SCREEN)
        assert shown["screen_filled"]
        window.press("q")
        window.wait(lambda shown: shown["decided"] == 20)
        window.press("F11")
        window.wait(lambda shown: not shown["reviewing"] and not shown["screen_filled"])
        assert window.close() == 0
    with opened(screen, project) as window:
        assert window.shown["decided"] == 20
        assert not window.shown["screen_filled"]
        assert window.close() == 0

"""Runs the window through the whole loop on the demo; saves screenshots of every view and dialog.

It drives the real window through its own actions and keys, as a user would, and saves what the
screen shows, light and dark. It tests the installed application and makes the pictures of the
documents. Each step waits for a condition, never for a time.

`ahsml-app --smoke-test DIR` loads this file: from here in a checkout, from the resources of an
installed copy.
"""

from __future__ import annotations

import logging
import sys
import time
import traceback
from collections.abc import Callable, Generator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, QUrl
from PySide6.QtWidgets import QApplication, QWidget

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import ExitCode
from ahsml_app.session.pipeline.training_presets import preset

if TYPE_CHECKING:
    from ahsml_app.gui.app.main_window import MainWindow

TICK = 30
"""Milliseconds between two looks at a condition."""

PATIENCE = 600.0
"""Seconds until a condition that does not come counts as failed."""

SIZES = {"": (1280, 800), "-large": (2560, 1440)}

Condition = Callable[[], bool]
Script = Generator[Condition, None, None]

logger = logging.getLogger(__name__)


class SmokeTest(QObject):
    """Runs the script, one step after the other, in the event loop of the window."""

    def __init__(self, window: MainWindow, folder: Path) -> None:
        super().__init__(window)
        self.exit_code = int(ExitCode.INTERNAL)
        self._window, self._folder = window, folder
        self._script = self._steps()
        self._condition: Condition = _at_once
        self._since = 0.0
        self._pictures = 0
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._on_tick)

    def start(self) -> None:
        """Begin; the application ends with the script."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._since = time.monotonic()
        self._timer.start()

    def _on_tick(self) -> None:
        try:
            if not self._condition():
                if time.monotonic() - self._since > PATIENCE:
                    raise TimeoutError(f"waited {PATIENCE:.0f} s after {self._pictures} pictures")
                return
            self._condition = next(self._script)
            self._since = time.monotonic()
        except StopIteration:
            self._end(ExitCode.OK)
        except Exception:
            logger.exception("the smoke test failed")
            print(f"The smoke test failed after {self._pictures} pictures:", file=sys.stderr)
            traceback.print_exc()
            self._end(ExitCode.INTERNAL)

    def _end(self, code: ExitCode) -> None:
        self._timer.stop()
        self.exit_code = int(code)
        self._window.close()
        QApplication.exit(self.exit_code)

    def _steps(self) -> Script:
        window, model = self._window, self._window.model
        window.resize(*SIZES[""])
        yield from self._settled()
        yield from self._picture("start")
        yield from self._import()
        yield from self._example()
        self._trigger("demo")
        yield lambda: model.project is not None
        yield from self._settled()
        yield from self._tour()
        yield from self._picture("train-before")
        yield from self._train("train-running")
        yield from self._review()
        yield from self._confusion()
        yield from self._classes()
        yield from self._train("retrain-running")
        yield from self._settled()
        yield from self._picture("review-after-retrain")
        yield from self._dialogs()
        yield from self._progress()
        yield from self._guide()
        yield from self._export()
        yield from self._close_and_reopen()

    def _import(self) -> Script:
        """The import dialog on the demo's images, then cancelled."""
        from ahsml_app.base.options.run_options import Source
        from ahsml_app.base.paths import projects_folder
        from ahsml_app.session.pipeline.demo import make_demo

        images = make_demo(projects_folder().parent / "demo")
        self._window.projects.import_another(Source(images))
        dialog = self._window.projects.import_dialog
        if dialog is None:
            raise RuntimeError("no import dialog")
        yield dialog.is_ready
        yield from self._settled(12)
        yield from self._picture("import", dialog)
        dialog.reject()
        yield lambda: not self._window.runner.busy

    def _example(self) -> Script:
        """The finished example, which shows something in every view."""
        window, model = self._window, self._window.model
        self._trigger("example")
        yield lambda: model.project is not None
        yield from self._settled()
        yield from self._picture("example")
        for view, is_filled in {
            "map": lambda: window.map.view.is_settled,
            "confusion": window.confusion.is_ready,
            "classes": lambda: window.classes.items.overview is not None,
            "progress": lambda: window.progress.review.headline != "",
        }.items():
            self._trigger(f"view-{view}")
            yield is_filled
            yield from self._settled(12)
            yield from self._picture(f"example-{view}")
        self._trigger("close-project")

    def _train(self, name: str) -> Script:
        window = self._window
        run = window.model.project.run if window.model.project else None
        number = 0 if run is None else run["number"]
        window.training.start(preset("quick"))
        live = window.train_view.live
        yield lambda: live.epochs_seen >= 4 or not window.training.running
        yield from self._picture(name)
        if window.training.running:  # a fast machine may have ended by now
            self._trigger("pause")
            yield lambda: window.training.is_paused or not window.training.running
        if window.training.running:
            self._trigger("pause")
        yield lambda: not window.training.running
        project = window.model.project
        if project is None or project.run is None or project.run["number"] == number:
            raise RuntimeError("the training left no run")

    def _review(self) -> Script:
        """Decide on five images by key, take one back."""
        window, model = self._window, self._window.model
        yield from self._settled()
        yield from self._picture("review")
        window.activateWindow()
        window.gallery.view.setFocus()
        yield window.isActiveWindow
        for key in "WWWEN":
            yield window.evidence.is_ready
            self._press(window.gallery.view, getattr(Qt.Key, f"Key_{key}"))
        yield from self._settled()
        project = model.project
        decided = 0 if project is None else int((project.kinds != DecisionKind.UNDECIDED).sum())
        if decided != 5:
            raise RuntimeError(f"five keys decided {decided} images")
        self._trigger("undo")
        self._trigger("history")
        yield from self._settled()
        yield from self._picture("review-history")
        self._trigger("history")
        yield from self._map()

    def _map(self) -> Script:
        """The map as a whole, then with a suspect under the pointer and its place unfolded."""
        window, view = self._window, self._window.map.view
        self._trigger("view-map")
        yield lambda: view.is_settled
        yield from self._settled()
        yield from self._picture("map")
        row = window.model.current
        at = view.position_of(row)
        if at is None:
            raise RuntimeError("the current image is not on the map")
        view.drag(view.viewport.disc(at), 0j)
        yield lambda: view.is_settled
        view.point_at(row)
        yield from self._settled()
        yield from self._picture("map-unfolded")
        view.go_home()
        self._trigger("view-review")

    def _confusion(self) -> Script:
        """The heat map, and the question of a merge that is not made."""
        view = self._window.confusion
        self._trigger("view-confusion")
        yield view.is_ready
        yield from self._settled(12)
        yield from self._picture("confusion")
        view.side.merge_button.click()
        yield from self._settled()
        yield from self._picture("confusion-merge")
        view.side.merge_card.hide()
        self._trigger("view-review")

    def _classes(self) -> Script:
        """The classes as a table with one chosen, and as a tree with a branch chosen."""
        window, classes = self._window, self._window.classes
        self._trigger("view-classes")
        yield lambda: classes.items.overview is not None and not classes.busy
        self._press(classes.table, Qt.Key.Key_Down)
        yield from self._settled()
        yield from self._picture("classes")
        classes.tabs.setCurrentIndex(1)
        for key in (Qt.Key.Key_Home, Qt.Key.Key_Down, Qt.Key.Key_Left, Qt.Key.Key_Return):
            self._press(classes.tree, key)
        yield from self._settled()
        yield from self._picture("classes-tree")
        classes.tabs.setCurrentIndex(0)
        window.gallery.filters.clear()
        self._trigger("view-review")

    def _dialogs(self) -> Script:
        window, actions = self._window, self._window.window_actions
        # Attributes by name would escape the type checker when one moves.
        shown: dict[str, tuple[str, Callable[[], QWidget | None]]] = {
            "preview": ("preview", lambda: actions.covers.preview),
            "compare-images": ("compare-images", lambda: actions.covers.compare),
            "review-mode": ("review-mode", lambda: actions.covers.review),
            "decide-above": ("bulk", lambda: actions.bulk),
            "shortcuts": ("shortcuts", lambda: actions.shortcuts),
            "about": ("about", lambda: actions.about),
        }
        for action, (name, shown_widget) in shown.items():
            self._trigger(action)
            yield from self._settled(12)
            widget = shown_widget()
            if widget is None or not widget.isVisible():
                raise RuntimeError(f"{action} shows nothing")
            yield from self._picture(name, widget)
            widget.close()
            yield from self._settled()
        window.evidence.pick_class()
        yield from self._settled()
        yield from self._picture("class-picker", QApplication.activePopupWidget() or window)
        popup = QApplication.activePopupWidget()
        if popup is not None:
            popup.close()

    def _progress(self) -> Script:
        view = self._window.progress
        self._trigger("view-progress")
        for name, show in {"progress": None, "compare": view.show_comparison}.items():
            if show is not None:
                show()
            yield lambda: not view.review.busy and not view.compare.busy
            yield from self._settled()
            yield from self._picture(name)
        self._trigger("view-review")

    def _tour(self) -> Script:
        """It comes by itself with the first demo."""
        tour = self._window.help.tour
        if tour is None:
            raise RuntimeError("no tour")
        tour.next()
        yield from self._settled()
        yield from self._picture("tour")
        tour.stop()

    def _guide(self) -> Script:
        self._window.help.open_link(QUrl("guide:scores#adaptive-weight"))
        yield from self._settled(12)
        guide = self._window.help.guide
        yield from self._picture("guide", guide)
        if guide is not None:
            guide.close()

    def _export(self) -> Script:
        window = self._window
        self._trigger("export")
        dialog = window.exports.dialog
        if dialog is None:
            raise RuntimeError("no export dialog")
        out = self._folder / "export"
        dialog.set_folder(out)
        yield from self._settled(12)
        yield from self._picture("export", dialog)
        dialog.start()
        yield lambda: (out / "labels.csv").is_file() and not window.runner.busy
        yield from self._settled()
        yield from self._picture("export-done", dialog)
        dialog.close()

    def _close_and_reopen(self) -> Script:
        window = self._window
        project = window.model.project
        folder = None if project is None else project.folder
        self._trigger("close-project")
        yield from self._settled()
        yield from self._picture("start-recent")
        if folder is None:
            raise RuntimeError("no project to reopen")
        window.projects.open_project(folder)
        yield lambda: window.model.project is not None
        reopened = window.model.project
        decided = 0 if reopened is None else int((reopened.kinds != 0).sum())
        if decided != 4:
            raise RuntimeError(f"{decided} decisions after reopening instead of 4")

    def _picture(self, name: str, widget: QWidget | None = None) -> Script:
        """Save the widget in both themes, and the window in both sizes."""
        target = widget or self._window
        sizes = SIZES if target is self._window else {"": (0, 0)}
        for mode in ("light", "dark"):
            self._window.theme.set_mode(mode)
            for suffix, size in sizes.items():
                if target is self._window:
                    target.resize(*size)
                yield from self._settled(8)
                path = self._folder / f"{name}-{mode}{suffix}.png"
                if not target.grab().save(str(path)):
                    raise OSError(f"cannot write {path}")
                self._pictures += 1
        self._window.theme.set_mode("light")
        if target is self._window:
            target.resize(*SIZES[""])

    def _settled(self, ticks: int = 6) -> Script:
        """Wait until thumbnails and layouts have come to rest."""
        thumbnails = self._window.thumbnails
        for _ in range(ticks):
            yield _at_once
        yield lambda: not thumbnails.busy
        for _ in range(3):
            yield _at_once

    def _trigger(self, name: str) -> None:
        action = self._window.actions_.action(name)
        if not action.isEnabled():
            raise RuntimeError(f"the action {name} is disabled")
        action.trigger()

    def _press(self, widget: QWidget, key: Qt.Key) -> None:
        """Press a key as a person would: shortcuts first, then the widget."""
        from PySide6.QtTest import QTest

        self._window.activateWindow()
        widget.setFocus()
        QTest.keyClick(widget, key)


def _at_once() -> bool:
    return True

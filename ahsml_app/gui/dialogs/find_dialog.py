"""Finds images by a text: asks for the text, and for a network where there is none yet."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.errors import AppError
from ahsml_app.base.events import CancelToken, Event, Notice, Progress, drive
from ahsml_app.base.message import shown
from ahsml_app.base.options.recommended_backbones import (
    DOWNLOAD_SENTENCE,
    TEXT_EXTRA,
    TEXT_NETWORK,
)
from ahsml_app.gui.i18n import plural, translated
from ahsml_app.gui.jobs.latest_only import Background
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.stylesheet import fitted, scaled
from ahsml_app.gui.widgets.stage_names import stage_text
from ahsml_app.session.desk.text_search import (
    TextMatches,
    fetch_text_network,
    find_by_text,
    has_text_search,
)
from ahsml_app.session.review.queue import ChosenRows

WIDTH = 560
LONGEST_SHOWN = 200
"""Letters of the text that the filter shows."""


Work = Callable[[CancelToken], Generator[Event, None, Any]]


class FindDialog(QDialog):
    """Orders the gallery by a text; the newest text counts.

    Args:
        model: The open project.
        settings: Keep the network.
        parent: The window.

    Signals:
        found: The gallery is in a new order.
    """

    found = Signal()
    _event_arrived = Signal(object)

    def __init__(self, model: ProjectModel, settings: Settings, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._model, self._settings = model, settings
        self._text = ""  # that the newest search is about
        self._background = Background(self)
        self._background.done.connect(self._on_done)
        self._background.failed.connect(self._on_failed)
        self._event_arrived.connect(self._on_event)
        self.setModal(False)
        self.setWindowTitle(self.tr("Find by description"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        self.state, self.need = QLabel(), QLabel()
        for label in (self.need, self.state):
            label.setWordWrap(True)
            label.setTextFormat(Qt.TextFormat.PlainText)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        layout.addWidget(self._introduction())
        layout.addLayout(self._text_row())
        layout.addWidget(self.state)
        layout.addWidget(self.need)
        layout.addLayout(self._network_row())
        self.resize(fitted(self, scaled(WIDTH)))
        model.project_changed.connect(self.close)

    def stop(self) -> None:
        """Ends the thread."""
        self._background.stop()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's
        """Asks for the text, or says what is needed before."""
        super().showEvent(event)
        if event.spontaneous():  # back from being minimised
            return
        self._say("")
        self._update()
        self.field.setFocus()
        self.field.selectAll()

    def hideEvent(self, event: QHideEvent) -> None:  # noqa: N802 - Qt's
        """Stops what runs; what is found stays."""
        super().hideEvent(event)
        if not event.spontaneous():  # minimised, the work goes on
            self._stop()

    def _introduction(self) -> QLabel:
        text = QLabel(
            self.tr(
                "Say in English what an image should show. The images are put in the order of "
                "how well they fit; all of them stay."
            )
        )
        text.setWordWrap(True)
        text.setProperty("role", "muted")
        return text

    def _text_row(self) -> QHBoxLayout:
        self.field = QLineEdit()
        self.field.setObjectName("description")
        self.field.setAccessibleName(self.tr("What the image shows"))
        self.field.setPlaceholderText(self.tr("a dog on grass"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._update)
        self.search = QPushButton(self.tr("Find"))
        self.search.setObjectName("find-by-description")
        self.search.setProperty("role", "primary")
        self.search.setDefault(True)
        self.search.clicked.connect(self._on_find)
        self.halt = QPushButton(self.tr("Stop"))
        self.halt.setAutoDefault(False)
        self.halt.clicked.connect(self._stop)
        row = QHBoxLayout()
        row.addWidget(self.field, 1)
        for button in (self.search, self.halt):
            button.setAccessibleName(button.text())
            row.addWidget(button)
        return row

    def _network_row(self) -> QHBoxLayout:
        self.choose = QPushButton(self.tr("Choose a file of weights…"))
        self.choose.setObjectName("choose-network")
        self.choose.clicked.connect(self._on_choose)
        megabytes = TEXT_NETWORK.megabytes
        self.fetch = QPushButton(self.tr("Download {0} MB").format(megabytes))
        self.fetch.setObjectName("fetch-network")
        self.fetch.clicked.connect(self._on_fetch)
        close = QPushButton(self.tr("Close"))
        close.clicked.connect(self.close)
        row = QHBoxLayout()
        for button in (self.choose, self.fetch):
            button.setAutoDefault(False)
            button.setAccessibleName(button.text())
            row.addWidget(button)
        row.addStretch(1)
        close.setAutoDefault(False)
        close.setAccessibleName(close.text())
        row.addWidget(close)
        return row

    def _update(self) -> None:
        """Enables what can be done, and says what is needed for the rest."""
        network, here, busy = (
            self._settings.text_network(),
            has_text_search(),
            self._background.busy,
        )
        self.field.setEnabled(here and bool(network))
        self.search.setEnabled(self.field.isEnabled() and bool(self.field.text().strip()))
        self.halt.setVisible(busy)
        for button in (self.choose, self.fetch):
            button.setVisible(here)
            button.setEnabled(not busy)
        self.fetch.setVisible(here and not network)
        self.need.setText(self._need_text(network, here))
        self._fit()

    def _say(self, text: str) -> None:
        self.state.setText(text)
        self.state.setVisible(bool(text))
        self._fit()

    def _fit(self) -> None:
        """Gives the texts the room that they need."""
        layout = self.layout()
        if layout is not None:
            self.resize(self.width(), layout.totalHeightForWidth(self.width()))

    def _need_text(self, network: str, here: bool) -> str:
        if not here:
            text = self.tr("This needs a package. Install it, and start the program again:")
            return f'{text}\npip install "ahsml-app[{TEXT_EXTRA}]"'
        if network:
            return self.tr("Network: {0}").format(
                shown(Path(network.partition("=")[2] or network).name)
            )
        text = self.tr(
            "This needs a network that knows images and texts: a file of weights of CLIP that you "
            "have, or {0} ({1}). {2}"
        )
        sentence = QCoreApplication.translate("Options", DOWNLOAD_SENTENCE)
        return text.format(TEXT_NETWORK.title, TEXT_NETWORK.summary, sentence)

    def _on_find(self) -> None:
        project, text = self._model.project, self.field.text()
        if project is not None and self.search.isEnabled():
            network = self._settings.text_network()
            self._text = shown(" ".join(text.split()))[:LONGEST_SHOWN]
            self._start(partial(find_by_text, project.table, text, network))

    def _on_choose(self) -> None:
        kinds = self.tr("Weights ({0})").format("*.safetensors *.pt *.pth *.bin")
        title = self.tr("Choose a file of weights")
        path, _ = QFileDialog.getOpenFileName(self, title, "", kinds)
        if path:
            self._use(path)

    def _on_fetch(self) -> None:
        self._start(fetch_text_network)

    def _use(self, network: str) -> None:
        self._settings.set_text_network(network)
        self._say("")
        self._update()
        self.field.setFocus()

    def _start(self, work: Work) -> None:
        cancel = CancelToken()
        take = self._event_arrived.emit  # from the thread to the window's
        self._background.start(lambda: drive(work(cancel), take), cancel)
        self._say(self.tr("Working…"))
        self._update()

    def _stop(self) -> None:
        if self._background.busy:
            self._background.forget()
            self._say(self.tr("Stopped. What is computed is kept."))
        self._update()

    def _on_event(self, event: Event) -> None:
        if not self._background.busy:  # of a search that was stopped
            return
        if isinstance(event, Progress):
            self._say(stage_text(event))
        elif isinstance(event, Notice):
            self._say(translated(event.message))

    def _on_done(self, result: TextMatches | str) -> None:
        if isinstance(result, str):
            self._use(result)
            return
        self._update()
        project = self._model.project
        if project is None:
            return
        unread = np.setdiff1d(np.arange(len(project.table)), result.rows)
        chosen = ChosenRows(np.concatenate([result.rows, unread]), self._text)
        self._model.set_queue_filter(
            replace(self._model.queue_filter, rows=chosen, sort="chosen", descending=False)
        )
        if len(self._model.queue):
            self._model.set_current(int(self._model.queue[0]))
        text = plural(
            "{count:,} image is in the order of how well it fits.",
            "{count:,} images are in the order of how well they fit.",
            count=len(result.rows),
        )
        if result.is_cut:
            text += " " + self.tr("The end of the text was left out: it is too long.")
        self._say(text)
        self.found.emit()

    def _on_failed(self, error: BaseException) -> None:
        self._update()
        if isinstance(error, AppError):
            self._say(f"{translated(error.message)} {translated(error.hint)}")
        else:
            self._say(self.tr("It failed; the details are in the log."))

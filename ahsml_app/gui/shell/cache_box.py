"""The part of the preferences about the feature cache: its size, its limit, and how to empty it."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDoubleSpinBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ahsml_app.base.disk_space import readable_bytes
from ahsml_app.base.errors import AppError
from ahsml_app.base.message import Message
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.jobs.latest_only import Background
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.session.pipeline.cache_use import (
    CacheUse,
    cache_limit,
    cache_use,
    empty_cache,
    set_cache_limit,
)

EMPTY = "empty cache"

MOST_GIGABYTES = 100_000.0
AUTOMATIC = -1.0
"""Value of the field that stands for half of the free space."""


class CacheBox(QWidget):
    """Shows how large the feature cache is and may become; a change of the limit counts at once.

    The size is counted in a thread. The cache is emptied by a job, after those that use it.
    """

    def __init__(self, runner: JobRunner) -> None:
        super().__init__()
        self._runner = runner
        self.counter = Background(self)
        self.counter.done.connect(self._on_counted)
        text = QLabel(
            self.tr(
                "Features of images are kept, so that the next training need not compute them "
                "again. What was not used for longest is removed first."
            )
        )
        text.setProperty("role", "muted")
        self.size_label, self.state_label = QLabel(), QLabel()
        self.state_label.setProperty("role", "small-muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(8)
        for label in (text, self.size_label, self.state_label):
            label.setWordWrap(True)
            layout.addWidget(label)
        layout.insertLayout(2, self._limit_row())

    def stop(self) -> None:
        """Ends the thread."""
        self.counter.stop()

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's
        """Reads the present limit, and counts the size."""
        self.state_label.clear()
        self._show_use()
        super().showEvent(event)

    def _limit_row(self) -> QHBoxLayout:
        self.limit = QDoubleSpinBox()
        self.limit.setObjectName("cache-limit")
        self.limit.setRange(AUTOMATIC, MOST_GIGABYTES)
        self.limit.setDecimals(0)
        self.limit.setSuffix(" GB")
        self.limit.setSpecialValueText(self.tr("half of the free space"))
        self.limit.setKeyboardTracking(False)
        self.limit.valueChanged.connect(self._on_limit)
        title = QLabel(self.tr("&At most"))
        title.setBuddy(self.limit)
        self.limit.setAccessibleName(self.tr("At most"))
        self.clear = QPushButton(self.tr("Empty the cache"))
        self.clear.setObjectName("empty-cache")
        self.clear.setAccessibleName(self.clear.text())
        self.clear.setToolTip(
            self.tr("Removes features, thumbnails and hashes; projects and settings stay")
        )
        self.clear.setAutoDefault(False)
        self.clear.clicked.connect(self._on_clear)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(title)
        row.addWidget(self.limit, 1)
        row.addWidget(self.clear)
        return row

    def _show_use(self) -> None:
        limit = cache_limit()
        self.limit.blockSignals(True)
        self.limit.setValue(AUTOMATIC if limit is None else limit)
        self.limit.blockSignals(False)
        if not self.size_label.text():
            self.size_label.setText(self.tr("The size is being counted."))
        self.counter.start(cache_use)

    def _on_counted(self, use: CacheUse) -> None:
        size = readable_bytes(use.bytes)
        text = Message("The features take {size}.", size=size)
        if use.allowed is not None:
            limit = readable_bytes(use.allowed)
            text = Message("The features take {size} of at most {limit}.", size=size, limit=limit)
        self.size_label.setText(translated(text))

    def _on_limit(self, gigabytes: float) -> None:
        try:
            set_cache_limit(None if gigabytes < 0 else gigabytes)
        except AppError as error:
            self._show_error(error)
        else:
            self.state_label.setText(self.tr("The next training keeps this limit."))
        self._show_use()

    def _show_error(self, error: AppError) -> None:
        self.state_label.setText(f"{translated(error.message)} {translated(error.hint)}")

    def _on_clear(self) -> None:
        job = self._runner.submit(EMPTY, empty_cache)
        job.finished.connect(self._on_cleared)
        job.failed.connect(self._on_failed)
        job.cancelled.connect(self._on_ended)
        self.clear.setEnabled(False)
        waits = self._runner.current is not job
        self.state_label.setText(
            self.tr("It is emptied when the running job has ended.") if waits else ""
        )

    def _on_cleared(self, freed: int) -> None:
        self._on_ended()
        text = Message("{size} were freed.", size=readable_bytes(freed))
        self.state_label.setText(translated(text))

    def _on_failed(self, error: BaseException) -> None:
        self._on_ended()
        if isinstance(error, AppError):
            self._show_error(error)

    def _on_ended(self) -> None:
        self.clear.setEnabled(True)
        self.state_label.clear()
        self._show_use()

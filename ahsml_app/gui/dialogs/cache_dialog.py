"""The dialog about the feature cache: its size, its limit, and a button that empties it."""

from __future__ import annotations

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QDialog,
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.disk_space import readable_bytes
from ahsml_app.base.errors import AppError
from ahsml_app.base.message import Message
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.jobs.runner import JobRunner
from ahsml_app.session.pipeline.cache_use import cache_use, empty_cache, set_cache_limit

EMPTY = "empty cache"

MOST_GIGABYTES = 100_000.0
AUTOMATIC = -1.0
"""Value of the field that stands for half of the free space."""


class CacheDialog(QDialog):
    """Shows how large the feature cache is and may become; a change of the limit counts at once.

    The cache is emptied by a job, after those that use it.
    """

    def __init__(self, runner: JobRunner, parent: QWidget | None) -> None:
        super().__init__(parent)
        self._runner = runner
        self.setWindowTitle(self.tr("Feature cache"))
        self.setModal(False)
        text = QLabel(
            self.tr(
                "Features of images are kept, so that the next training need not compute them "
                "again. What was not used for longest is removed first."
            )
        )
        self.size_label, self.state_label = QLabel(), QLabel()
        for label in (text, self.size_label, self.state_label):
            label.setWordWrap(True)
        self.state_label.setProperty("role", "small-muted")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(24, 20, 24, 16)
        layout.setSpacing(12)
        layout.addWidget(text)
        layout.addWidget(self.size_label)
        layout.addLayout(self._limit_row())
        layout.addWidget(self.state_label)
        layout.addLayout(self._foot())
        self.setFixedWidth(480)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802 - Qt's
        """Reads the present size and limit."""
        self.state_label.clear()
        self._show_use()
        super().showEvent(event)

    def _limit_row(self) -> QHBoxLayout:
        self.limit = QDoubleSpinBox()
        self.limit.setRange(AUTOMATIC, MOST_GIGABYTES)
        self.limit.setDecimals(0)
        self.limit.setSuffix(" GB")
        self.limit.setSpecialValueText(self.tr("half of the free space"))
        self.limit.setKeyboardTracking(False)
        self.limit.valueChanged.connect(self._on_limit)
        title = QLabel(self.tr("&At most"))
        title.setBuddy(self.limit)
        self.limit.setAccessibleName(self.tr("At most"))
        row = QHBoxLayout()
        row.addWidget(title)
        row.addWidget(self.limit, 1)
        return row

    def _foot(self) -> QHBoxLayout:
        self.clear = QPushButton(self.tr("Empty the cache"))
        self.clear.setObjectName("empty-cache")
        self.clear.setToolTip(
            self.tr("Removes features, thumbnails and hashes; projects and settings stay")
        )
        self.clear.setAutoDefault(False)
        self.clear.clicked.connect(self._on_clear)
        close = QPushButton(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.close)
        foot = QHBoxLayout()
        foot.addWidget(self.clear)
        foot.addStretch(1)
        foot.addWidget(close)
        for button in (self.clear, close):
            button.setAccessibleName(button.text())
        return foot

    def _show_use(self) -> None:
        use = cache_use()
        self.size_label.setText(translated(use.describe()))
        self.limit.blockSignals(True)
        self.limit.setValue(AUTOMATIC if use.limit is None else use.limit)
        self.limit.blockSignals(False)

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

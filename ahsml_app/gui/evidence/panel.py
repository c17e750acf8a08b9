"""The evidence panel: the image large, the verdict, neighbours, and the decision."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QPoint, Qt, QTimer, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.gui.actions import ActionSet
from ahsml_app.gui.class_list import ClassList
from ahsml_app.gui.empty_state import EmptyState
from ahsml_app.gui.evidence.decision_bar import DecisionBar
from ahsml_app.gui.evidence.image_view import ImageView
from ahsml_app.gui.evidence.picture_loader import PictureLoader
from ahsml_app.gui.evidence.strips import Strip
from ahsml_app.gui.evidence.verdict import Verdict
from ahsml_app.gui.icons import icon
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme import Theme
from ahsml_app.gui.thumbnails import Thumbnails
from ahsml_app.session.image_facts import image_facts

AHEAD = 3
LATER_MILLISECONDS = 60
"""Neighbours follow the image a moment later, so that deciding fast is never held up by them."""


class EvidencePanel(QWidget):
    """Follows the current image of the project model."""

    train_requested = Signal()

    def __init__(
        self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme, actions: ActionSet
    ) -> None:
        super().__init__()
        self._model, self._theme, self._actions = model, theme, actions
        self.loader = PictureLoader(self)
        self.loader.loaded.connect(self._on_loaded)
        self.image = ImageView(theme)
        self.verdict = Verdict(model, theme)
        self.given = Strip(model, thumbnails, theme)
        self.suggested = Strip(model, thumbnails, theme)
        self.duplicates = Strip(model, thumbnails, theme)
        self.decisions = DecisionBar(model, actions)
        self._picker: ClassList | None = None
        self._empty = EmptyState(theme)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._content())
        self._stack.addWidget(self._empty)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self.setMinimumWidth(340)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(LATER_MILLISECONDS)
        self._later.timeout.connect(self._on_later)
        model.current_changed.connect(self._on_current_changed)
        model.project_changed.connect(self._on_project_changed)
        model.scores_changed.connect(self.refresh)
        model.decisions_changed.connect(self._on_decisions_changed)
        model.selection_changed.connect(self._on_selection_changed)
        self.refresh()

    def is_ready(self) -> bool:
        """Whether the current image is on the screen."""
        return self._model.current < 0 or self.image.has_picture or bool(self._reason())

    def refresh(self) -> None:
        """Show the current image anew."""
        self._on_current_changed(self._model.current)

    def pick_class(self) -> None:
        """Open the list of classes; the chosen one, or a new one, becomes the label."""
        project, row = self._model.project, self._model.current
        if project is None or row < 0 or project.read_only:
            return
        if self._picker is None:
            self._picker = ClassList(self, new_allowed=True)
            self._picker.chosen.connect(self._on_class_picked)
        likely = [label for label, _ in self._model.choices(row)]
        first = [project.class_names[label] for label in likely]
        rest = sorted(set(project.class_names) - set(first), key=str.casefold)
        self._picker.set_classes([*first, *rest])
        corner = self.decisions.mapToGlobal(QPoint(0, -self._picker.height() - 4))
        self._picker.open_at(corner)

    def stop(self) -> None:
        """End the thread that decodes."""
        self._later.stop()
        self.loader.stop()

    def _content(self) -> QWidget:
        body = QWidget()
        inner = QVBoxLayout(body)
        inner.setContentsMargins(16, 8, 16, 8)
        inner.setSpacing(12)
        inner.addWidget(self.verdict)
        for strip in (self.suggested, self.given, self.duplicates):
            inner.addWidget(strip)
        inner.addWidget(self._facts_part())
        inner.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(body)
        foot = QWidget()
        bar = QVBoxLayout(foot)
        bar.setContentsMargins(16, 8, 16, 12)
        bar.addWidget(self.decisions)
        content = QWidget()
        layout = QVBoxLayout(content)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.image, 5)
        layout.addWidget(self._tools())
        layout.addWidget(scroll, 6)
        layout.addWidget(foot)
        return content

    def _tools(self) -> QWidget:
        tools = QWidget()
        row = QHBoxLayout(tools)
        row.setContentsMargins(16, 2, 8, 2)
        row.setSpacing(2)
        self._name = QLabel()
        self._name.setProperty("role", "small-muted")
        self._name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._scale = QLabel()
        self._scale.setProperty("role", "small-muted")
        row.addWidget(self._name, 1)
        row.addWidget(self._scale)
        self._tool_buttons: dict[str, QToolButton] = {}
        for name, text, keys, slot in (
            ("zoom-out", self.tr("Zoom out"), "Ctrl+-", self._on_zoom_out),
            ("zoom-in", self.tr("Zoom in"), "Ctrl++", self._on_zoom_in),
            ("fit", self.tr("Fit the image"), "Ctrl+0", self.image.fit),
            ("actual-size", self.tr("True pixels"), "Ctrl+Alt+0", self.image.actual_size),
        ):
            button = QToolButton()
            button.setAccessibleName(text)
            button.setToolTip(f"{text}  ({keys})")
            button.clicked.connect(slot)
            QShortcut(QKeySequence(keys), self, slot)
            row.addWidget(button)
            self._tool_buttons[name] = button
        self.image.zoomed.connect(self._on_zoomed)
        self._theme.changed.connect(self._colour_tools)
        self._colour_tools()
        return tools

    def _colour_tools(self) -> None:
        for name, button in self._tool_buttons.items():
            button.setIcon(icon(name, self._theme.tokens.muted))

    def _facts_part(self) -> QWidget:
        part = QWidget()
        layout = QVBoxLayout(part)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(4)
        head = QHBoxLayout()
        self._facts_button = QPushButton(self.tr("File and camera"))
        self._facts_button.setProperty("role", "ghost")
        self._facts_button.setCheckable(True)
        self._facts_button.setAccessibleName(self.tr("File and camera facts"))
        self._facts_button.toggled.connect(self._on_facts_toggled)
        copy = QPushButton(self.tr("Copy path"))
        show = QPushButton(self.tr("Show in folder"))
        copy.clicked.connect(self._on_copy_path)
        show.clicked.connect(self._on_show_folder)
        head.addWidget(self._facts_button)
        head.addStretch(1)
        for button in (copy, show):
            button.setProperty("role", "ghost")
            button.setAccessibleName(button.text())
            head.addWidget(button)
        self._facts = QWidget()
        self._facts_grid = QGridLayout(self._facts)
        self._facts_grid.setColumnStretch(1, 1)
        self._facts_grid.setContentsMargins(12, 0, 0, 0)
        self._facts.hide()
        layout.addLayout(head)
        layout.addWidget(self._facts)
        return part

    def _path(self) -> Path | None:
        project, row = self._model.project, self._model.current
        return None if project is None or row < 0 else project.path(row)

    def _reason(self) -> str:
        path = self._path()
        return "" if path is None else self.loader.reason(path)

    def _on_current_changed(self, row: int) -> None:
        project = self._model.project
        if project is None or row < 0:
            self._show_empty()
            return
        self._stack.setCurrentIndex(0)
        self._name.setText(self._elided(project.table.paths[row]))
        self._name.setToolTip(project.table.paths[row])
        self._show_picture()
        self.loader.want([project.path(r) for r in self._upcoming(row)])
        self.verdict.show_row(row)
        self.decisions.refresh()
        self._later.start()

    def _upcoming(self, row: int) -> list[int]:
        """The image, the next ones and the one before: the order in which they are decoded."""
        queue, place = self._model.queue, self._model.place(row)
        if place < 0:
            return [row]
        after = [int(r) for r in queue[place + 1 : place + 1 + AHEAD]]
        before = [int(queue[place - 1])] if place else []
        return [row, *after, *before]

    def _show_picture(self) -> None:
        path = self._path()
        if path is None:
            return
        image = self.loader.image(path)
        if image is not None:
            self.image.show_image(image)
        elif self.loader.reason(path):
            self.image.show_message(self.loader.reason(path))
        else:
            self.image.show_waiting()

    def _on_loaded(self, path: Path) -> None:
        if path == self._path():
            self._show_picture()

    def _on_later(self) -> None:
        project, row = self._model.project, self._model.current
        if project is None or row < 0:
            return
        found = project.evidence(row)
        for strip in (self.given, self.suggested, self.duplicates):
            strip.setVisible(found is not None)
        if found is not None:
            given = project.label_name(int(project.labels[row])) or self.tr("no label")
            none = self.tr("No image of this class is trusted yet.")
            title = self.tr("Nearest trusted {0}").format(f"“{given}”")
            self.given.show_neighbours(title, found.given, none)
            scores = project.scores
            suggested = "" if scores is None else project.label_name(int(scores.suggested[row]))
            title = self.tr("Nearest trusted {0}").format(f"“{suggested}”")
            differs = suggested != given
            self.suggested.setVisible(differs)
            if differs:
                self.suggested.show_neighbours(title, found.suggested, none)
            self.duplicates.setVisible(bool(found.duplicates))
            self.duplicates.show_neighbours(self.tr("Looks the same"), found.duplicates, "")
        if self._facts_button.isChecked():
            self._fill_facts()

    def _show_empty(self) -> None:
        self._stack.setCurrentIndex(1)
        if self._model.project is None:
            title, text = self.tr("Nothing selected"), ""
        else:
            title = self.tr("No image is selected")
            text = self.tr("Choose one in the gallery to see it large, with its evidence.")
        self._empty.show_state("image", title, text)

    def _fill_facts(self) -> None:
        while self._facts_grid.count():
            item = self._facts_grid.takeAt(0)
            widget = None if item is None else item.widget()
            if widget is not None:
                widget.deleteLater()
        path = self._path()
        for row, (name, value) in enumerate([] if path is None else image_facts(path)):
            title, text = QLabel(name), QLabel(value)
            title.setProperty("role", "small-muted")
            text.setProperty("role", "small")
            text.setWordWrap(True)
            text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._facts_grid.addWidget(title, row, 0, Qt.AlignmentFlag.AlignTop)
            self._facts_grid.addWidget(text, row, 1)

    def _elided(self, text: str) -> str:
        room = max(80, self.width() - 220)
        return self.fontMetrics().elidedText(text, Qt.TextElideMode.ElideMiddle, room)

    def _on_project_changed(self) -> None:
        self.loader.clear()
        self.refresh()

    def _on_decisions_changed(self, _: object) -> None:
        self.verdict.show_row(self._model.current)
        self.decisions.refresh()

    def _on_selection_changed(self, _: object) -> None:
        self.decisions.refresh()

    def _on_class_picked(self, label: str) -> None:
        self._model.decide(DecisionKind.RELABEL, label)

    def _on_zoomed(self, zoom: float) -> None:
        self._scale.setText(f"{zoom * self.devicePixelRatioF():.0%}")

    def _on_zoom_in(self) -> None:
        self.image.zoom_by(1.25)

    def _on_zoom_out(self) -> None:
        self.image.zoom_by(0.8)

    def _on_facts_toggled(self, shown: bool) -> None:
        self._facts.setVisible(shown)
        if shown:
            self._fill_facts()

    def _on_copy_path(self) -> None:
        path = self._path()
        if path is not None:
            QGuiApplication.clipboard().setText(str(path))

    def _on_show_folder(self) -> None:
        path = self._path()
        if path is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(path.parent)))

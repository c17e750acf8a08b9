"""The toolbar at the top: project, train, search, undo and redo, export, help."""

from __future__ import annotations

import html
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QLineEdit,
    QMenu,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QWhatsThis,
    QWidget,
)

from ahsml_app.base.message import shown
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.shell.actions import ActionSet
from ahsml_app.gui.theme.icons import icon
from ahsml_app.gui.theme.stylesheet import scaled
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.explanations import explain
from ahsml_app.session.export.balance import project_balance
from ahsml_app.session.project.recent import recent_projects
from ahsml_app.session.review.queue import QueueFilter
from ahsml_app.session.review.search import DECISIONS, PROPERTIES

MOST_RECENT = 9
"""Most projects in the menu of recent ones."""

SEARCH_DELAY = 200
"""Milliseconds after the last keystroke until the gallery is filtered."""


class SearchField(QLineEdit):
    """A search that gives the keyboard back: Esc clears and leaves, Enter goes to the result.

    Signals:
        left: The person has cleared the search, and wants the keyboard back.
    """

    left = Signal()

    def event(self, event: QEvent) -> bool:
        """Takes undo from the window only while there is text of the person's own."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            undo = event.matches(QKeySequence.StandardKey.Undo)
            redo = event.matches(QKeySequence.StandardKey.Redo)
            own = bool(self.text()) and (self.isUndoAvailable() if undo else self.isRedoAvailable())
            if (undo or redo) and not own:
                event.ignore()
                return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - Qt's
        """Clears and leaves on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.clear()
            self.left.emit()
            event.accept()
            return
        super().keyPressEvent(event)


class TopBar(QToolBar):
    """Holds buttons for actions, and a search that filters the gallery by path.

    Signals:
        search_accepted: The search is done; its first result is the current image.
        search_left: The search is cleared, and the keyboard belongs to the view again.
        recent_chosen: The folder of a project of the menu.
    """

    search_accepted = Signal()
    search_left = Signal()
    recent_chosen = Signal(object)

    def __init__(self, model: ProjectModel, actions: ActionSet, theme: Theme) -> None:
        super().__init__()
        self._model, self._actions, self._theme = model, actions, theme
        self.setObjectName("top-bar")
        self.setWindowTitle(self.tr("Main toolbar"))
        self.setMovable(False)
        self.setFloatable(False)
        self.setIconSize(QSize(20, 20))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self._project = self._project_button()
        self.addWidget(self._project)
        self._train = self._button("train", text=True)
        self._train.setProperty("role", "primary")
        self._gap()
        self._search = self._search_field()
        self.addWidget(self._search)
        self.addWidget(self._search_help())
        self._gap()
        for name in ("undo", "redo"):
            self._button(name)
        self._button("history")
        self._button("check-folder")
        self._button("export", text=True)
        self._button("toggle-theme")
        self._help_button()
        self._on_project_changed()
        model.project_changed.connect(self._on_project_changed)
        model.queue_changed.connect(self._on_queue_changed)
        theme.changed.connect(self._on_theme_changed)

    def focus_search(self) -> None:
        """Moves the focus to the search field."""
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def _project_button(self) -> QToolButton:
        button = QToolButton()
        button.setObjectName("project-button")
        button.setProperty("role", "title")
        button.setAccessibleName(self.tr("Project"))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        menu = self._menu = QMenu(button)
        self._balance = menu.addAction("")
        self._balance.setEnabled(False)
        menu.aboutToShow.connect(self._show_balance)
        for name in ("open-folder", "open-manifest", "open-project", "demo", "example"):
            menu.addAction(self._actions.action(name))
        self.recent_menu = menu.addMenu(self.tr("Recent projects"))
        self.recent_menu.aboutToShow.connect(self._list_recent)
        menu.addSeparator()
        for name in (
            "rename-project",
            "move-project",
            "check-folder",
            "duplicates",
            "find-text",
            "set-aside",
            "compare-decisions",
            "reviewer",
        ):
            menu.addAction(self._actions.action(name))
        menu.addSeparator()
        for name in ("evidence", "history", "rerank", "reset-layout"):
            menu.addAction(self._actions.action(name))
        menu.addSeparator()
        for name in ("close-project", "preferences", "cache", "log-folder", "about", "quit"):
            menu.addAction(self._actions.action(name))
        button.setMenu(menu)
        return button

    def _list_recent(self) -> None:
        """Lists the projects opened lately; the open one, and those that are gone, are greyed."""
        self.recent_menu.clear()
        project = self._model.project
        for recent in recent_projects()[:MOST_RECENT]:
            action = self.recent_menu.addAction(shown(recent.name).replace("&", "&&"))
            action.setToolTip(str(recent.folder))
            is_open = project is not None and project.folder == recent.folder
            action.setEnabled(not (recent.missing or is_open))
            action.triggered.connect(partial(self._on_recent, recent.folder))
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction(self.tr("None yet")).setEnabled(False)

    def _on_recent(self, folder: Path, _checked: bool = False) -> None:
        self.recent_chosen.emit(folder)

    def _show_balance(self) -> None:
        project = self._model.project
        self._balance.setVisible(project is not None)
        if project is not None:
            self._balance.setText(translated(project_balance(project)))

    def _button(self, name: str, *, text: bool = False) -> QToolButton:
        button = QToolButton()
        action = self._actions.action(name)
        button.setDefaultAction(action)
        button.setObjectName(f"bar-{name}")
        button.setAccessibleName(action.text().replace("&", ""))
        style = Qt.ToolButtonStyle
        button.setToolButtonStyle(
            style.ToolButtonTextBesideIcon if text else style.ToolButtonIconOnly
        )
        self.addWidget(button)
        return button

    def _help_button(self) -> None:
        button = self._help = QToolButton()
        button.setObjectName("help-button")
        button.setAccessibleName(self.tr("Help"))
        button.setToolTip(self.tr("Guide, tour and keyboard shortcuts"))
        button.setIcon(icon("help", self._theme.tokens.text))
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = QMenu(button)
        for name in ("guide", "whats-this", "tour", "shortcuts"):
            menu.addAction(self._actions.action(name))
        menu.addSeparator()
        menu.addAction(self._actions.action("about"))
        button.setMenu(menu)
        self.addWidget(button)

    def add_menu(self, menu: QMenu) -> None:
        """Inserts a submenu into the project menu, above About and Quit."""
        self._menu.insertMenu(self._actions.action("about"), menu)

    def _gap(self) -> None:
        gap = QWidget()
        gap.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(gap)

    def _search_field(self) -> SearchField:
        field = SearchField()
        field.setObjectName("search")
        field.setPlaceholderText(self.tr("Search"))
        field.setAccessibleName(self.tr("Search"))
        explain(field, "search")
        field.setClearButtonEnabled(True)
        field.setMinimumWidth(180)
        field.setMaximumWidth(scaled(420))
        field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._search_icon = field.addAction(
            icon("search", self._theme.tokens.muted), QLineEdit.ActionPosition.LeadingPosition
        )
        self._search_icon.setToolTip(self.tr("Search"))
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(SEARCH_DELAY)
        self._delay.timeout.connect(self._on_search_settled)
        field.textEdited.connect(self._on_search_edited)
        field.returnPressed.connect(self._on_search_accepted)
        field.left.connect(self._on_search_left)
        return field

    def _search_help(self) -> QToolButton:
        """The button that explains how to search."""
        button = QToolButton()
        button.setObjectName("search-help")
        button.setText("?")
        button.setAccessibleName(self.tr("How to search"))
        button.setToolTip(self.tr("How to search"))
        button.clicked.connect(self._show_search_help)
        return button

    def _show_search_help(self) -> None:
        examples = {
            "2021/": self.tr("text in the path"),
            "*.png": self.tr("a path that ends so; ? is any letter"),
            '"my photos"': self.tr("quotes keep blanks together"),
            "class:shirt": self.tr(
                "the label after your decisions; given: and suggested: likewise"
            ),
            "decision:kept": ", ".join(DECISIONS),
            "note:blurred": self.tr("text in the note; note: alone is any note"),
            "is:starred": ", ".join(PROPERTIES),
            "-class:shirt": self.tr("a minus turns it around"),
        }
        by_text = self._actions.action("find-text").shortcut()
        examples[by_text.toString(QKeySequence.SequenceFormat.NativeText)] = self.tr(
            "finds images by what they show"
        )
        rows = "".join(
            f"<tr><td><code>{html.escape(example)}</code>&nbsp;&nbsp;</td>"
            f"<td>{html.escape(text)}</td></tr>"
            for example, text in examples.items()
        )
        place = self._search.mapToGlobal(self._search.rect().bottomLeft())
        QWhatsThis.showText(place, f"{self._search.whatsThis()}<table>{rows}</table>", self._search)

    def _on_search_edited(self) -> None:
        self._delay.start()

    def _on_search_settled(self) -> None:
        self._delay.stop()
        if self._model.project is not None:
            self._model.set_queue_filter(
                replace(self._model.queue_filter, text=self._search.text().strip())
            )

    def _on_search_accepted(self) -> None:
        """Goes to the first result, if there is one."""
        self._on_search_settled()
        if len(self._model.queue):
            self._model.set_current(int(self._model.queue[0]))
            self.search_accepted.emit()

    def _on_search_left(self) -> None:
        self._on_search_settled()
        self.search_left.emit()

    def _on_queue_changed(self) -> None:
        if not self._search.hasFocus():
            self._search.setText(self._model.queue_filter.text)

    def show_name(self) -> None:
        """Shows the name of the project on its button."""
        project = self._model.project
        name = self.tr("No project") if project is None else project.name
        if project is not None and project.read_only:
            name = self.tr("{0} (read-only)").format(name)
        self._project.setText(f"{shown(name)}  ")

    def _on_project_changed(self) -> None:
        project = self._model.project
        self.show_name()
        self._search.setEnabled(project is not None)
        self._search.setText(
            QueueFilter().text if project is None else self._model.queue_filter.text
        )

    def _on_theme_changed(self) -> None:
        self._search_icon.setIcon(icon("search", self._theme.tokens.muted))
        self._help.setIcon(icon("help", self._theme.tokens.text))

"""The bar at the left with one icon for each view, and its name where there is room."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QAction, QActionGroup
from PySide6.QtWidgets import QToolBar

from ahsml_app.gui.shell.actions import ActionSet


class Rail(QToolBar):
    """Switches between the views; each has a button here and a page in the window."""

    view_chosen = Signal(str)

    def __init__(self, actions: ActionSet) -> None:
        super().__init__()
        self._actions = actions
        self._buttons: dict[str, QAction] = {}
        self._group = QActionGroup(self)
        self.setObjectName("rail")
        self.setWindowTitle(self.tr("Views"))
        self.setOrientation(Qt.Orientation.Vertical)
        self.setMovable(False)
        self.setFloatable(False)
        self.setIconSize(QSize(20, 20))
        self.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)

    def add_view(self, name: str, action_name: str) -> None:
        """Adds a button for a view, with text, icon and key of an action."""
        action = self._actions.action(action_name)
        action.setCheckable(True)
        self._group.addAction(action)
        self._buttons[name] = action
        self.addAction(action)
        button = self.widgetForAction(action)
        if button is not None:
            button.setAccessibleName(action.text().replace("&", ""))
        action.triggered.connect(self._on_triggered)

    def set_roomy(self, roomy: bool) -> None:
        """Shows the names of the views below their icons where there is room."""
        style = Qt.ToolButtonStyle
        self.setToolButtonStyle(
            style.ToolButtonTextUnderIcon if roomy else style.ToolButtonIconOnly
        )

    def show_chosen(self, name: str) -> None:
        """Marks the button of the shown view."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)

    def _on_triggered(self) -> None:
        chosen = self._group.checkedAction()
        for name, action in self._buttons.items():
            if action is chosen:
                self.view_chosen.emit(name)

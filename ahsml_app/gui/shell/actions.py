"""The window's actions, made from their table; a person can change their keys."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence

from ahsml_app.gui.shell.action_table import ACTIONS, ActionFact
from ahsml_app.gui.shell.settings import Settings
from ahsml_app.gui.theme.icons import icon
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.theme.tokens import mixed

CONTEXT = "ActionSet"


class ActionSet(QObject):
    """The window's actions; states enable them, and a person can change their keys."""

    keys_changed = Signal()

    def __init__(self, settings: Settings, theme: Theme, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings, self._theme = settings, theme
        self._facts = {fact.name: fact for fact in ACTIONS}
        self._actions: dict[str, QAction] = {}
        for fact in ACTIONS:
            action = QAction(translated(fact.text), self)
            action.setObjectName(fact.name)
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
            self._actions[fact.name] = action
            self._set_keys(fact)
        self._colour_icons()
        theme.changed.connect(self._colour_icons)

    def all(self) -> list[QAction]:
        """Every action, in the order of the table."""
        return list(self._actions.values())

    def action(self, name: str) -> QAction:
        """An action by name."""
        return self._actions[name]

    def key_text(self, name: str) -> str:
        """The first key of an action in native notation; empty for none."""
        shortcut = self._actions[name].shortcut()
        return shortcut.toString(QKeySequence.SequenceFormat.NativeText)

    def set_states(self, states: frozenset[str]) -> None:
        """Enables the actions whose needs are all among the states."""
        for fact in ACTIONS:
            self._actions[fact.name].setEnabled(states.issuperset(fact.needs))

    def conflict(self, name: str, key: str) -> str:
        """Name of another action with this key; empty for none."""
        sequence = QKeySequence(key)
        for other, action in self._actions.items():
            if other != name and sequence in action.shortcuts():
                return other
        return ""

    def remap(self, name: str, keys: list[str] | None) -> None:
        """Changes the keys of an action; None restores the default.

        Raises:
            ValueError: Another action has one of the keys.
        """
        for key in keys or self._facts[name].keys:
            other = self.conflict(name, key)
            if other:
                raise ValueError(other)
        self._settings.set_keys(name, keys)
        self._set_keys(self._facts[name])
        self.keys_changed.emit()

    def _set_keys(self, fact: ActionFact) -> None:
        changed_keys = self._settings.keys(fact.name)
        key_names = self._default_keys(fact) if changed_keys is None else changed_keys
        action = self._actions[fact.name]
        action.setShortcuts([QKeySequence(key) for key in key_names])
        text, key = translated(fact.tip or fact.text), self.key_text(fact.name)
        action.setToolTip(f"{text}  ({key})" if key else text)

    def _default_keys(self, fact: ActionFact) -> list[str]:
        """The default keys, without those that a person gave to another action before."""
        others = [f.name for f in ACTIONS if f.name != fact.name]
        taken = {QKeySequence(key) for name in others for key in self._settings.keys(name) or ()}
        return [key for key in fact.keys if QKeySequence(key) not in taken]

    def _colour_icons(self) -> None:
        tokens = self._theme.tokens
        faded = mixed(tokens.muted, tokens.window, 0.55).name()
        for fact in ACTIONS:
            name = fact.icon
            if fact.name == "toggle-theme":
                name = "sun" if tokens.dark else "moon"
            colour = tokens.on_accent if fact.name == "train" else tokens.text
            if name:
                self._actions[fact.name].setIcon(icon(name, colour, faded))


def translated(text: str) -> str:
    """A text of the table in the window's language."""
    return QCoreApplication.translate(CONTEXT, text)

"""The style sheet: calm surfaces, one accent, space before lines."""

from __future__ import annotations

from string import Template

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontMetrics
from PySide6.QtWidgets import QApplication, QWidget

from ahsml_app.base.paths import resources_folder
from ahsml_app.gui.theme.tokens import Tokens, mixed

SMALL, TITLE = 0.85, 1.25
"""Font sizes relative to the system's font."""

_SHEET = Template(
    """
QWidget { color: $text; }
QMainWindow, QDialog, QStackedWidget { background: $window; }
QToolTip { background: $surface; color: $text; border: 1px solid $line; padding: 6px 8px; }
QLabel { background: transparent; }
*[role="title"] { font-size: ${title}pt; font-weight: 600; }
*[role="headline"] { font-size: ${headline}pt; font-weight: 600; }
*[role="small"] { font-size: ${small}pt; }
*[role="muted"] { color: $muted; }
*[role="small-muted"] { font-size: ${small}pt; color: $muted; }
*[role="accent"] { color: $accent; }
*[role="danger-text"] { color: $danger; }
*[role="warning-text"] { color: $warning; }
*[role="good-text"] { color: $good; }
*[role="key"] { font-size: ${small}pt; color: $muted; border: 1px solid $line;
    border-radius: 4px; padding: 0px 5px; background: $surface; }
QFrame[role="card"], QWidget[role="card"] { background: $surface; border: 1px solid $line;
    border-radius: 10px; }
QFrame#tour-card { border: 1.5px solid $accent; }
QFrame[role="panel"], QWidget[role="panel"] { background: $surface; }
QFrame[role="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }

QPushButton { background: $surface; border: 1px solid $line; border-radius: 6px;
    padding: 5px 12px; min-height: ${line_height}px; }
QPushButton:hover { background: $hover; }
QPushButton:pressed, QPushButton:checked { background: $selected; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton:disabled { color: $faded; background: $window; }
QPushButton[role="primary"] { background: $accent; color: $on_accent; border-color: $accent;
    font-weight: 600; }
QPushButton[role="primary"]:hover { background: $accent_hover; }
QPushButton[role="primary"]:focus { border: 2px solid $text; padding: 4px 11px; }
QPushButton[role="primary"]:disabled { background: $line; border-color: $line; color: $faded; }
QPushButton[role="danger"] { color: $danger; }
QPushButton[role="ghost"] { border-color: transparent; background: transparent; }
QPushButton[role="ghost"]:hover { background: $hover; }
QPushButton[role="ghost"]:focus { border-color: $accent; }
QPushButton[role="chip"] { border-radius: 13px; padding: 3px 10px; min-height: ${line_height}px;
    font-size: ${small}pt; }
QPushButton[role="chip"]:checked { background: $selected; border-color: $accent; }
QPushButton[role="door"], QPushButton[role="choice"] { background: $surface; border-radius: 10px;
    padding: 12px; text-align: left; }
QPushButton[role="door"]:hover, QPushButton[role="choice"]:hover { background: $hover; }
QPushButton[role="door"]:focus { border: 2px solid $accent; }
QPushButton[role="choice"]:checked { background: $selected; border: 1px solid $accent; }

QToolBar { background: $window; border: none; padding: 4px 8px; spacing: 4px; }
QToolBar#top-bar { border-bottom: 1px solid $line; }
QToolBar#rail { border-right: 1px solid $line; padding: 8px 4px; spacing: 8px; }
QToolButton { background: transparent; border: 1px solid transparent; border-radius: 6px;
    padding: 5px 6px; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $selected; }
QToolButton:checked { background: $selected; }
QToolButton:focus { border: 1px solid $accent; }
QToolButton:disabled { color: $faded; }
QToolButton::menu-indicator { image: url($chevron); subcontrol-position: right center;
    width: 12px; height: 12px; right: 2px; }
QToolButton#help-button::menu-indicator { image: none; width: 0px; }
QToolButton#project-button { padding-right: 16px; font-weight: 600; }
QToolButton[role="primary"] { background: $accent; color: $on_accent; font-weight: 600;
    padding: 5px 12px; }
QToolButton[role="primary"]:hover { background: $accent_hover; }
QToolButton[role="primary"]:disabled { background: $line; color: $faded; }

QLineEdit, QAbstractSpinBox, QComboBox, QPlainTextEdit, QTextEdit {
    background: $surface; border: 1px solid $line; border-radius: 6px; padding: 4px 8px;
    selection-background-color: $accent; selection-color: $on_accent;
    min-height: ${line_height}px; }
QLineEdit:focus, QAbstractSpinBox:focus, QComboBox:focus, QPlainTextEdit:focus, QTextEdit:focus {
    border: 1px solid $accent; }
QLineEdit:disabled, QAbstractSpinBox:disabled, QComboBox:disabled { color: $faded;
    background: $window; }
QComboBox::drop-down { border: none; width: 22px; }
QComboBox::down-arrow { image: url($chevron); width: 12px; height: 12px; }
QComboBox QAbstractItemView { background: $surface; border: 1px solid $line; outline: none;
    selection-background-color: $selected; selection-color: $text; padding: 4px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 18px; border: none;
    background: transparent; }
QAbstractSpinBox::up-arrow { image: url($chevron_up); width: 10px; height: 10px; }
QAbstractSpinBox::down-arrow { image: url($chevron); width: 10px; height: 10px; }

QCheckBox, QRadioButton { spacing: 8px; background: transparent; padding: 3px 6px 3px 3px;
    border: 1px solid transparent; }
QCheckBox::indicator, QRadioButton::indicator { width: 16px; height: 16px;
    border: 1px solid $muted; background: $surface; }
QCheckBox::indicator { border-radius: 4px; }
QRadioButton::indicator { border-radius: 8px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url($check); }
QRadioButton::indicator:checked { border: 5px solid $accent; width: 8px; height: 8px; }
QCheckBox::indicator:disabled, QRadioButton::indicator:disabled { border-color: $line; }
QCheckBox:focus, QRadioButton:focus { border: 1px solid $accent; border-radius: 4px; }

QSlider::groove:horizontal { height: 4px; background: $line; border-radius: 2px; }
QSlider::sub-page:horizontal { background: $accent; border-radius: 2px; }
QSlider::handle:horizontal { background: $surface; border: 1px solid $muted; width: 14px;
    height: 14px; margin: -6px 0; border-radius: 8px; }
QSlider::handle:horizontal:focus { border: 2px solid $accent; }

QProgressBar { background: $line; border: none; border-radius: 3px; max-height: 6px;
    min-height: 6px; text-align: center; }
QProgressBar::chunk { background: $accent; border-radius: 3px; }

QAbstractItemView { background: $surface; border: none; outline: none;
    alternate-background-color: $window; selection-background-color: $selected;
    selection-color: $text; }
QListView::item, QTreeView::item { padding: 4px 8px; border-radius: 4px; }
QListView::item:hover, QTreeView::item:hover { background: $hover; }
QListView::item:selected, QTreeView::item:selected { background: $selected; color: $text; }
QTableView { gridline-color: transparent; }
QHeaderView::section { background: $surface; color: $muted; border: none;
    border-bottom: 1px solid $line; padding: 6px 8px; font-size: ${small}pt; }
QTableCornerButton::section { background: $surface; border: none; }

QTabWidget::pane { border: none; }
QTabBar::tab { background: transparent; padding: 6px 12px; color: $muted;
    border-bottom: 2px solid transparent; }
QTabBar::tab:selected { color: $text; border-bottom: 2px solid $accent; }
QTabBar::tab:hover { color: $text; }

QScrollArea { background: transparent; border: none; }
QScrollArea > QWidget > QWidget { background: transparent; }
QScrollBar:vertical { background: transparent; width: 12px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 12px; margin: 0; }
QScrollBar::handle { background: $scroll; border-radius: 4px; margin: 2px; min-height: 28px;
    min-width: 28px; }
QScrollBar::handle:hover { background: $muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QMenu { background: $surface; border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 6px 28px 6px 12px; border-radius: 4px; }
QMenu::item:selected { background: $selected; color: $text; }
QMenu::item:disabled { color: $faded; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }

QDockWidget { titlebar-close-icon: url($close); titlebar-normal-icon: url($float); }
QDockWidget::title { background: $window; padding: 6px 12px; text-align: left; }
QDockWidget > QWidget { background: $window; }
QMainWindow::separator { background: $line; width: 1px; height: 1px; }
QMainWindow::separator:hover { background: $accent; }
QSplitter::handle { background: $line; }
QSplitter::handle:horizontal { width: 1px; }
QSplitter::handle:vertical { height: 1px; }
QStatusBar { background: $window; border-top: 1px solid $line; }
QStatusBar::item { border: none; }
"""
)


TEXT_SIZE = "text-size"
"""Property of the application: the size of its text relative to that of the system."""


def scaled(pixels: int) -> int:
    """A length that holds text, from the one for text of the system's size."""
    application = QApplication.instance()
    size = None if application is None else application.property(TEXT_SIZE)
    return round(pixels * max(1.0, size or 1.0))


def fitted(dialog: QWidget, width: int, height: int = 0) -> QSize:
    """A dialog size of at least so many pixels, larger if its fonts and texts need more."""
    for widget in (dialog, *dialog.findChildren(QWidget)):
        widget.ensurePolished()
    layout, hint = dialog.layout(), dialog.sizeHint()
    width = max(width, hint.width())
    needed = hint.height()
    if layout is not None and layout.hasHeightForWidth():
        needed = layout.totalHeightForWidth(width)
    return QSize(width, max(height, needed))


def style_sheet(tokens: Tokens, font: QFont) -> str:
    """The style sheet of a theme; font sizes scale with the system's font."""
    size = font.pointSizeF() if font.pointSizeF() > 0 else 10.0
    folder = resources_folder() / "icons" / ("dark" if tokens.dark else "light")
    return _SHEET.substitute(
        {name: getattr(tokens, name) for name in tokens.__slots__ if name != "dark"},
        line_height=max(18, QFontMetrics(font).height()),
        small=f"{size * SMALL:.1f}",
        title=f"{size * TITLE:.1f}",
        headline=f"{size * TITLE * TITLE * 1.25:.1f}",
        faded=mixed(tokens.muted, tokens.window, 0.45).name(),
        scroll=mixed(tokens.muted, tokens.window, 0.6).name(),
        accent_hover=mixed(tokens.accent, tokens.text, 0.15).name(),
        chevron=(folder / "chevron-down.svg").as_posix(),
        chevron_up=(folder / "chevron-up.svg").as_posix(),
        check=(folder / "check.svg").as_posix(),
        close=(folder / "close.svg").as_posix(),
        float=(folder / "float.svg").as_posix(),
    )

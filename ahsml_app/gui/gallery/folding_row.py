"""A row that never wraps: what does not fit waits in a panel that a button opens."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QRect, QSize, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QFrame, QPushButton, QSizePolicy, QVBoxLayout, QWidget

GAP = 8


class FoldingRow(QWidget):
    """Shows its widgets in one line, and those without room below a button.

    Widgets stay what they are: one that is folded is moved into the panel, not copied.

    Args:
        text: Text of the button.
        name: Name of the button for screen readers, and the headline of its tooltip.
    """

    def __init__(self, text: str, name: str) -> None:
        super().__init__()
        self._parts: list[QWidget] = []
        self._ranks: dict[QWidget, int] = {}
        self._stretch_before: QWidget | None = None
        self.more = QPushButton(self)
        self.more.setProperty("role", "chip")
        self.more.setText(f"{text}  ▾")
        self.more.setAccessibleName(name)
        self.more.setToolTip(name)
        self.more.clicked.connect(self.open_panel)
        self.panel = QFrame(self, Qt.WindowType.Popup)
        self.panel.setObjectName("folded")
        self.panel.setProperty("role", "panel")
        self.panel.setFrameShape(QFrame.Shape.StyledPanel)
        self.panel.setAccessibleName(name)
        self.panel.installEventFilter(self)
        self._lines = QVBoxLayout(self.panel)
        self._lines.setContentsMargins(12, 12, 12, 12)
        self._lines.setSpacing(GAP)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def add(self, part: QWidget, rank: int = 0, *, right: bool = False) -> None:
        """Adds a widget at the end.

        Args:
            part: The widget; its owner shows and hides it as before.
            rank: Of the widgets that do not fit, those of the highest rank are folded first.
            right: Whether this widget and those after it stand at the right end.
        """
        self._parts.append(part)
        self._ranks[part] = rank
        if right:
            self._stretch_before = part
        hidden = _is_hidden(part)
        part.setParent(self)
        part.setVisible(not hidden)

    def set_rank(self, part: QWidget, rank: int) -> None:
        """Changes when a widget is folded; takes effect with the next `fold`."""
        self._ranks[part] = rank

    def folded(self) -> list[QWidget]:
        """The widgets in the panel that their owner shows."""
        return [
            part for part in self._parts if part.parent() is self.panel and not _is_hidden(part)
        ]

    def open_panel(self) -> None:
        """Opens the panel with the folded widgets below its button."""
        self.panel.adjustSize()
        corner = self.more.mapToGlobal(QPoint(0, self.more.height() + 4))
        area = self.screen().availableGeometry()
        corner.setX(max(area.left(), min(corner.x(), area.right() - self.panel.width())))
        self.panel.move(corner)
        self.panel.show()
        for part in self.folded():
            if part.focusPolicy() & Qt.FocusPolicy.TabFocus:
                part.setFocus(Qt.FocusReason.PopupFocusReason)
                break

    def fold(self) -> None:
        """Decides which widgets fit, and places them."""
        wanted = [part for part in self._parts if not _is_hidden(part)]
        fitting = self._fitting(wanted)
        changed = False
        for part in self._parts:
            home: QWidget = self if part in fitting or _is_hidden(part) else self.panel
            if part.parent() is not home:
                self._move(part, home)
                changed = True
        self.more.setVisible(len(fitting) < len(wanted))
        self._place(fitting)
        if changed:
            self._order_focus(fitting)
        if not self.folded():
            self.panel.hide()
        elif self.panel.isVisible():
            self.panel.adjustSize()

    def sizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Room for every widget in one line."""
        wanted = [part for part in self._parts if not _is_hidden(part)]
        return QSize(_width(wanted), self._height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802 - Qt's
        """Room for the button alone."""
        return QSize(_hint(self.more).width(), self._height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Folds what no longer fits."""
        super().resizeEvent(event)
        self.fold()

    def event(self, event: QEvent) -> bool:
        """Folds anew when a widget has changed its size or was hidden."""
        if event.type() in (QEvent.Type.LayoutRequest, QEvent.Type.Polish):
            self.updateGeometry()
            self.fold()
        return super().event(event)

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:  # type: ignore[override]  # noqa: N802
        """Closes the panel by Esc, and keeps its size that of its widgets."""
        if watched is self.panel and event.type() == QEvent.Type.KeyPress:
            assert isinstance(event, QKeyEvent)  # noqa: S101 - Qt's promise
            if event.key() == Qt.Key.Key_Escape:
                self.panel.hide()
                self.more.setFocus(Qt.FocusReason.PopupFocusReason)
                return True
        return super().eventFilter(watched, event)

    def _fitting(self, wanted: list[QWidget]) -> list[QWidget]:
        """The widgets that fit beside the button, which is only there if one does not."""
        if _width(wanted) <= self.width():
            return wanted
        fitting, room = list(wanted), self.width() - _hint(self.more).width() - GAP
        while fitting and _width(fitting) > room:
            last = max(range(len(fitting)), key=lambda n: (self._ranks[fitting[n]], n))
            fitting.pop(last)
        return fitting

    def _move(self, part: QWidget, home: QWidget) -> None:
        hidden = _is_hidden(part)
        self._lines.removeWidget(part)
        part.setParent(home)
        if home is self.panel:
            place = sum(self._parts.index(p) < self._parts.index(part) for p in self.folded())
            self._lines.insertWidget(place, part, 0, Qt.AlignmentFlag.AlignLeft)
        part.setVisible(not hidden)

    def _place(self, fitting: list[QWidget]) -> None:
        x, rest = 0, self.width() - _width(fitting)
        if not self.more.isHidden():
            size = _hint(self.more)
            self.more.setGeometry(QRect(QPoint(0, (self.height() - size.height()) // 2), size))
            x, rest = size.width() + GAP, rest - size.width() - GAP
        right = self._parts.index(self._stretch_before) if self._stretch_before else -1
        spread = right < 0
        for part in fitting:
            if not spread and self._parts.index(part) >= right:
                spread, x = True, x + max(0, rest)
            size = _hint(part)
            part.setGeometry(QRect(QPoint(x, (self.height() - size.height()) // 2), size))
            x += size.width() + GAP

    def _order_focus(self, fitting: list[QWidget]) -> None:
        """Tab goes from left to right: a widget that comes from the panel would be the last."""
        before: QWidget = self.more
        for part in fitting:
            QWidget.setTabOrder(before, part)
            before = part

    def _height(self) -> int:
        return max((_hint(part).height() for part in (*self._parts, self.more)), default=0)


def _is_hidden(part: QWidget) -> bool:
    """Whether its owner hides it; Qt also calls hidden what was never shown."""
    return part.isHidden() and part.testAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide)


def _hint(part: QWidget) -> QSize:
    part.ensurePolished()
    size = part.sizeHint().expandedTo(part.minimumSize())
    return size.boundedTo(part.maximumSize())


def _width(parts: list[QWidget]) -> int:
    return sum(_hint(part).width() for part in parts) + GAP * max(0, len(parts) - 1)

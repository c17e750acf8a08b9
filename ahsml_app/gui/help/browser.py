"""The text of the guide: one page, its pictures as wide as there is room, hits marked."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer, QUrl
from PySide6.QtGui import (
    QColor,
    QImage,
    QResizeEvent,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import QTextBrowser, QTextEdit

from ahsml_app.gui.help.document import fill, heading_block
from ahsml_app.gui.help.pages import Page
from ahsml_app.gui.theme.theme import Theme

WIDEST = 760
"""Widest column of text in pixels at the usual size of type; longer lines tire the eye."""

_EDGE = 28


class GuideBrowser(QTextBrowser):
    """Shows a page; leaves links to whoever listens."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._page: Page | None = None
        self._wanted = ""
        self._hits: list[QTextEdit.ExtraSelection] = []
        self._hit = -1
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName(self.tr("Text of the guide"))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(120)
        self._later.timeout.connect(self._refill)
        theme.changed.connect(self._refill)

    @property
    def hits(self) -> int:
        """How many hits are marked on this page."""
        return len(self._hits)

    def show_page(self, page: Page) -> None:
        """Show a page from its top."""
        self._page = page
        self._refill()
        self.verticalScrollBar().setValue(0)

    def show_heading(self, index: int) -> None:
        """Scroll to a heading by its place; the first one is the top."""
        block = heading_block(self.document(), index)
        if index > 0 and block.isValid():
            top = self.document().documentLayout().blockBoundingRect(block).top()
            self.verticalScrollBar().setValue(round(top) - _EDGE // 2)

    def mark(self, text: str) -> None:
        """Mark every place that holds a text; none for an empty one."""
        self._wanted = text
        self._hits, self._hit = [], -1
        cursor = QTextCursor(self.document())
        ground = QTextCharFormat()
        ground.setBackground(QColor(self._theme.tokens.selected))
        ground.setForeground(QColor(self._theme.tokens.text))
        while text:
            cursor = self.document().find(text, cursor)
            if cursor.isNull():
                break
            found = QTextEdit.ExtraSelection()
            found.cursor, found.format = cursor, ground
            self._hits.append(found)
        self.setExtraSelections(self._hits)

    def go_to_hit(self, number: int = -1) -> None:
        """Go to a marked place by its number; to the next one by default, round and round."""
        if self._hits:
            self._hit = (self._hit + 1 if number < 0 else number) % len(self._hits)
            self.setTextCursor(QTextCursor(self._hits[self._hit].cursor))
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.cursorRect().top() - self.viewport().height() // 3)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: N802 - Qt's
        """Pictures beside the page, in the theme that is shown, no wider than the text."""
        if kind != QTextDocument.ResourceType.ImageResource.value or self._page is None:
            return super().loadResource(kind, name)
        file = (self._page.file.parent / QUrl(name).toString()).resolve()
        dark = file.with_stem(f"{file.stem}-dark")
        image = QImage(str(dark if self._theme.dark and dark.is_file() else file))
        room = round(self._column() * self.devicePixelRatioF())
        if image.width() > room:
            image = image.scaledToWidth(room, Qt.TransformationMode.SmoothTransformation)
        image.setDevicePixelRatio(self.devicePixelRatioF())
        return image

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's
        """Keep the column narrow and let pictures follow it."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._later.start()

    def _column(self) -> int:
        widest = (
            round(WIDEST * self.font().pointSizeF() / 10)
            if self.font().pointSizeF() > 0
            else WIDEST
        )
        return max(160, min(self.viewport().width() - 2 * _EDGE, widest))

    def _refill(self) -> None:
        if self._page is None:
            return
        bar = self.verticalScrollBar()
        place = bar.value() / max(1, bar.maximum())
        side = max(_EDGE, (self.viewport().width() - self._column()) // 2)
        document = self.document()
        document.clear()
        document.setDocumentMargin(0)
        document.setIndentWidth(_EDGE // 2 + 4)
        fill(document, self._page, self._theme.tokens, self.font())
        frame = document.rootFrame().frameFormat()
        frame.setLeftMargin(side)
        frame.setTopMargin(_EDGE)
        frame.setBottomMargin(2 * _EDGE)
        frame.setRightMargin(side)
        document.rootFrame().setFrameFormat(frame)
        self.moveCursor(QTextCursor.MoveOperation.Start)  # Qt keeps the cursor in sight
        bar.setValue(round(place * bar.maximum()))
        self.mark(self._wanted)

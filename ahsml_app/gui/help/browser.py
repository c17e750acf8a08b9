"""Shows one page of the guide, fits its pictures to the width and highlights search hits."""

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
"""Maximum width of the text column in pixels at 10 points; longer lines tire the eye."""

_EDGE = 28


class GuideBrowser(QTextBrowser):
    """Shows a page; the owner handles clicks on links."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._page: Page | None = None
        self._search_text = ""
        self._hits: list[QTextEdit.ExtraSelection] = []
        self._hit = -1
        self.setOpenLinks(False)
        self.setFrameShape(QTextBrowser.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self.setAccessibleName(self.tr("Text of the guide"))
        self._layout_timer = QTimer(self)
        self._layout_timer.setSingleShot(True)
        self._layout_timer.setInterval(120)
        self._layout_timer.timeout.connect(self._refill)
        theme.changed.connect(self._refill)

    @property
    def hits(self) -> int:
        """Number of highlighted hits on this page."""
        return len(self._hits)

    def show_page(self, page: Page) -> None:
        """Show a page from its top."""
        self._page = page
        self._refill()
        self.verticalScrollBar().setValue(0)

    def show_heading(self, index: int) -> None:
        """Scroll to a heading by its index; 0 is the top of the page."""
        block = heading_block(self.document(), index)
        if index > 0 and block.isValid():
            top = self.document().documentLayout().blockBoundingRect(block).top()
            self.verticalScrollBar().setValue(round(top) - _EDGE // 2)

    def mark(self, text: str) -> None:
        """Highlight every occurrence of a text; an empty text removes the highlights."""
        self._search_text = text
        self._hits, self._hit = [], -1
        cursor = QTextCursor(self.document())
        highlight = QTextCharFormat()
        highlight.setBackground(QColor(self._theme.tokens.selected))
        highlight.setForeground(QColor(self._theme.tokens.text))
        while text:
            cursor = self.document().find(text, cursor)
            if cursor.isNull():
                break
            selection = QTextEdit.ExtraSelection()
            selection.cursor, selection.format = cursor, highlight
            self._hits.append(selection)
        self.setExtraSelections(self._hits)

    def go_to_hit(self, number: int = -1) -> None:
        """Go to a hit by its number; by default to the next one, and from the last to the first."""
        if self._hits:
            self._hit = (self._hit + 1 if number < 0 else number) % len(self._hits)
            self.setTextCursor(QTextCursor(self._hits[self._hit].cursor))
            bar = self.verticalScrollBar()
            bar.setValue(bar.value() + self.cursorRect().top() - self.viewport().height() // 3)

    def loadResource(self, kind: int, name: QUrl | str) -> Any:  # noqa: N802 - Qt's
        """Load the page's pictures for the current theme, scaled to the text column at most."""
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
        """Lay the page out again when the width changes."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._layout_timer.start()

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
        position = bar.value() / max(1, bar.maximum())
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
        self.moveCursor(QTextCursor.MoveOperation.Start)  # Qt scrolls to the cursor
        bar.setValue(round(position * bar.maximum()))
        self.mark(self._search_text)

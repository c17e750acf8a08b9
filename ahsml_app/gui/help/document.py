"""Formats a page: Qt parses the Markdown, then the theme sets colours, sizes and margins."""

from __future__ import annotations

from PySide6.QtGui import (
    QBrush,
    QColor,
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFrameFormat,
    QTextLength,
    QTextTable,
)

from ahsml_app.gui.help.pages import Page
from ahsml_app.gui.theme.tokens import Tokens

_SIZES = {0: 1.0, 1: 1.7, 2: 1.25, 3: 1.05}
"""Font sizes of headings, relative to the body."""

_ABOVE = {1: 4.0, 2: 26.0, 3: 16.0}
_BELOW = {0: 9.0, 1: 14.0, 2: 8.0, 3: 6.0}
_LINE = 135.0
"""Line height in percent; long texts need more space."""


def fill(document: QTextDocument, page: Page, tokens: Tokens, font: QFont) -> None:
    """Fill a document with a page.

    Args:
        document: The document to fill; it loads pictures itself.
        page: The page.
        tokens: Colours.
        font: Body font; all sizes are relative to it.
    """
    document.setDefaultFont(font)
    document.setMarkdown(page.text)
    cursor = QTextCursor(document)
    cursor.beginEditBlock()  # otherwise Qt lays the page out after each change
    block = document.begin()
    while block.isValid():
        _format_block(block, tokens, font)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _format_table(frame, tokens)
    cursor.endEditBlock()


def heading_block(document: QTextDocument, index: int) -> QTextBlock:
    """The block of a heading by its index; an invalid block if there are fewer headings."""
    block, number = document.begin(), -1
    while block.isValid():
        number += block.blockFormat().headingLevel() in (1, 2, 3)
        if number == index:
            return block
        block = block.next()
    return block


def _format_block(block: QTextBlock, tokens: Tokens, font: QFont) -> None:
    cursor = QTextCursor(block)
    style = QTextBlockFormat(block.blockFormat())
    level = style.headingLevel()
    in_table = cursor.currentTable() is not None
    code = style.hasProperty(QTextBlockFormat.Property.BlockCodeFence)
    if in_table:
        style.setTopMargin(0)
        style.setBottomMargin(0)
    else:
        style.setTopMargin(_ABOVE.get(level, 0.0))
        style.setBottomMargin(_BELOW.get(level, 6.0))
    if code:
        style.setBackground(QColor(tokens.hover))
        style.setBottomMargin(0 if _is_code(block.next()) else 12)
        style.setLeftMargin(0)
        style.setIndent(0)
    elif block.textList() is not None:
        style.setBottomMargin(4)
    if not level and not code and "\ufffc" not in block.text():  # the placeholder of a picture
        # The call expects a number and rejects the enumeration.
        style.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.setBlockFormat(style)
    if level:
        heading = QTextCharFormat()
        heading.setFontPointSize(font.pointSizeF() * _SIZES.get(level, 1.0))
        heading.setFontWeight(QFont.Weight.DemiBold)
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        cursor.mergeCharFormat(heading)
    else:
        _format_spans(block, tokens)


def _is_code(block: QTextBlock) -> bool:
    return block.isValid() and block.blockFormat().hasProperty(
        QTextBlockFormat.Property.BlockCodeFence
    )


def _format_spans(block: QTextBlock, tokens: Tokens) -> None:
    """Give links the accent colour and inline code a background."""
    spans = []
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        spans.append((fragment.position(), fragment.length(), fragment.charFormat()))
        iterator += 1
    for start, length, char_format in spans:
        style = QTextCharFormat()
        if char_format.isAnchor():
            style.setForeground(QBrush(QColor(tokens.accent)))
            style.setFontUnderline(False)
        elif char_format.fontFixedPitch():
            style.setBackground(QColor(tokens.hover))
        else:
            continue
        cursor = QTextCursor(block)
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(style)


def _format_table(table: QTextTable, tokens: Tokens) -> None:
    style = table.format()
    style.setBorderCollapse(True)
    style.setBorder(0)
    style.setCellSpacing(0)
    style.setCellPadding(6)
    style.setTopMargin(4)
    style.setBottomMargin(14)
    style.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    style.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    table.setFormat(style)
    for row in range(table.rows()):
        for column in range(table.columns()):
            cell = table.cellAt(row, column)
            edge = cell.format().toTableCellFormat()
            edge.setBottomBorder(1)
            edge.setBottomBorderBrush(QColor(tokens.line))
            edge.setBottomBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
            edge.setTopPadding(6)
            edge.setBottomPadding(6)
            edge.setRightPadding(16)
            cell.setFormat(edge)

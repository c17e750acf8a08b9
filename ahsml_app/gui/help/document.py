"""Dress a page: Qt reads the Markdown, and the theme gives it colours, sizes and air."""

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
"""Sizes of headings beside the body."""

_ABOVE = {1: 4.0, 2: 26.0, 3: 16.0}
_BELOW = {0: 9.0, 1: 14.0, 2: 8.0, 3: 6.0}
_LINE = 135.0
"""Height of a line in percent: long texts want air."""


def fill(document: QTextDocument, page: Page, tokens: Tokens, font: QFont) -> None:
    """Put a page into a document.

    Args:
        document: What shows it; it finds pictures by itself.
        page: The page.
        tokens: Colours.
        font: Of the body; everything is relative to it.
    """
    document.setDefaultFont(font)
    document.setMarkdown(page.text)
    whole = QTextCursor(document)
    whole.beginEditBlock()  # or the page would be laid out anew after each change
    block = document.begin()
    while block.isValid():
        _dress_block(block, tokens, font)
        block = block.next()
    for frame in document.rootFrame().childFrames():
        if isinstance(frame, QTextTable):
            _dress_table(frame, tokens)
    whole.endEditBlock()


def heading_block(document: QTextDocument, index: int) -> QTextBlock:
    """The block of a heading by its place; an invalid one if there are fewer."""
    block, seen = document.begin(), -1
    while block.isValid():
        seen += block.blockFormat().headingLevel() in (1, 2, 3)
        if seen == index:
            return block
        block = block.next()
    return block


def _dress_block(block: QTextBlock, tokens: Tokens, font: QFont) -> None:
    cursor = QTextCursor(block)
    made = QTextBlockFormat(block.blockFormat())
    level = made.headingLevel()
    in_table = cursor.currentTable() is not None
    code = made.hasProperty(QTextBlockFormat.Property.BlockCodeFence)
    if in_table:
        made.setTopMargin(0)
        made.setBottomMargin(0)
    else:
        made.setTopMargin(_ABOVE.get(level, 0.0))
        made.setBottomMargin(_BELOW.get(level, 6.0))
    if code:
        made.setBackground(QColor(tokens.hover))
        made.setBottomMargin(0 if _is_code(block.next()) else 12)
        made.setLeftMargin(0)
        made.setIndent(0)
    elif block.textList() is not None:
        made.setBottomMargin(4)
    if not level and not code and "\ufffc" not in block.text():  # that stands for a picture
        # The enumeration is not taken for the number that the call wants.
        made.setLineHeight(_LINE, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor.setBlockFormat(made)
    if level:
        heading = QTextCharFormat()
        heading.setFontPointSize(font.pointSizeF() * _SIZES.get(level, 1.0))
        heading.setFontWeight(QFont.Weight.DemiBold)
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        cursor.mergeCharFormat(heading)
    else:
        _dress_parts(block, tokens)


def _is_code(block: QTextBlock) -> bool:
    return block.isValid() and block.blockFormat().hasProperty(
        QTextBlockFormat.Property.BlockCodeFence
    )


def _dress_parts(block: QTextBlock, tokens: Tokens) -> None:
    """Links in the accent, code on a ground of its own."""
    spans = []
    part = block.begin()
    while not part.atEnd():
        fragment = part.fragment()
        spans.append((fragment.position(), fragment.length(), fragment.charFormat()))
        part += 1
    for start, length, given in spans:
        made = QTextCharFormat()
        if given.isAnchor():
            made.setForeground(QBrush(QColor(tokens.accent)))
            made.setFontUnderline(False)
        elif given.fontFixedPitch():
            made.setBackground(QColor(tokens.hover))
        else:
            continue
        cursor = QTextCursor(block)
        cursor.setPosition(start)
        cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
        cursor.mergeCharFormat(made)


def _dress_table(table: QTextTable, tokens: Tokens) -> None:
    made = table.format()
    made.setBorderCollapse(True)
    made.setBorder(0)
    made.setCellSpacing(0)
    made.setCellPadding(6)
    made.setTopMargin(4)
    made.setBottomMargin(14)
    made.setWidth(QTextLength(QTextLength.Type.PercentageLength, 100))
    made.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    table.setFormat(made)
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

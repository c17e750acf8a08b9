"""The guide window: contents and search on the left, the page on the right."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QAction, QDesktopServices, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QSplitter,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ahsml_app.gui.help.browser import GuideBrowser
from ahsml_app.gui.help.pages import FIRST, find, heading_index, load_pages
from ahsml_app.gui.i18n import plural, present_language
from ahsml_app.gui.theme.icons import icon
from ahsml_app.gui.theme.theme import Theme

SCHEME = "guide"
"""Scheme of links such as `guide:scores#consistency`, which open the guide."""

_TARGET = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class _Visit:
    """A visited page and its scroll position."""

    page: str
    scroll: int


class GuideWindow(QDialog):
    """Browses the guide."""

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent, Qt.WindowType.Window)
        self._theme = theme
        self._language = present_language()
        self._pages = load_pages(self._language)
        self._shown = ""
        self._past: list[_Visit] = []
        self._ahead: list[_Visit] = []
        self.setWindowTitle(self.tr("Guide"))
        self.resize(1080, 760)
        self.browser = GuideBrowser(theme)
        self.browser.anchorClicked.connect(self._on_link)
        self.contents = self._make_contents()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self._make_side())
        split.addWidget(self.browser)
        split.setStretchFactor(1, 1)
        split.setSizes([300, 780])
        split.setChildrenCollapsible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(split)
        self._make_keys()
        theme.changed.connect(self._colour)
        self._colour()
        self._list_contents()
        self.open_page(FIRST)

    @property
    def shown_page(self) -> str:
        """Name of the current page."""
        return self._shown

    def open_page(self, name: str, anchor: str = "") -> None:
        """Show a page, scrolled to a heading if given; for an unknown name, show the first page."""
        if name not in self._pages:
            name, anchor = FIRST, ""
        if self._shown:
            self._past.append(self._visit())
            self._ahead.clear()
        self._show(name)
        if anchor:
            self.browser.show_heading(heading_index(name, anchor, self._language))
        self._update_buttons()

    def back(self) -> None:
        """Go back to the previous page."""
        self._travel(self._past, self._ahead)

    def forward(self) -> None:
        """Go forward to the page that `back` left."""
        self._travel(self._ahead, self._past)

    def _travel(self, source: list[_Visit], other: list[_Visit]) -> None:
        if source:
            other.append(self._visit())
            visit = source.pop()
            self._show(visit.page)
            self.browser.verticalScrollBar().setValue(visit.scroll)
            self._update_buttons()

    def _visit(self) -> _Visit:
        return _Visit(self._shown, self.browser.verticalScrollBar().value())

    def _show(self, name: str) -> None:
        if name != self._shown:
            self._shown = name
            self.browser.show_page(self._pages[name])
            self.browser.setAccessibleDescription(self._pages[name].title)
        else:
            self.browser.verticalScrollBar().setValue(0)
        if not self._search.text().strip():
            self._choose(name)

    def _choose(self, name: str) -> None:
        """Select the page in the contents and expand its headings."""
        for index in range(self.contents.topLevelItemCount()):
            item = self.contents.topLevelItem(index)
            if item is not None:
                is_current = item.data(0, _TARGET)[0] == name
                item.setExpanded(is_current)
                current = self.contents.currentItem()
                inside = current is not None and (current is item or current.parent() is item)
                if is_current and not inside:
                    self.contents.setCurrentItem(item)

    def _make_side(self) -> QWidget:
        side = QWidget()
        side.setMinimumWidth(200)
        self._back, self._forward = QToolButton(), QToolButton()
        for button, text, slot in (
            (self._back, self.tr("Back"), self.back),
            (self._forward, self.tr("Forward"), self.forward),
        ):
            button.setAccessibleName(text)
            button.setToolTip(text)
            button.setIconSize(QSize(18, 18))
            button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            button.clicked.connect(slot)
        self._search = QLineEdit()
        self._search.setPlaceholderText(self.tr("Search the guide"))
        self._search.setAccessibleName(self.tr("Search the guide"))
        self._search.setClearButtonEnabled(True)
        self._search.textChanged.connect(self._on_search)
        self._search.returnPressed.connect(self._on_next_hit)
        self._result_count = QLabel()
        self._result_count.setProperty("role", "small-muted")
        self._result_count.setWordWrap(True)
        self._result_count.hide()
        row = QHBoxLayout()
        row.setSpacing(4)
        row.addWidget(self._back)
        row.addWidget(self._forward)
        row.addWidget(self._search, 1)
        layout = QVBoxLayout(side)
        layout.setContentsMargins(12, 12, 8, 12)
        layout.setSpacing(8)
        layout.addLayout(row)
        layout.addWidget(self._result_count)
        layout.addWidget(self.contents, 1)
        return side

    def _make_contents(self) -> QTreeWidget:
        tree = QTreeWidget()
        tree.setHeaderHidden(True)
        tree.setRootIsDecorated(False)
        tree.setIndentation(14)
        tree.setWordWrap(True)
        tree.setTextElideMode(Qt.TextElideMode.ElideRight)
        tree.setAccessibleName(self.tr("Contents"))
        tree.setObjectName("guide-contents")
        tree.setStyleSheet("QTreeWidget { background: transparent; }")
        tree.itemClicked.connect(self._on_item)
        tree.itemActivated.connect(self._on_item)
        return tree

    def _make_keys(self) -> None:
        for keys, slot in (
            (QKeySequence("Alt+Left"), self.back),
            (QKeySequence("Alt+Right"), self.forward),
            (QKeySequence("Ctrl+F"), self._on_find),
            (QKeySequence("F3"), self._on_next_hit),
        ):
            action = QAction(self)
            action.setShortcut(keys)
            action.triggered.connect(slot)
            self.addAction(action)

    def _list_contents(self) -> None:
        self.contents.clear()
        for page in self._pages.values():
            item = self._item(None, page.title, page.name)
            for heading in page.headings:
                if heading.level == 2:
                    self._item(item, heading.text, page.name, heading.anchor)

    def _item(
        self, parent: QTreeWidgetItem | None, text: str, page: str, anchor: str = ""
    ) -> QTreeWidgetItem:
        item = QTreeWidgetItem([text])
        item.setData(0, _TARGET, (page, anchor))
        item.setToolTip(0, text)
        if parent is None:
            self.contents.addTopLevelItem(item)
        else:
            parent.addChild(item)
        return item

    def _on_search(self) -> None:
        query = self._search.text().strip()
        self.browser.mark(query)
        self._result_count.setVisible(bool(query))
        if not query:
            self._list_contents()
            self._choose(self._shown)
            return
        hits = find(self._pages, query)
        self.contents.clear()
        parents: dict[str, QTreeWidgetItem] = {}
        for hit in hits:
            if hit.page not in parents:
                parents[hit.page] = self._item(None, self._pages[hit.page].title, hit.page)
            self._item(parents[hit.page], hit.around, hit.page)
        self.contents.expandAll()
        text = plural("Found on {count} page", "Found on {count} pages", count=len(parents))
        self._result_count.setText(text if hits else self.tr("Nothing found"))

    def _on_item(self, item: QTreeWidgetItem) -> None:
        page, anchor = item.data(0, _TARGET)
        if page != self._shown or anchor:
            self.open_page(page, anchor)
        if self._search.text().strip():
            parent = item.parent()
            self.browser.go_to_hit(parent.indexOfChild(item) if parent is not None else 0)

    def _on_next_hit(self) -> None:
        """Go to the next hit on this page, or to the first page with a hit."""
        first = self.contents.topLevelItem(0)
        if self.browser.hits:
            self.browser.go_to_hit()
        elif first is not None and self._search.text().strip():
            self._on_item(first)

    def _on_find(self) -> None:
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()

    def _on_link(self, link: QUrl) -> None:
        if link.scheme() in ("http", "https"):
            QDesktopServices.openUrl(link)
            return
        name = link.path().removesuffix(".md").rpartition("/")[2]
        self.open_page(name or self._shown, link.fragment())

    def _update_buttons(self) -> None:
        self._back.setEnabled(bool(self._past))
        self._forward.setEnabled(bool(self._ahead))

    def _colour(self) -> None:
        tokens = self._theme.tokens
        self._back.setIcon(icon("previous", tokens.text, tokens.line))
        self._forward.setIcon(icon("next", tokens.text, tokens.line))

"""Connects the guide, the tour, "What is this?" and the language menu to the window."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, QPoint, QUrl, Signal, Slot
from PySide6.QtGui import QActionGroup, QDesktopServices
from PySide6.QtWidgets import QApplication, QMenu, QWhatsThis, QWidget

from ahsml_app.base.message import shown
from ahsml_app.gui.app.window_frame import WindowFrame
from ahsml_app.gui.help.tour import Tour, TourStep
from ahsml_app.gui.help.window import SCHEME, GuideWindow
from ahsml_app.gui.i18n import LANGUAGES, Language, plural
from ahsml_app.gui.widgets.explanations import explanations, topic_of
from ahsml_app.session.pipeline.demo import is_demo

_DECIDING = ("keep", "take-suggestion", "drop", "ambiguous", "undo")


class HelpController(QObject):
    """Opens the guide, the tour and explanations, and offers the languages.

    Signals:
        language_changed: The person has chosen another language, which the settings hold.
    """

    language_changed = Signal()

    def __init__(self, window: WindowFrame) -> None:
        super().__init__(window)
        self._window = window
        self.guide: GuideWindow | None = None
        self.tour: Tour | None = None
        self._tour_pending = False
        for name, slot in {
            "guide": self.open_guide,
            "whats-this": self._on_whats_this,
            "tour": self._on_tour,
        }.items():
            window.actions_.action(name).triggered.connect(slot)
        # Qt takes a name here; the stubs of PySide say bytes, which it refuses.
        QDesktopServices.setUrlHandler(SCHEME, self, "open_link")  # type: ignore[arg-type]
        self.language_menu = self._make_language_menu()
        window.top_bar.add_menu(self.language_menu)
        window.projects.opened.connect(self._on_opened)
        window.projects.failed.connect(self._on_failed)
        window.training.done.connect(self._on_trained)

    def open_guide(self) -> None:
        """Opens the guide, at the topic of the focused widget if it has one."""
        topic = topic_of(QApplication.focusWidget())
        self.open_link(QUrl(explanations()[topic].link if topic else f"{SCHEME}:"))

    @Slot(QUrl)
    def open_link(self, link: QUrl) -> None:
        """Opens the guide at a link such as `guide:scores#consistency`, or where it was left."""
        is_new = self.guide is None
        if self.guide is None:
            self.guide = GuideWindow(self._window.theme, self._window)
        self.guide.show()
        self.guide.raise_()
        self.guide.activateWindow()
        if link.path() or is_new:
            self.guide.open_page(link.path(), link.fragment())

    def start_tour(self) -> None:
        """Shows the first step of the tour on the open project."""
        self._window.settings.set_tour_seen()
        self._close_tour()
        self.tour = Tour(self._steps(), self._window.theme, self._window)
        self.tour.ended.connect(self._close_tour)
        self.tour.start()

    def close(self) -> None:
        """Closes the guide and the tour and stops handling links."""
        QDesktopServices.unsetUrlHandler(SCHEME)
        self._close_tour()
        if self.guide is not None:
            self.guide.close()

    def _steps(self) -> list[TourStep]:
        window = self._window
        review, train = partial(window.show_view, "review"), partial(window.show_view, "train")
        return [
            TourStep(
                self.tr("Open"),
                " ".join((self._project_text(), self.tr("Open another folder here."))),
                train,
                partial(_child, window.top_bar, "project-button"),
            ),
            TourStep(
                self.tr("Train"),
                self._training_text(),
                train,
                partial(_child, window.train_view, "start-training"),
            ),
            TourStep(
                self.tr("Look at the evidence"),
                self.tr(
                    "Select an image to see the evidence for and against its label. "
                    "Compare it with the trusted images of both classes. After the "
                    "training, the most suspect images come first."
                ),
                review,
                partial(_same_widget, window.evidence_dock),
            ),
            TourStep(
                self.tr("Decide, and undo"),
                self.tr(
                    "{0} keeps the label, {1} takes the suggestion, {2} drops the "
                    "image, {3} marks it as unsure. Each decision is saved at once, "
                    "and {4} undoes as many as you like."
                ).format(*map(window.actions_.key_text, _DECIDING)),
                review,
                partial(_same_widget, window.evidence.decisions),
            ),
            TourStep(
                self.tr("Export"),
                self.tr(
                    "Write the clean labels, class folders, scores or a report. Your images and "
                    "labels are never changed. F1 opens the guide at any time."
                ),
                review,
                partial(_child, window.top_bar, "bar-export"),
            ),
        ]

    def _project_text(self) -> str:
        """What the project at hand is."""
        project = self._window.model.project
        if project is None or is_demo(project.source):
            return self.tr(
                "A project is a folder of images with their labels. The demo has pieces of "
                "photographs; one label in ten is wrong."
            )
        size = plural("{count:,} image", "{count:,} images", count=len(project.table))
        classes = plural("{count:,} class", "{count:,} classes", count=len(project.class_names))
        text = self.tr("A project is a folder of images with their labels. “{0}” has {1} in {2}.")
        return text.format(shown(project.name), size, classes)

    def _training_text(self) -> str:
        """What a training does, and whether the project at hand had one."""
        project = self._window.model.project
        text = self.tr(
            "Press Start. The program learns what each class looks like despite the wrong labels; "
            "you can keep working."
        )
        if project is None or is_demo(project.source):
            again = self.tr("The demo takes about a minute.")
            return f"{text} {again}"
        if project.scores is None:
            return text
        again = self.tr("This project is trained already; another one learns from your decisions.")
        return f"{text} {again}"

    def _on_opened(self) -> None:
        project = self._window.model.project
        shows_demo = project is not None and is_demo(project.source)
        if self._tour_pending or (shows_demo and not self._window.settings.tour_seen()):
            self._tour_pending = False
            self.start_tour()

    def _on_failed(self, _: object) -> None:
        self._tour_pending = False

    def _on_tour(self) -> None:
        if self._window.model.project is None:
            self._tour_pending = True
            self._window.projects.open_demo()
        else:
            self.start_tour()

    def _on_trained(self, _: object) -> None:
        """Goes on from the second step, whose training has ended."""
        if self.tour is not None and self.tour.at == 1:
            self.tour.next()

    def _close_tour(self) -> None:
        tour, self.tour = self.tour, None
        if tour is not None:
            tour.stop()
            tour.card.deleteLater()
            tour.deleteLater()

    def _on_whats_this(self) -> None:
        """Explains the focused widget, or lets the person click one."""
        widget = QApplication.focusWidget()
        while isinstance(widget, QWidget) and not widget.whatsThis():
            widget = widget.parentWidget()
        if widget is None:
            QWhatsThis.enterWhatsThisMode()
        else:
            QWhatsThis.showText(
                widget.mapToGlobal(QPoint(0, widget.height())), widget.whatsThis(), widget
            )

    def _make_language_menu(self) -> QMenu:
        menu = QMenu(self.tr("Language"), self._window)
        group = QActionGroup(menu)
        chosen = self._window.settings.language()
        names: dict[Language, str] = {"system": self.tr("Same as the system")}
        for language, name in (names | LANGUAGES).items():
            action = menu.addAction(name)
            action.setCheckable(True)
            action.setChecked(language == chosen)
            group.addAction(action)
            action.triggered.connect(partial(self._on_language, language))
        return menu

    def choose_language(self, language: Language) -> None:
        """Takes a language, in the menu as well."""
        names = list({"system": "", **LANGUAGES})
        self.language_menu.actions()[names.index(language)].trigger()

    def _on_language(self, language: Language, _: bool = False) -> None:
        if language != self._window.settings.language():
            self._window.settings.set_language(language)
            self.language_changed.emit()


def _same_widget(widget: QWidget) -> QWidget:
    return widget


def _child(widget: QWidget, name: str) -> QWidget | None:
    return widget.findChild(QWidget, name)

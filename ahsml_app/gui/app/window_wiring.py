"""Connects the window's parts: actions to controllers, errors to notices."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QMessageBox

from ahsml_app.base.events import Notice
from ahsml_app.base.log import log_folder
from ahsml_app.gui.app.cover_wiring import CoverWiring
from ahsml_app.gui.app.window_frame import WindowFrame
from ahsml_app.gui.dialogs.about import AboutDialog
from ahsml_app.gui.dialogs.bulk_dialog import BulkDialog
from ahsml_app.gui.dialogs.shortcuts import ShortcutsDialog
from ahsml_app.gui.evidence.selection_view import MOST_COMPARED
from ahsml_app.gui.i18n import translated
from ahsml_app.gui.map.map_panel import MapPanel
from ahsml_app.gui.training.training_summary import RetrainSummary

if TYPE_CHECKING:
    from ahsml_app.base.options.run_options import RunOptions
    from ahsml_app.gui.app.crash import CrashReports
    from ahsml_app.session.analysis.run_diff import RunDiff
    from ahsml_app.session.project.project import Project


class WindowActions(QObject):
    """Connects the parts of the window and keeps its actions enabled or disabled."""

    def __init__(self, window: WindowFrame) -> None:
        super().__init__(window)
        self._window = window
        self.model = window.model
        self._evidence_visible = False
        self.covers = CoverWiring(window)
        self.covers.changed.connect(self._update_states)
        self.bulk: BulkDialog | None = None
        self.shortcuts: ShortcutsDialog | None = None
        self.about: AboutDialog | None = None
        self.summary: RetrainSummary | None = None
        self.map_window: MapPanel | None = None
        self._connect_actions()
        self._connect_projects()
        self._connect_training()
        self._connect_review()
        self._connect_map()
        self._connect_self_test()
        self._update_states()

    def follow(self, crashes: CrashReports) -> None:
        """Shows unexpected errors of this run, and the report of the previous one."""
        crashes.crashed.connect(self._on_crashed)
        report = crashes.previous_crash()
        if report:
            self._window.notices.show_notice(
                self.tr("The application closed unexpectedly last time."),
                hint=self.tr("Your decisions were saved. The details are in the log folder."),
                details=report,
                level="warning",
            )

    def may_stop(self) -> bool:
        """Asks whether a running job may be stopped; finished work is kept."""
        box = QMessageBox(self._window)
        box.setObjectName("stop-question")
        box.setIcon(QMessageBox.Icon.Question)
        box.setText(self.tr("A job is still running. Stop it and close?"))
        box.setInformativeText(self.tr("Finished work is kept, and the rest continues next time."))
        box.addButton(self.tr("Stop and close"), QMessageBox.ButtonRole.AcceptRole)
        stay = box.addButton(self.tr("Keep working"), QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(stay)
        self._window.runner.idle.connect(box.accept)
        box.exec()  # also until there is nothing left to ask about
        return box.clickedButton() is not stay

    def _connect_actions(self) -> None:
        window, projects = self._window, self._window.projects
        for name, slot in {
            "open-folder": projects.ask_folder,
            "open-manifest": projects.ask_manifest,
            "open-project": projects.ask_project,
            "demo": projects.open_demo,
            "example": projects.open_example,
            "close-project": projects.close_project,
            "export": window.exports.open_dialog,
            "quit": window.close,
            "train": self._show_train,
            "cancel": window.runner.cancel,
            "pause": window.runner.toggle_pause,
            "decide-above": self._on_decide_above,
            "select-all": window.gallery.select_all,
            "search": window.top_bar.focus_search,
            "other-class": window.evidence.pick_class,
            "history": self._on_history,
            "toggle-theme": self._on_toggle_theme,
            "reset-layout": window.reset_layout,
            "log-folder": self._on_log_folder,
            "shortcuts": self._on_shortcuts,
            "about": self._on_about,
        }.items():
            window.actions_.action(name).triggered.connect(slot)

    def _connect_projects(self) -> None:
        window = self._window
        start, projects = window.start_page, window.projects
        start.folder_chosen.connect(projects.open_path)
        start.manifest_chosen.connect(projects.open_manifest)
        start.project_chosen.connect(projects.open_project)
        start.demo_requested.connect(projects.open_demo)
        start.example_requested.connect(projects.open_example)
        start.locate_requested.connect(projects.locate_project)
        start.open_folder_requested.connect(projects.ask_folder)
        start.open_manifest_requested.connect(projects.ask_manifest)
        projects.failed.connect(self._on_failed)
        projects.opened.connect(self._on_opened)
        projects.own_files_chosen.connect(window.train_view.show_own_files)
        self.model.project_changed.connect(self._on_project_changed)
        self.model.failed.connect(self._on_failed)
        window.exports.failed.connect(self._on_failed)

    def _connect_training(self) -> None:
        window, training = self._window, self._window.training
        panel, live = window.train_view.panel, window.train_view.live
        panel.cancel_requested.connect(training.cancel)
        panel.pause_requested.connect(training.pause)
        panel.resume_requested.connect(training.resume)
        panel.review_requested.connect(self._show_review)
        live.suspect_opened.connect(self._on_suspect_opened)
        training.started.connect(self._on_training_started)
        training.event_arrived.connect(panel.show_event)
        training.event_arrived.connect(live.show_event)
        training.noticed.connect(self._on_noticed)
        training.ended.connect(self._on_training_ended)
        training.failed.connect(self._on_training_failed)
        training.done.connect(self._on_training_done)
        training.paused.connect(panel.show_paused)
        window.runner.started.connect(self._update_states)
        window.runner.idle.connect(self._update_states)

    def _connect_review(self) -> None:
        window = self._window
        window.gallery.train_requested.connect(self._show_train)
        window.reviewers.failed.connect(self._on_failed)
        window.reviewers.card_made.connect(window.gallery.show_banner)
        window.reviewers.review_requested.connect(self._show_review)
        window.gallery.bulk_requested.connect(self._on_decide_above)
        window.gallery.export_requested.connect(window.exports.open_dialog)
        window.evidence.train_requested.connect(self._show_train)
        window.classes.train_requested.connect(self._show_train)
        window.classes.review_requested.connect(self._show_review)
        window.history.go_to_requested.connect(self.model.go_to)
        window.progress.review.review_requested.connect(self._show_review)
        window.progress.review.train_requested.connect(self._show_train)
        window.progress.compare.train_requested.connect(self._show_train)
        window.progress.compare.image_opened.connect(self._on_image_opened)
        confusion = window.confusion
        confusion.review_requested.connect(self._show_review)
        confusion.train_requested.connect(self._show_train)
        confusion.notified.connect(self._on_notified)
        confusion.failed.connect(self._on_failed)
        for signal in (
            self.model.project_changed,
            self.model.scores_changed,
            self.model.decisions_changed,
            self.model.marks_changed,
            self.model.current_changed,
            self.model.selection_changed,
            window.training.started,
            window.training.ended,
            window.views.currentChanged,
            window.evidence.peek.toggled,
        ):
            signal.connect(self._update_states)
        window.evidence_dock.visibilityChanged.connect(self._on_evidence_visibility)

    def _connect_map(self) -> None:
        self._window.map.train_requested.connect(self._show_train)
        self._window.map.review_requested.connect(self._show_review)
        self._window.map.window_requested.connect(self._on_map_window)

    def _connect_self_test(self) -> None:
        tab, tests = self._window.progress.self_test, self._window.self_tests
        tab.start_requested.connect(tests.start)
        tab.cancel_requested.connect(tests.cancel)
        tab.train_requested.connect(self._show_train)
        tests.started.connect(tab.show_started)
        tests.event_arrived.connect(tab.show_event)
        tests.ended.connect(tab.show_ended)
        tests.failed.connect(self._on_failed)

    def _update_states(self, *_: object) -> None:
        project, states = self.model.project, {"always"}
        if project is not None:
            states.add("project")
            has_current, window = self.model.current >= 0, self._window
            # A key acts only on an image that is visible, with its evidence or as a thumbnail.
            evidence_visible = self.covers.is_open or self._evidence_visible
            image_visible = has_current and (
                evidence_visible or window.shown_view in ("review", "map")
            )
            for state, holds in {
                "writable": not project.read_only,
                "scores": project.scores is not None,
                "selection": image_visible,
                "comparable": image_visible and len(self.model.selection) <= MOST_COMPARED,
                "decidable": has_current and evidence_visible and not project.read_only,
                "peek": window.evidence.peek.isVisible(),
                "undo": project.can_undo,
                "redo": project.can_redo,
            }.items():
                states |= {state} if holds else set()
        if self._window.runner.busy:
            states.add("training")
        self._window.actions_.set_states(frozenset(states))

    def _on_evidence_visibility(self, visible: bool) -> None:
        """Updates the actions when the evidence is shown, hidden or covered."""
        self._evidence_visible = visible
        self._update_states()

    def _show_review(self) -> None:
        self._window.show_view("review")

    def _show_train(self) -> None:
        self._window.show_view("train")

    def _on_opened(self) -> None:
        project = self.model.project
        if project is None:
            return
        if project.obstacle is not None:
            self._window.notices.show_notice(
                translated(project.obstacle.message),
                hint=translated(project.obstacle.hint),
                level="warning",
            )
        if project.damage:
            self._window.notices.show_notice(
                "\n".join(translated(damage) for damage in project.damage),
                hint=self._hint_of_damage(project),
                level="warning",
            )
        if not project.table.root.is_dir():
            self._show_missing_images(project)
        self._window.show_view("review" if project.scores is not None else "train")

    def _hint_of_damage(self, project: Project) -> str:
        if project.run is None:
            return self.tr("Your decisions are all there. Train again to get scores.")
        return self.tr(
            "Your decisions are all there, and you see the scores of training {0}. Train again to "
            "get newer ones."
        ).format(project.run["number"])

    def _show_missing_images(self, project: Project) -> None:
        """Warns that the image folder was moved or its disk is missing."""
        notice = self._window.notices.show_notice(
            self.tr("The images of {0} were not found in {1}.").format(
                project.name, project.table.root
            ),
            hint=self.tr("Move the folder back, or locate it. Your decisions are kept."),
            level="warning",
        )
        if not project.read_only:
            notice.add_button(self.tr("Locate…"), self._window.projects.locate_images)
            self._window.projects.opened.connect(notice.dismiss)

    def _on_project_changed(self) -> None:
        if self.model.project is None:
            self._window.start_page.refresh()
            self._window.show_view("start")
        self._window.train_view.panel.reset()
        self._window.train_view.live.reset()
        self._close_summary()

    def _on_training_started(self, options: RunOptions) -> None:
        self._close_summary()
        self._window.train_view.panel.show_started(options)
        self._window.train_view.live.reset()
        self._show_train()

    def _on_training_ended(self, outcome: str) -> None:
        self._window.train_view.panel.show_ended(outcome)
        self._window.train_view.live.show_ended(outcome)

    def _on_training_done(self, run_diff: RunDiff | None) -> None:
        self._show_review()
        if run_diff is not None:
            self.summary = RetrainSummary(self.model, self._window.thumbnails, self._window.theme)
            self.summary.closed.connect(self._close_summary)
            self.summary.compare_requested.connect(self._on_compare)
            self.summary.show_change(run_diff)
            self._window.gallery.show_banner(self.summary)

    def _on_compare(self) -> None:
        self._window.show_view("progress")
        self._window.progress.show_comparison()

    def _on_image_opened(self, row: int) -> None:
        self._show_review()
        self.model.set_current(row)

    def _close_summary(self) -> None:
        if self.summary is not None:
            self.summary.hide()
            self.summary.deleteLater()
            self.summary = None

    def _on_training_failed(self, error: BaseException) -> None:
        self._window.train_view.panel.show_error(error)
        self._on_failed(error)

    def _on_suspect_opened(self, row: int) -> None:
        self.model.set_current(row)
        self._window.evidence_dock.show()

    def _on_failed(self, error: BaseException) -> None:
        self._window.notices.show_error(error)

    def _on_noticed(self, notice: Notice) -> None:
        self._window.notices.show_notice(notice.message, level=notice.level)

    def _on_notified(self, message: str, hint: str) -> None:
        self._window.notices.show_notice(message, hint=hint)

    def _on_crashed(self, report: str) -> None:
        self._window.notices.show_notice(
            self.tr("Something unexpected went wrong."),
            hint=self.tr(
                "Your decisions are saved, and you can keep working. The details are in the log."
            ),
            details=report,
            level="error",
        )

    def _on_decide_above(self) -> None:
        project = self.model.project
        if project is None or project.scores is None:
            return
        if self.bulk is None:
            self.bulk = BulkDialog(
                self.model, self._window.thumbnails, self._window.theme, self._window
            )
        self.bulk.begin(self.model.queue_filter)
        self.bulk.show()

    def _on_map_window(self) -> None:
        """Opens the map in its own window, for a second screen; all keys work there."""
        window = self._window
        if self.map_window is None:
            panel = MapPanel(self.model, window.maps, window.thumbnails, window.theme)
            panel.setParent(window, Qt.WindowType.Window)
            panel.setWindowTitle(self.tr("Map"))
            panel.resize(900, 900)
            panel.addActions(window.actions_.all())
            panel.tools.own_window.hide()
            panel.train_requested.connect(self._show_train)
            panel.review_requested.connect(self._show_review)
            self.map_window = panel
        self.map_window.show()
        self.map_window.raise_()

    def _on_history(self) -> None:
        dock = self._window.history_dock
        dock.setVisible(not dock.isVisible())

    def _on_toggle_theme(self) -> None:
        theme = self._window.theme
        theme.set_mode("light" if theme.dark else "dark")
        self._window.settings.set_theme_mode("dark" if theme.dark else "light")

    def _on_log_folder(self) -> None:
        folder = log_folder()
        folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def _on_shortcuts(self) -> None:
        if self.shortcuts is None:
            self.shortcuts = ShortcutsDialog(self._window.actions_, self._window)
        self.shortcuts.show()
        self.shortcuts.raise_()

    def _on_about(self) -> None:
        if self.about is None:
            self.about = AboutDialog(self._window)
        self.about.show()

"""The training as it happens: curves, the two humps of the adaptive weights, top suspects."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QStackedWidget, QVBoxLayout, QWidget

from ahsml_app.base.events import Event
from ahsml_app.gui.empty_state import EmptyState
from ahsml_app.gui.evidence.strips import PictureRow
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme import Theme
from ahsml_app.gui.thumbnails import Thumbnails
from ahsml_app.session.live import LiveTraining

UPDATE_MILLISECONDS = 200
MOST_SUSPECTS = 24


class LiveView(QWidget):
    """Draws a `LiveTraining` five times a second at most, and only while it is seen."""

    suspect_opened = Signal(int)

    def __init__(self, model: ProjectModel, thumbnails: Thumbnails, theme: Theme) -> None:
        super().__init__()
        self._model, self._thumbnails, self._theme = model, thumbnails, theme
        self._live = LiveTraining()
        self._plots: dict[str, Any] = {}
        self._new = False
        self._empty = EmptyState(theme)
        self._body = QWidget()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._empty)
        self._stack.addWidget(self._body)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self._stack)
        self._timer = QTimer(self)
        self._timer.setInterval(UPDATE_MILLISECONDS)
        self._timer.timeout.connect(self._draw)
        theme.changed.connect(self._recolour)
        self.reset()

    @property
    def epochs_seen(self) -> int:
        """Epochs of the present training so far."""
        return self._live.epochs

    def reset(self) -> None:
        """Begin anew, as for another training or project."""
        self._live = LiveTraining()
        self._timer.stop()
        self._empty.show_state(
            "train",
            self.tr("Nothing is training"),
            self.tr(
                "Here the labels that the training trusts part from those it does not, and the "
                "first suspects appear while it runs."
            ),
        )
        self._stack.setCurrentWidget(self._empty)

    def show_event(self, event: Event) -> None:
        """Take an event of the training."""
        before = self._live.epochs
        self._live.add(event)
        if self._live.epochs == before:
            if not before:
                self._empty.show_state(
                    "train",
                    self.tr("The training begins"),
                    self.tr("Curves and suspects appear with the first epoch."),
                )
            return
        self._new = True
        if not self._timer.isActive():
            self._make_plots()
            self._stack.setCurrentWidget(self._body)
            self._draw()
            self._timer.start()

    def show_ended(self, how: str) -> None:
        """The training has ended; the last picture stays."""
        self._timer.stop()
        self._draw()
        if how != "done" and not self._live.epochs:
            self.reset()

    def _make_plots(self) -> None:
        """Build the plots when they are needed: pyqtgraph takes a quarter of a second."""
        if self._plots:
            return
        import pyqtgraph

        from ahsml_app.gui.theme import set_plot_colours

        set_plot_colours(self._theme.tokens)
        grid = QGridLayout(self._body)
        grid.setContentsMargins(16, 16, 16, 16)
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(12)
        titles = {
            "loss": self.tr("Loss"),
            "noise": self.tr("Estimated share of wrong labels"),
            "weights": self.tr("Adaptive weights: trusted labels at the right, suspects left"),
        }
        for name, place in {"loss": (1, 0, 1), "noise": (1, 1, 1), "weights": (3, 0, 2)}.items():
            row, column, span = place
            heading = QLabel(titles[name])
            heading.setProperty("role", "small-muted")
            plot = pyqtgraph.PlotWidget()
            plot.setMenuEnabled(False)
            plot.setMouseEnabled(x=False, y=False)
            plot.hideButtons()
            plot.setMinimumHeight(120)
            plot.setAccessibleName(titles[name])
            plot.getPlotItem().getAxis("left").setWidth(44)
            grid.addWidget(heading, row - 1, column, 1, span)
            grid.addWidget(plot, row, column, 1, span)
            grid.setRowStretch(row, 1)
            self._plots[name] = plot
        self._plots["loss"].setLabel("bottom", self.tr("epochs, all folds"))
        self._plots["noise"].setLabel("bottom", self.tr("epochs, all folds"))
        self._plots["weights"].setXRange(0, 1, padding=0.01)
        self._plots["weights"].getPlotItem().getAxis("left").setStyle(showValues=False)
        self._plots["weights"].setLabel("left", self.tr("images (root scale)"))
        self._count = QLabel()
        self._suspects = PictureRow(self._model, self._thumbnails, self._theme)
        self._suspects.setAccessibleName(self.tr("Current top suspects"))
        self._suspects.chosen.connect(self.suspect_opened)
        grid.addWidget(self._count, 4, 0, 1, 2)
        grid.addWidget(self._suspects, 5, 0, 1, 2)
        self._curves = {name: self._plots[name].plot([], []) for name in ("loss", "noise")}
        self._bars = pyqtgraph.BarGraphItem(x0=[0], x1=[0], height=[0])
        self._plots["weights"].addItem(self._bars)
        self._recolour()

    def _recolour(self) -> None:
        if not self._plots:
            return
        import pyqtgraph

        tokens = self._theme.tokens
        for plot in self._plots.values():
            plot.setBackground(tokens.surface)
            for side in ("left", "bottom"):
                axis = plot.getPlotItem().getAxis(side)
                axis.setPen(pyqtgraph.mkPen(tokens.line))
                axis.setTextPen(pyqtgraph.mkPen(tokens.muted))
        self._curves["loss"].setPen(pyqtgraph.mkPen(tokens.accent, width=2))
        self._curves["noise"].setPen(pyqtgraph.mkPen(tokens.warning, width=2))
        self._bars.setOpts(brush=tokens.accent, pen=pyqtgraph.mkPen(None))

    def _draw(self) -> None:
        if not self._new or not self._plots or not self.isVisible():
            return
        self._new = False
        live = self._live
        epochs = list(range(1, live.epochs + 1))
        self._curves["loss"].setData(epochs, live.losses)
        self._curves["noise"].setData(epochs, live.noise_rates)
        counts, edges = live.histogram()
        # On a root scale: a few suspects would vanish beside all the trusted images.
        self._bars.setOpts(x0=edges[:-1], x1=edges[1:] - 0.002, height=counts**0.5)
        text = self.tr("About {0} suspects so far; click one to look at it")
        self._count.setText(text.format(f"{live.suspect_count():,}"))
        self._suspects.show_rows(live.top_suspects(MOST_SUSPECTS).tolist())

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QSpinBox,
    QWidget,
)
from pytestqt.qtbot import QtBot
from sample_projects import make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.errors import BackboneError
from ahsml_app.base.events import DeviceChosen, Notice, Progress, Stage
from ahsml_app.base.options.option_table import OPTIONS, value_of, with_values
from ahsml_app.base.options.recommended_backbones import RECOMMENDED_BACKBONES
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.gui.project_model import ProjectModel
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.training.option_form import AdvancedOptions
from ahsml_app.gui.training.train_panel import TrainPanel
from ahsml_app.session.pipeline.training_presets import preset


@pytest.fixture
def panel(qtbot: QtBot, model: ProjectModel) -> Iterator[TrainPanel]:
    panel = TrainPanel(model, Theme("light"))
    qtbot.addWidget(panel)
    panel.resize(380, 900)
    panel.show()
    yield panel
    panel.reset()


def button(panel: TrainPanel, name: str) -> QPushButton:
    found = panel.findChild(QPushButton, name)
    assert found is not None, name
    return found


def click(qtbot: QtBot, panel: TrainPanel, name: str) -> None:
    widget = button(panel, name)
    assert widget.isVisible()
    assert widget.isEnabled()
    qtbot.mouseClick(widget, Qt.MouseButton.LeftButton)


def words(panel: QWidget) -> str:
    return "\n".join(label.text() for label in panel.findChildren(QLabel) if label.isVisible())


def lines(panel: TrainPanel) -> list[str]:
    return [line.text for line in panel._steps.lines]


def test_start_asks_for_the_balanced_defaults(qtbot: QtBot, panel: TrainPanel) -> None:
    with qtbot.waitSignal(panel.start_requested) as asked:
        click(qtbot, panel, "start-training")
    assert asked.args == [RunOptions()]


@pytest.mark.parametrize("name", ["quick", "balanced", "thorough"])
def test_a_card_chooses_its_preset(qtbot: QtBot, panel: TrainPanel, name: str) -> None:
    click(qtbot, panel, f"preset-{name}")
    assert panel.options() == preset(name)
    assert sum(card.isChecked() for card in panel._presets.findChildren(QPushButton)) == 1


def test_presets_can_be_chosen_by_key(qtbot: QtBot, panel: TrainPanel) -> None:
    button(panel, "preset-balanced").setFocus()
    qtbot.keyClick(button(panel, "preset-balanced"), Qt.Key.Key_Up)
    assert panel.options() == preset("quick")


def test_device_and_trust_are_passed_on(qtbot: QtBot, panel: TrainPanel) -> None:
    trust = panel.findChild(QCheckBox, "trust-checked")
    device = panel.findChild(QComboBox, "device")
    assert trust is not None
    assert device is not None
    assert device.currentText() == "Auto (GPU if available)"
    trust.setFocus()
    qtbot.keyClick(trust, Qt.Key.Key_Space)
    qtbot.keyClick(device, Qt.Key.Key_Down)
    assert panel.options() == with_values(RunOptions(), {"device": "cpu", "trust_checked": False})


def test_every_option_is_under_advanced_with_what_it_does(qtbot: QtBot, panel: TrainPanel) -> None:
    assert "Rounds over the images" not in words(panel)
    click(qtbot, panel, "advanced")
    shown = words(panel)
    for name, option in OPTIONS.items():
        assert option.label in shown
        assert not option.label or option.explanation in shown
        field = panel.findChild(QWidget, f"option-{name}")
        assert (field.accessibleName() if field else "") == option.label
    click(qtbot, panel, "advanced")
    assert "Rounds over the images" not in words(panel)


def test_a_recommended_backbone_is_one_click_away(qtbot: QtBot, panel: TrainPanel) -> None:
    click(qtbot, panel, "advanced")
    menu = panel.findChild(QPushButton, "suggest-backbone").menu()
    *choices, gap, sentence = menu.actions()
    assert [action.data() for action in choices] == [
        each.name for each in RECOMMENDED_BACKBONES if each.megabytes
    ]
    assert all("MB" in action.text() and "Apache" in action.text() for action in choices)
    assert gap.isSeparator()
    assert "no image" in sentence.text()
    assert not sentence.isEnabled()
    menu.popup(panel.mapToGlobal(panel.rect().center()))
    qtbot.keyClick(menu, Qt.Key.Key_Down)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    assert value_of(panel.options(), "backbone") == RECOMMENDED_BACKBONES[1].name


def test_options_that_are_typed_in_are_passed_on_and_taken_back(
    qtbot: QtBot, panel: TrainPanel
) -> None:
    click(qtbot, panel, "preset-quick")
    click(qtbot, panel, "advanced")
    for name, text in {"epochs": "12", "folds": "5", "seed": "7"}.items():
        field = panel.findChild(QSpinBox, f"option-{name}")
        field.selectAll()
        qtbot.keyClicks(field, text)
    qtbot.keyClicks(panel.findChild(QLineEdit, "option-backbone"), "resnet18")
    qtbot.keyClick(panel.findChild(QComboBox, "option-loss"), Qt.Key.Key_Down)
    memory = panel.findChild(QSpinBox, "option-finetune_memory")
    assert not memory.isEnabled()
    qtbot.keyClick(panel.findChild(QCheckBox, "option-finetune"), Qt.Key.Key_Space)
    assert memory.isEnabled()
    memory.selectAll()
    qtbot.keyClicks(memory, "256")
    thorough = panel.findChild(QCheckBox, "option-finetune_thorough")
    assert thorough.isChecked()
    qtbot.keyClick(thorough, Qt.Key.Key_Space)
    chosen = {
        "backbone": "resnet18",
        "loss": "contrastive",
        "epochs": 12,
        "folds": 5,
        "views": 1,
        "passes": 1,
        "seed": 7,
        "finetune": True,
        "finetune_memory": 256,
        "finetune_thorough": False,
    }
    assert panel.options() == with_values(RunOptions(), chosen)
    assert button(panel, "advanced").text() == "Advanced (8 changed)"
    back = next(b for b in panel.findChildren(QPushButton) if b.text() == "Back to the defaults")
    qtbot.mouseClick(back, Qt.MouseButton.LeftButton)
    assert panel.options() == preset("quick")
    assert button(panel, "advanced").text() == "Advanced"


def test_untouched_options_tell_what_the_preset_takes(qtbot: QtBot, panel: TrainPanel) -> None:
    folds = panel.findChild(QSpinBox, "option-folds")
    assert folds.text() == "by the number of images"
    click(qtbot, panel, "preset-thorough")
    assert folds.text() == "8"
    assert panel.options() == preset("thorough")


def test_the_wheel_does_not_change_an_option_in_passing(qtbot: QtBot, panel: TrainPanel) -> None:
    click(qtbot, panel, "advanced")
    field = panel.findChild(QSpinBox, "option-epochs")
    before = field.value()
    point = QPointF(5, 5)
    none = Qt.MouseButton.NoButton
    event = QWheelEvent(
        point, point, QPoint(0, 120), QPoint(0, 120), none, Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(field, event)
    assert field.value() == before


def test_a_training_goes_through_its_steps(qtbot: QtBot, panel: TrainPanel) -> None:
    panel.show_started()
    assert panel.state == "running"
    assert not button(panel, "start-training").isVisible()
    panel.show_event(Progress(Stage.FINGERPRINT, 60, 60))
    panel.show_event(Progress(Stage.LOAD_BACKBONE))
    panel.show_event(DeviceChosen("cpu"))
    panel.show_event(Progress(Stage.EXTRACT_FEATURES, 0, 300))
    qtbot.wait(400)
    panel.show_event(Progress(Stage.EXTRACT_FEATURES, 150, 300))
    qtbot.waitUntil(lambda: "50%" in lines(panel)[1], timeout=2000)
    shown = lines(panel)
    assert shown[0].startswith("Check files")
    assert "/s" in shown[1]
    assert "left" in shown[1]
    assert "150 of 300" in shown[1]
    assert shown[2] == "Train, first pass  waiting"
    assert "Runs on the CPU." in words(panel)
    bars = [bar for bar in panel.findChildren(QProgressBar) if bar.isVisible()]
    assert [(bar.value(), bar.maximum()) for bar in bars] == [(150, 300)]
    panel.show_event(Progress(Stage.TRAIN, 3, 40, pass_index=0))
    qtbot.waitUntil(lambda: "Epoch 3 of 40" in lines(panel)[2], timeout=2000)


def test_pause_and_stop_are_asked_for(qtbot: QtBot, panel: TrainPanel) -> None:
    panel.show_started()
    panel.show_event(Progress(Stage.EXTRACT_FEATURES, 10, 300))
    with qtbot.waitSignal(panel.pause_requested):
        click(qtbot, panel, "pause-training")
    panel.show_paused(True)
    assert panel.state == "paused"
    assert button(panel, "pause-training").text() == "Resume"
    assert "Paused" in words(panel)
    with qtbot.waitSignal(panel.resume_requested):
        click(qtbot, panel, "pause-training")
    panel.show_paused(False)
    assert panel.state == "running"
    with qtbot.waitSignal(panel.cancel_requested):
        click(qtbot, panel, "stop-training")
    assert panel.state == "stopping"
    assert not button(panel, "stop-training").isEnabled()
    panel.show_ended("cancelled")
    assert panel.state == "cancelled"
    assert "Finished work is kept" in words(panel)
    with qtbot.waitSignal(panel.start_requested):
        click(qtbot, panel, "start-training")


def test_the_pause_of_another_job_changes_nothing(panel: TrainPanel) -> None:
    panel.show_paused(True)
    assert panel.state == "ready"


def test_a_failure_says_what_and_why_and_gives_the_details(qtbot: QtBot, panel: TrainPanel) -> None:
    panel.show_started()
    panel.show_event(Progress(Stage.LOAD_BACKBONE))
    panel.show_ended("failed")
    panel.show_error(
        BackboneError("resnet18 is not here.", hint="Connect to the network.", details="trace")
    )
    assert panel.state == "failed"
    assert "resnet18 is not here.\nConnect to the network." in words(panel)
    click(qtbot, panel, "copy-details")
    assert "trace" in QApplication.clipboard().text()
    assert button(panel, "start-training").text() == "Try again"


def test_the_end_sums_up_and_leads_to_the_review(qtbot: QtBot, panel: TrainPanel) -> None:
    panel.show_started()
    panel.show_event(Progress(Stage.TRAIN, 3, 40, pass_index=0))
    panel.show_event(Progress(Stage.WRITE))
    panel.show_ended("done")
    assert panel.state == "done"
    project = panel._model.project
    assert project is not None
    assert project.scores is not None
    shown = words(panel)
    assert f"{int(project.scores.flagged.sum())} labels are probably wrong" in shown
    assert "It took 15 s on the CPU" in shown
    assert all("waiting" not in line for line in lines(panel))
    with qtbot.waitSignal(panel.review_requested):
        click(qtbot, panel, "review")
    click(qtbot, panel, "train-again")
    assert panel.state == "ready"
    assert "last time 15 s" in shown or "last time 15 s" in words(panel)


def test_before_the_first_training_it_says_how_long_that_takes_here(
    qtbot: QtBot, panel: TrainPanel, model: ProjectModel, image_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr("os.cpu_count", lambda: 2)
    model.close()
    assert "on the CPU" not in words(panel)
    model.open(make_project(image_folder, trained=False, name="New"))
    panel.reset()
    assert "about 21 s on the CPU" in words(panel)
    assert "last time" not in words(panel)


def test_notices_are_shown_once_and_warnings_stand_out(panel: TrainPanel) -> None:
    panel.show_started()
    warning = Notice("The batch is now 64.", "warning")
    for notice in (Notice("first"), warning, Notice("first")):
        panel.show_event(notice)
    assert panel._notices.texts() == ["The batch is now 64.", "first"]
    label = next(each for each in panel.findChildren(QLabel) if "64" in each.text())
    assert label.isVisible()
    assert label.property("role") == "warning-text"
    assert label.text().startswith("⚠")  # not by colour alone


def test_decisions_change_the_invitation(panel: TrainPanel, model: ProjectModel) -> None:
    assert "There are no decisions since" in words(panel)
    model.decide(DecisionKind.KEEP)
    model.decide(DecisionKind.DROP)
    assert "learns from your 2 decisions" in words(panel)


def test_without_a_project_nothing_can_be_started(
    qtbot: QtBot, panel: TrainPanel, model: ProjectModel
) -> None:
    model.close()
    panel.reset()
    assert not button(panel, "start-training").isEnabled()


def test_the_focus_stays_in_the_panel_when_a_training_starts(
    qtbot: QtBot, panel: TrainPanel
) -> None:
    panel.activateWindow()
    button(panel, "start-training").setFocus()
    panel.show_started()
    assert button(panel, "pause-training").hasFocus()
    panel.show_ended("cancelled")
    assert button(panel, "start-training").hasFocus()


def test_every_control_has_a_name(panel: TrainPanel) -> None:
    kinds = (QPushButton, QComboBox, QCheckBox, QSpinBox, QLineEdit, QProgressBar)
    panel.show_started()
    panel.show_event(Progress(Stage.EXTRACT_FEATURES, 1, 2))
    panel._update_steps()
    for kind in kinds:
        for widget in panel.findChildren(kind):
            if not isinstance(widget.parent(), QSpinBox):
                assert widget.accessibleName(), f"{kind.__name__} {widget.objectName()}"


def test_every_option_of_a_training_has_a_control(panel: TrainPanel) -> None:
    own = {"device": "device", "trust_checked": "trust-checked"}
    for name, option in OPTIONS.items():
        if option.section in ("features", "training", "tuning"):
            control = own.get(name, f"option-{name}")
            assert panel.findChild(QWidget, control) is not None, name


def test_a_file_is_chosen_or_typed(
    qtbot: QtBot, panel: TrainPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    form = panel.findChild(AdvancedOptions)
    assert form is not None
    typed = form.findChild(QLineEdit, "option-probabilities")
    assert typed is not None
    typed.setText(" mine.csv ")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: ("/data/f.npz", ""))
    button(panel, "choose-features").click()
    options = form.apply_to(RunOptions())
    assert options.features.file == Path("/data/f.npz")
    assert options.training.probabilities == Path("mine.csv")
    form.clear()
    assert form.apply_to(RunOptions()) == RunOptions()

"""Numbers of the window follow its language; exports and the command keep their form."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QApplication, QDoubleSpinBox
from pytestqt.qtbot import QtBot

from ahsml_app.base.message import Message
from ahsml_app.gui.evidence.file_facts import FileFacts
from ahsml_app.gui.gallery.histogram import Histogram
from ahsml_app.gui.i18n import install_language, translated
from ahsml_app.gui.theme.theme import Theme
from ahsml_app.gui.widgets.format import (
    chance,
    degree,
    divergence_text,
    few_per_cent,
    figure,
    per_cent,
)
from ahsml_app.gui.widgets.plots import NumberAxis


def test_english_numbers() -> None:
    assert figure(1_234_567) == "1,234,567"
    assert figure(np.int64(1_234)) == "1,234"
    assert figure(1234.5, 1) == "1,234.5"
    assert figure(np.float32(0.25), 2) == "0.25"
    assert figure(2.5) == "2"  # as Python rounds, so that counts agree with the report's
    assert per_cent(0.125) == "12%"
    assert per_cent(0.1234, 1) == "12.3%"
    assert [divergence_text(each) for each in (0.07, 0.93, 0.996)] == [".07", ".93", "1.0"]
    assert [degree(score) for score in (0.0, 0.93, 1.0, math.nan)] == ["0%", "93%", "100%", "–"]
    assert [few_per_cent(share) for share in (0, 0.004, 0.04)] == ["0%", "0.4%", "4%"]


def test_an_estimated_probability_is_never_certain() -> None:
    estimates = (0.0, 0.004, 0.006, 0.074, 0.5, 0.994, 0.996, 1.0)
    shown = ["<1%", "<1%", "1%", "7%", "50%", "99%", ">99%", ">99%"]
    assert [chance(each) for each in estimates] == shown
    assert chance(math.nan) == "–"


@pytest.mark.usefixtures("german")
def test_german_numbers() -> None:
    assert figure(1_234_567) == "1.234.567"
    assert figure(1234.5, 1) == "1.234,5"
    assert figure(-0.25, 2) == "-0,25"
    assert per_cent(0.1234, 1) == "12,3\N{NO-BREAK SPACE}%"
    assert divergence_text(0.07) == ",07"
    assert chance(0.999) == ">99\N{NO-BREAK SPACE}%"
    assert few_per_cent(0.004) == "0,4\N{NO-BREAK SPACE}%"
    image = Message("{width:,} × {height:,} pixels", width=1204, height=9)
    assert translated(image).startswith("1.204 × 9")
    named = Message("Keep {what}", what="1.5")
    assert translated(named) == "1.5 behalten"  # names are no numbers
    assert NumberAxis("left").tickStrings([0.5, 1], 1, 0.5) == ["0,5", "1,0"]


@pytest.mark.usefixtures("german")
def test_the_window_shows_german_numbers(qtbot: QtBot, tmp_path: Path) -> None:
    cut = Histogram(Theme("light"))
    qtbot.addWidget(cut)
    cut.set_range(0.25, 0.75)
    assert "25\N{NO-BREAK SPACE}%" in cut.accessibleDescription()
    facts = FileFacts(Theme("light"))
    qtbot.addWidget(facts)
    facts.show_path(tmp_path)
    size = Message("{width:,} × {height:,} pixels", width=5472, height=3648)
    size = Message("{size}, {megapixels:.1f} megapixels", size=size, megapixels=20.0)
    weight = Message("{size:,.1f} {unit}", size=1234.5, unit="MB")
    shown_facts = [(Message("Size"), size), (Message("Exposure"), "f/2.8")]
    facts.show_facts(tmp_path, [*shown_facts, (Message("File size"), weight)])
    shown = [value for _, value in facts.lines]
    assert shown[0].startswith("5.472 × 3.648")
    assert "20,0" in shown[0]
    assert shown[1:] == ["f/2.8", "1.234,5 MB"]
    field = QDoubleSpinBox()
    qtbot.addWidget(field)
    field.setValue(0.5)
    assert field.text() == "0,50"


def test_the_fields_of_qt_follow_the_language_back(qapp: QApplication) -> None:
    install_language(qapp, "en")
    assert QLocale().toString(0.5, "f", 1) == "0.5"

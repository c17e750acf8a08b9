"""A computation beside the window: only the newest answer counts."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from functools import partial

import pytest
from job_recorder import PATIENCE
from pytestqt.qtbot import QtBot

from ahsml_app.base.errors import ProjectError
from ahsml_app.base.events import CancelToken
from ahsml_app.gui.jobs.latest_only import Background


@pytest.fixture
def background(qtbot: QtBot) -> Iterator[Background]:
    background = Background()
    yield background
    background.stop()


def answer(value: str) -> str:
    return value


def fail() -> None:
    raise ProjectError("It is damaged.")


def test_only_the_newest_answer_is_told(background: Background, qtbot: QtBot) -> None:
    answers: list[object] = []
    background.done.connect(answers.append)
    begun, go, token = threading.Event(), threading.Event(), CancelToken()

    def slow() -> str:
        begun.set()
        go.wait(PATIENCE / 1000)
        return "old"

    background.start(slow, token)
    assert begun.wait(PATIENCE / 1000)
    background.start(partial(answer, "new"))
    assert token.cancelled
    assert background.busy
    go.set()
    qtbot.waitUntil(lambda: not background.busy, timeout=PATIENCE)
    assert answers == ["new"]


def test_an_answer_that_is_on_its_way_is_forgotten(background: Background, qtbot: QtBot) -> None:
    answers: list[object] = []
    background.done.connect(answers.append)
    made = threading.Event()
    background.start(made.set)
    assert made.wait(PATIENCE / 1000)
    background.forget()
    with qtbot.waitSignal(background.done, timeout=PATIENCE):
        background.start(partial(answer, "later"))
    assert answers == ["later"]


def test_a_failure_is_told(background: Background, qtbot: QtBot) -> None:
    with qtbot.waitSignal(background.failed, timeout=PATIENCE) as failed:
        background.start(fail)
    assert isinstance(failed.args[0], ProjectError)
    assert not background.busy

"""Tests of the context that long-running work is run in."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from ahsml_app.base.context import RunContext
from ahsml_app.base.events import Notice, Stage


def test_messages_become_notices_once_and_in_order() -> None:
    context = RunContext()
    context.notify("first")
    context.notify("second")
    assert list(context.notices()) == [Notice("first"), Notice("second")]
    assert list(context.notices()) == []


def test_the_seconds_of_a_stage_add_up_and_count_when_it_fails() -> None:
    context = RunContext(timings={"train": 5.0, "score": 1.0})
    try:
        with context.timed(Stage.TRAIN):
            raise ValueError
    except ValueError:
        pass
    assert 5.0 <= context.timings["train"] < 6.0
    assert context.timings["score"] == 1.0


def test_a_copy_shares_cancel_token_timings_and_messages() -> None:
    context = RunContext()
    copy = replace(context, device="cuda", checkpoints=Path("kept"))
    copy.notify("from the copy")
    with copy.timed(Stage.TRAIN):
        copy.cancel.cancel()
    assert context.cancel.cancelled
    assert "train" in context.timings
    assert list(context.notices()) == [Notice("from the copy")]

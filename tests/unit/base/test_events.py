"""Tests of how generators of events are run inside others and to their end."""

from __future__ import annotations

from collections.abc import Generator

import pytest

from ahsml_app.base.events import Event, Notice, Progress, Stage, drive, relay


class Work:
    """Two events and a result; says how it ended."""

    def __init__(self) -> None:
        self.ended = ""

    def events(self) -> Generator[Event, None, str]:
        try:
            yield Progress(Stage.SCAN, 1, 2)
            yield Progress(Stage.SCAN, 2, 2)
            self.ended = "whole"
            return "result"
        finally:
            self.ended = self.ended or "closed"


def doubled(event: Event) -> tuple[Event, ...]:
    return (Notice("before"), event) if event == Progress(Stage.SCAN, 2, 2) else ()


def test_a_relay_replaces_events_and_keeps_the_result() -> None:
    seen: list[Event] = []
    assert drive(relay(Work().events(), doubled), seen.append) == "result"
    assert seen == [Notice("before"), Progress(Stage.SCAN, 2, 2)]


def test_work_is_closed_when_its_relay_is() -> None:
    work = Work()
    outer = relay(work.events(), lambda event: (event,))
    next(outer)
    outer.close()
    assert work.ended == "closed"


def test_work_is_closed_when_an_event_is_refused() -> None:
    work, seen = Work(), list[Event]()

    def refuse(event: Event) -> None:
        seen.append(event)
        raise KeyError

    with pytest.raises(KeyError):
        drive(work.events(), refuse)
    assert (len(seen), work.ended) == (1, "closed")


def test_stage_part_and_pass_are_one_piece_of_work_and_folds_are_not() -> None:
    first = Progress(Stage.TRAIN, 1, 9, pass_index=0, fold=0)
    assert first.key == Progress(Stage.TRAIN, 5, 9, pass_index=0, fold=1).key
    assert first.key != Progress(Stage.TRAIN, 1, 9, pass_index=1, fold=0).key
    assert first.key != Progress(Stage.FINETUNE, part=Stage.TRAIN, pass_index=0).key

"""How events are shown: plain lines, bars on a terminal, and a reader that goes away."""

from __future__ import annotations

import io
import math
import os
from pathlib import Path

import numpy as np

from ahsml_app.base.events import EpochEnd, FirstEstimate, Notice, Progress, Stage
from ahsml_app.cli.progress_display import LineView, event_display, write_line

WEIGHTS = np.ones(3, np.float32)


def test_lines_come_at_most_every_five_seconds_but_always_at_the_end() -> None:
    lines: list[str] = []
    now = 1000.0
    view = LineView(lines.append, clock=lambda: now)
    for done in range(101):
        now = 1000 + done * 0.09
        view(Progress(Stage.EXTRACT_FEATURES, done, 100))
    assert lines == [
        "extract features 0/100",
        "extract features 56/100 (11/s, 4 s left)",
        "extract features 100/100 (11/s)",
    ]


def test_lines_tell_epochs_and_notices() -> None:
    lines: list[str] = []
    view = LineView(lines.append, clock=lambda: 0.0)
    view(FirstEstimate(WEIGHTS, 0.034))
    view(EpochEnd(1, 0, 0, 1, 0.25, 0.172, WEIGHTS))
    view(Notice("using the CPU"))
    view(Progress(Stage.SCAN, 3, 0))
    view(Progress(Stage.TRAIN, 3, 9, pass_index=1, fold=2))
    view(Progress(Stage.FINETUNE, part=Stage.EXTRACT_FEATURES))
    assert lines == [
        "first estimate: about 3% of the labels are wrong",
        "pass 2, fold 1, epoch 1 of 1: loss 0.250, about 17% wrong",
        "info: using the CPU",
        "scan 3",
        "train, pass 2 3/9",
        "fine-tune: extract features 0",
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_a_terminal_gets_bars_with_names_taken_literally() -> None:
    terminal = Terminal()
    with event_display(json=False, quiet=False, stdout=io.StringIO(), stderr=terminal) as show:
        show(Progress(Stage.EXTRACT_FEATURES, 0, 10))
        show(Notice("[bold]not markup[/bold]"))
        show(FirstEstimate(WEIGHTS, 0.034))
        show(EpochEnd(0, 0, 0, 1, 0.25, math.nan, WEIGHTS))
        show(Progress(Stage.EXTRACT_FEATURES, 10, 10))
    text = terminal.getvalue()
    assert "10/10" in text
    assert "[bold]not markup[/bold]" in text
    assert "first estimate: about 3% of the labels are wrong" in text
    assert "loss 0.250" in text


def test_a_program_reads_the_first_estimate_without_its_arrays() -> None:
    stdout = io.StringIO()
    with event_display(json=True, quiet=False, stdout=stdout, stderr=io.StringIO()) as show:
        show(FirstEstimate(WEIGHTS, 0.034))
    assert stdout.getvalue() == '{"event": "first_estimate", "noise_rate": 0.034}\n'


def test_a_reader_that_has_gone_does_not_stop_the_run(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "w") as stream:
        write_line(stream, "one")
        write_line(stream, "two")


def test_what_a_name_tells_a_terminal_is_shown_and_not_obeyed() -> None:
    """It set the title, wrote to the clipboard and cleared the screen."""
    name = "\x1b]52;c;ZXZpbA==\x07\x1b[2J\x9b2J.png"
    stream = io.StringIO()
    write_line(stream, f"The results are in {name}\nNext: look at it.")
    assert stream.getvalue().splitlines() == [
        r"The results are in \x1b]52;c;ZXZpbA==\x07\x1b[2J\x9b2J.png",
        "Next: look at it.",
    ]
    for terminal in (Terminal(), io.StringIO()):
        with event_display(json=False, quiet=False, stdout=io.StringIO(), stderr=terminal) as show:
            show(Notice(f"a plain text with {name}"))
        text = terminal.getvalue()
        assert r"\x1b]52;c;" in text
        assert "\x1b]52" not in text
        assert "\x9b" not in text

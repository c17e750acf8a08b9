from __future__ import annotations

import io
import json
import logging
import math
import signal
import subprocess
import sys
import warnings
from collections.abc import Callable, Generator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ahsml_app import __version__, cli
from ahsml_app.base.errors import Cancelled, ExitCode, InputError
from ahsml_app.base.events import CancelToken, EpochEnd, Event, Notice, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.options.option_table import OPTIONS, value_of
from ahsml_app.base.options.recommended_backbones import RECOMMENDED_BACKBONES
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.cli.command_options import COMMAND_OPTIONS
from ahsml_app.cli.messages import demo_outcome
from ahsml_app.cli.use_cases import UseCases
from ahsml_app.session import RunSummary
from ahsml_app.session.export.result_counts import ResultCounts
from ahsml_app.store.result_files import RELABELLED_AUTOMATICALLY

Job = Generator[Event, None, RunSummary]
COUNTS = ResultCounts(
    images=1797, classes=10, labelled=1795, unsure_labelled=0, trainable=1797, unlabelled=0,
    quarantined=1, flagged=171, suspects_left=168, outliers=5, duplicates=0,
    duplicates_with_other_label=0, relabelled=4, set_aside=1,
    kinds={"undecided": 1790, RELABELLED_AUTOMATICALLY: 3, "relabel": 1, "drop": 2, "keep": 1},
)  # fmt: skip
SUMMARY = RunSummary(
    out=Path("results"),
    counts=COUNTS,
    expected_errors=(140.2, 168.4, 201.0),
    queue=tuple(f"{i}.png" for i in range(40)),
    error_probability=np.linspace(0.9, 0.1, 40, dtype=np.float32),
    timings={"extract features": 2.5},
)
WEIGHTS = np.ones(3, np.float32)


class Recorder:
    """Stands in for the session, whose real job has end-to-end tests of its own."""

    def __init__(self, events: list[Event] | None = None, error: BaseException | None = None):
        self.events = events or []
        self.error = error
        self.calls: list[tuple[RunOptions, dict[str, Any]]] = []

    def run_job(self, options: RunOptions, **keywords: Any) -> Job:
        self.calls.append((options, keywords))
        yield from self.events
        if self.error:
            raise self.error
        return SUMMARY

    def make_demo(self, folder: Path) -> Path:
        return folder / "images"

    def planted_errors(self, folder: Path) -> frozenset[str]:
        return frozenset({"0.png", "2.png", "39.png", "7.png"})

    def main(self, *argv: str) -> int:
        use_cases = UseCases(self.run_job, self.make_demo, self.planted_errors)
        return cli.main(argv, use_cases=use_cases)


def run_python(*argv: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *argv], capture_output=True, text=True, encoding="utf-8", check=False
    )


@pytest.mark.parametrize("option", ["--help", "--version", "--list-backbones"])
def test_help_version_and_list_load_nothing_heavy(option: str) -> None:
    script = (
        "import sys\nfrom ahsml_app.__main__ import main\n"
        f"sys.argv = ['ahsml-app', {option!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as end:\n    assert not end.code\n"
        "heavy = {'numpy', 'torch', 'rich', 'pyarrow', 'PySide6', 'sklearn', 'PIL'}\n"
        "heavy &= set(sys.modules)\n"
        "assert not heavy, heavy\n"
    )
    ended = run_python("-c", script)
    assert ended.returncode == 0, ended.stderr
    assert (__version__ in ended.stdout) == (option == "--version")


def test_recommended_backbones_are_listed_with_what_a_choice_needs(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert cli.main(["--list-backbones"]) == 0
    lines = capsys.readouterr().out.splitlines()
    for each in RECOMMENDED_BACKBONES:
        heading, purpose = next(
            pair for pair in pairwise(lines) if pair[0].startswith(f"{each.name} ")
        )
        assert each.licence in heading
        assert f"{each.size} px" in heading
        assert (f"{each.megabytes} MB" if each.megabytes else "built in") in heading
        assert purpose.strip() == each.purpose
    assert "no image" in lines[-1]


def test_help_names_every_option_and_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(["--help"])
    text = capsys.readouterr().out
    for option in (*OPTIONS.values(), *COMMAND_OPTIONS.values()):
        assert (option.flag in text) == option.in_command
    assert "--headless SOURCE --out DIR" in text
    assert "examples:" in text


@pytest.mark.parametrize(
    ("argv", "words"),
    [
        (["--headless", "--out", "x"], "needs an image folder"),
        (["--headless", "photos"], "needs a folder for the results"),
        (["--headless", "photos", "--demo"], "takes no SOURCE"),
        (["--headless", "p", "--out", "x", "--epochs", "0"], "--epochs: '0' is not a whole number"),
        (["--headless", "p", "--out", "x", "--folds", "1"], "from 2"),
        (["--headless", "p", "--out", "x", "--views", "17"], "from 0 to 16"),
        (["--headless", "p", "--out", "x", "--seed", "-1"], "--seed"),
        (["--headless", "p", "--out", "x", "--seed", "one"], "'one' is not a whole number"),
        (["--headless", "p", "--out", "x", "--device", "tpu"], "'tpu' is not one of auto, cpu"),
        (["--headless", "p", "--out", "x", "--loss", "proxy"], "'proxy' is not one of multi-"),
        (["--headless", "p", "--out", "x", "--dimension", "1"], "from 2 to 512"),
        (["--headless", "p", "--out", "x", "--passes", "0"], "from 1 to 4"),
        (["--headless", "p", "--out", "x", "--finetune-epochs", "2"], "without --finetune"),
        (["--headless", "p", "--out", "x", "--finetune-memory", "9"], "without --finetune"),
        (
            [
                "--headless",
                "p",
                "--out",
                "x",
                "--finetune",
                "--finetune-epochs",
                "1",
                "--finetune-memory",
                "9",
            ],
            "--finetune-epochs 2",
        ),
        (["--headless", "p", "--out", "x", "--lab", "y"], "nrecognized arguments: --lab"),
        (["p"], "There is no window here"),
        ([], "Use --headless"),
    ],
)
def test_a_wrong_call_says_what_is_wrong(
    argv: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    job = Recorder()
    assert job.main(*argv) == ExitCode.USAGE
    assert words in capsys.readouterr().err
    assert not job.calls


def test_all_options_reach_the_job() -> None:
    job = Recorder()
    code = job.main(
        "--headless", "photos", "--out", "done", "--labels", "l.csv", "--label-column", "worse",
        "--path-column", "file", "--on-conflict", "unlabelled", "--class-names", "n.txt",
        "--class-from", "*/{class}/*", "--planes", "4",
        "--backbone", "resnet50", "--loss", "triplet", "--epochs", "3",
        "--folds", "2", "--views", "0", "--device", "cpu", "--seed", "5",
        "--apply", "confident", "--resume", "--force", "--finetune", "--finetune-epochs", "4",
        "--finetune-memory", "512", "--passes", "1", "--dimension", "32",
        "--class-folders", "copy", "--self-test", "--augment-all", "--csv-safe",
        "--formats", "boxes", "--undecided", "leave-out", "--unsure", "folder",
        "--finetune-thorough", "--features", "f.npz", "--probabilities", "p.csv",
    )  # fmt: skip
    assert code == ExitCode.OK
    options, keywords = job.calls[0]
    assert {name: value_of(options, name) for name in OPTIONS} == {
        "source": Path("photos"), "labels": Path("l.csv"), "label_column": "worse",
        "path_column": "file", "on_conflict": "unlabelled", "class_names": Path("n.txt"),
        "class_from": "*/{class}/*", "planes": 4,
        "backbone": "resnet50", "loss": "triplet", "epochs": 3, "folds": 2,
        "views": 0, "device": "cpu", "seed": 5, "apply": "confident",
        "finetune": True, "finetune_epochs": 4, "finetune_memory": 512, "passes": 1,
        "dimension": 32, "class_folders": "copy", "out": Path("done"), "trust_checked": True,
        "self_test": True, "augment_all": True, "finetune_thorough": True,
        "formats": "boxes", "undecided": "leave-out", "unsure": "folder",
        "csv_safe": True, "features": Path("f.npz"), "probabilities": Path("p.csv"),
    }  # fmt: skip
    assert (keywords["resume"], keywords["force"]) == (True, True)


def test_earlier_results_are_kept_unless_asked_for() -> None:
    job = Recorder()
    assert job.main("--headless", "photos", "--out", "done") == ExitCode.OK
    _, keywords = job.calls[0]
    assert (keywords["resume"], keywords["force"]) == (False, False)


def test_the_end_says_where_the_results_are_and_what_comes_next(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert Recorder().main("--headless", "photos", "--out", "results") == ExitCode.OK
    text = capsys.readouterr().out
    assert "The results are in results" in text
    assert "1,797 images in 10 classes" in text
    assert "1,798 files = 1,795 labelled + 2 dropped + 1 set aside" in text
    assert "171 labels flagged" in text
    assert "5 images probably belong to none of the classes" in text
    assert "about 168 wrong in all (140 to 201)" in text
    assert "1 file set aside" in text
    assert "3 suggestions taken into labels.csv" in text
    assert "Next: look at" in text


def test_the_demo_counts_the_planted_errors_at_the_front(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    job = Recorder()
    assert job.main("--headless", "--demo") == ExitCode.OK
    options, _ = job.calls[0]
    assert options.source == Source(cache / "demo" / "images")
    assert options.output.folder == Path("demo-result")
    text = capsys.readouterr().out
    assert "first 10 % of the queue (4 images) holds 2 of the 4 planted errors (50%)" in text


@pytest.mark.parametrize(("length", "front"), [(0, 0), (1, 1), (10, 1), (11, 2), (1797, 180)])
def test_the_front_is_a_tenth_rounded_up(length: int, front: int) -> None:
    assert demo_outcome([str(i) for i in range(length)], frozenset()).reviewed == front


def test_json_gives_one_object_a_line_and_ends_with_the_summary(
    capsys: pytest.CaptureFixture[str],
) -> None:
    events = [
        Progress(Stage.EXTRACT_FEATURES, 1, 2),
        Progress(Stage.FINETUNE, 1, 2, part=Stage.TRAIN, pass_index=1, fold=0),
        Notice(Message("{what}\nals", what="größer"), "warning"),
        EpochEnd(0, 1, 2, 12, 0.5, math.nan, WEIGHTS),
    ]
    assert Recorder(events).main("--headless", "--demo", "--json") == ExitCode.OK
    captured = capsys.readouterr()
    lines = [json.loads(line) for line in captured.out.splitlines()]
    assert [line["event"] for line in lines] == [
        "progress",
        "progress",
        "notice",
        "epoch",
        "finished",
    ]
    assert lines[0] == {
        "event": "progress",
        "stage": "extract features",
        "part": None,
        "pass": None,
        "fold": None,
        "done": 1,
        "total": 2,
    }
    assert {**lines[1], "event": ""} == {**lines[0], "event": ""} | {
        "stage": "fine-tune",
        "part": "train",
        "pass": 1,
        "fold": 0,
    }
    assert lines[2]["message"] == "größer\nals"
    assert lines[3]["noise_rate"] is None
    assert (lines[3]["pass"], lines[3]["fold"], lines[3]["epoch"]) == (0, 1, 2)
    assert "weights" not in lines[3]
    assert lines[4]["expected_errors"] == {"low": 140.2, "estimate": 168.4, "high": 201.0}
    assert (lines[4]["applied"], lines[4]["flagged"], lines[4]["quarantined"]) == (3, 171, 1)
    assert lines[4]["outliers"] == 5
    assert lines[4]["demo"] == {"reviewed": 4, "found": 2, "planted": 4}
    assert not captured.err


def test_quiet_says_nothing_but_errors(capsys: pytest.CaptureFixture[str]) -> None:
    quiet = Recorder([Progress(Stage.EXTRACT_FEATURES, 1, 2)])
    assert quiet.main("--headless", "--demo", "--quiet") == ExitCode.OK
    captured = capsys.readouterr()
    assert (captured.out, captured.err) == ("", "")
    failing = Recorder(error=InputError("photos is empty.", hint="Put images in."))
    assert failing.main("--headless", "photos", "--out", "x", "--quiet") == ExitCode.INPUT
    assert capsys.readouterr().err == "error: photos is empty.\n  Put images in.\n"


def test_an_error_in_json_carries_its_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    message = Message("{folder} is empty.", folder="photos")
    failing = Recorder(error=InputError(message, hint=Message("Put images in.")))
    assert failing.main("--headless", "photos", "--out", "x", "--json") == ExitCode.INPUT
    assert json.loads(capsys.readouterr().out) == {
        "event": "error",
        "message": "photos is empty.",
        "hint": "Put images in.",
        "exit_code": 3,
    }


def test_the_unexpected_is_told_shortly_and_logged_fully(
    cache: Path, capsys: pytest.CaptureFixture[str], expects_warning: None
) -> None:
    code = Recorder(error=ZeroDivisionError("by nought")).main("--headless", "p", "--out", "x")
    assert code == ExitCode.INTERNAL
    told = capsys.readouterr().err
    log = cache / "log" / "ahsml-app.log"
    assert "ZeroDivisionError: by nought" in told
    assert str(log) in told
    assert "Traceback" not in told
    assert "Traceback" in log.read_text(encoding="utf-8")


def test_warnings_of_libraries_go_to_the_log(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class Warns(Recorder):
        def run_job(self, *args: Any, **keywords: Any) -> Job:
            logging.getLogger("some.library").warning("a loose screw")
            with warnings.catch_warnings():
                warnings.simplefilter("always")
                warnings.warn("a rusty nail", stacklevel=1)
            return (yield from super().run_job(*args, **keywords))

    assert Warns().main("--headless", "--demo") == ExitCode.OK
    captured = capsys.readouterr()
    log = (cache / "log" / "ahsml-app.log").read_text(encoding="utf-8")
    for warning in ("a loose screw", "a rusty nail"):
        assert warning not in captured.out + captured.err
        assert warning in log


def test_an_unwritable_log_stops_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("AHSML_APP_CACHE", str(tmp_path / "file"))
    assert Recorder().main("--headless", "photos", "--out", "x") == ExitCode.OK


@pytest.mark.parametrize("error", [KeyboardInterrupt(), Cancelled()])
def test_a_stopped_run_tells_how_to_continue(
    error: BaseException, capsys: pytest.CaptureFixture[str]
) -> None:
    code = Recorder(error=error).main("--headless", "photos", "--out", "x")
    assert code == ExitCode.CANCELLED
    assert "--resume" in capsys.readouterr().err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full here")
def test_a_log_on_a_full_disk_stops_nothing(
    cache: Path, capsys: pytest.CaptureFixture[str], expects_warning: None
) -> None:
    (cache / "log").mkdir()
    (cache / "log" / "ahsml-app.log").symlink_to("/dev/full")
    assert (
        Recorder(error=ZeroDivisionError()).main("--headless", "photos", "--out", "x")
        == ExitCode.INTERNAL
    )
    assert "Traceback" not in capsys.readouterr().err


def test_a_console_of_an_old_encoding_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    console = io.TextIOWrapper(io.BytesIO(), encoding="ascii", write_through=True)
    monkeypatch.setattr(sys, "stderr", console)
    job = Recorder([Notice("Größe")])
    assert job.main("--headless", "photos", "--out", "results") == ExitCode.OK
    assert b"Gr??e" in console.buffer.getvalue()  # type: ignore[attr-defined]


def test_the_signal_handlers_of_the_caller_come_back() -> None:
    before = signal.getsignal(signal.SIGINT)
    Recorder().main("--headless", "--demo")
    assert signal.getsignal(signal.SIGINT) is before


def test_the_token_of_the_job_is_cancelled_by_a_signal() -> None:
    tokens: list[CancelToken] = []

    def run_job(options: RunOptions, *, cancel: CancelToken, **keywords: Any) -> Job:
        tokens.append(cancel)
        yield Progress(Stage.TRAIN)
        signal.raise_signal(signal.SIGINT)
        return SUMMARY

    make: Callable[[Path], Path] = lambda folder: folder  # noqa: E731
    use_cases = UseCases(run_job, make, lambda _: frozenset())  # type: ignore[arg-type]
    assert cli.main(["--headless", "p", "--out", "x"], use_cases=use_cases) == 130
    assert tokens[0].cancelled

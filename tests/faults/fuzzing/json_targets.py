"""Targets of JSON files: lists, records and logs that this program wrote and somebody changed."""

from __future__ import annotations

import contextlib
import hashlib
import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from random import Random

import numpy as np
from small_results import small_self_test

from ahsml_app.base.decisions import Decision, DecisionKind, Mark
from ahsml_app.base.message import Message, dump_message, stored_message
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.base.paths import (
    APP_NAME,
    DIGEST_BYTES,
    RUN_FILE,
    holds_results,
    projects_folder,
)
from ahsml_app.base.types import SampleTable
from ahsml_app.core.checkpoint import CheckpointFolder
from ahsml_app.session.headless import run as headless_run
from ahsml_app.session.project.library import source_facts
from ahsml_app.session.project.logged_decisions import logged_state, logged_steps
from ahsml_app.session.project.project import Project
from ahsml_app.session.project.recent import forget_project, recent_projects
from ahsml_app.session.project.replay import replay_steps
from ahsml_app.store.decision_log import (
    ClassName,
    LoggedChange,
    LoggedMark,
    LoggedStep,
    broken_lines,
    first_line,
    hash_of_line,
    read_lines,
    step_line,
)
from ahsml_app.store.output.run_folder import claim
from ahsml_app.store.project_folder import ProjectFolder
from ahsml_app.store.recent_projects import remember
from ahsml_app.store.self_test_file import read_self_test, write_self_test
from faults.fuzzing.mutation import json_text, mutated_bytes, mutated_json, mutated_json_text
from faults.fuzzing.target import Reader, Target, words

_JSON = ("{", "}", "[", "]", '"', ":", ",", "\\u0000", "\\ud800", "1e999", "NaN", "null", "\ufeff")


_LABELS = b"path,label\n"


def _recent(_: Path) -> Sequence[bytes]:
    entry = {
        "folder": "/projects/pets",
        "name": "pets",
        "opened": "2026-01-01T12:00:00+01:00",
        "images": 3,
        "flagged": -1,
        "decided": 0,
        "pictures": ["/pictures/a.png"],
    }
    return [json.dumps([entry, {**entry, "folder": "/projects/b"}], indent=1).encode()]


def _recent_reader(_: Path) -> Reader:
    file = projects_folder() / "recent.json"
    file.parent.mkdir(parents=True)

    def read(data: bytes) -> None:
        file.write_bytes(data)
        projects = recent_projects()
        remember(file, {"folder": "/projects/pets", "name": "pets"})
        if projects:
            forget_project(projects[0].folder)

    return read


def _self_tests(folder: Path) -> Sequence[bytes]:
    folder.mkdir()
    write_self_test(folder / "self-test.json", small_self_test())
    return [(folder / "self-test.json").read_bytes()]


def _self_test_reader(folder: Path) -> Reader:
    file = folder / "self-test.json"

    def read(data: bytes) -> None:
        file.write_bytes(data)
        test = read_self_test(file)
        for result in () if test is None else test.results:
            bool(result.interval_holds)

    return read


def _run_records(_: Path) -> Sequence[bytes]:
    files = {"labels.csv": _hash(_LABELS), "images/a/1.png": _hash(b""), "journal.csv": "?"}
    return [json.dumps({"application": APP_NAME, "version": "1", "files": files}).encode()]


def _hash(content: bytes) -> str:
    return hashlib.blake2b(content, digest_size=DIGEST_BYTES).hexdigest()


def _run_reader(folder: Path) -> Reader:
    out = folder / "out"

    def read(data: bytes) -> None:
        out.mkdir(exist_ok=True)
        (out / RUN_FILE).write_bytes(data)
        (out / "labels.csv").write_bytes(_LABELS)
        (out / "mine.txt").write_bytes(b"mine")
        holds_results(out)
        with claim(out, reads=[folder / "images"], force=True) as run:
            (run.staging / RUN_FILE).write_text(json.dumps({"application": APP_NAME, "files": {}}))
            run.publish()
        if not (out / "mine.txt").exists():
            raise AssertionError("a file of somebody else is gone")

    return read


def _options(_: Path) -> Sequence[bytes]:
    return [json.dumps({"views": "4", "seed": "0", "folds": None}).encode()]


def _options_reader(folder: Path) -> Reader:
    partial = folder / "out.partial"
    (partial / "checkpoints").mkdir(parents=True)
    (partial / "run.lock").touch()
    (partial / "checkpoints" / "head.safetensors").touch()
    stack = contextlib.ExitStack()  # lives as long as the reader
    claimed = claim(folder / "out", reads=[folder / "images"], resume=True)
    run = stack.enter_context(claimed)

    def read(data: bytes) -> None:
        (run.checkpoints / headless_run.OPTIONS_FILE).write_bytes(data)
        list(headless_run._remember_options(run, RunOptions()))

    return read


def _messages(_: Path) -> Sequence[bytes]:
    inner = Message("no such {kind!r}", kind="file")
    outer = Message.plural("{n:,} of one: {why}", "{n:,} of {count}", count=2, n=3.5, why=inner)
    return [dump_message(message).encode() for message in (inner, outer)]


def _message_reader(_: Path) -> Reader:
    def read(data: bytes) -> None:
        text = str(stored_message("the text beside it", data.decode("utf-8", "surrogateescape")))
        if len(text) > 10 * len(data) + 1000:
            raise AssertionError(f"{len(data)} bytes become a text of {len(text)}")

    return read


def _steps() -> list[LoggedStep]:
    image = (0, "a/1.png", "ab" * 16, "cat")
    change = LoggedChange(*image, Decision(), Decision(DecisionKind.RELABEL, "dog"))
    note = LoggedMark(*image, Mark.NOTE, "", "blurred")
    time = "2026-01-01T12:00:00.000+01:00"
    return [
        LoggedStep(1, "decide", None, "1 image: dog", time, "me", 1, (change,)),
        LoggedStep(2, "undo", 1, "1 image: dog", time, "me", 1),
        LoggedStep(3, "redo", 1, "1 image: dog", time, "", 1),
        LoggedStep(5, "decide", None, "dog is Dog", time, "", 1, (), (ClassName("dog", "d", "D"),)),
        LoggedStep(6, "decide", None, "a note", time, "", 1, marks=(note,)),
    ]


def _logs(_: Path) -> Sequence[bytes]:
    lines = [first_line()]
    for step in _steps():
        lines.append(step_line(step, hash_of_line(lines[-1])))
    return ["".join(f"{line}\n" for line in lines[:n]).encode() for n in (len(lines), 2, 1)]


def _mutated_log(random: Random, corpus: Sequence[bytes]) -> bytes:
    """Mutates the bytes, or the values of steps; then the chain of hashes is made whole again."""
    if random.random() < 0.3:
        return mutated_bytes(random, corpus, [word.encode() for word in _JSON])
    lines = random.choice(corpus).decode().splitlines()
    records = [json.loads(line) for line in lines]
    place = random.randrange(len(records))
    records[place] = mutated_json(random, records[place])
    previous, sealed = "", []
    for number, record in enumerate(records):
        if isinstance(record, dict):
            record.pop("hash", None)
            if number and "previous" in record:
                record["previous"] = previous
        body = json_text(record)[:-1]
        previous = hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()
        sealed.append(f'{body},"hash":"{previous}"}}\n')
    return "".join(sealed).encode("utf-8", "surrogatepass")


def _log_reader(folder: Path) -> Reader:
    file, project = folder / "decisions.jsonl", folder / "project"
    images = SampleTable(
        root=folder,
        paths=("a/1.png", "a/2.png"),
        labels=np.array([0, 1]),
        class_names=("cat", "dog"),
        hashes=("ab" * 16, "cd" * 16),
    )
    facts = source_facts("pets", Source(folder))

    def read(data: bytes) -> None:
        file.write_bytes(data)
        for problem in broken_lines(read_lines(file)):
            str(problem)
        logged_state(file)
        shutil.rmtree(project, ignore_errors=True)
        replayed = Project(ProjectFolder.create(project, facts, images, ()))
        try:
            replayed.original = images
            replay_steps(replayed, logged_steps(file))
            replayed.log()
        finally:
            replayed.close()

    return read


def _checkpoints(folder: Path) -> Sequence[bytes]:
    store = CheckpointFolder(folder, "digest")
    store.save("head", {"a": np.arange(6.0).reshape(2, 3), "b": np.array([1, 2], np.int32)})
    return [(folder / "head.safetensors").read_bytes()]


def _checkpoint_reader(folder: Path) -> Reader:
    store = CheckpointFolder(folder, "digest")

    def read(data: bytes) -> None:
        (folder / "head.safetensors").write_bytes(data)
        store.load("head")

    return read


def _toml_files(_: Path) -> Sequence[bytes]:
    text = 'views = 4\nloss = "circle"\nfinetune = true\nbackbone = "a/b.pt"\nseed = 1 # one\n'
    return [text.encode(), ("\ufeff" + text + "class-from = '*/{class}/*'\n").encode()]


def _toml_reader(folder: Path) -> Reader:
    from ahsml_app.base.options.settings_file import read_settings

    file = folder / "settings.toml"

    def read(data: bytes) -> None:
        file.write_bytes(data)
        read_settings(file)

    return read


_JSON_MUTATION = words(*_JSON, mutate=mutated_json_text)
TARGETS = (
    Target("recent", _recent, _recent_reader, _JSON_MUTATION, short=150),
    Target("self-test", _self_tests, _self_test_reader, _JSON_MUTATION),
    Target("run-json", _run_records, _run_reader, _JSON_MUTATION, short=60),
    Target("options-json", _options, _options_reader, _JSON_MUTATION),
    Target("message", _messages, _message_reader, _JSON_MUTATION),
    Target("decision-log", _logs, _log_reader, _mutated_log, short=150),
    Target("checkpoint", _checkpoints, _checkpoint_reader, words("F64", "I32", "__checksum__")),
    Target(
        "options-toml",
        _toml_files,
        _toml_reader,
        words(
            "[", "]", "[[", "]]", "{", "}", "=", "'''", '"""', ".", "\n", "inf", "-", "1979-05-27"
        ),
    ),
)

"""What the product is doing when a fault comes: each scenario can run alone in a process."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from running import result_of
from sample_images import CLASSES, make_images
from sample_projects import made_up_outcome

from ahsml_app.base.errors import AppError
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions, Source
from ahsml_app.base.paths import holds_results
from ahsml_app.session.export.project_results import export_project, export_request
from ahsml_app.session.export.results import PARTS, OutputChoice
from ahsml_app.session.headless.update import update_job
from ahsml_app.session.pipeline.scan_source import scan_source
from ahsml_app.session.pipeline.train_project import train_project
from ahsml_app.session.project.library import create_project, open_project
from ahsml_app.session.project.project import Project
from ahsml_app.store.output.partial_folder import partial_folder
from ahsml_app.store.project_folder import is_project
from faults.common.forks import Say, result_lines
from faults.common.promises import project_problems, results_problems
from faults.common.review_model import (
    DONE,
    REFUSED,
    STARTED,
    Decided,
    ReviewModel,
    allowed_states,
    decided_in,
    random_steps,
    take,
)
from faults.common.worlds import World

PER_CLASS = 6
SAMPLES = PER_CLASS * len(CLASSES)
STEPS = 40
"""Steps of a whole review."""

EXPORTED = frozenset(PARTS) - {"model", "manifest"}
GOLDEN = Path(__file__).parents[2] / "golden"


@dataclass(frozen=True)
class Scenario:
    """Something that the product does in a world.

    Attributes:
        name: Name in commands and tables.
        state: Name of the world's state that it starts from.
        act: Does it, and says what the product has confirmed; picks by a seed.
        check: Yields the broken promises, given what was said.
        arrange: Changes the restored state before the product starts; picks by a seed.
        repeats: Whether `check` still knows what to expect when the work was done twice.
    """

    name: str
    state: str
    act: Callable[[World, Say, int], object]
    check: Callable[[World, Sequence[str]], Iterator[str]]
    arrange: Callable[[World, int], None] = lambda _world, _seed: None
    repeats: bool = True


def settings(world: World) -> dict[str, object]:
    """Options of a training that takes a second."""
    network = f"timm:test_efficientnet={world.network}"
    short = {"views": 1, "folds": 2, "epochs": 2, "passes": 1}
    return {**short, "device": "cpu", "backbone": network}


def prepare(world: World, states: Sequence[str]) -> None:
    """Makes the states that scenarios start from, each in a process of its own."""
    for name in STATES:
        needed = name in states or any(name in NEEDED.get(other, ()) for other in states)
        if needed and not world.has(name):
            if before := NEEDED.get(name):
                world.restore(before[-1])
            code, _ = result_lines(lambda _say, make=STATES[name]: make(world), world.log)
            assert code == 0, world.output()
            world.save(name)


def _make_pictures(world: World) -> None:
    import timm
    import torch

    make_images(world.images, per_class=PER_CLASS, wrong=1)
    torch.manual_seed(0)
    torch.save(timm.create_model("test_efficientnet").state_dict(), world.network)


def _make_project(world: World) -> None:
    with _created(world) as project:
        _take_steps(world, project, seed=99, count=12)


def _make_training(world: World) -> None:
    _train(world)
    (world.folder / "trained").write_text("1", "utf-8")


def _make_results(world: World) -> None:
    _export(world, lambda _line: None, 0)
    with _opened(world) as project:
        _take_steps(world, project, seed=98, count=6)


def _change_images(world: World) -> None:
    """Adds, renames, changes and deletes images, as their owner does, and says what must follow."""
    paths = sorted(_given(world))
    decided = _expected(world)
    make_images(world.folder / "more", per_class=1, wrong=0, seed=1)
    for path in (world.folder / "more").rglob("*.png"):
        path.rename(world.images / path.parent.name / f"new-{path.name}")
    shutil.rmtree(world.folder / "more")
    for path in (paths[0], paths[7]):
        new = f"{path.removesuffix('.png')}-renamed.png"
        (world.images / path).rename(world.images / new)
        if path in decided:
            decided[new] = decided.pop(path)
    shutil.copyfile(world.images / paths[3], world.images / paths[4])
    decided.pop(paths[4], None)
    (world.images / paths[12]).unlink()
    (world.folder / "updated.json").write_text(json.dumps(decided), "utf-8")


def _make_old_projects(world: World) -> None:
    for golden in sorted(GOLDEN.glob("project-*.sql")):
        folder = world.folder / golden.stem
        folder.mkdir()
        script = golden.read_text("utf-8").replace("/pictures", str(world.images))
        connection = sqlite3.connect(folder / "project.sqlite")
        connection.executescript(script)
        connection.close()


STATES: dict[str, Callable[[World], None]] = {
    "pictures": _make_pictures,
    "project": _make_project,
    "training": _make_training,
    "results": _make_results,
    "changed": _change_images,
    "old": _make_old_projects,
}
"""States of a world, in the order in which they are made."""

NEEDED = {
    "project": ("pictures",),
    "training": ("pictures", "project"),
    "results": ("pictures", "project", "training"),
    "changed": ("pictures", "project", "training"),
    "old": ("pictures",),
}
"""The states that another one is made of, the last one at the end."""


def _opened(world: World) -> closing[Project]:
    return closing(open_project(world.project))


def _created(world: World) -> closing[Project]:
    source = Source(world.images)
    scanned = result_of(scan_source(source))
    return closing(create_project(world.project, "project", source, scanned))


def _take_steps(world: World, project: Project, seed: int, count: int) -> None:
    """Takes steps, and keeps beside the project what it must hold then."""
    steps = list(islice(_steps(project, seed), count))
    for step in steps:
        take(project, step)
    path = world.folder / "steps.json"
    earlier = json.loads(path.read_text("utf-8")) if path.is_file() else []
    path.write_text(json.dumps(earlier + steps), "utf-8")
    (world.folder / "expected.json").write_text(json.dumps(decided_in(project)), "utf-8")


def _expected(world: World) -> Decided:
    path = world.folder / "expected.json"
    return json.loads(path.read_text("utf-8")) if path.is_file() else {}


def _given(world: World) -> dict[str, str]:
    paths = (path.relative_to(world.images) for path in world.images.rglob("*.png"))
    return {path.as_posix(): path.parts[0] for path in paths}


def _steps(project: Project, seed: int) -> Iterator[dict]:
    return random_steps(project.table.paths, (*CLASSES, "another class"), seed)


def _scan(world: World, say: Say, _seed: int) -> None:
    with _opened(world) if is_project(world.project) else _created(world):
        say("created")


def _check_scan(world: World, lines: Sequence[str]) -> Iterator[str]:
    if is_project(world.project):
        yield from project_problems(world.project, [{}], SAMPLES)
    elif "created" in lines:
        yield "loss: the project is gone"


def _train(world: World) -> None:
    with _opened(world) as project:
        options = with_values(RunOptions(), settings(world))
        project.accept(result_of(train_project(project.train_request(options))))


def _learn(world: World, say: Say, _seed: int) -> None:
    with _opened(world) as project:
        number = (project.run or {}).get("number", 0)
    _train(world)
    say(f"trained {number + 1}")


def _score(world: World, say: Say, seed: int) -> None:
    """Writes and records a training, without the time that it takes to train."""
    with _opened(world) as project:
        outcome = made_up_outcome(project, seed)
        project.accept(outcome)
    say(f"trained {outcome.number}")


def _check_learn(world: World, lines: Sequence[str]) -> Iterator[str]:
    numbers = [int(line.split()[1]) for line in lines if line.startswith("trained ")]
    earlier = world.folder / "trained"
    run = int(earlier.read_text("utf-8")) if earlier.is_file() else 0
    yield from project_problems(
        world.project, [_expected(world)], SAMPLES, max(numbers, default=run)
    )


def _review(world: World, say: Say, seed: int) -> None:
    with _opened(world) as project:
        for step in islice(_steps(project, seed), STEPS):
            say(STARTED + json.dumps(step))
            try:
                take(project, step)
            except AppError as error:
                print(error)
                say(REFUSED)
            else:
                say(DONE)


def _check_review(world: World, lines: Sequence[str]) -> Iterator[str]:
    states = allowed_states(review_model(world), lines)
    yield from project_problems(world.project, states, SAMPLES)


def review_model(world: World) -> ReviewModel:
    """What the journal of the world's project held at the start."""
    model = ReviewModel(_given(world))
    for step in json.loads((world.folder / "steps.json").read_text("utf-8")):
        model.take(step)
    return model


def _export(world: World, say: Say, _seed: int) -> None:
    with _opened(world) as project:
        request = export_request(project, world.results, OutputChoice(EXPORTED), force=True)
    result_of(export_project(request))
    say("exported")


def _check_export(world: World, lines: Sequence[str]) -> Iterator[str]:
    yield from project_problems(world.project, [_expected(world)], SAMPLES)
    yield from results_problems(world.results, SAMPLES)
    if "exported" in lines and not (world.results / "labels.csv").is_file():
        yield "loss: the exported results are gone"


def _choose_old(world: World, seed: int) -> None:
    folders = sorted(world.folder.glob("project-*"))
    shutil.copytree(folders[seed % len(folders)], world.project)


def _migrate(world: World, say: Say, _seed: int) -> None:
    open_project(world.project).close()
    say("opened")


def _check_migrate(world: World, _lines: Sequence[str]) -> Iterator[str]:
    drop, other = ["drop", ""], ["relabel", "ellipse"]
    names = ("circle/circle-00.png", "circle/circle-01.png", "cross/cross-00.png")
    decided = dict(zip(names, (drop, drop, other), strict=True))
    yield from project_problems(world.project, [decided], 8)


def _update(world: World, say: Say, _seed: int) -> None:
    result_of(update_job(world.project))
    say("updated")


def _check_update(world: World, lines: Sequence[str]) -> Iterator[str]:
    with _opened(world) as project:
        samples = len(project.table)
    if samples == SAMPLES and "updated" not in lines:
        yield from project_problems(world.project, [_expected(world)], SAMPLES, 1)
    else:
        after = json.loads((world.folder / "updated.json").read_text("utf-8"))
        yield from project_problems(world.project, [after], SAMPLES + len(CLASSES), 1)


def command_of(scenario: Scenario, world: World) -> list[str]:
    """Arguments of the command that does what a scenario does."""
    if scenario.name == "command":
        return ["--headless", str(world.project), "--out", str(world.results), "--force"]
    values = settings(world).items()
    options = [text for name, value in values for text in (f"--{name}", str(value))]
    resume = ["--resume"] if partial_folder(world.results).is_dir() else []
    resume += ["--force"] if holds_results(world.results) else []
    arguments = ["--headless", str(world.images), "--out", str(world.results), "--json"]
    return [*arguments, *options, *resume]


def _command(world: World, say: Say, name: str) -> int:
    from ahsml_app.cli.command import main

    code = main(command_of(SCENARIOS[name], world))
    if code == 0:
        say("finished")
    return code


def _run(world: World, say: Say, _seed: int) -> int:
    return _command(world, say, "run")


def _export_by_command(world: World, say: Say, _seed: int) -> int:
    return _command(world, say, "command")


def _check_run(world: World, lines: Sequence[str]) -> Iterator[str]:
    yield from results_problems(world.results, SAMPLES)
    if "finished" in lines and not (world.results / "scores.csv").is_file():
        yield "loss: the results of the finished run are gone"


SCENARIOS = {
    scenario.name: scenario
    for scenario in (
        Scenario("scan", "pictures", _scan, _check_scan),
        Scenario("review", "project", _review, _check_review, repeats=False),
        Scenario("migration", "old", _migrate, _check_migrate, _choose_old),
        Scenario("scores", "training", _score, _check_learn),
        Scenario("export", "results", _export, _check_export),
        Scenario("update", "changed", _update, _check_update),
        Scenario("command", "results", _export_by_command, _check_export),
        Scenario("training", "training", _learn, _check_learn),
        Scenario("features", "project", _learn, _check_learn),
        Scenario("run", "pictures", _run, _check_run),
    )
}
"""The scenarios, those that load least first."""

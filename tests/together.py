"""What torchrun starts in the tests of work in several processes, and how it is started."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

COUNT = 2
MUCH = 16
"""Pictures at once that are asked for where half of the share of a process is too many."""

BUSY = 3.0
"""Seconds for which a process can be busy until it has to end; more than a person waits for it."""

OWN = Path("/proc/self/cwd")
"""A path under which each process sees a folder of its own, as if on another machine."""

CHECKOUT = Path(__file__).resolve().parent.parent


STANDALONE = ("--rdzv-backend", "c10d", "--rdzv-endpoint", "localhost:0", "--rdzv-id", "tests")
TORCHRUN = (*STANDALONE, "--nproc-per-node", str(COUNT))
"""Two processes on this machine, which meet at a free port."""


def start(*words: str, timeout: float = 300, **more: str) -> subprocess.CompletedProcess[str]:
    """Two processes of this file, started by torchrun."""
    command = [sys.executable, "-m", "torch.distributed.run", *TORCHRUN, __file__, *words]
    return subprocess.run(
        command,
        env=os.environ | _settings() | more,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=timeout,
        check=False,
    )


def _settings() -> dict[str, str]:
    paths = os.pathsep.join([str(CHECKOUT), str(CHECKOUT / "tests")])
    return {"PYTHONPATH": paths, "OMP_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1"}


class Launcher:
    """Starts two processes as torchrun does, but by copies of one that has loaded torch.

    Each start by torchrun itself loads torch three times, which takes longer than most tests.
    """

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, __file__, "serve"],
            env=os.environ | _settings(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def __call__(
        self, *words: str, timeout: float = 300, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Exit code and output of both together, as `start` returns them."""
        assert self._server.stdin
        assert self._server.stdout
        with tempfile.TemporaryDirectory() as folder:
            request = (words, timeout, os.environ | _settings() | more, folder)
            print(json.dumps(request), file=self._server.stdin, flush=True)
            code = int(self._server.stdout.readline())
            output = [(Path(folder) / name).read_text("utf-8") for name in ("out", "err")]
        return subprocess.CompletedProcess(words, code, *output)

    def close(self) -> None:
        assert self._server.stdin
        self._server.stdin.close()
        self._server.wait(timeout=30)


def _serve() -> None:
    """Start two processes for each line on standard input, and print the exit code of both."""
    import finetuning  # noqa: F401
    import torch.distributed.run  # noqa: F401

    import ahsml_app.core.distributed.process_group
    import ahsml_app.core.features.extract
    import ahsml_app.core.finetune.training_loop
    import ahsml_app.core.workers.worker_loop  # noqa: F401

    for line in sys.stdin:
        words, timeout, variables, folder = json.loads(line)
        launcher = os.fork()
        if launcher == 0:
            os.setsid()
            _redirect(Path(folder))
            os.environ.clear()
            os.environ.update(variables)
            os._exit(_launch(words))
        until = time.monotonic() + timeout
        ended, status = os.waitpid(launcher, os.WNOHANG)
        while not ended and time.monotonic() < until:
            time.sleep(0.02)
            ended, status = os.waitpid(launcher, os.WNOHANG)
        if not ended:
            os.killpg(launcher, signal.SIGKILL)
            _, status = os.waitpid(launcher, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _redirect(folder: Path) -> None:
    """Standard input from nowhere, output and errors into files."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)


def _launch(words: list[str]) -> int:
    """What `torchrun` does, but that its processes are copies of this one."""
    from torch.distributed import run
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.launcher.api import elastic_launch

    config, _, _ = run.config_from_args(run.parse_args([*TORCHRUN, __file__, *words]))
    config.start_method = "fork"
    try:
        elastic_launch(config, _forked)(words)
    except ChildFailedError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0


def _forked(words: list[str]) -> None:
    """The same as a new process with these words on its command line."""
    for each in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(each, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv[1:] = words
    sys.exit(_main())


def options() -> dict[str, Any]:
    """How networks are tuned, by a name for each way."""
    from benchmarks.common.variants import varied
    from finetuning import TUNING

    return {
        "plain": replace(TUNING, memory=6),
        "parts": varied(TUNING, micro_batch=5),
        "saving": varied(TUNING, checkpointing=True),
        "few": varied(TUNING, classes_per_batch=1, samples_per_class=1, epochs=1),
        "full": varied(TUNING, micro_batch=MUCH, samples_per_class=6),
        "loss": varied(TUNING, micro_batch=MUCH + 1, samples_per_class=6),
    }


def tuning(folder: Path, checkpoint: Path, way: str, cancel: Any = None) -> Any:
    """The events of tuning a network on the pictures in the folder."""
    import finetuning

    from ahsml_app.base.context import RunContext
    from ahsml_app.base.events import CancelToken
    from ahsml_app.core.checkpoint import CheckpointFolder
    from ahsml_app.core.finetune.training_loop import TuningRun, step_count, tune
    from ahsml_app.core.workers.worker_peers import worker_peers

    table = finetuning.picture_table(folder / "pictures")
    backbone = finetuning.tiny_backbone(folder)
    # From a cache that is full: the features of a task are the same in every process.
    task = finetuning.task_of(table, backbone, folder / "cache")
    asked = options()[way]
    return tune(
        backbone,
        [table.root / path for path in table.paths],
        task,
        finetuning.CONFIG,
        asked,
        TuningRun(
            0,
            2,
            0,
            step_count(len(task.rows), asked),
            CheckpointFolder(checkpoint, way),
            RunContext(cancel=cancel or CancelToken()),
            worker_peers(),
        ),
    )


def extraction(folder: Path, cache: Path, context: Any = None) -> Any:
    """The events of extracting features of the pictures in the folder."""
    import finetuning

    from ahsml_app.core.features.extract import extract_features
    from ahsml_app.core.workers.worker_peers import worker_peers

    table = finetuning.picture_table(folder / "pictures")
    backbone = finetuning.tiny_backbone(folder)
    peers = worker_peers()
    embed = None if peers is None else peers.extract
    return extract_features(
        table, backbone, context, augmentations=1, cache_folder=cache, extract=embed
    )


def save(file: Path, backbone: Any) -> None:
    np.savez(file, **{name: v.numpy() for name, v in backbone.module.state_dict().items()})


def _everything(folder: Path) -> None:
    """Tune in every way and embed, one after the other."""
    from running import finish

    from ahsml_app.base.errors import Cancelled
    from ahsml_app.base.events import CancelToken, Notice, Progress

    for way in options():
        events, backbone = finish(tuning(folder, folder / "kept" / way, way))
        save(folder / f"{way}.npz", backbone)
        print(way, [str(event.message) for event in events if isinstance(event, Notice)])
    found = finish(extraction(folder, folder / "cache-of-two"))[1]
    np.savez(folder / "features.npz", features=found.features, thumbnails=found.thumbnails)
    token = CancelToken()
    stopped = tuning(folder, folder / "stopped", "plain", token)
    try:
        for event in stopped:
            if isinstance(event, Progress) and event.done == 3:
                token.cancel()
    except Cancelled:
        print("stopped")
    save(folder / "continued.npz", finish(tuning(folder, folder / "stopped", "plain"))[1])


def _one(folder: Path) -> None:
    """Tune once, with checkpoints."""
    from running import finish

    finish(tuning(folder, folder / "kept", "plain"))


def _older(folder: Path) -> None:
    """Extract features and tune where the second process sees an older copy of the pictures."""
    from running import finish

    from ahsml_app.base.context import RunContext

    context = RunContext()
    found = finish(extraction(OWN, OWN / "cache", context))[1]
    print(*context.messages, sep="\n")
    np.savez(folder / "features.npz", features=found.features, thumbnails=found.thumbnails)
    finish(tuning(OWN, OWN / "kept", "plain"))


def _misbehave(case: str) -> None:
    """What goes wrong in the second process."""
    import torch

    from ahsml_app.core.finetune import network
    from ahsml_app.core.finetune.step import NetworkTraining

    forward, step = network.TunedNetwork.forward, NetworkTraining.step
    objective = NetworkTraining._objective
    at_once: list[int | None] = [None]

    def remembered(self: Any, *more: Any) -> Any:
        at_once[0] = self.tuning.ablation.micro_batch
        return step(self, *more)

    def small(self: Any, *more: Any) -> Any:
        if at_once[0] in (MUCH, MUCH // 2):
            raise RuntimeError("CUDA out of memory, as it were")
        return forward(self, *more)

    def dear(self: Any, *more: Any, **named: Any) -> Any:
        if self.tuning.ablation.micro_batch == MUCH + 1:
            raise RuntimeError("CUDA out of memory in the loss")
        return objective(self, *more, **named)

    steps: list[Any] = []

    def killed(self: Any, place: Any, *more: Any) -> Any:
        steps.append(place)
        if len(steps) == int(os.environ.get("KILLED_AT", "4")):
            os.kill(os.getpid(), signal.SIGKILL)
        return step(self, place, *more)

    def failed(self: Any, place: Any, *more: Any) -> Any:
        raise OSError("the drive is gone")

    def full(self: Any, *more: Any) -> Any:
        raise RuntimeError("CUDA out of memory: there is no room for the optimiser")

    if case == "unagreed":
        torch.optim.AdamW.step = full
    elif case == "everything":
        NetworkTraining.step, network.TunedNetwork.forward = remembered, small
        NetworkTraining._objective = dear
    elif case in ("killed", "failed"):
        NetworkTraining.step = killed if case == "killed" else failed


def _busy(seconds: float, rank: int) -> int:
    """The command, whose second process fails while the first one is busy and hears no signal."""
    from ahsml_app import cli
    from ahsml_app.base.events import Progress, Stage
    from ahsml_app.cli import signals as stopping
    from ahsml_app.cli.use_cases import UseCases
    from ahsml_app.core.distributed.process_group import send_order
    from ahsml_app.core.workers.distributed_features import ORDER

    def run_job(*_: Any, **more: Any) -> Any:
        yield Progress(Stage.TRAIN)
        send_order({"order": ORDER})  # and no backbone, which the other one fails for
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(KeyboardInterrupt):
                time.sleep(0.1)
        send_order({"order": ORDER})

    if seconds > BUSY:
        stopping._DISTRIBUTED_PATIENCE = BUSY
    cases = UseCases(run_job, lambda folder: folder, lambda folder: frozenset())
    words = ["--headless", "photos", "--out", "x", "--device", "cpu", "--json"]
    return cli.main(words, use_cases=None if rank else cases)


def _refuse_to_write() -> None:
    """End this process as soon as it opens a file to write, or makes or moves one."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event in ("os.mkdir", "os.rename", "os.remove", "os.truncate")
        if event == "open":
            path, _, flags = arguments
            writes = bool(flags & (os.O_WRONLY | os.O_RDWR)) and str(path) != os.devnull
        if writes and "torchinductor" not in str(arguments[0]):  # torch makes it when it loads
            print(f"WROTE {event} {arguments}", file=sys.stderr, flush=True)
            os._exit(99)

    tempfile.gettempdir()  # writes to find out whether it may; torch asks for it when it loads
    sys.addaudithook(hook)


def _main() -> int:
    from ahsml_app.base.errors import AppError
    from ahsml_app.base.torchrun import launched

    launch = launched()
    assert launch is not None
    if sys.argv[1] == "busy":
        return _busy(float(sys.argv[2]), launch.rank)
    if sys.argv[1] == "command":
        from finetuning import accepted

        from ahsml_app.cli import main
        from ahsml_app.core.finetune import cross_fit_halves

        cross_fit_halves.is_better = accepted
        if launch.rank:
            if "KILLED_AT" in os.environ:
                _misbehave("killed")
            _refuse_to_write()
        return main(sys.argv[2:])
    from ahsml_app.core.distributed.process_group import join_group
    from ahsml_app.core.workers.worker_loop import run_worker

    case, folder = sys.argv[1], Path(sys.argv[2])
    job = {"everything": _everything, "older": _older}.get(case, _one)
    if case == "older":
        os.chdir(folder / ("older" if launch.rank else "newer"))
    try:
        with join_group(launch, "cpu"):
            if launch.rank:
                _misbehave(case)
                _refuse_to_write()
                run_worker()
            else:
                job(folder)
    except AppError as error:
        if launch.rank == 0:
            print(f"{int(error.exit_code)}: {error}")
        return int(error.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(_serve() if sys.argv[1:] == ["serve"] else _main())

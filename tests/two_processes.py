"""Starts two processes as torchrun does, and is the program that they run, for tests."""

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
"""Micro-batch size for which memory runs out, at half of it too."""

BUSY = 3.0
"""Seconds that a process may be busy before it must end; longer than for a user's Ctrl-C."""

OWN = Path("/proc/self/cwd")
"""A path at which each process sees its own folder, as if on another machine."""

CHECKOUT = Path(__file__).resolve().parent.parent


STANDALONE = ("--rdzv-backend", "c10d", "--rdzv-endpoint", "localhost:0", "--rdzv-id", "tests")
TORCHRUN = (*STANDALONE, "--nproc-per-node", str(COUNT))
"""Arguments for two processes on this machine, which meet at a free port."""


def start(*arguments: str, timeout: float = 300, **more: str) -> subprocess.CompletedProcess[str]:
    """Starts two processes of this file by torchrun and waits for them."""
    command = [sys.executable, "-m", "torch.distributed.run", *TORCHRUN, __file__, *arguments]
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
    """Starts two processes as torchrun does, but as forks of one that has loaded torch.

    A start by torchrun itself loads torch three times, which takes longer than most tests.
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
        self, *arguments: str, timeout: float = 300, **more: str
    ) -> subprocess.CompletedProcess[str]:
        """Starts both and waits; returns their joint exit code and output, as `start` does."""
        assert self._server.stdin
        assert self._server.stdout
        with tempfile.TemporaryDirectory() as folder:
            request = (arguments, timeout, os.environ | _settings() | more, folder)
            print(json.dumps(request), file=self._server.stdin, flush=True)
            code = int(self._server.stdout.readline())
            output = [(Path(folder) / name).read_text("utf-8") for name in ("out", "err")]
        return subprocess.CompletedProcess(arguments, code, *output)

    def close(self) -> None:
        assert self._server.stdin
        self._server.stdin.close()
        self._server.wait(timeout=30)


def _serve() -> None:
    """Starts two processes for each line on standard input, and prints their joint exit code."""
    import finetuning  # noqa: F401
    import torch.distributed.run  # noqa: F401

    import ahsml_app.core.distributed.process_group
    import ahsml_app.core.features.extract
    import ahsml_app.core.finetune.training_loop
    import ahsml_app.core.workers.worker_loop  # noqa: F401

    for line in sys.stdin:
        arguments, timeout, variables, folder = json.loads(line)
        launcher = os.fork()
        if launcher == 0:
            os.setsid()
            _redirect(Path(folder))
            os.environ.clear()
            os.environ.update(variables)
            os._exit(_launch(arguments))
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
    """Redirects standard input from nowhere, and output and errors to files."""
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(folder / name, os.O_WRONLY | os.O_CREAT | os.O_APPEND), number)


def _launch(arguments: list[str]) -> int:
    """Does what torchrun does, but with forks of this process."""
    from torch.distributed import run
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.launcher.api import elastic_launch

    config, _, _ = run.config_from_args(run.parse_args([*TORCHRUN, __file__, *arguments]))
    config.start_method = "fork"
    try:
        elastic_launch(config, _forked)(arguments)
    except ChildFailedError as error:
        print(error, file=sys.stderr, flush=True)
        return 1
    return 0


def _forked(arguments: list[str]) -> None:
    """Runs like a new process with these command line arguments."""
    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv[1:] = arguments
    sys.exit(_main())


def options() -> dict[str, Any]:
    """Options of the fine-tuning, by the name of each case."""
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


def tuning(folder: Path, checkpoint: Path, case: str, cancel: Any = None) -> Any:
    """Fine-tunes a network on the images in the folder, as events."""
    import finetuning

    from ahsml_app.base.context import RunContext
    from ahsml_app.base.events import CancelToken
    from ahsml_app.core.checkpoint import CheckpointFolder
    from ahsml_app.core.finetune.training_loop import TuningRun, step_count, tune
    from ahsml_app.core.workers.worker_peers import worker_peers

    table = finetuning.image_table(folder / "pictures")
    backbone = finetuning.tiny_backbone(folder)
    # The cache is already full, so that the features of a task are the same in every process.
    task = finetuning.task_of(table, backbone, folder / "cache")
    config = options()[case]
    return tune(
        backbone,
        [table.root / path for path in table.paths],
        task,
        finetuning.CONFIG,
        config,
        TuningRun(
            0,
            2,
            0,
            step_count(len(task.rows), config),
            CheckpointFolder(checkpoint, case),
            RunContext(cancel=cancel or CancelToken()),
            worker_peers(),
        ),
    )


def extraction(folder: Path, cache: Path, context: Any = None) -> Any:
    """Extracts features of the images in the folder, as events."""
    import finetuning

    from ahsml_app.core.features.extract import extract_features
    from ahsml_app.core.workers.worker_peers import worker_peers

    table = finetuning.image_table(folder / "pictures")
    backbone = finetuning.tiny_backbone(folder)
    peers = worker_peers()
    extract = None if peers is None else peers.extract
    return extract_features(
        table, backbone, context, augmentations=1, cache_folder=cache, extract=extract
    )


def save(file: Path, backbone: Any) -> None:
    np.savez(file, **{name: v.numpy() for name, v in backbone.module.state_dict().items()})


def _everything(folder: Path) -> None:
    """Tunes in every case and extracts features, one after the other."""
    from running import finish

    from ahsml_app.base.errors import Cancelled
    from ahsml_app.base.events import CancelToken, Notice, Progress

    for case in options():
        events, backbone = finish(tuning(folder, folder / "kept" / case, case))
        save(folder / f"{case}.npz", backbone)
        print(case, [str(event.message) for event in events if isinstance(event, Notice)])
    result = finish(extraction(folder, folder / "cache-of-two"))[1]
    np.savez(folder / "features.npz", features=result.features, thumbnails=result.thumbnails)
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
    """Tunes once, with checkpoints."""
    from running import finish

    finish(tuning(folder, folder / "kept", "plain"))


def _older(folder: Path) -> None:
    """Extracts features and tunes while the second process sees an older copy of the images."""
    from running import finish

    from ahsml_app.base.context import RunContext

    context = RunContext()
    result = finish(extraction(OWN, OWN / "cache", context))[1]
    print(*context.messages, sep="\n")
    np.savez(folder / "features.npz", features=result.features, thumbnails=result.thumbnails)
    finish(tuning(OWN, OWN / "kept", "plain"))


def _misbehave(case: str) -> None:
    """Makes the second process fail as the case says."""
    import torch

    from ahsml_app.core.finetune import network
    from ahsml_app.core.finetune.step import NetworkTraining

    forward, step = network.TunedNetwork.forward, NetworkTraining.step
    objective = NetworkTraining._objective
    batch_sizes: list[int | None] = [None]

    def recorded(self: Any, *more: Any) -> Any:
        batch_sizes[0] = self.tuning.ablation.micro_batch
        return step(self, *more)

    def out_of_memory(self: Any, *more: Any) -> Any:
        if batch_sizes[0] in (MUCH, MUCH // 2):
            raise RuntimeError("CUDA out of memory, simulated")
        return forward(self, *more)

    def out_of_memory_in_loss(self: Any, *more: Any, **named: Any) -> Any:
        if self.tuning.ablation.micro_batch == MUCH + 1:
            raise RuntimeError("CUDA out of memory in the loss")
        return objective(self, *more, **named)

    steps: list[Any] = []

    def killed(self: Any, batch: Any, *more: Any) -> Any:
        steps.append(batch)
        if len(steps) == int(os.environ.get("KILLED_AT", "4")):
            os.kill(os.getpid(), signal.SIGKILL)
        return step(self, batch, *more)

    def failed(self: Any, batch: Any, *more: Any) -> Any:
        raise OSError("the drive is gone")

    def no_room(self: Any, *more: Any) -> Any:
        raise RuntimeError("CUDA out of memory: there is no room for the optimiser")

    if case == "unagreed":
        torch.optim.AdamW.step = no_room
    elif case == "everything":
        NetworkTraining.step, network.TunedNetwork.forward = recorded, out_of_memory
        NetworkTraining._objective = out_of_memory_in_loss
    elif case in ("killed", "failed"):
        NetworkTraining.step = killed if case == "killed" else failed


def _busy(seconds: float, rank: int) -> int:
    """Runs the command; its second process fails while the first is busy and ignores signals."""
    from ahsml_app import cli
    from ahsml_app.base.events import Progress, Stage
    from ahsml_app.cli import signals as stopping
    from ahsml_app.cli.use_cases import UseCases
    from ahsml_app.core.distributed.process_group import send_order
    from ahsml_app.core.workers.distributed_features import ORDER

    def run_job(*_: Any, **more: Any) -> Any:
        yield Progress(Stage.TRAIN)
        send_order({"order": ORDER})  # without a backbone, so the other process fails
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            with contextlib.suppress(KeyboardInterrupt):
                time.sleep(0.1)
        send_order({"order": ORDER})

    if seconds > BUSY:
        stopping._DISTRIBUTED_PATIENCE = BUSY
    cases = UseCases(run_job, lambda folder: folder, lambda folder: frozenset())
    arguments = ["--headless", "photos", "--out", "x", "--device", "cpu", "--json"]
    return cli.main(arguments, use_cases=None if rank else cases)


def _refuse_to_write() -> None:
    """Ends this process as soon as it opens a file for writing, or creates or moves one."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        writes = event in ("os.mkdir", "os.rename", "os.remove", "os.truncate")
        if event == "open" and not isinstance(arguments[0], int):  # a number is open already
            path, _, flags = arguments
            writes = bool(flags & (os.O_WRONLY | os.O_RDWR)) and str(path) != os.devnull
        # torch makes its own folder when it loads; a process records what it decodes.
        own = ("torchinductor", "decoding")
        if writes and not any(name in str(arguments[0]) for name in own):
            print(f"WROTE {event} {arguments}", file=sys.stderr, flush=True)
            os._exit(99)

    tempfile.gettempdir()  # tries to write; torch calls it when it loads
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

"""Exports the backbone in a process of its own, on a core that a training leaves idle.

A thread would not do: torch's exporter replaces functions of torch while it works.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
from collections.abc import Iterator

import torch

from ahsml_app.base.events import CancelToken
from ahsml_app.base.torchrun import own_cores
from ahsml_app.core.backbones.backbone import Backbone, load_backbone
from ahsml_app.core.backbones.onnx_export import export_backbone, is_exported

_PATIENCE = 0.1  # seconds between two checks of the cancel token
_NICENESS = 5  # the training goes first


@contextlib.contextmanager
def export_beside(spec: str | None, backbone: Backbone, cancel: CancelToken) -> Iterator[None]:
    """Exports the backbone while the block runs, so that `export_onnx` only adds the head.

    If the export fails, or there is no second core, `export_onnx` does all the work.

    Args:
        spec: The name that the backbone was loaded by, see `load_backbone`.
        backbone: The backbone.
        cancel: Ends the wait for an export that outlasts the block.

    Raises:
        Cancelled: When asked to stop.
    """
    if own_cores() < 2 or is_exported(backbone):
        yield
        return
    context = multiprocessing.get_context("spawn")  # a fork would inherit torch's locks
    process = context.Process(target=_export, args=(spec,), daemon=True)
    with contextlib.suppress(OSError):  # such as too many processes
        process.start()
    try:
        yield
        while process.pid is not None and process.is_alive():
            cancel.check()
            process.join(_PATIENCE)
    finally:
        if process.pid is not None:
            process.kill()
            process.join()
        process.close()


def _export(spec: str | None) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches this process too
    torch.set_num_threads(1)
    with contextlib.suppress(OSError, AttributeError):  # Windows has no niceness
        os.nice(_NICENESS)
    with contextlib.suppress(Exception):  # `export_onnx` tries again, and says what failed
        export_backbone(load_backbone(spec))

"""Repeats a training step as a CUDA graph.

A step consists of about a thousand small operations. On a fast card, launching them from Python
takes several times as long as computing them (benchmark). CUDA can record the operations of one
step as a graph and replay it with a single launch. The operations must not depend on the values
of the inputs, and each step must copy its inputs into the tensors that were recorded.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from ahsml_app.core.finetune.inputs.step_inputs import StepInputs

_log = logging.getLogger(__name__)

Outcome = tuple[Tensor, Tensor]
"""Loss of a step, and (B, D) points of its weak augmentations."""

LEAST_STEPS = 12
"""Smallest number of steps left in an epoch for which recording saves time."""

WARM_UP_STEPS = 2
"""Steps of the same batch size that an epoch runs without a graph before one is recorded, so that
everything that is initialised on first use exists by then."""


class CapturedStep:
    """One recorded step that can be replayed.

    Args:
        compute: The step, from its inputs to the changed parameters. All other tensors that it
            reads must keep their place in memory.
        inputs: Inputs with the shapes that every replay has.

    Raises:
        RuntimeError: If an operation cannot be recorded or memory ran out. Nothing was computed.
    """

    def __init__(self, compute: Callable[[StepInputs], Outcome], inputs: StepInputs) -> None:
        self._inputs = [tensor.clone() for tensor in inputs.tensors()]
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._outcome = compute(StepInputs.from_tensors(self._inputs))

    def fits(self, inputs: StepInputs) -> bool:
        """Whether the inputs have the shapes of the recorded ones."""
        return _shapes(self._inputs) == _shapes(inputs.tensors())

    def replay(self, inputs: StepInputs) -> Outcome:
        """Runs the recorded step on these inputs."""
        for held, new in zip(self._inputs, inputs.tensors(), strict=True):
            held.copy_(new)
        self._graph.replay()
        loss, points = self._outcome
        return loss.clone(), points.clone()


class StepCapture:
    """Records a step once per epoch, as soon as this saves time."""

    def __init__(self) -> None:
        self._captured: CapturedStep | None = None
        self._step_counts: Counter[int] = Counter()
        self._impossible = False

    def reset(self) -> None:
        """Discards the recorded step: an epoch ended or tensors that it reads were replaced."""
        self._captured = None
        self._step_counts.clear()

    def step_for(
        self, compute: Callable[[StepInputs], Outcome], inputs: StepInputs, left: int
    ) -> CapturedStep | None:
        """Returns the recorded step, or None if the next step has to run without a graph.

        Args:
            compute: The step.
            inputs: Inputs of the next step.
            left: Number of steps left in the epoch.
        """
        if self._captured is None:
            self._record(compute, inputs, left)
        fits = self._captured is not None and self._captured.fits(inputs)
        return self._captured if fits else None

    def _record(
        self, compute: Callable[[StepInputs], Outcome], inputs: StepInputs, left: int
    ) -> None:
        size = len(inputs.images)  # some batches are smaller, because of small classes
        if self._step_counts[size] < WARM_UP_STEPS or left < LEAST_STEPS or self._impossible:
            self._step_counts[size] += 1
            return
        try:
            self._captured = CapturedStep(compute, inputs)
        except RuntimeError as error:  # an unsupported operation, or no memory for the copies
            self._impossible = True
            _log.info("Steps are computed in the usual way, as none can be recorded: %s", error)


def _shapes(tensors: Sequence[Tensor]) -> list[torch.Size]:
    return [tensor.shape for tensor in tensors]

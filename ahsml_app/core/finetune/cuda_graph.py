"""Steps that a graphics card repeats by itself.

A step is some thousand small operations. Python takes several times as long to tell a fast card of
each as the card takes to compute them (benchmark). CUDA records the operations of one step, and
repeats them with other numbers when told once: nothing that the operations are may depend on the
numbers, and all that changes from step to step has to be copied to where the recorded step has it.
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
"""Steps that have to be left of an epoch, or the recording would take longer than it saves."""

WARM_UP_STEPS = 2
"""Steps of its size that an epoch computes in the usual way before one is recorded: whatever is set
up at its first use is set up by then."""


class CapturedStep:
    """One step, to be repeated.

    Args:
        compute: The step, from its inputs to the changed parameters; what it takes from elsewhere
            has to stay where it is in memory.
        inputs: Of the shapes that all its repetitions have.

    Raises:
        RuntimeError: Some operation cannot be recorded, or memory ran out. Nothing was computed.
    """

    def __init__(self, compute: Callable[[StepInputs], Outcome], inputs: StepInputs) -> None:
        self._inputs = [tensor.clone() for tensor in inputs.tensors()]
        self._graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self._graph):
            self._outcome = compute(StepInputs.of(self._inputs))

    def fits(self, inputs: StepInputs) -> bool:
        """Whether a step has the shapes of the recorded one."""
        return _shapes(self._inputs) == _shapes(inputs.tensors())

    def replay(self, inputs: StepInputs) -> Outcome:
        """The recorded step with these inputs."""
        for held, new in zip(self._inputs, inputs.tensors(), strict=True):
            held.copy_(new)
        self._graph.replay()
        loss, points = self._outcome
        return loss.clone(), points.clone()


class StepCapture:
    """Records the step of an epoch as soon as that pays."""

    def __init__(self) -> None:
        self._captured: CapturedStep | None = None
        self._step_counts: Counter[int] = Counter()
        self._impossible = False

    def reset(self) -> None:
        """What the recorded step reads lies elsewhere now, or another epoch begins."""
        self._captured = None
        self._step_counts.clear()

    def step_for(
        self, compute: Callable[[StepInputs], Outcome], inputs: StepInputs, left: int
    ) -> CapturedStep | None:
        """What repeats the next step, or None where that is to be computed in the usual way.

        Args:
            compute: The step.
            inputs: Of the next one.
            left: Steps that are left of the epoch.
        """
        if self._captured is None:
            self._record(compute, inputs, left)
        fits = self._captured is not None and self._captured.fits(inputs)
        return self._captured if fits else None

    def _record(
        self, compute: Callable[[StepInputs], Outcome], inputs: StepInputs, left: int
    ) -> None:
        size = len(inputs.pictures)  # small classes make some batches smaller
        if self._step_counts[size] < WARM_UP_STEPS or left < LEAST_STEPS or self._impossible:
            self._step_counts[size] += 1
            return
        try:
            self._captured = CapturedStep(compute, inputs)
        except RuntimeError as error:  # an operation of this network, or memory for a second copy
            self._impossible = True
            _log.info("Steps are computed in the usual way, as none can be recorded: %s", error)


def _shapes(tensors: Sequence[Tensor]) -> list[torch.Size]:
    return [tensor.shape for tensor in tensors]

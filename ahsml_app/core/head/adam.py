"""Adam by torch's function: its class loads torch's compiler at first use, which takes a second.

Neither function nor class compiles anything here, and they compute the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.optim.adam import adam

BETAS, EPSILON = (0.9, 0.999), 1e-8

MEAN, SQUARE, COUNT = "exp_avg", "exp_avg_sq", "step"


class Adam:
    """Moves parameters against their gradients (Kingma and Ba, ICLR 2015).

    Args:
        parameters: What to move.
    """

    def __init__(self, parameters: Iterable[Tensor]) -> None:
        self._parameters = list(parameters)
        self._state: dict[int, dict[str, Tensor]] = {}

    def step(self, rate: float) -> None:
        """One step with this learning rate; parameters without a gradient stay.

        The gradients are let go of.
        """
        moved = [
            (each, each.grad, self._state_of(place, each))
            for place, each in enumerate(self._parameters)
            if each.grad is not None
        ]
        if not moved:
            return
        parameters, gradients, states = (list(part) for part in zip(*moved, strict=True))
        with torch.no_grad():
            adam(
                parameters,
                gradients,
                exp_avgs=[state[MEAN] for state in states],
                exp_avg_sqs=[state[SQUARE] for state in states],
                max_exp_avg_sqs=[],
                state_steps=[state[COUNT] for state in states],
                amsgrad=False,
                beta1=BETAS[0],
                beta2=BETAS[1],
                lr=rate,
                weight_decay=0.0,
                eps=EPSILON,
                maximize=False,
            )
        for each in parameters:
            each.grad = None

    def state(self) -> dict[str, npt.NDArray[Any]]:
        """Everything that the next step depends on but the parameters."""
        return {
            f"{place}.{name}": np.asarray(value.cpu())
            for place, values in self._state.items()
            for name, value in values.items()
        }

    def restore(self, arrays: dict[str, npt.NDArray[Any]]) -> None:
        """Continue from `state`."""
        self._state = {}
        for key, value in arrays.items():
            place, _, name = key.partition(".")
            device = "cpu" if name == COUNT else self._parameters[int(place)].device
            kept = torch.from_numpy(np.array(value)).to(device)
            self._state.setdefault(int(place), {})[name] = kept

    def _state_of(self, place: int, parameter: Tensor) -> dict[str, Tensor]:
        if place not in self._state:
            self._state[place] = {
                MEAN: torch.zeros_like(parameter),
                SQUARE: torch.zeros_like(parameter),
                COUNT: torch.tensor(0.0),  # on the processor, where reading it costs nothing
            }
        return self._state[place]

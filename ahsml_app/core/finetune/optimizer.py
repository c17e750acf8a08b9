"""AdamW, its learning-rate schedule, and the running average of the parameters."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from ahsml_app.base.types import AnyArray
from ahsml_app.core.finetune.finetune_config import FinetuneConfig
from ahsml_app.core.finetune.network import TunedNetwork, parameter_groups

LEAST_DONE = 1e-3
"""Share of the warm-up that the learning rates of the first step correspond to."""

Arrays = dict[str, AnyArray]


class Optimiser:
    """AdamW on the trained parameters of a network.

    Args:
        network: The network, already on its device.
        tuning: Rates, warm-up, and decay of the average.
        device: Device of the network.

    Attributes:
        average: The network with the running average of the parameters.
    """

    def __init__(self, network: TunedNetwork, tuning: FinetuneConfig, device: torch.device) -> None:
        self._tuning = tuning
        groups = parameter_groups(network, tuning)
        on_card = device.type == "cuda"
        for group in groups if on_card else ():
            # A tensor on the card, because a recorded step reads it there.
            group["lr"] = torch.zeros((), device=device)
        self._adam = torch.optim.AdamW(groups, fused=on_card or None, capturable=on_card)
        # Suppresses a warning about steps that run without a graph; there is no public switch.
        self._adam._warned_capturable_if_run_uncaptured = True  # noqa: SLF001
        self.average = AveragedModel(network)
        pairs = zip(self.average.parameters(), network.parameters(), strict=True)
        trained = [
            (mean.detach(), parameter.detach())
            for mean, parameter in pairs
            if parameter.requires_grad
        ]
        self._averaged, self._current = ([pair[side] for pair in trained] for side in range(2))
        self._trained = [parameter for parameter in network.parameters() if parameter.requires_grad]

    def zero_gradient(self) -> None:
        """Clears the gradients."""
        self._adam.zero_grad()

    def clip_gradient(self) -> None:
        """Clips the norm of the gradient."""
        torch.nn.utils.clip_grad_norm_(self._trained, self._tuning.ablation.clip)

    def step(self) -> None:
        """Updates the parameters."""
        self._adam.step()

    def set_rates(self, done: float) -> None:
        """Sets the learning rates: linear warm-up, then a cosine down to a hundredth of the peak.

        Args:
            done: Share of all steps that are done.
        """
        warm = min(max(self._tuning.ablation.warm_up, LEAST_DONE), 1 - LEAST_DONE)
        rise = min(1.0, done / warm + LEAST_DONE)
        fall = 0.5 * (1 + math.cos(math.pi * max(0.0, done - warm) / (1 - warm))) + 0.01
        for group in self._adam.param_groups:
            rate = group["peak"] * rise * fall
            if isinstance(group["lr"], Tensor):
                group["lr"].fill_(rate)
            else:
                group["lr"] = rate

    def update_average(self) -> None:
        """Updates the exponential moving average.

        Its decay rises with the steps, so the average is useful in short trainings too. All
        parameters are updated in one call; `AveragedModel.update_parameters` takes one at a time.
        """
        steps = int(self.average.n_averaged)
        decay = min(self._tuning.ablation.average, (1 + steps) / (10 + steps)) if steps else 0.0
        update = get_ema_multi_avg_fn(decay)  # type: ignore[no-untyped-call]
        update(self._averaged, self._current, steps)
        self.average.n_averaged += 1

    def state(self) -> Arrays:
        """Returns everything that the next step depends on."""
        arrays = prefixed_arrays("average", self.average.state_dict())
        for index, entry in self._adam.state_dict()["state"].items():
            arrays |= prefixed_arrays(f"adam.{index}", entry)
        return arrays

    def restore(self, average: Mapping[str, Tensor], adam: Mapping[str, Tensor]) -> None:
        """Restores the arrays of `state`, given by the part of their names after the first dot."""
        self.average.load_state_dict(average)
        state = self._adam.state_dict()
        parameters = [p for group in self._adam.param_groups for p in group["params"]]
        for key, entry in adam.items():
            index, _, name = key.partition(".")
            parameter = parameters[int(index)]
            # In the parameter's memory layout: another one could change the rounding.
            value = (
                torch.empty_like(parameter).copy_(entry)
                if entry.shape == parameter.shape
                else entry
            )
            state["state"].setdefault(int(index), {})[name] = value.detach()
        self._adam.load_state_dict(state)


def prefixed_arrays(prefix: str, values: Mapping[str, Any]) -> Arrays:
    """Returns the values as arrays, with a prefix before their names."""
    return {
        f"{prefix}.{name}": np.asarray(torch.as_tensor(v).cpu().numpy())
        for name, v in values.items()
    }

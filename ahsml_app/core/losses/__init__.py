"""Pair-based losses; a new loss is a class in its own file and an entry in `LOSSES`.

Another package adds a loss by an entry point of the group `ahsml_app.losses`. The head imports
`pair_loss` and the protocol from here.
"""

from __future__ import annotations

from torch import Tensor

from ahsml_app.base.options.plugins import LOSSES as LOSS_PLUGINS
from ahsml_app.base.options.plugins import (
    load_plugin,
    plugin_error,
    plugin_names,
    told_as_plugin,
)
from ahsml_app.core.losses.base import (
    LossFactory,
    PairBatch,
    PairLoss,
    from_distance,
    from_similarity,
)
from ahsml_app.core.losses.circle import CircleLoss
from ahsml_app.core.losses.contrastive import ContrastiveLoss
from ahsml_app.core.losses.log_ratio import LogRatioLoss
from ahsml_app.core.losses.margin import MarginLoss
from ahsml_app.core.losses.multi_similarity import MultiSimilarityLoss
from ahsml_app.core.losses.nt_xent import NPairLoss, NTXentLoss
from ahsml_app.core.losses.triplet import TripletLoss

__all__ = [
    "LOSSES",
    "PairBatch",
    "PairLoss",
    "from_distance",
    "from_similarity",
    "loss_names",
    "pair_loss",
]

LOSSES: dict[str, LossFactory] = {
    "contrastive": ContrastiveLoss,
    "triplet": TripletLoss,
    "multi-similarity": MultiSimilarityLoss,
    "nt-xent": NTXentLoss,
    "n-pair": NPairLoss,
    "margin": MarginLoss,
    "log-ratio": LogRatioLoss,
    "circle": CircleLoss,
}


def loss_names() -> tuple[str, ...]:
    """Names of the losses, with those of plug-ins."""
    return tuple(dict.fromkeys((*LOSSES, *plugin_names(LOSS_PLUGINS))))


def pair_loss(name: str) -> PairLoss:
    """Makes a loss with its usual hyperparameters.

    Args:
        name: Name of the loss, in `LOSSES` or of a plug-in.

    Raises:
        KeyError: If there is no such loss.
        PluginError: If a plug-in cannot be used.
    """
    if name not in LOSSES:
        if name not in plugin_names(LOSS_PLUGINS):
            raise KeyError(name)
        with told_as_plugin(LOSS_PLUGINS, name):
            loss: PairLoss = load_plugin(LOSS_PLUGINS, name)()
        LOSSES[name] = lambda: _PluginLoss(name, loss)
    return LOSSES[name]()


class _PluginLoss:
    """A loss of another package, whose failures are told by the package's name."""

    def __init__(self, name: str, loss: PairLoss) -> None:
        self._name, self._loss = name, loss

    def __call__(self, batch: PairBatch) -> Tensor:
        with told_as_plugin(LOSS_PLUGINS, self._name):
            value: object = self._loss(batch)
        if not isinstance(value, Tensor) or value.ndim > 0:
            raise plugin_error(LOSS_PLUGINS, self._name, "it returned no number in a tensor")
        return value

"""Pair-based losses; a new loss is a class in its own file and an entry in `LOSSES`.

The head imports `LOSSES` and the protocol from here.
"""

from __future__ import annotations

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

__all__ = ["LOSSES", "PairBatch", "PairLoss", "from_distance", "from_similarity"]

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

"""The verdict of a decision on the given label: right, wrong, or none."""

from __future__ import annotations

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import BoolArray, FloatArray, Int8Array, IntArray

NO_VERDICT, RIGHT, WRONG = -1, 0, 1
"""Verdicts on a label."""

SUSPECT = 0.5
"""Error probability above which a drop counts as a verdict, as for `flagged`."""


def label_verdicts(kinds: IntArray, added: BoolArray, probabilities: FloatArray) -> Int8Array:
    """Infers from each decision what the person says about the given label.

    Keeping and relabelling are verdicts. Dropping an image is none, for it may be a copy or a bad
    picture; neither is a class that no image came with, which may only be finer. Both count as
    "wrong" where the label was suspect (decision record 28).

    Args:
        kinds: (M,) kinds of the decisions.
        added: (M,) whether the image then has a class that no image came with.
        probabilities: (M,) error probability at the time of the decision, NaN for none.

    Returns:
        (M,) `RIGHT`, `WRONG` or `NO_VERDICT`.
    """
    relabelled = kinds == DecisionKind.RELABEL
    unclear = (kinds == DecisionKind.DROP) | (relabelled & added)
    wrong = (relabelled & ~added) | (unclear & (probabilities > SUSPECT))
    verdicts = np.where(kinds == DecisionKind.KEEP, RIGHT, NO_VERDICT)
    result: Int8Array = np.where(wrong, WRONG, verdicts).astype(np.int8)
    return result

"""How many labels of each annotator are wrong, and how far they agree."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ahsml_app.base.types import OPINIONS, UNLABELLED, SampleTable, Scores


@dataclass(frozen=True, slots=True)
class AnnotatorShare:
    """What is known of an annotator.

    Attributes:
        name: Name in the table of labels.
        labels: Number of labels.
        wrong: Mean probability that a label is wrong; NaN if none was judged.
        shared: Images on which most annotators agree, and this one has an opinion.
        agrees: How many of them have the label of most.
    """

    name: str
    labels: int
    wrong: float
    shared: int
    agrees: int


@dataclass(frozen=True, slots=True)
class AnnotatorShares:
    """All annotators.

    Attributes:
        rows: The annotators, with most wrong labels first.
        several: Images with opinions of several annotators.
        unanimous: How many of them have one label.
    """

    rows: tuple[AnnotatorShare, ...]
    several: int
    unanimous: int


def annotator_shares(table: SampleTable, scores: Scores) -> AnnotatorShares | None:
    """Judges the labels of each annotator; None if the table of labels names none.

    A label is as probably wrong as its score says, or, if it is not the one that was judged, as the
    probability of its class says. Consensus is the label of more annotators than any other.

    Args:
        table: The samples.
        scores: Their scores.
    """
    texts = table.columns.get(OPINIONS)
    if texts is None:
        return None
    number = {name: label for label, name in enumerate(table.class_names)}
    wrong: dict[str, list[float]] = {}
    shared, agrees = Counter[str](), Counter[str]()
    several = unanimous = 0
    for row, text in enumerate(texts):
        opinions = _opinions(text)
        for who, label in opinions.items():
            wrong.setdefault(who, []).append(_wrong(table, scores, row, number.get(label)))
        if len(opinions) < 2:
            continue
        several += 1
        ranked = Counter(opinions.values()).most_common(2)
        unanimous += len(ranked) == 1
        if len(ranked) > 1 and ranked[0][1] == ranked[1][1]:
            continue
        shared.update(opinions.keys())
        agrees.update(who for who, label in opinions.items() if label == ranked[0][0])
    if not wrong:
        return None
    rows = [
        AnnotatorShare(who, len(each), _mean(each), shared[who], agrees[who])
        for who, each in wrong.items()
    ]
    rows.sort(key=lambda row: (-np.nan_to_num(row.wrong), row.name))
    return AnnotatorShares(tuple(rows), several, unanimous)


def _opinions(text: str) -> Mapping[str, str]:
    """The label that each annotator gave an image; the text may come from another's project."""
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    if not isinstance(found, dict):
        return {}
    return {who: label for who, label in found.items() if isinstance(label, str) and label}


def _wrong(table: SampleTable, scores: Scores, row: int, label: int | None) -> float:
    """Probability that a label of a sample is wrong; NaN if it is none of the classes."""
    if label is None or scores.top_labels[row, 0] == UNLABELLED:
        return float("nan")
    if label == table.labels[row]:
        return float(scores.error_probability[row])
    among = np.flatnonzero(scores.top_labels[row] == label)
    return 1 - float(scores.top_confidences[row, among[0]]) if len(among) else 1.0


def _mean(values: list[float]) -> float:
    known = [value for value in values if not np.isnan(value)]
    return float(np.mean(known)) if known else float("nan")

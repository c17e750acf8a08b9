"""Every count of the results, with decisions of each kind and without scores."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from small_results import CLASSES, small_quarantine, small_scores, small_table

from ahsml_app.session.export.result_counts import count_results
from ahsml_app.store.result_files import DROPPED, RELABELLED_AUTOMATICALLY, UNDECIDED, Decisions

DECISIONS = Decisions(
    [CLASSES[2], CLASSES[1], "", CLASSES[0], CLASSES[1]],
    [RELABELLED_AUTOMATICALLY, UNDECIDED, DROPPED, UNDECIDED, "relabel"],
)


def test_every_count_is_that_of_the_rows() -> None:
    quarantined = small_quarantine()
    flagged = np.array([True, True, True, False, False])
    scores = replace(small_scores(), flagged=flagged)
    record = count_results(small_table(), DECISIONS, scores, quarantined, 4).as_record()
    assert record == {
        "images": 5,
        "classes": 4,
        "trainable": 3,  # neither the test split nor the unlabelled one
        "unlabelled": 1,
        "quarantined": len(quarantined),
        "flagged": 3,
        "suspects_left": 1,
        "outliers": 2,
        "duplicates": 2,
        "duplicates_with_other_label": 2,
        "relabelled": 2,  # a first label counts, a dropped image does not
        "applied": 1,
        "decided_undecided": 2,
        "decided_keep": 0,
        "decided_relabel": 1,
        "decided_drop": 1,
        "decided_ambiguous": 0,
    }


def test_without_scores_nothing_is_flagged() -> None:
    counts = count_results(small_table(), DECISIONS, None, (), 3)
    assert (counts.flagged, counts.suspects_left, counts.duplicates) == (0, 0, 0)
    assert counts.duplicates_with_other_label == 0
    assert (counts.labelled, counts.dropped, counts.applied) == (4, 1, 1)

"""Trainings on disk, those of earlier versions included."""

from __future__ import annotations

import numpy as np
from small_results import small_scores

from ahsml_app.session.pipeline.run_arrays import scores_of


def test_a_training_of_an_earlier_version_has_no_groups_of_folds_and_no_outliers() -> None:
    scores = small_scores()
    stored = {f"score-{name}": getattr(scores, name) for name in type(scores).__slots__}
    del stored["score-fold_group"], stored["score-outlier_probability"]
    del stored["score-image_findings"]
    stored["score-out_of_set"] = np.full(5, 0.995)  # a percentile, as versions up to 0.1.0 had
    result = scores_of(stored | {"judged": scores.suggested})
    assert result.fold_group.tolist() == [-1] * 5
    assert result.duplicate_group.tolist() == scores.duplicate_group.tolist()
    assert np.isnan(result.outlier_probability).all()
    assert not result.outlier.any()
    assert result.image_findings.tolist() == [0] * 5

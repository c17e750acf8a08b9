"""A run augments the images in doubt and shows the first suspects before it trains."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from running import finish
from sample_images import make_images

from ahsml_app.base.events import EpochEnd, Event, FirstEstimate, Progress, Stage
from ahsml_app.base.options.option_table import with_values
from ahsml_app.base.options.run_options import RunOptions
from ahsml_app.core.training import first_estimate
from ahsml_app.session.headless.run import run_job

QUICK = {"folds": 2, "epochs": 3, "passes": 1, "views": 2, "device": "cpu"}


def run(folder: Path, **values: object) -> tuple[list[Event], np.ndarray]:
    """Returns the events and the consistency of each image."""
    values = {"source": folder / "images", "out": folder / "out"} | QUICK | values
    events, _ = finish(run_job(with_values(RunOptions(), values), force=True))
    scores = pq.read_table(folder / "out" / "scores.parquet")
    return events, scores["consistency"].to_numpy(zero_copy_only=False)


@pytest.mark.usefixtures("cache")
def test_images_in_doubt_have_a_consistency_and_all_if_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_images(tmp_path / "images")
    monkeypatch.setattr(first_estimate, "LEAST_AUGMENTED", 8)
    monkeypatch.setattr(first_estimate, "SETTLED", 0.0)

    events, consistency = run(tmp_path)

    assert np.isfinite(consistency).sum() == 8
    kinds = [type(event) for event in events]
    assert kinds.index(FirstEstimate) < kinds.index(EpochEnd)
    stages = [event.stage for event in events if isinstance(event, Progress)]
    assert stages.index(Stage.AUGMENT) > stages.index(Stage.FIRST_ESTIMATE)
    assert Stage.EXTRACT_FEATURES not in stages[stages.index(Stage.AUGMENT) :]
    (first,) = (event for event in events if isinstance(event, FirstEstimate))
    assert len(first.weights) == len(consistency)
    assert np.isfinite(run(tmp_path, augment_all=True)[1]).all()
    assert (run(tmp_path, views=0)[1] == 1).all()

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from ahsml_app.base.events import CancelToken
from ahsml_app.core.features.preprocess import fit_preparation, prepare_features


def some_features() -> np.ndarray:
    random = np.random.default_rng(0)
    return (random.normal(size=(3, 60, 12)) * np.arange(1, 13) + 5).astype(np.float16)


def test_prepared_features_are_standardised_and_rotated() -> None:
    features = some_features()
    preparation = fit_preparation(features[0], 6, CancelToken())
    plain = features[0].astype(np.float64)
    standard = (plain - preparation.mean) / preparation.scale
    np.testing.assert_allclose(preparation(features[0]), standard @ preparation.rotation, atol=1e-4)
    spread = preparation(features[0]).std(0)
    assert (np.diff(spread) <= 1e-5).all()


@pytest.mark.parametrize("mode", ["r", "r+", "c"])
def test_features_in_a_file_give_the_same_and_stay_as_they_are(mode: str, tmp_path: Path) -> None:
    features = some_features()
    np.save(tmp_path / "features.npy", features)
    mapped = np.load(tmp_path / "features.npy", mmap_mode=mode)  # type: ignore[arg-type]
    if mode != "r":
        mapped[0, 0, 0] = features[0, 0, 0] = 3
    preparation = fit_preparation(np.asarray(mapped)[0], 6, CancelToken())
    prepared = prepare_features(mapped, preparation, CancelToken())
    expected = prepare_features(features, preparation, CancelToken())
    np.testing.assert_array_equal(prepared, expected)
    np.testing.assert_array_equal(mapped, features)

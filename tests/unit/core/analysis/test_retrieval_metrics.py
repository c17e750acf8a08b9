import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pytorch_metric_learning.utils.accuracy_calculator import AccuracyCalculator

from ahsml_app.core.analysis.retrieval_metrics import retrieval_by_sample
from ahsml_app.core.geometry.poincare import exp0

torch.set_num_threads(1)
SEEDS = st.integers(0, 2**32 - 1)


def test_without_another_of_its_class_no_sample_is_measured():
    recall, precision = retrieval_by_sample(np.eye(3), np.arange(3))
    assert len(recall) == len(precision) == 0


@settings(max_examples=8, deadline=None)
@given(seed=SEEDS, classes=st.integers(2, 6))
def test_retrieval_equals_pytorch_metric_learning(seed: int, classes: int):
    rng = np.random.default_rng(seed)
    labels = np.concatenate([np.arange(classes), np.arange(classes), rng.integers(0, classes, 40)])
    points = rng.normal(size=(len(labels), 8)) + rng.normal(size=(classes, 8))[labels]
    points = (points / np.linalg.norm(points, axis=1, keepdims=True)).astype(np.float32)
    theirs = AccuracyCalculator(
        include=("precision_at_1", "mean_average_precision_at_r"), device=torch.device("cpu")
    ).get_accuracy(torch.from_numpy(points), torch.from_numpy(labels))
    recall, precision = retrieval_by_sample(points, labels)
    assert recall.mean() == pytest.approx(theirs["precision_at_1"])
    expected = theirs["mean_average_precision_at_r"]
    assert precision.mean() == pytest.approx(expected, abs=1e-6)


def test_hyperbolic_retrieval_goes_by_hyperbolic_distance():
    # By angle the second and third agree; by distance the first and second do.
    v = torch.tensor([[0.5, 0.0], [0.4, 0.3], [2.0, 1.5], [2.2, 1.2]], dtype=torch.float64)
    points = exp0(v, 0.1).numpy()
    labels = np.array([0, 0, 1, 1])
    recall, precision = retrieval_by_sample(points, labels, c=0.1)
    assert recall.tolist() == precision.tolist() == [1, 1, 1, 1]
    recall, _ = retrieval_by_sample(points, labels)
    assert recall.mean() < 1

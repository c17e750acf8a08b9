"""Adaptive weights: full for labels that the posterior agrees with, low for the others."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ahsml_app.core.head.sample_weights import mixture_weights, posterior_weights, prototype_margin


def test_a_weight_is_the_share_of_the_given_label_in_the_most_probable_one() -> None:
    posterior = np.array([[0.6, 0.3, 0.1], [0.2, 0.2, 0.6], [0, 0, 1]], dtype=np.float32)
    weights = posterior_weights(posterior, np.array([1, 2, 0]))
    assert weights == pytest.approx([0.5, 1, 0])


def test_a_margin_is_negative_where_another_prototype_is_nearer() -> None:
    distances = torch.tensor([[1.0, 3.0, 2.0], [1.0, 3.0, 2.0]])
    assert prototype_margin(distances, torch.tensor([0, 1])).tolist() == [1.0, -2.0]


def test_a_mixture_trusts_the_upper_component_and_doubts_the_lower_one() -> None:
    random = np.random.default_rng(0)
    margins = np.concatenate([random.normal(-2, 0.3, 20), random.normal(2, 0.3, 80)])
    weights = mixture_weights(margins.astype(np.float32), seed=0)
    assert weights[:20].max() < 0.1
    assert weights[20:].min() > 0.9
    order = np.argsort(margins)
    assert (np.diff(weights[order]) >= 0).all()


def test_clean_data_is_not_split_in_two() -> None:
    margins = np.random.default_rng(0).normal(3, 0.5, 200).astype(np.float32)
    assert margins.min() > 0
    assert (mixture_weights(margins, seed=0) == 1).all()
    assert (mixture_weights(np.full(50, -1.0, dtype=np.float32), seed=0) == 1).all()

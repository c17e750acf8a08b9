"""The losses as torch modules: those of pytorch-metric-learning, and with weights."""

from __future__ import annotations

import pytest
import torch
from pytorch_metric_learning import losses
from pytorch_metric_learning.distances import CosineSimilarity

import ahsml_app
from ahsml_app.core.geometry.poincare import exp0
from ahsml_app.core.losses import LOSSES

LABELS = torch.tensor([0, 0, 1, 1, 2, 2, 2])


def embeddings(rows: int = 7, seed: int = 0) -> torch.Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(rows, 5, generator=generator, dtype=torch.float64)


def test_it_is_called_as_its_peer_is_and_equals_it() -> None:
    ours = ahsml_app.WeightedPairLoss("multi-similarity")
    peer = losses.MultiSimilarityLoss(alpha=2, beta=50, base=0.5, distance=CosineSimilarity())
    points, memory = embeddings(), embeddings(4, seed=1)
    torch.testing.assert_close(ours(points, LABELS), peer(points, LABELS))
    memory_labels = torch.tensor([0, 1, 2, 2])
    torch.testing.assert_close(
        ours(points, LABELS, ref_emb=memory, ref_labels=memory_labels),
        peer(points, LABELS, ref_emb=memory, ref_labels=memory_labels),
    )


@pytest.mark.parametrize("name", sorted(LOSSES))
@pytest.mark.parametrize("curvature", [None, 0.1])
def test_a_network_learns_by_each(name: str, curvature: float | None) -> None:
    raw = embeddings().requires_grad_()
    points = raw if curvature is None else exp0(raw, curvature)
    loss = ahsml_app.WeightedPairLoss(name, curvature=curvature)(points, LABELS)
    loss.backward()
    assert loss.item() > 0
    assert raw.grad is not None
    assert raw.grad.isfinite().all()
    assert raw.grad.abs().sum() > 0


def test_a_sample_without_weight_teaches_nothing() -> None:
    points = embeddings().requires_grad_()
    weights = torch.ones(7)
    weights[2] = 0
    ahsml_app.WeightedPairLoss("contrastive")(points, LABELS, weights=weights).backward()
    assert points.grad is not None
    assert points.grad[2].abs().sum() == 0
    assert points.grad[3].abs().sum() > 0


def test_what_it_cannot_do_is_said() -> None:
    with pytest.raises(ValueError, match="unknown loss"):
        ahsml_app.WeightedPairLoss("triplets")
    with pytest.raises(ValueError, match="positive"):
        ahsml_app.WeightedPairLoss(curvature=0)
    with pytest.raises(ValueError, match="belong together"):
        ahsml_app.WeightedPairLoss()(embeddings(), LABELS, ref_emb=embeddings())
    with pytest.raises(ValueError, match="indices_tuple"):
        ahsml_app.WeightedPairLoss()(embeddings(), LABELS, (LABELS,))


@pytest.mark.parametrize("wrong", [LABELS[:, None], LABELS[:3], LABELS[None, :]])
def test_labels_and_weights_are_one_for_each_embedding(wrong: torch.Tensor) -> None:
    loss, points = ahsml_app.WeightedPairLoss(), embeddings()
    with pytest.raises(ValueError, match=r"^labels of shape .* are not one for each of the 7"):
        loss(points, wrong)
    with pytest.raises(ValueError, match=r"^weights of shape"):
        loss(points, LABELS, weights=wrong)
    with pytest.raises(ValueError, match=r"^ref_labels of shape"):
        loss(points, LABELS, ref_emb=points, ref_labels=wrong)
    assert loss(points, LABELS.numpy()) == loss(points, LABELS.tolist()) == loss(points, LABELS)

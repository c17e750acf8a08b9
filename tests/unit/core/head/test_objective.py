from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch
from benchmarks.common.variants import varied
from torch import Tensor

from ahsml_app.base.events import CancelToken
from ahsml_app.core.config import TrainConfig
from ahsml_app.core.geometry.poincare import log0
from ahsml_app.core.head.epoch import FoldData, HeadTraining
from ahsml_app.core.head.head_model import HyperbolicHead
from ahsml_app.core.head.margins import BatchLabels, ClassSimilarityBank, adaptive_margins
from ahsml_app.core.head.objective import BASE, ClassKnowledge, Memory, pair_term
from ahsml_app.core.losses import LOSSES
from ahsml_app.core.losses.base import PairBatch, PairLoss

CLASSES, COUNT = 3, 9
CONFIG = TrainConfig(dimension=4)


def head() -> HyperbolicHead:
    made = HyperbolicHead(6, 4, CLASSES, 0.1)
    made.start(torch.Generator().manual_seed(0))
    return made


def evidence(count: int, weight: float, seed: int = 0) -> BatchLabels:
    random = torch.Generator().manual_seed(seed)
    posteriors = torch.rand(count, CLASSES, generator=random).softmax(1)
    return BatchLabels(torch.arange(count) % CLASSES, torch.full((count,), weight), posteriors)


def term(loss: str, memory: Memory | None, config: TrainConfig = CONFIG) -> Tensor:
    random = torch.Generator().manual_seed(1)
    augmentations = tuple(torch.randn(COUNT, 6, generator=random) for _ in range(2))
    bank = ClassSimilarityBank(CLASSES)
    knowledge = ClassKnowledge(torch.eye(CLASSES), bank, ramp=0.0)
    chosen = replace(config, loss=loss)
    return pair_term(head(), augmentations, evidence(COUNT, 0.9), knowledge, chosen, memory)


def remembered(weight: float, count: int = 5) -> Memory:
    random = torch.Generator().manual_seed(2)
    with torch.no_grad():
        points = head()(torch.randn(count, 6, generator=random))
    return Memory(points, evidence(count, weight, seed=3))


@pytest.mark.parametrize("soft", [True, False])
@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_a_memory_of_no_weight_changes_nothing(loss: str, soft: bool) -> None:
    config = varied(CONFIG, soft_similarity=soft)
    plain, with_memory = term(loss, None, config), term(loss, remembered(0.0), config)
    torch.testing.assert_close(with_memory, plain)


@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_a_memory_of_weight_counts_and_takes_no_gradient(loss: str) -> None:
    memory = remembered(1.0)
    found = term(loss, memory)
    assert torch.isfinite(found)
    assert not torch.isclose(found, term(loss, None))
    found.backward()
    assert memory.points.grad is None


def found_with_half_of_the_labels_wrong(config: TrainConfig) -> float:
    """Share of samples whose nearest other is of their class, by a head of a pair loss alone."""
    random = np.random.default_rng(0)
    truth = np.repeat(np.arange(12), 30)
    plain = random.normal(size=(12, 48))[truth] + random.normal(size=(360, 48))
    prepared = (plain + 0.3 * random.normal(size=(3, 360, 48))).astype(np.float16)
    given = np.where(random.random(360) < 0.5, random.integers(0, 12, 360), truth)
    targets, every = np.eye(12, dtype=np.float32)[given], np.ones(360, dtype=np.float32)
    data = FoldData(prepared, np.arange(360), given, targets, every, np.zeros(360, dtype=bool))
    training = HeadTraining(data, config, 0, torch.device("cpu"))
    for epoch in range(training.epochs):
        training.run_epoch(epoch, CancelToken())
    with torch.inference_mode():
        points = training.head(torch.from_numpy(prepared[0]).float())
        vectors = torch.nn.functional.normalize(log0(points, config.ablation.curvature), dim=1)
    likeness = (vectors @ vectors.T).fill_diagonal_(-2.0)
    return float((truth[likeness.argmax(1).numpy()] == truth).mean())


@pytest.mark.parametrize("loss", ["multi-similarity", "contrastive", "nt-xent"])
def test_under_wrong_labels_the_core_finds_more_than_the_loss_that_it_is_put_on(loss: str) -> None:
    core = varied(
        TrainConfig(),
        loss=loss,
        pair_weight=float("inf"),
        soft_similarity=False,
        weights="none",
        dimension=16,
        hidden=64,
        epochs=15,
        batch_size=64,
        learning_rate=1e-3,
        decay=1e-4,
    )
    plain = varied(core, margins="constant", view_pairs=False)
    found = found_with_half_of_the_labels_wrong(core)
    assert found > 0.85  # points that have fallen into the origin find .80
    assert found > found_with_half_of_the_labels_wrong(plain)


def test_margins_of_positives_and_negatives_reach_the_pairs_they_are_meant_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Classes that lie near together push apart less than far ones, and every class pulls alike."""
    batches: list[PairBatch] = []

    class Recording(PairLoss):
        """Keeps the batch, and asks for nothing."""

        def __call__(self, batch: PairBatch) -> Tensor:
            batches.append(batch)
            return batch.distance.sum() * 0

    bank = ClassSimilarityBank(CLASSES)
    similarity = torch.tensor([[0.9, 0.6, -0.6], [0.6, 0.8, -0.4], [-0.6, -0.4, 0.7]])
    labels = torch.arange(COUNT) % CLASSES
    bank.update(similarity[labels][:, labels], labels, torch.ones(COUNT))
    bank.refresh()
    assert bank.ready
    random = torch.Generator().manual_seed(1)
    augmentations = tuple(torch.randn(COUNT, 6, generator=random) for _ in range(2))
    knowledge = ClassKnowledge(torch.eye(CLASSES), bank, ramp=0.0)
    monkeypatch.setitem(LOSSES, "recording", Recording)
    config = replace(CONFIG, loss="recording")
    pair_term(head(), augmentations, evidence(COUNT, 0.9), knowledge, config)
    expected = adaptive_margins(bank.similarity, CONFIG.ablation.margins, base=BASE)
    both = labels.repeat(2)
    batch = batches[0]
    torch.testing.assert_close(batch.positive_margin, expected.positive[both][:, None])
    torch.testing.assert_close(batch.negative_margin, expected.negative[both][:, both])
    assert (batch.positive_margin - batch.negative_margin).abs().max() > 0.05

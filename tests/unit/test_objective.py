from __future__ import annotations

from dataclasses import replace

import pytest
import torch
from torch import Tensor

from ahsml_app.core.config import TrainConfig
from ahsml_app.core.head import HyperbolicHead
from ahsml_app.core.losses import LOSSES
from ahsml_app.core.objective import ClassKnowledge, Memory, pair_term
from ahsml_app.core.similarity import ClassSimilarityBank, Evidence

CLASSES, COUNT = 3, 9
CONFIG = TrainConfig(dimension=4)


def head() -> HyperbolicHead:
    made = HyperbolicHead(6, 4, CLASSES, 0.1)
    made.start(torch.Generator().manual_seed(0))
    return made


def evidence(count: int, weight: float, seed: int = 0) -> Evidence:
    random = torch.Generator().manual_seed(seed)
    posteriors = torch.rand(count, CLASSES, generator=random).softmax(1)
    return Evidence(torch.arange(count) % CLASSES, torch.full((count,), weight), posteriors)


def term(loss: str, memory: Memory | None, config: TrainConfig = CONFIG) -> Tensor:
    random = torch.Generator().manual_seed(1)
    views = tuple(torch.randn(COUNT, 6, generator=random) for _ in range(2))
    bank = ClassSimilarityBank(CLASSES)
    knowledge = ClassKnowledge(torch.eye(CLASSES), bank, ramp=0.0)
    return pair_term(head(), views, evidence(COUNT, 0.9), knowledge, LOSSES[loss](), config, memory)


def remembered(weight: float, count: int = 5) -> Memory:
    random = torch.Generator().manual_seed(2)
    with torch.no_grad():
        points = head()(torch.randn(count, 6, generator=random))
    return Memory(points, evidence(count, weight, seed=3))


@pytest.mark.parametrize("soft", [True, False])
@pytest.mark.parametrize("loss", sorted(LOSSES))
def test_a_memory_of_no_weight_changes_nothing(loss: str, soft: bool) -> None:
    config = replace(CONFIG, soft_similarity=soft)
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

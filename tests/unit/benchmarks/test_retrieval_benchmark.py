from __future__ import annotations

import numpy as np
import pytest
import torch
from benchmarks.common.sets import break_up
from benchmarks.retrieval.retrieval_peers import (
    Bank,
    PairObjective,
    PeerConfig,
    chosen_by_rule,
    embed,
    standardised,
    train_head,
)
from benchmarks.retrieval.retrieval_table import Rows, spread


def _blobs(classes: int = 6, per_class: int = 24, width: int = 60) -> tuple[np.ndarray, np.ndarray]:
    """(2, N, W) features of two features, and their classes, which most directions blur."""
    random = np.random.default_rng(0)
    truth = np.repeat(np.arange(classes), per_class)
    centres = np.hstack([2 * np.eye(classes), np.zeros((classes, width - classes))])
    scale = np.where(np.arange(width) < classes, 0.5, 3.0)
    features = centres[truth] + scale * random.normal(size=(2, len(truth), width))
    return features.astype(np.float16), truth


def _nearest_right(vectors: np.ndarray, truth: np.ndarray) -> float:
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    likeness = unit @ unit.T
    np.fill_diagonal(likeness, -2)
    return float((truth[likeness.argmax(1)] == truth).mean())


def test_small_clusters_leave_half_of_the_classes_alone_and_move_the_others_in_groups() -> None:
    features, truth = _blobs(per_class=40)
    given = break_up(truth, features[0], seed=3)
    moved = given != truth
    broken = [k for k in range(6) if moved[truth == k].any()]
    assert len(broken) == 3
    for k in broken:
        assert moved[truth == k].all()
        groups = np.bincount(given[truth == k], minlength=6)
        assert (groups > 0).sum() > 1 or groups.max() == 40
    assert (break_up(truth, features[0], seed=3) == given).all()


@pytest.mark.parametrize("loss", ["multi-similarity", "contrastive", "triplet", "proxy-anchor"])
def test_a_plain_head_finds_the_class_better_than_the_features(loss: str) -> None:
    features, truth = _blobs()
    prepared = standardised(features, np.ones(len(truth), dtype=bool))
    config = PeerConfig(loss, hidden=32, dimension=8, epochs=60, learning_rate=1e-2)
    head = train_head(prepared, truth, 6, config)
    found = _nearest_right(embed(head, prepared[0]), truth)
    assert found > _nearest_right(prepared[0], truth) + 0.2


@pytest.mark.parametrize("rule", ["prism", "knn"])
def test_rules_that_drop_samples_train_on_with_the_memory(rule: str) -> None:
    features, truth = _blobs()
    prepared = standardised(features, np.ones(len(truth), dtype=bool))
    given = np.where(np.random.default_rng(1).random(len(truth)) < 0.3, 0, truth)
    rate = float((given != truth).mean())
    config = PeerConfig(
        rule=rule, rate=rate, memory=True, hidden=32, dimension=8, epochs=20, learning_rate=1e-2
    )
    head = train_head(prepared, given, 6, config)
    assert np.isfinite(embed(head, prepared[0])).all()


def _bank() -> tuple[Bank, torch.Tensor]:
    """Two classes at two axes, one sample of which carries the label of the other."""
    vectors = torch.tensor([[1.0, 0.0]] * 8 + [[0.0, 1.0]] * 8)
    labels = torch.tensor([0] * 8 + [1] * 7 + [0])
    bank = Bank(labels, 2, 2, 100)
    bank.put(torch.arange(16), vectors)
    return bank, vectors


def test_prism_drops_the_share_it_was_told_and_the_wrong_label_first() -> None:
    bank, vectors = _bank()
    kept = bank.prism(torch.arange(16), vectors, 1 / 16)
    assert not kept[15]
    assert bool(bank.prism(torch.arange(16), vectors, 0.0).all())


def test_what_prism_has_dropped_is_in_no_centre_and_in_no_memory() -> None:
    bank, vectors = _bank()
    config = PeerConfig(rule="prism", rate=1 / 16, memory=True)
    kept = chosen_by_rule(bank, torch.arange(16), vectors, config, acting=True)
    assert kept.tolist() == [True] * 15 + [False]
    assert 15 not in bank.drawn()
    chosen_by_rule(bank, torch.tensor([15]), vectors[:1], config, acting=False)
    assert 15 in bank.drawn()


def test_two_views_of_an_image_are_a_pair_and_its_own_earlier_embedding_is_none() -> None:
    objective, vectors = PairObjective("contrastive"), torch.tensor([[1.0, 0.0], [0.0, 1.0]])
    bank = Bank(torch.tensor([0]), 1, 2, 100)
    bank.put(torch.tensor([0]), -vectors[:1])
    nothing, rows = torch.empty(0, dtype=torch.long), torch.zeros(1, dtype=torch.long)
    assert float(objective(rows.repeat(2), vectors, bank, nothing)) == pytest.approx(1.0)
    assert float(objective(rows, vectors[:1], bank, torch.zeros(1, dtype=torch.long))) == 0.0


def test_the_filter_of_neighbours_drops_the_wrong_label() -> None:
    bank, vectors = _bank()
    kept = bank.neighbours(torch.arange(16), vectors)
    assert not kept[15]
    assert bool(kept[8:15].all())


def test_a_head_never_looks_at_samples_that_were_left_out() -> None:
    features, truth = _blobs()
    prepared = standardised(features, np.ones(len(truth), dtype=bool))
    labels = np.where(np.arange(len(truth)) % 3 == 0, -1, truth)
    config = PeerConfig(hidden=16, dimension=4, epochs=3)
    other = prepared.copy()
    other[:, labels < 0] = 9.0
    first = train_head(prepared, labels, 6, config)
    second = train_head(other, labels, 6, config)
    assert (embed(first, prepared[0]) == embed(second, prepared[0])).all()


def test_means_and_shares_are_over_the_seeds_that_both_have() -> None:
    def line(kind: str, method: str, seed: int, value: float) -> dict[str, object]:
        return {"set": f"known plankton {kind} seed {seed}", "method": method, "recall_1": value}

    rows = Rows.of(
        [
            line("clean", "ours", 0, 0.8),
            line("clean", "ours", 1, 0.6),
            line("symmetric 50%", "ours", 1, 0.3),
            line("symmetric 50%", "peer", 1, 0.2),
            line("symmetric 50%", "peer", 2, 0.9),
            line("clean", "ours", 0, 0.7),
            {"set": "quick: known plankton clean seed 5", "method": "ours", "recall_1": 0.0},
        ]
    )
    clean, noisy = ("known", "plankton", "clean"), ("known", "plankton", "symmetric 50%")
    assert rows.values(clean, "ours") == {0: 0.7, 1: 0.6}
    assert rows.shares(noisy, clean, "ours", "recall_1") == [pytest.approx(0.5)]
    assert rows.differences(noisy, "ours", "peer") == [pytest.approx(0.1)]
    assert spread(rows.values(clean, "ours").values()) == "0.650 ± 0.071"
    assert spread([]) is None

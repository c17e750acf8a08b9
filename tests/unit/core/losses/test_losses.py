import dataclasses
import itertools
import math
from collections.abc import Callable

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from pytorch_metric_learning import distances, losses
from torch import Tensor
from torch.nn.functional import normalize

from ahsml_app.core.losses import LOSSES, PairBatch, from_distance, from_similarity
from ahsml_app.core.losses.circle import CircleLoss
from ahsml_app.core.losses.contrastive import ContrastiveLoss
from ahsml_app.core.losses.log_ratio import LogRatioLoss
from ahsml_app.core.losses.margin import MarginLoss
from ahsml_app.core.losses.multi_similarity import MultiSimilarityLoss
from ahsml_app.core.losses.nt_xent import NPairLoss, NTXentLoss
from ahsml_app.core.losses.triplet import TripletLoss

torch.set_num_threads(1)
EVERY_LOSS = pytest.mark.parametrize("name", sorted(LOSSES))
SEEDS = st.integers(0, 2**32 - 1)


def points(seed: int, count: int, width: int = 5) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.randn(count, width, generator=generator, dtype=torch.float64)


def same_label(labels: Tensor) -> Tensor:
    return (labels[:, None] == labels[None, :]).double()


def drawn_labels(seed: int, count: int, classes: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed + 1)
    return torch.randint(classes, (count,), generator=generator)


def cosine_batch(x: Tensor, labels: Tensor) -> PairBatch:
    z = normalize(x, dim=1)
    return from_similarity(z @ z.T, same_label(labels))


def euclidean_batch(x: Tensor, labels: Tensor) -> PairBatch:
    batch = from_distance(torch.cdist(x, x), same_label(labels))
    return dataclasses.replace(batch, similarity=-batch.distance)


COSINE = {"distance": distances.CosineSimilarity()}
EUCLIDEAN = {"distance": distances.LpDistance(normalize_embeddings=False)}
# ours, theirs, how a batch is made
PAIRS = {
    "contrastive, euclidean": (ContrastiveLoss(), losses.ContrastiveLoss(**EUCLIDEAN), "euclid"),
    "contrastive, cosine": (
        ContrastiveLoss(positive_margin=0.1, negative_margin=0.8),
        losses.ContrastiveLoss(pos_margin=0.9, neg_margin=0.2, **COSINE),
        "cosine",
    ),
    "triplet, euclidean": (TripletLoss(0.3), losses.TripletMarginLoss(0.3, **EUCLIDEAN), "euclid"),
    "triplet, cosine": (TripletLoss(), losses.TripletMarginLoss(**COSINE), "cosine"),
    "multi-similarity, cosine": (MultiSimilarityLoss(), losses.MultiSimilarityLoss(), "cosine"),
    "multi-similarity, euclidean": (
        MultiSimilarityLoss(negative_scale=5, base=-1.5),
        losses.MultiSimilarityLoss(beta=5, base=1.5, **EUCLIDEAN),
        "euclid",
    ),
    "nt-xent, cosine": (NTXentLoss(0.2), losses.NTXentLoss(temperature=0.2), "cosine"),
    "nt-xent, euclidean": (
        NTXentLoss(0.5),
        losses.NTXentLoss(temperature=0.5, **EUCLIDEAN),
        "euclid",
    ),
    # 1.25, because theirs keeps beta in float32
    "margin, euclidean": (
        MarginLoss(beta=1.25),
        losses.MarginLoss(beta=1.25, **EUCLIDEAN),
        "euclid",
    ),
    "circle, cosine": (CircleLoss(), losses.CircleLoss(), "cosine"),
}


@pytest.mark.parametrize("case", sorted(PAIRS))
@settings(max_examples=12, deadline=None)
@given(seed=SEEDS, count=st.integers(4, 20), classes=st.integers(1, 6))
def test_plain_case_equals_pytorch_metric_learning_in_value_and_gradient(
    case: str, seed: int, count: int, classes: int
):
    ours, theirs, kind = PAIRS[case]
    x = points(seed, count)
    labels = drawn_labels(seed, count, classes)
    mine, other = x.clone().requires_grad_(), x.clone().requires_grad_()
    make = cosine_batch if kind == "cosine" else euclidean_batch
    value, expected = ours(make(mine, labels)), theirs(other, labels)
    torch.testing.assert_close(value, expected, rtol=1e-8, atol=1e-8)
    value.backward()
    expected.backward()
    torch.testing.assert_close(mine.grad, other.grad, rtol=1e-6, atol=1e-8)


@settings(max_examples=12, deadline=None)
@given(seed=SEEDS, classes=st.integers(2, 8))
def test_n_pair_equals_pytorch_metric_learning_on_one_pair_per_class(seed: int, classes: int):
    x = points(seed, 2 * classes)
    anchors, positives = x[0::2], x[1::2]
    labels = torch.arange(classes).repeat_interleave(2)
    batch = dataclasses.replace(
        from_similarity(anchors @ positives.T, torch.eye(classes)),
        valid=torch.ones(classes, classes, dtype=torch.bool),
    )
    expected = losses.NPairsLoss(
        distance=distances.DotProductSimilarity(normalize_embeddings=False)
    )(x, labels)
    torch.testing.assert_close(NPairLoss()(batch), expected, rtol=1e-7, atol=1e-8)


def published_log_ratio(distance: Tensor, graded: Tensor, offset: float) -> float:
    """Kim et al. 2019, equation 6 with the uniform mean of their code, spelled out."""
    anchors = []
    for a in range(len(distance)):
        others = [i for i in range(len(distance)) if i != a]
        costs = []
        for first in range(len(others)):
            for second in range(first + 1, len(others)):
                i, j = others[first], others[second]
                squares = [float(distance[a, k]) ** 2 + offset for k in (i, j)]
                truth = [float(graded[a, k]) for k in (i, j)]
                wanted = math.log(truth[0] / truth[1])
                costs.append((math.log(squares[0] / squares[1]) - wanted) ** 2)
        anchors.append(sum(costs) / len(costs))
    return sum(anchors) / len(anchors)


@settings(max_examples=10, deadline=None)
@given(seed=SEEDS, count=st.integers(3, 9))
def test_log_ratio_equals_the_published_double_sum(seed: int, count: int):
    x = points(seed, count)
    target = soft_targets(seed, count)
    batch = from_distance(torch.cdist(x, x), target)
    expected = published_log_ratio(batch.distance, 1 - target + 0.1, 1e-6)
    assert float(LogRatioLoss()(batch)) == pytest.approx(expected, rel=1e-9)


def test_triplets_with_soft_targets_equal_the_triple_loop():
    batch = soft_batch(3, 9)
    positives, negatives, d = batch.positives, batch.negatives, batch.distance
    total = count = 0.0
    for i, j, k in itertools.product(range(9), repeat=3):
        cost = float(d[i, j] - d[i, k]) + 0.4
        if j != k and cost > 0:
            weight = float(positives[i, j] * negatives[i, k])
            total, count = total + weight * cost, count + weight
    plain = dataclasses.replace(batch, same_image=None)
    assert float(TripletLoss(0.4)(plain)) == pytest.approx(total / count, rel=1e-9)


def test_margin_loss_with_soft_targets_equals_the_triple_loop():
    batch = soft_batch(4, 8)
    positives, negatives, d = batch.positives, batch.negatives, batch.distance
    total = count = 0.0
    for i, j, k in itertools.product(range(8), repeat=3):
        if j == k:
            continue
        weight = float(positives[i, j] * negatives[i, k])
        for cost in (float(d[i, j]) - 1.0, 1.4 - float(d[i, k])):
            if cost > 0:
                total, count = total + weight * cost, count + weight
    assert float(MarginLoss()(batch)) == pytest.approx(total / count, rel=1e-9)


def soft_targets(seed: int, count: int) -> Tensor:
    drawn = torch.rand(count, count, generator=torch.Generator().manual_seed(seed + 2))
    return ((drawn + drawn.T) / 2).double()


def soft_batch(seed: int, count: int, **changes: object) -> PairBatch:
    x = points(seed, count)
    batch = from_distance(
        torch.cdist(x, x),
        soft_targets(seed, count),
        scale=2.5,
        weight=soft_targets(seed + 7, count),
    )
    return dataclasses.replace(batch, **changes)


def full_batch(seed: int, count: int) -> PairBatch:
    """Soft targets, weights, all margins; samples i and i + count / 2 are of one image."""
    same_image = torch.eye(count, dtype=torch.bool).roll(count // 2, 0)
    return soft_batch(
        seed,
        count,
        same_image=same_image | same_image.T,
        positive_margin=0.5 + 0.2 * torch.rand(count, 1, dtype=torch.float64),
        negative_margin=0.5 - 0.2 * soft_targets(seed + 9, count),
        same_image_margin=0.8,
    )


def moved(batch: PairBatch, distance: Tensor) -> PairBatch:
    return dataclasses.replace(batch, distance=distance, similarity=1 - distance / batch.scale)


@EVERY_LOSS
@pytest.mark.parametrize("make", [soft_batch, full_batch])
def test_gradient_is_the_derivative(name: str, make: Callable[[int, int], PairBatch]):
    loss = LOSSES[name]()
    if isinstance(loss, CircleLoss):  # whose published gradient takes the paces as constants
        loss = CircleLoss(detach_pace=False)
    batch = make(5, 6)
    distance = batch.distance.clone().requires_grad_()
    assert torch.autograd.gradcheck(lambda d: loss(moved(batch, d)), (distance,))


@EVERY_LOSS
def test_order_of_the_samples_does_not_matter(name: str):
    batch = full_batch(1, 8)
    order = torch.randperm(8, generator=torch.Generator().manual_seed(0))
    shuffled = rearranged(batch, order)
    torch.testing.assert_close(LOSSES[name]()(batch), LOSSES[name]()(shuffled))


def rearranged(batch: PairBatch, order: Tensor) -> PairBatch:
    fields = [
        "distance",
        "similarity",
        "target",
        "weight",
        "valid",
        "same_image",
        "negative_margin",
    ]
    changes = {field: getattr(batch, field)[order][:, order] for field in fields}
    return dataclasses.replace(batch, positive_margin=batch.positive_margin[order], **changes)


@EVERY_LOSS
def test_padding_changes_nothing(name: str):
    batch = soft_batch(2, 6)
    padded = {
        field: torch.nn.functional.pad(getattr(batch, field), (0, 3, 0, 3), value=value)
        for field, value in [
            ("distance", 9.0),
            ("similarity", 9.0),
            ("target", 0.3),
            ("weight", 1.0),
            ("valid", False),
        ]
    }
    loss = LOSSES[name]()
    torch.testing.assert_close(loss(dataclasses.replace(batch, **padded)), loss(batch))


DEGENERATE = {
    "one class": {"target": torch.ones(6, 6)},
    "all different": {"target": torch.zeros(6, 6)},
    "no weight": {"weight": torch.zeros(6, 6)},
    "nothing valid": {"valid": torch.zeros(6, 6, dtype=torch.bool)},
    "all of one image": {"same_image": ~torch.eye(6, dtype=torch.bool)},
    "far apart": {"target": (torch.arange(36).reshape(6, 6) % 2).float()},
}


@EVERY_LOSS
@pytest.mark.parametrize("case", sorted(DEGENERATE))
@pytest.mark.parametrize("spread", [0.0, 1.0, 1e4])
def test_degenerate_batches_give_finite_losses_and_gradients(name: str, case: str, spread: float):
    x = (points(0, 6).float() * spread).requires_grad_()
    distance = torch.cdist(x, x)
    batch = from_distance(distance, torch.full((6, 6), 0.5), scale=5.0)
    batch = dataclasses.replace(batch, **DEGENERATE[case])
    value = LOSSES[name]()(batch)
    value.backward()
    assert torch.isfinite(value)
    assert value >= 0
    assert torch.isfinite(x.grad).all()


@EVERY_LOSS
def test_an_empty_batch_costs_nothing(name: str):
    empty = torch.zeros(0, 0)
    assert float(LOSSES[name]()(from_distance(empty, torch.zeros(0, 0)))) == 0.0


@EVERY_LOSS
def test_pairs_without_weight_have_no_influence(name: str):
    batch = soft_batch(6, 7)
    weight = batch.weight.clone()
    weight[2, 4] = 0
    distance = batch.distance.clone()
    distance[2, 4] = 50.0
    loss = LOSSES[name]()
    kept = dataclasses.replace(batch, weight=weight)
    torch.testing.assert_close(loss(moved(kept, distance)), loss(kept))


@EVERY_LOSS
def test_descent_brings_same_classes_together_and_others_apart(name: str):
    torch.manual_seed(0)
    labels = torch.arange(12) % 3
    x = (points(8, 12, 4) * 0.3).requires_grad_()
    target = same_label(labels)

    def gap() -> float:
        d = torch.cdist(x, x).detach()
        off = ~torch.eye(12, dtype=torch.bool)
        return float(d[target == 0].mean() / d[(target == 1) & off].mean())

    before = gap()
    optimizer = torch.optim.Adam([x], lr=0.02)
    for _ in range(60):
        optimizer.zero_grad()
        LOSSES[name]()(from_distance(torch.cdist(x, x), target, scale=2.0)).backward()
        optimizer.step()
    assert gap() > 1.5 * before


@EVERY_LOSS
def test_two_views_of_one_image_attract_each_other_whatever_their_label_says(name: str):
    batch = full_batch(4, 8)
    target = torch.where(batch.same_image, 1.0, 0.2)
    weight = torch.where(batch.same_image, 1.0, batch.weight)
    distance = (batch.distance + 1).requires_grad_()
    LOSSES[name]()(
        moved(dataclasses.replace(batch, target=target, weight=weight), distance)
    ).backward()
    assert distance.grad[batch.same_image].sum() > 0


def test_a_large_batch_of_triplets_needs_no_cubic_memory():
    x = points(0, 1500, 8).float().requires_grad_()
    labels = torch.arange(1500) % 20
    value = TripletLoss()(from_distance(torch.cdist(x, x), same_label(labels)))
    value.backward()
    assert torch.isfinite(x.grad).all()


def test_margins_given_as_similarities_reach_distance_losses_as_distances():
    batch = dataclasses.replace(
        soft_batch(0, 6), positive_margin=0.8, negative_margin=0.6, scale=5.0
    )
    plain = dataclasses.replace(batch, positive_margin=None, negative_margin=None)
    expected = ContrastiveLoss(positive_margin=1.0, negative_margin=2.0)(plain)
    torch.testing.assert_close(ContrastiveLoss()(batch), expected)

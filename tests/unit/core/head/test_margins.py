import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from ahsml_app.core.head.margins import (
    CONVENTIONS,
    BatchLabels,
    ClassSimilarityBank,
    adaptive_margins,
    class_divergence_similarity,
    class_similarity,
    sample_affinity,
    soft_similarity,
)
from ahsml_app.core.losses import from_similarity
from ahsml_app.core.losses.multi_similarity import MultiSimilarityLoss

torch.set_num_threads(1)
SEEDS = st.integers(0, 2**32 - 1)

# Class 0 is tight and near class 1; class 2 is loose and far from both.
KNOWN = torch.tensor([[0.9, 0.6, 0.1], [0.6, 0.7, 0.2], [0.1, 0.2, 0.5]])
IN_CLASS = torch.linspace(0.3, 0.95, 101)


def drawn(seed: int, *shape: int) -> Tensor:
    return torch.rand(*shape, generator=torch.Generator().manual_seed(seed), dtype=torch.float64)


def test_paper_margins_follow_its_formulas():
    margins = adaptive_margins(KNOWN, "paper", in_class=IN_CLASS)
    torch.testing.assert_close(margins.positive, torch.tensor([0.7, 0.6, 0.5]))
    assert float(margins.negative[0, 1]) == pytest.approx(0.3)  # the nearest classes
    assert float(margins.negative[0, 2]) == pytest.approx(0.5)  # the farthest
    assert float(margins.negative[1, 2]) == pytest.approx(0.5 - 0.2 * 0.1 / 0.5)
    assert float(margins.same_image) == pytest.approx(0.3)


def test_hierarchical_margins_push_far_classes_further():
    margins = adaptive_margins(KNOWN, "hierarchical", in_class=IN_CLASS)
    torch.testing.assert_close(margins.positive, torch.tensor([0.7, 0.6, 0.5]))
    assert float(margins.negative[0, 1]) == pytest.approx(0.5)
    assert float(margins.negative[0, 2]) == pytest.approx(0.3)
    assert float(margins.same_image) == pytest.approx(float(torch.quantile(IN_CLASS, 0.95)))


def test_distance_margins_are_the_papers_applied_to_distances():
    margins = adaptive_margins(KNOWN, "distance", in_class=IN_CLASS)
    as_distance = adaptive_margins(1 - KNOWN, "paper")  # D_p = g + D^_aa, D_n = g - D^_ab
    torch.testing.assert_close(1 - margins.positive, as_distance.positive)
    off = ~torch.eye(3, dtype=torch.bool)
    torch.testing.assert_close(1 - margins.negative[off], as_distance.negative[off])
    assert float(margins.same_image) == pytest.approx(0.95)


@pytest.mark.parametrize("convention", CONVENTIONS)
@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, classes=st.integers(1, 6), base=st.floats(-0.5, 0.9))
def test_margins_stay_within_the_spread_of_the_base(
    convention: str, seed: int, classes: int, base: float
):
    s = drawn(seed, classes, classes)
    s = (s + s.T) / 2
    s[drawn(seed + 1, classes, classes) < 0.2] = math.nan
    margins = adaptive_margins(s, convention, base=base)
    off = ~torch.eye(classes, dtype=torch.bool)
    for values in (margins.positive, margins.negative[off]):
        assert bool(((values - base).abs() <= 0.2 + 1e-9).all())
    assert bool(torch.isfinite(margins.same_image))


def test_an_unknown_convention_is_named_in_the_error():
    with pytest.raises(ValueError, match="'upside-down'"):
        adaptive_margins(KNOWN, "upside-down")


def test_equal_similarities_move_all_margins_alike():
    margins = adaptive_margins(torch.full((3, 3), 0.4), "hierarchical")
    assert margins.positive.unique().numel() == 1
    assert margins.negative.unique().numel() == 1


def test_margins_reach_the_pairs_of_a_loss():
    margins = adaptive_margins(KNOWN, "hierarchical")
    rows, columns = torch.tensor([0, 2]), torch.tensor([1, 2, 0])
    positive, negative = margins.for_pairs(rows, columns)
    assert positive.shape == (2, 1)
    assert float(positive[1, 0]) == float(margins.positive[2])
    assert float(negative[1, 0]) == float(margins.negative[2, 1])
    q = torch.zeros(2, 3)
    batch = from_similarity(q, torch.zeros(2, 3), valid=torch.ones(2, 3, dtype=torch.bool))
    assert torch.isfinite(MultiSimilarityLoss()(batch))


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, count=st.integers(2, 12), weighted=st.booleans())
def test_class_similarity_is_the_mean_over_pairs_spelled_out(seed: int, count: int, weighted: bool):
    q = drawn(seed, count, count)
    labels = torch.randint(5, (count,), generator=torch.Generator().manual_seed(seed))
    weights = drawn(seed + 1, count) + 0.1 if weighted else torch.ones(count, dtype=torch.float64)
    means, counts = class_similarity(q, labels, 5, weights if weighted else None)
    for a in range(5):
        for b in range(5):
            pairs = [
                (float(weights[i] * weights[j]), float(q[i, j]))
                for i in range(count)
                for j in range(count)
                if i != j and labels[i] == a and labels[j] == b
            ]
            total = sum(w for w, _ in pairs)
            assert float(counts[a, b]) == pytest.approx(total, abs=1e-9)
            if pairs:
                assert float(means[a, b]) == pytest.approx(sum(w * v for w, v in pairs) / total)
            else:
                assert means[a, b].isnan()


def test_the_bank_changes_only_when_refreshed_and_moves_towards_the_new():
    bank = ClassSimilarityBank(3, momentum=0.75)
    labels = torch.tensor([0, 0, 1, 1])
    bank.update(torch.full((4, 4), 0.2), labels)
    assert not bank.ready
    bank.refresh()
    assert float(bank.similarity[0, 1]) == pytest.approx(0.2)
    assert bank.similarity[2].isnan().all()
    bank.update(torch.full((4, 4), 0.6), labels)
    bank.refresh()
    assert float(bank.similarity[0, 0]) == pytest.approx(0.75 * 0.2 + 0.25 * 0.6)


def test_a_restored_bank_continues_as_the_saved_one():
    first, second = ClassSimilarityBank(2), ClassSimilarityBank(2)
    labels = torch.tensor([0, 1, 1])
    first.update(drawn(0, 3, 3), labels)
    first.refresh()
    second.restore(first.state())
    for bank in (first, second):
        bank.update(drawn(1, 3, 3), labels)
        bank.refresh()
    torch.testing.assert_close(first.similarity, second.similarity, equal_nan=True)


def test_class_divergence_ranks_the_nearest_classes_half_alike_and_the_farthest_not():
    delta = torch.tensor([[0.0, 1.0, 5.0], [1.0, 0.0, 2.0], [5.0, 2.0, 0.0]])
    s = class_divergence_similarity(delta)
    torch.testing.assert_close(
        s, torch.tensor([[1.0, 0.5, 0.0], [0.5, 1.0, 0.25], [0.0, 0.25, 1.0]])
    )


@pytest.mark.parametrize("delta", [torch.ones(4, 4), torch.ones(2, 2), torch.zeros(1, 1)])
def test_equal_class_distances_leave_the_plain_matrix(delta: Tensor):
    torch.testing.assert_close(class_divergence_similarity(delta), torch.eye(len(delta)))


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS, classes=st.integers(2, 8))
def test_nearer_classes_are_never_less_alike(seed: int, classes: int):
    delta = drawn(seed, classes, classes)
    delta = (delta + delta.T) / 2
    s = class_divergence_similarity(delta)
    upper = torch.triu_indices(classes, classes, 1)
    order = delta[upper[0], upper[1]].argsort()
    ranked = s[upper[0], upper[1]][order]
    assert bool((ranked[1:] <= ranked[:-1]).all())
    assert bool(((ranked >= 0) & (ranked <= 0.5)).all())


def evidence(seed: int, count: int, classes: int) -> BatchLabels:
    labels = torch.randint(classes, (count,), generator=torch.Generator().manual_seed(seed))
    logits = 5 * drawn(seed + 1, count, classes)
    return BatchLabels(labels, drawn(seed + 2, count), logits.softmax(1))


@settings(max_examples=15, deadline=None)
@given(seed=SEEDS, ramp=st.floats(0, 1))
def test_soft_similarity_is_the_formula_spelled_out(seed: int, ramp: float):
    rows, columns = evidence(seed, 4, 3), evidence(seed + 9, 5, 3)
    affinity = class_divergence_similarity(drawn(seed + 5, 3, 3))
    own = drawn(seed + 6, 4, 5)
    same_image = drawn(seed + 7, 4, 5) < 0.2
    soft = soft_similarity(rows, columns, affinity, own, ramp=ramp, same_image=same_image)
    for i in range(4):
        for j in range(5):
            trust = float(rows.weights[i] * columns.weights[j])
            p, q = rows.posteriors[i], columns.posteriors[j]
            sure = float(p.max() * q.max())
            guess = sure * float(p @ affinity @ q) + (1 - sure) * float(own[i, j])
            known = float(affinity[rows.labels[i], columns.labels[j]])
            s = 1.0 if same_image[i, j] else trust * known + (1 - trust) * guess
            weight = 1.0 if same_image[i, j] else trust + (1 - trust) * sure * ramp
            assert float(soft.target[i, j]) == pytest.approx(s, abs=1e-9)
            assert float(soft.weight[i, j]) == pytest.approx(weight, abs=1e-9)


def test_full_trust_and_no_divergence_give_the_plain_masks():
    rows = evidence(0, 6, 3)
    rows = BatchLabels(rows.labels, torch.ones(6, dtype=torch.float64), rows.posteriors)
    soft = soft_similarity(rows, rows, torch.eye(3, dtype=torch.float64), drawn(1, 6, 6))
    same = (rows.labels[:, None] == rows.labels[None, :]).double()
    torch.testing.assert_close(soft.target, same)
    torch.testing.assert_close(soft.weight, torch.ones_like(same))


def test_sample_affinity_runs_from_zero_to_one():
    q = torch.tensor([[-1.0, 0.0, 1.0, 1.2]])
    torch.testing.assert_close(sample_affinity(q), torch.tensor([[0.0, 0.5, 1.0, 1.0]]))


def test_margins_of_the_classes_follow_each_refresh_and_restored_state() -> None:
    bank, other = ClassSimilarityBank(3), ClassSimilarityBank(3)
    labels = torch.arange(9) % 3
    random = torch.Generator().manual_seed(0)
    for _ in range(2):
        similarity = torch.rand(9, 9, generator=random)
        bank.update(similarity + similarity.T, labels)
        bank.refresh()
        expected = adaptive_margins(bank.similarity, base=0.0)
        torch.testing.assert_close(bank.margins("hierarchical", 0.0).negative, expected.negative)
        paper = bank.margins("paper", 0.0).negative
        assert not torch.allclose(paper, expected.negative)
    other.update(torch.rand(9, 9, generator=random), labels)
    other.refresh()
    other.margins("hierarchical", 0.0)
    other.restore(bank.state())
    torch.testing.assert_close(other.margins("hierarchical", 0.0).negative, expected.negative)


def test_a_state_without_sums_leaves_none_of_an_unfinished_epoch() -> None:
    bank = ClassSimilarityBank(3)
    labels = torch.arange(9) % 3
    bank.update(torch.rand(9, 9), labels)
    bank.refresh()
    kept = bank.similarity
    bank.update(torch.rand(9, 9), labels)
    bank.restore({"class_similarity": kept})
    bank.refresh()
    torch.testing.assert_close(bank.similarity, kept)

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from ahsml_app.core.geometry import poincare as hyperbolic
from ahsml_app.core.geometry.geoopt_ball import geoopt_ball

torch.set_num_threads(1)
CURVATURES = st.sampled_from([0.05, 0.1, 0.5, 1.0])
SEEDS = st.integers(0, 2**32 - 1)
few = settings(max_examples=25, deadline=None)


def tangents(seed: int, count: int = 7, width: int = 4, radius: float = 2.3) -> Tensor:
    """Vectors of every length from 0 to the radius."""
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.randn(count, width, generator=generator, dtype=torch.float64)
    length = torch.rand(count, 1, generator=generator, dtype=torch.float64) * radius
    return drawn / drawn.norm(dim=1, keepdim=True) * length


def ball(seed: int, c: float, count: int = 7, radius: float = 2.3) -> Tensor:
    return hyperbolic.exp0(tangents(seed, count, radius=radius), c)


@few
@given(seed=SEEDS, c=CURVATURES)
def test_exponential_and_logarithmic_map_equal_geoopt(seed: int, c: float):
    v = tangents(seed)
    z = hyperbolic.exp0(v, c)
    torch.testing.assert_close(z, geoopt_ball(c).expmap0(v), rtol=1e-9, atol=1e-12)
    torch.testing.assert_close(
        hyperbolic.log0(z, c), geoopt_ball(c).logmap0(z), rtol=1e-9, atol=1e-12
    )


@few
@given(seed=SEEDS, c=CURVATURES)
def test_logarithmic_map_undoes_the_exponential_map(seed: int, c: float):
    v = tangents(seed)
    torch.testing.assert_close(hyperbolic.log0(hyperbolic.exp0(v, c), c), v, rtol=1e-9, atol=0)


@few
@given(seed=SEEDS, c=CURVATURES)
def test_a_mapped_vector_lies_twice_its_length_from_the_origin(seed: int, c: float):
    v = tangents(seed)
    d = hyperbolic.distance(hyperbolic.exp0(v, c), torch.zeros_like(v), c)
    torch.testing.assert_close(d, 2 * v.norm(dim=1), rtol=1e-9, atol=1e-12)


@few
@given(seed=SEEDS, c=CURVATURES)
def test_distances_equal_geoopt_in_float64(seed: int, c: float):
    x, y = ball(seed, c), ball(seed + 1, c, count=5)
    expected = geoopt_ball(c).dist(x[:, None, :], y[None, :, :])
    torch.testing.assert_close(
        hyperbolic.pairwise_distance(x, y, c), expected, rtol=1e-9, atol=1e-7
    )
    rows = geoopt_ball(c).dist(x[:5], y)
    torch.testing.assert_close(hyperbolic.distance(x[:5], y, c), rows, rtol=1e-9, atol=1e-12)


@few
@given(seed=SEEDS, c=st.sampled_from([0.1, 1.0]))
def test_float32_distances_stay_true_near_the_boundary(seed: int, c: float):
    x, y = ball(seed, c, radius=5.0).float(), ball(seed + 1, c, radius=5.0).float()
    expected = geoopt_ball(c).dist(x.double()[:, None, :], y.double()[None, :, :]).float()
    got = hyperbolic.pairwise_distance(x, y, c)
    assert got.dtype == torch.float32
    torch.testing.assert_close(got, expected, rtol=2e-6, atol=1e-6)


@pytest.mark.parametrize("c", [0.1, 1.0])
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_distance_of_a_point_to_itself_is_zero_even_at_the_boundary(c: float, dtype: torch.dtype):
    x = hyperbolic.exp0(tangents(0, count=40, radius=50.0).to(dtype), c)
    assert float(hyperbolic.pairwise_distance(x, x.clone(), c).diagonal().max()) < 1e-5
    assert float(hyperbolic.distance(x, x.clone(), c).max()) == 0.0


def test_small_distances_survive_float32():
    x = hyperbolic.exp0(tangents(1).float(), 0.1)
    y = x + 1e-5
    expected = geoopt_ball(0.1).dist(x.double(), y.double()).float()
    got = hyperbolic.pairwise_distance(x, y, 0.1).diagonal()
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=0)


@few
@given(seed=SEEDS, c=CURVATURES)
def test_distances_are_symmetric_and_obey_the_triangle_inequality(seed: int, c: float):
    x = ball(seed, c, radius=5.0)
    d = hyperbolic.pairwise_distance(x, x, c)
    torch.testing.assert_close(d, d.T, rtol=1e-9, atol=1e-7)
    detour = (d[:, :, None] + d[None, :, :]).min(dim=1).values
    assert bool((d <= detour + 1e-7).all())


@few
@given(seed=SEEDS, c=CURVATURES)
def test_a_translation_of_geoopt_keeps_distances(seed: int, c: float):
    x, y = ball(seed, c, radius=1.5), ball(seed + 1, c, radius=1.5)
    shift = ball(seed + 2, c, count=1, radius=1.5)
    moved_x, moved_y = (geoopt_ball(c).mobius_add(shift, p, project=False) for p in (x, y))
    torch.testing.assert_close(
        hyperbolic.pairwise_distance(moved_x, moved_y, c),
        hyperbolic.pairwise_distance(x, y, c),
        rtol=1e-8,
        atol=1e-7,
    )


@few
@given(seed=SEEDS, c=CURVATURES)
def test_models_map_onto_each_other(seed: int, c: float):
    z = ball(seed, c)
    lifted = hyperbolic.lorentz_lift(z, c)
    klein = lifted[:, 1:] / lifted[:, :1] / math.sqrt(c)
    torch.testing.assert_close(hyperbolic.klein_to_poincare(klein, c), z, rtol=1e-7, atol=1e-9)
    back = lifted[:, 1:] / (math.sqrt(c) * (1 + lifted[:, :1]))
    torch.testing.assert_close(back, z, rtol=1e-9, atol=0)


@few
@given(seed=SEEDS, c=CURVATURES)
def test_inner_product_of_lifted_points_is_the_cosh_of_their_distance(seed: int, c: float):
    x, y = ball(seed, c), ball(seed + 1, c)
    first, second = hyperbolic.lorentz_lift(x, c), hyperbolic.lorentz_lift(y, c)
    product = first[:, 0] * second[:, 0] - (first[:, 1:] * second[:, 1:]).sum(1)
    expected = torch.cosh(math.sqrt(c) * hyperbolic.distance(x, y, c))
    torch.testing.assert_close(product, expected, rtol=1e-9, atol=1e-9)


def test_einstein_midpoint_equals_the_klein_mean_written_out():
    c, z = 0.3, ball(0, 0.3)
    weights = torch.rand(7, 3, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    klein = 2 * z / (1 + c * z.square().sum(1, keepdim=True))
    factor = 1 / (1 - c * klein.square().sum(1)).sqrt()
    for k in range(3):
        share = weights[:, k] * factor
        mean = (share[:, None] * klein).sum(0) / share.sum()
        expected = hyperbolic.klein_to_poincare(mean, c)
        torch.testing.assert_close(hyperbolic.einstein_midpoint(z, weights, c)[k], expected)


@few
@given(seed=SEEDS, c=CURVATURES)
def test_midpoint_of_two_points_halves_their_distance(seed: int, c: float):
    pair = ball(seed, c, count=2)
    middle = hyperbolic.einstein_midpoint(pair, torch.ones(2), c)
    assert middle.shape == (1, 4)
    whole = hyperbolic.distance(pair[:1], pair[1:], c)
    halves = hyperbolic.distance(pair, middle, c)
    torch.testing.assert_close(halves, whole.expand(2) / 2, rtol=1e-7, atol=1e-8)


def test_midpoint_moves_with_a_translation():
    c, z, shift = 0.1, ball(3, 0.1), ball(4, 0.1, count=1)
    weights = torch.rand(7, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    translated = geoopt_ball(c).mobius_add(shift, z, project=False)
    moved = hyperbolic.einstein_midpoint(translated, weights, c)
    middle = hyperbolic.einstein_midpoint(z, weights, c)
    expected = geoopt_ball(c).mobius_add(shift, middle, project=False)
    torch.testing.assert_close(moved, expected)


def test_midpoint_without_weight_is_the_origin():
    z = ball(0, 0.1).requires_grad_()
    weights = torch.zeros(7, 2, dtype=torch.float64)
    weights[:, 1] = 1
    middle = hyperbolic.einstein_midpoint(z, weights, 0.1)
    middle.sum().backward()
    assert middle[0].abs().max() == 0
    assert torch.isfinite(z.grad).all()


def test_clipping_shortens_only_what_is_longer():
    v = torch.tensor([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0]])
    expected = torch.tensor([[1.2, 1.6], [0.3, 0.4], [0.0, 0.0]])
    torch.testing.assert_close(hyperbolic.clip_features(v, 2.0), expected)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_projection_keeps_points_inside_the_ball_by_its_margin(dtype: torch.dtype):
    z = torch.tensor([[100.0, 0.0], [0.1, 0.2]], dtype=dtype)
    kept = hyperbolic.project(z, 0.25)
    assert float(kept[0].norm()) == pytest.approx(2.0 * 0.999, rel=1e-6)
    torch.testing.assert_close(kept[1], z[1])
    far = hyperbolic.exp0(torch.full((1, 3), 1e4, dtype=dtype), 0.25)
    assert float(far.norm()) == pytest.approx(2.0 * 0.999, rel=1e-6)


@pytest.mark.parametrize("function", ["exp0", "log0", "klein_to_poincare", "lorentz_lift"])
def test_gradients_of_the_maps_are_derivatives(function: str):
    z = ball(2, 0.3, count=3).requires_grad_()
    assert torch.autograd.gradcheck(lambda p: getattr(hyperbolic, function)(p, 0.3), (z,))


def test_gradients_of_distances_midpoints_and_clipping_are_derivatives():
    x, y = ball(5, 0.3, count=4), ball(6, 0.3, count=3)
    weights = torch.rand(4, 2, dtype=torch.float64, generator=torch.Generator().manual_seed(0))
    x.requires_grad_()
    y.requires_grad_()
    check = torch.autograd.gradcheck
    assert check(lambda a, b: hyperbolic.pairwise_distance(a, b, 0.3), (x, y))
    assert check(lambda a, b: hyperbolic.distance(a[:3], b, 0.3), (x, y))
    assert check(lambda a: hyperbolic.einstein_midpoint(a, weights, 0.3), (x,))
    assert check(lambda a: hyperbolic.clip_features(a * 10, 1.0), (x,))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("c", [0.1, 1.0])
def test_gradients_are_finite_for_equal_points_the_origin_and_the_boundary(
    dtype: torch.dtype, c: float
):
    v = torch.tensor([[0.0, 0.0], [1.0, 0.0], [1.0, 0.0], [1e6, 1e6], [1e6, 1e6]], dtype=dtype)
    v.requires_grad_()
    z = hyperbolic.exp0(hyperbolic.clip_features(v, 1e3), c)
    total = hyperbolic.pairwise_distance(z, z, c).sum() + hyperbolic.log0(z, c).sum()
    total = total + hyperbolic.distance(z, z.flip(0), c).sum()
    total.backward()
    assert torch.isfinite(total)
    assert torch.isfinite(v.grad).all()


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_half_precision_is_upcast(dtype: torch.dtype):
    x = tangents(0).to(dtype)
    z = hyperbolic.exp0(x, 0.1)
    assert z.dtype == torch.float32
    expected = hyperbolic.pairwise_distance(z.double(), z.double(), 0.1).float()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        got = hyperbolic.pairwise_distance(z, z, 0.1)
        middle = hyperbolic.einstein_midpoint(z, torch.ones(7), 0.1)
    torch.testing.assert_close(got, expected, rtol=1e-6, atol=1e-6)
    torch.testing.assert_close(middle, hyperbolic.einstein_midpoint(z, torch.ones(7), 0.1))


def test_pairwise_distance_never_holds_a_cube():
    x = torch.rand(3000, 64) * 0.1
    with torch.no_grad():
        d = hyperbolic.pairwise_distance(x, x, 0.1)  # N x N x D floats would be 2.3 GB
    assert d.shape == (3000, 3000)

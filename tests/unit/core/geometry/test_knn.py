import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics.pairwise import cosine_distances

from ahsml_app.base.errors import Cancelled
from ahsml_app.base.events import CancelToken
from ahsml_app.core.geometry import knn as neighbors
from ahsml_app.core.geometry import poincare as hyperbolic
from ahsml_app.core.geometry.geoopt_ball import geoopt_ball

torch.set_num_threads(1)
few = settings(max_examples=15, deadline=None)
SEEDS = st.integers(0, 2**32 - 1)


def ball(seed: int, count: int, c: float, radius: float = 2.3, width: int = 6) -> np.ndarray:
    rng = np.random.default_rng(seed)
    v = rng.normal(size=(count, width))
    v *= radius * rng.random((count, 1)) / np.linalg.norm(v, axis=1, keepdims=True)
    return hyperbolic.exp0(torch.from_numpy(v), c).numpy()


def geoopt_distances(x: np.ndarray, y: np.ndarray, c: float) -> np.ndarray:
    manifold = geoopt_ball(c)
    first, second = torch.from_numpy(x)[:, None, :], torch.from_numpy(y)[None, :, :]
    return manifold.dist(first, second).detach().numpy()


@few
@given(
    seed=SEEDS,
    count=st.integers(1, 60),
    k=st.integers(1, 12),
    c=st.sampled_from([0.1, 1.0]),
    radius=st.sampled_from([0.5, 2.3, 5.0]),
)
def test_hyperbolic_neighbours_equal_a_full_comparison_with_geoopt(
    seed: int, count: int, k: int, c: float, radius: float
):
    points, queries = ball(seed, count, c, radius), ball(seed + 1, 5, c, radius)
    distances, found = neighbors.nearest(points, queries, k, c)
    truth = geoopt_distances(queries, points, c)
    kept = min(k, count)
    expected = np.sort(truth, axis=1)[:, :kept]
    np.testing.assert_allclose(distances[:, :kept], expected, rtol=1e-7, atol=1e-6)
    picked = np.take_along_axis(truth, found[:, :kept], axis=1)
    np.testing.assert_allclose(picked, expected, rtol=1e-7, atol=1e-6)
    assert (found[:, kept:] == -1).all()
    assert np.isinf(distances[:, kept:]).all()


@pytest.mark.parametrize("c", [0.1, 1.0])
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_a_point_is_not_its_own_neighbour_but_its_copies_are(c: float, dtype: type):
    points = np.repeat(ball(0, 20, c), 3, axis=0).astype(dtype)
    distances, found = neighbors.nearest(points, None, 2, c)
    assert not (found == np.arange(60)[:, None]).any()
    assert (found // 3 == np.arange(60)[:, None] // 3).all()
    np.testing.assert_allclose(distances, 0, atol=1e-6)
    own, _ = neighbors.nearest(points, points, 1, c)
    np.testing.assert_allclose(own, 0, atol=1e-6)


@few
@given(seed=SEEDS, count=st.integers(2, 50), k=st.integers(1, 8))
def test_cosine_neighbours_equal_a_full_comparison(seed: int, count: int, k: int):
    features = np.random.default_rng(seed).normal(size=(count, 30)).astype(np.float16)
    distances, found = neighbors.nearest_cosine(features, k)
    truth = cosine_distances(features.astype(np.float64))
    np.fill_diagonal(truth, np.inf)
    kept = min(k, count - 1)
    np.testing.assert_allclose(distances[:, :kept], np.sort(truth, 1)[:, :kept], atol=1e-6)
    assert not (found == np.arange(count)[:, None]).any()


def test_no_points_and_no_queries_give_empty_answers():
    distances, found = neighbors.nearest(np.zeros((0, 3)), np.zeros((2, 3)), 4, 0.1)
    assert (found == -1).all()
    assert np.isinf(distances).all()
    assert neighbors.nearest_cosine(np.zeros((0, 3)), 2)[1].shape == (0, 2)
    assert neighbors.nearest(ball(0, 3, 0.1), np.zeros((0, 6)), 2, 0.1)[1].shape == (0, 2)


def test_zero_features_are_far_from_all_but_break_nothing():
    features = np.eye(4, dtype=np.float32)
    features[3] = 0
    distances, _ = neighbors.nearest_cosine(features, 2)
    np.testing.assert_allclose(distances, 1.0)


@pytest.mark.parametrize("search", ["hyperbolic", "boundary", "cosine"])
def test_a_cancelled_search_stops(search: str):
    cancel = CancelToken()
    cancel.cancel()
    points = ball(0, 9, 0.1, radius=20.0 if search == "boundary" else 2.0)
    with pytest.raises(Cancelled):  # noqa: PT012 - one of two calls
        if search == "cosine":
            neighbors.nearest_cosine(points, 2, cancel=cancel)
        else:
            neighbors.nearest(points, None, 2, 0.1, cancel=cancel)


def test_the_searches_agree_with_themselves_across_chunks():
    points = ball(5, 5000, 0.1, width=4)
    distances, found = neighbors.nearest(points, None, 3, 0.1)
    part, same = neighbors.nearest(points, points[4000:4010], 4, 0.1)
    np.testing.assert_array_equal(found[4000:4010], same[:, 1:])
    np.testing.assert_allclose(distances[4000:4010], part[:, 1:])


def test_approximate_search_finds_nearly_all_neighbours():
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(50, 16))
    v = centres[rng.integers(50, size=6000)] + 0.4 * rng.normal(size=(6000, 16))
    points = hyperbolic.exp0(hyperbolic.clip_features(torch.from_numpy(v)), 0.1).numpy()
    exact = neighbors.nearest(points, points[:300], 10, 0.1, method="exact")[1]
    quick = neighbors.nearest(points, points[:300], 10, 0.1, method="approximate")[1]
    assert overlap(exact, quick) > 0.95
    exact = neighbors.nearest_cosine(v, 10, v[:300], method="exact")[1]
    quick = neighbors.nearest_cosine(v, 10, v[:300], method="approximate")[1]
    assert overlap(exact, quick) > 0.95


def overlap(exact: np.ndarray, quick: np.ndarray) -> float:
    return float(
        np.mean([len(set(a) & set(b)) / len(a) for a, b in zip(exact, quick, strict=True)])
    )


@pytest.mark.slow
def test_approximate_search_keeps_its_recall_on_many_points():
    rng = np.random.default_rng(0)
    centres = rng.normal(size=(100, 64)) * 0.2
    v = centres[rng.integers(100, size=150_000)] + 0.15 * rng.normal(size=(150_000, 64))
    points = hyperbolic.exp0(hyperbolic.clip_features(torch.from_numpy(v)), 0.1).numpy()
    points = points.astype(np.float32)
    queries = points[:500]
    exact = neighbors.nearest(points, queries, 10, 0.1, method="exact")[1]
    quick = neighbors.nearest(points, queries, 10, 0.1)[1]
    assert overlap(exact, quick) > 0.95


@pytest.mark.slow
@pytest.mark.parametrize("order", ["faiss, torch", "torch, faiss"])
def test_both_import_orders_work_in_one_process(order: str):
    code = (
        f"import {order}\n"
        "import numpy as np\n"
        "from ahsml_app.core.geometry import knn\n"
        "x = np.random.default_rng(0).normal(size=(2000, 32)).astype(np.float32)\n"
        "d, i = knn.nearest_cosine(x, 3)\n"
        "torch.linalg.svd(torch.rand(300, 300))\n"
        "z = x / np.linalg.norm(x, axis=1, keepdims=True)\n"
        "assert (knn.nearest(z, None, 3, 0.1)[1] == i).mean() > 0.99\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr

"""Indexes of faiss that hold vectors: exact, or approximate where there are many."""

from __future__ import annotations

from typing import Any

from ahsml_app.base.types import FloatArray

EXACT_UP_TO = 50_000
"""Number of points beyond which "auto" takes the approximate index."""

LINKS = 32
"""Links of each point in the graph of the approximate index."""

SEARCHED_FOR_LINKS = 80
"""Points that the search for a new point's links keeps in view."""

LEAST_SEARCHED = 128
"""Points of the graph that a query keeps in view at least."""


def flat_index(dimension: int, *, inner_product: bool) -> Any:
    """Creates an exact faiss index that uses as many threads as torch.

    Args:
        dimension: Length of the vectors.
        inner_product: Whether it ranks by inner product instead of Euclidean distance.
    """
    faiss = _faiss()
    return faiss.IndexFlatIP(dimension) if inner_product else faiss.IndexFlatL2(dimension)


def euclidean_index(vectors: FloatArray) -> Any:
    """Creates a faiss index that holds the vectors: exact, or approximate where there are many.

    Args:
        vectors: (N, D) vectors.
    """
    if len(vectors) > EXACT_UP_TO:
        return graph_index(vectors)
    index = flat_index(vectors.shape[1], inner_product=False)
    index.add(vectors)
    return index


def graph_index(vectors: FloatArray) -> Any:
    """Creates an approximate Euclidean faiss index that holds the vectors.

    Its time for a query grows with the logarithm of their number (hierarchical navigable small
    worlds). One thread builds the graph: with several, its links would depend on their timing.

    Args:
        vectors: (N, D) vectors.
    """
    faiss = _faiss()
    index = faiss.IndexHNSWFlat(vectors.shape[1], LINKS)
    index.hnsw.efConstruction = SEARCHED_FOR_LINKS
    index.hnsw.efSearch = LEAST_SEARCHED
    threads = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(1)
    try:
        index.add(vectors)
    finally:
        faiss.omp_set_num_threads(threads)
    return index


def _faiss() -> Any:
    import faiss  # here, so that the command line does not wait for the import
    import torch

    # Both have thread pools; together they must not use more cores than torch was given.
    faiss.omp_set_num_threads(torch.get_num_threads())
    return faiss

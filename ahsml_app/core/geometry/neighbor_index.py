"""Indexes of faiss that hold vectors: exact, or approximate where there are many."""

from __future__ import annotations

from typing import Any

import numpy as np

from ahsml_app.base.types import FloatArray, IntArray

EXACT_UP_TO = 50_000
"""Number of points beyond which "auto" takes the approximate index."""

LIST_SIZE = 200
"""Points in a list of the approximate index."""

MANY_LISTS = 1000
"""Number of lists from which a graph tells the nearest ones. To compare each point with all of them
takes time that grows with the square of the points: with a million, half of the whole search."""

GRAPH_LINKS = 32
"""Links of each list in the graph; found what comparing with all lists finds (benchmark)."""

PLACING_ROUNDS, PLACING_SAMPLE = 3, 40
"""Rounds that place the lists, and points for each list that they look at. More rounds found no
more neighbours among a million vectors, nor did more points among 200,000."""

VISITED_LISTS = 64
"""Lists that a query visits, unless its neighbours matter only where they are very near. With a
share of the lists, the time of the search would grow with the square of the number of points."""

CANDIDATES = 2
"""Codes looked up for each neighbour asked for; the vectors of these are measured."""

CODED_FROM = 48
"""Length from which vectors are looked up by short codes. Reading the lists takes most of the time,
and codes have a quarter of the bytes of half floats; those of few numbers tell too little."""

CODE_BITS, AXES_PER_CODE = 4, 2
"""Bits of a code, and the axes that share it. The axes are turned at random before: along principal
axes the first pair would hold much and the last pairs nothing, with as many bits for each."""

_CHUNK = 1 << 16  # vectors added at a time
_TRIED, _TRIED_NEIGHBOURS = 1000, 30
_TIMES_CANDIDATES = 16
_MOST_BLURRED = 0.02  # share of queries of which half of the neighbours may be missed


def sampled_rows(count: int, most: int) -> IntArray:
    """Draws rows from all over the data: one at random from each of equal stretches.

    Rows in a fixed step may all be of one class, if the classes take turns in a table.

    Args:
        count: Number of rows.
        most: Number of rows to draw; all where there are no more.

    Returns:
        (n,) rows in their order, the same at each call.
    """
    if count <= most:
        return np.arange(count, dtype=np.int64)
    edges = np.linspace(0, count, most + 1).astype(np.int64)
    return np.random.default_rng(0).integers(edges[:-1], edges[1:])


def flat_index(dimension: int, *, inner_product: bool) -> Any:
    """Creates an exact faiss index that uses as many threads as torch.

    Args:
        dimension: Length of the vectors.
        inner_product: Whether it ranks by inner product instead of Euclidean distance.
    """
    faiss = _faiss()
    return faiss.IndexFlatIP(dimension) if inner_product else faiss.IndexFlatL2(dimension)


def euclidean_index(
    vectors: FloatArray, visited: int = VISITED_LISTS, candidates: int = CANDIDATES
) -> Any:
    """Creates a faiss index that holds the vectors: exact, or approximate where there are many.

    Args:
        vectors: (N, D) vectors.
        visited: Lists that a query visits if it is approximate.
        candidates: Codes looked up for each neighbour if it is approximate.
    """
    if len(vectors) > EXACT_UP_TO:
        return inverted_index(vectors, visited, candidates)
    index = flat_index(vectors.shape[1], inner_product=False)
    index.add(vectors)
    return index


def inverted_index(
    vectors: FloatArray, visited: int = VISITED_LISTS, candidates: int = CANDIDATES
) -> Any:
    """Creates an approximate Euclidean faiss index that holds the vectors: an inverted file.

    Its lists hold short codes, and the best candidates by these are measured again by half floats.
    Where codes would tell too little, the lists hold the half floats themselves.

    Args:
        vectors: (N, D) vectors.
        visited: Lists that a query visits.
        candidates: Codes looked up for each neighbour.
    """
    dimension = vectors.shape[1]
    if dimension >= CODED_FROM and dimension % AXES_PER_CODE == 0:
        index = _filled_index(vectors, visited, candidates)
        if _codes_suffice(index, vectors):
            return index
        del index
    return _filled_index(vectors, visited, 0)


def _filled_index(vectors: FloatArray, visited: int, candidates: int) -> Any:
    """Returns an inverted file of codes; of half floats if there are no candidates to measure."""
    faiss = _faiss()
    dimension, lists = vectors.shape[1], max(1, len(vectors) // LIST_SIZE)
    half_floats = faiss.ScalarQuantizer.QT_fp16
    placing = None
    if lists < MANY_LISTS:
        nearest_lists = faiss.IndexFlatL2(dimension)
    else:
        nearest_lists, placing = (faiss.IndexHNSWFlat(dimension, GRAPH_LINKS) for _ in range(2))
    if candidates:
        codes = dimension // AXES_PER_CODE
        inverted = faiss.IndexIVFPQFastScan(nearest_lists, dimension, lists, codes, CODE_BITS)
        inverted.by_residual = False
    else:
        inverted = faiss.IndexIVFScalarQuantizer(
            nearest_lists, dimension, lists, half_floats, faiss.METRIC_L2, False
        )
    index = inverted
    if candidates:
        rotation = faiss.RandomRotationMatrix(dimension, dimension)
        rotation.init(0)
        measured = faiss.IndexScalarQuantizer(dimension, half_floats)
        refined = faiss.IndexRefine(inverted, measured)
        refined.k_factor = candidates
        index = faiss.IndexPreTransform(rotation, refined)
    _place_lists(index, inverted, placing, vectors)
    for start in range(0, len(vectors), _CHUNK):  # not at once, because turning them takes a copy
        index.add(vectors[start : start + _CHUNK])
    inverted.nprobe = visited
    if placing is not None:
        nearest_lists.hnsw.efSearch = max(nearest_lists.hnsw.efSearch, visited)
    return index


def _codes_suffice(index: Any, vectors: FloatArray) -> bool:
    """Whether many times as many candidates bring few other neighbours to light.

    The codes are made for the spread of all vectors. Where a class lies in a small part of it, all
    of the class have one code, and which of them are measured is left to chance.
    """
    refined = _faiss().downcast_index(index.index)
    queries = vectors[sampled_rows(len(vectors), _TRIED)]
    few = index.search(queries, _TRIED_NEIGHBOURS)[1]
    refined.k_factor *= _TIMES_CANDIDATES
    many = index.search(queries, _TRIED_NEIGHBOURS)[1]
    refined.k_factor /= _TIMES_CANDIDATES
    shares = [np.isin(a, b).mean() for a, b in zip(many, few, strict=True)]
    return float(np.mean(np.less(shares, 0.5))) <= _MOST_BLURRED


def _place_lists(index: Any, inverted: Any, placing: Any, vectors: FloatArray) -> None:
    """Places the lists of an inverted file; `placing` is the graph that finds the nearest one."""
    inverted.clustering_index = placing
    if placing is not None:
        # Several threads would link the lists in another order each time.
        _faiss().omp_set_num_threads(1)
    inverted.cp.max_points_per_centroid = inverted.cp.min_points_per_centroid = PLACING_SAMPLE
    inverted.cp.niter = PLACING_ROUNDS
    index.train(vectors[sampled_rows(len(vectors), inverted.nlist * PLACING_SAMPLE)])
    inverted.clustering_index = None
    _faiss()


def query_order(index: Any) -> IntArray:
    """Returns the (N,) order in which to look up the points that an index holds.

    Neighbours follow each other, so that the lists that one visits are still in the processor's
    cache for the next. In any other order a million queries wait for the memory most of the time.

    Args:
        index: Of `euclidean_index`, `flat_index` or `inverted_index`, filled at once.
    """
    faiss = _faiss()
    inverted = faiss.try_extract_index_ivf(index)
    if inverted is None:
        return np.arange(index.ntotal, dtype=np.int64)
    lists = inverted.invlists
    sizes = [lists.list_size(number) for number in range(lists.nlist)]
    order = np.empty(index.ntotal, dtype=np.int64)
    for number, end in enumerate(np.cumsum(sizes)):
        if sizes[number]:
            ids = faiss.rev_swig_ptr(lists.get_ids(number), sizes[number])
            order[end - sizes[number] : end] = ids
    return order


def _faiss() -> Any:
    import faiss  # here, so that the command line does not wait for the import
    import torch

    # Both have thread pools; together they must not use more cores than torch was given.
    faiss.omp_set_num_threads(torch.get_num_threads())
    return faiss

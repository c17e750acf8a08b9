"""An honest sample: random images among the suspects, which show what the scores do not see.

Who reviews the most suspect images first learns nothing of labels that look right. So a person may
have about fifty random images blended into the queue. The gallery does not tell which they are, and
shows no scores of undecided images until all of them are decided.

The images are drawn from strata of the error probability and come in random order, so that those
judged so far are a random part of each stratum. Their verdicts count in the estimate of errors left
like all others: whether an image is drawn depends on nothing but its probability, so the design can
be ignored there (Rubin, Inference and Missing Data, Biometrika 63, 1976). `sample_total` is what
they say without the scores.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, cast

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import Int8Array, IntArray
from ahsml_app.core.analysis.stratified_total import strata_of, stratified_total
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.label_verdicts import NO_VERDICT, WRONG

SIZE, STRATA = 50, 10
"""Images of a sample, and strata that they are drawn from in equal numbers."""

APART = 4
"""Images of the queue between two images of the sample, on average."""

_FACT = "honest_sample"
_LARGEST_SEED = 2**31


@dataclass(frozen=True, slots=True, eq=False)
class HonestSample:
    """A sample as the project stores it.

    Attributes:
        included: Whether the queue holds its undecided images.
        run: Number of the training whose probabilities formed the strata.
        seed: Seed of the draw.
        rows: (M,) rows of the images, in random order.
        strata: (M,) stratum of each.
        sizes: (S,) undecided images in each stratum when it was drawn.
    """

    included: bool
    run: int
    seed: int
    rows: IntArray
    strata: IntArray
    sizes: IntArray

    @property
    def inclusion(self) -> tuple[float, ...]:
        """Probability with which each image was drawn."""
        drawn = np.bincount(self.strata, minlength=len(self.sizes))
        return tuple((drawn / np.maximum(self.sizes, 1))[self.strata].tolist())

    def is_open(self, project: Project) -> bool:
        """Whether the queue holds an image of it that is undecided."""
        undecided = project.kinds[self.rows] == DecisionKind.UNDECIDED
        return self.included and bool(undecided.any())


def draw_sample(project: Project, run: int, seed: int) -> HonestSample | None:
    """Draws a sample from the undecided images that have an error probability; None for none."""
    scores = project.scores
    if scores is None:
        return None
    wrong = scores.error_probability
    rows = np.flatnonzero((project.kinds == DecisionKind.UNDECIDED) & ~np.isnan(wrong))
    if not len(rows):
        return None
    random, strata = np.random.default_rng(seed), strata_of(wrong[rows], STRATA)
    members = (np.flatnonzero(strata == stratum) for stratum in range(STRATA))
    chosen = np.concatenate([random.permutation(part)[: SIZE // STRATA] for part in members])
    chosen = random.permutation(chosen)
    sizes = np.bincount(strata, minlength=STRATA)
    return HonestSample(True, run, seed, rows[chosen].astype(np.int64), strata[chosen], sizes)


def stored_sample(project: Project) -> HonestSample | None:
    """The sample that the project stores; None if there is none, or it is damaged."""
    record = project.fact(_FACT)
    if not isinstance(record, dict):
        return None
    rows, strata, sizes = (_integers(record.get(name)) for name in ("rows", "strata", "sizes"))
    included, run, seed = (record.get(name) for name in ("included", "run", "seed"))
    if rows is None or strata is None or sizes is None:
        return None
    sound = (
        isinstance(included, bool)
        and type(run) is int
        and type(seed) is int
        and 0 <= seed < _LARGEST_SEED
        and len(rows) == len(strata) == len(set(rows.tolist()))
        and len(sizes) == STRATA
        and _all_below(rows, len(project.table))
        and _all_below(strata, STRATA)
        and bool((sizes >= 0).all())
    )
    if not sound:
        return None
    return HonestSample(bool(included), cast("int", run), cast("int", seed), rows, strata, sizes)


def _integers(values: object) -> IntArray | None:
    """A list of integers as an array; None for anything else."""
    if not isinstance(values, list) or any(type(value) is not int for value in values):
        return None
    try:
        return np.array(values, dtype=np.int64)
    except OverflowError:
        return None


def _all_below(values: IntArray, count: int) -> bool:
    return bool(((values >= 0) & (values < count)).all())


def include_sample(project: Project, *, included: bool) -> HonestSample | None:
    """Blends a sample into the queue, or leaves it out; on disk when the call returns.

    A sample of which images are undecided is taken up again; else another one is drawn.

    Returns:
        The sample; None if there is none and nothing to draw it from.

    Raises:
        ProjectError: If it could not be written; then nothing has changed.
    """
    before = stored_sample(project)
    sample = None if before is None else replace(before, included=included)
    if included and (sample is None or not sample.is_open(project)):
        seed = 0 if before is None else before.seed + 1
        run = 0 if project.run is None else int(project.run["number"])
        sample = draw_sample(project, run, seed) or sample
    if sample is not None:
        project.set_fact(_FACT, _record(sample))
    return sample


def sample_total(
    sample: HonestSample, verdicts: Int8Array
) -> tuple[int, tuple[float, float, float] | None]:
    """What the sample says without the scores.

    Args:
        sample: The sample.
        verdicts: (N,) verdict on the label of each image (`Timeline.verdicts`).

    Returns:
        Number of images of the sample whose label is judged, and the estimated wrong labels among
        all images that were undecided when it was drawn: low end, best guess, high end; None while
        a stratum has no verdict.
    """
    said = verdicts[sample.rows]
    sizes, judged, wrong = (
        counts.astype(np.float64)
        for counts in (
            sample.sizes,
            *(
                np.bincount(sample.strata[mask], minlength=len(sample.sizes))
                for mask in (said != NO_VERDICT, said == WRONG)
            ),
        )
    )
    return int(judged.sum()), stratified_total(sizes, judged, wrong)


def blended(queue: IntArray, project: Project, sample: HonestSample) -> IntArray:
    """Spreads the undecided images of a sample over the queue, from its first undecided image on.

    Args:
        queue: Rows in the order of the queue; only images in it are spread.
        project: The project.
        sample: The sample.
    """
    shown = np.zeros(len(project.table), dtype=bool)
    shown[queue] = True
    members = sample.rows
    members = members[shown[members] & (project.kinds[members] == DecisionKind.UNDECIDED)]
    shown[members] = False
    others = queue[shown[queue]]
    undecided = np.flatnonzero(project.kinds[others] == DecisionKind.UNDECIDED)
    first = int(undecided[0]) if len(undecided) else len(others)
    gaps = np.random.default_rng(sample.seed).integers(1, 2 * APART, len(members))
    return np.insert(others, np.minimum(first + np.cumsum(gaps), len(others)), members)


def _record(sample: HonestSample) -> dict[str, Any]:
    return {
        "included": sample.included,
        "run": sample.run,
        "seed": sample.seed,
        "rows": sample.rows.tolist(),
        "strata": sample.strata.tolist(),
        "sizes": sample.sizes.tolist(),
        "inclusion": sample.inclusion,
    }

"""How far two people agree who decided about the same images, and where they do not."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass

from ahsml_app.base.decisions import Decision, DecisionKind, first_name
from ahsml_app.base.message import Message
from ahsml_app.base.types import IntArray
from ahsml_app.session.project.log_state import LoggedDecision, LoggedImage, LogState
from ahsml_app.session.project.project import Project
from ahsml_app.session.project.replay import match_images


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What two logs say about one image.

    Attributes:
        image: The image, as the first log knows it if it does.
        first: The decision in the first log; None if it has none.
        second: The decision in the second log; None if it has none.
        agreed: Whether both decided, and the image has the same label by both.
        notes: The note on the image in the first and in the second log; empty for none.
    """

    image: LoggedImage
    first: LoggedDecision | None
    second: LoggedDecision | None
    agreed: bool
    notes: tuple[str, str] = ("", "")


@dataclass(frozen=True, slots=True)
class Agreement:
    """A comparison of two decision logs. Decisions refer to classes by ID.

    Attributes:
        verdicts: Every image that at least one of them decided, in the order of the paths.
        names: Current name of each renamed class, by its ID, in the first and the second log.
        unmatched: Number of images of the second log that may be in the first, but cannot be
            assigned: their content is another one, or there are several copies.
        kappa: Cohen's kappa of the labels of the images that both decided; NaN if there are none,
            or if both gave all of them the same label.
    """

    verdicts: tuple[Verdicts, ...]
    names: tuple[dict[str, str], dict[str, str]]
    unmatched: int
    kappa: float

    @property
    def both(self) -> int:
        """Number of images that both decided."""
        return sum(v.first is not None and v.second is not None for v in self.verdicts)

    @property
    def agreed(self) -> int:
        """Number of images on which both agree."""
        return sum(v.agreed for v in self.verdicts)

    @property
    def single(self) -> tuple[Verdicts, ...]:
        """Images that only one of them decided."""
        return tuple(v for v in self.verdicts if v.first is None or v.second is None)

    @property
    def disagreements(self) -> tuple[Verdicts, ...]:
        """Images on which they disagree."""
        return tuple(
            v
            for v in self.verdicts
            if v.first is not None and v.second is not None and not v.agreed
        )

    @property
    def class_disagreements(self) -> tuple[tuple[str, str, str], ...]:
        """First name of each class to which they gave different names, and these names."""
        first, second = self.names
        return tuple(
            (first_name(i), first.get(i, first_name(i)), second.get(i, first_name(i)))
            for i in sorted({*first, *second})
            if first.get(i, first_name(i)) != second.get(i, first_name(i))
        )

    def shown(self, logged: LoggedDecision, which: int) -> Decision:
        """A decision with the current name of its class in the first (0) or second (1) log."""
        label = logged.decision.label
        name = self.names[which].get(label, first_name(label)) if label else ""
        return Decision(logged.decision.kind, name)

    def reviewers(self, which: int) -> tuple[str, ...]:
        """Who made the decisions of the first (0) or second (1) log, the most busy first."""
        logged = (v.second if which else v.first for v in self.verdicts)
        counts = Counter(item.reviewer for item in logged if item is not None)
        return tuple(name for name, _ in counts.most_common() if name)


def compare_decisions(first: LogState, second: LogState) -> Agreement:
    """Compares the decisions of two logs.

    Images are the same if path and content hash are, else if the content hash alone is.

    Args:
        first: State at the end of one log.
        second: State at the end of the other.
    """
    numbers = list(first.images)
    known = [first.images[number] for number in numbers]
    paths, hashes = [i.path for i in known], [i.content_hash for i in known]
    rows, problems = match_images(second.images, paths, hashes, second.decisions.get)
    partners = {number: numbers[row] for number, row in rows.items()}
    alone = first.decisions.keys() - set(partners.values())
    verdicts = [
        Verdicts(
            first.images[number], first.decisions[number], None, False, (first.note(number), "")
        )
        for number in alone
    ]
    outcomes = []
    for number, image in second.images.items():
        partner = partners.get(number)
        one = None if partner is None else first.decisions.get(partner)
        two = second.decisions.get(number)
        image = image if partner is None else first.images[partner]
        agreed = False
        if one is not None and two is not None:
            pair = _outcome(one, image), _outcome(two, second.images[number])
            outcomes.append(pair)
            agreed = pair[0] == pair[1]
        if one is not None or two is not None:
            notes = "" if partner is None else first.note(partner), second.note(number)
            verdicts.append(Verdicts(image, one, two, agreed, notes))
    return Agreement(
        verdicts=tuple(sorted(verdicts, key=lambda v: v.image.path)),
        names=(dict(first.names), dict(second.names)),
        unmatched=sum(problem != "missing" for problem in problems.values()),
        kappa=cohens_kappa(outcomes),
    )


def place_verdicts(project: Project, verdicts: Sequence[Verdicts]) -> list[tuple[int, Verdicts]]:
    """Finds the images of a comparison in a project.

    Args:
        project: The project.
        verdicts: Images of the comparison.

    Returns:
        Row and verdicts of each image that was found.
    """
    table = project.original
    hashes = table.hashes or ("",) * len(table)
    images = {number: item.image for number, item in enumerate(verdicts)}
    rows, _ = match_images(images, table.paths, hashes, lambda number: verdicts[number])
    return [(rows[number], item) for number, item in enumerate(verdicts) if number in rows]


def take_over(
    agreement: Agreement, placed: Sequence[tuple[int, Verdicts]], name: Message, project: Project
) -> IntArray:
    """Takes decisions of the compared logs over as one step, where both agree or one is alone.

    Images that have a decision in the project are left alone.

    Args:
        agreement: The comparison.
        placed: Rows of images, and what the logs say of them (see `place_verdicts`).
        name: Name of the step.
        project: The project.

    Returns:
        The rows that changed.

    Raises:
        ProjectError: If it could not be written; then nothing has changed.
    """
    rows, decisions = [], []
    for row, item in placed:
        which = 0 if item.first is not None else 1
        logged = item.first or item.second
        if logged is None or project.kinds[row] != DecisionKind.UNDECIDED:
            continue
        decision = agreement.shown(logged, which)
        elsewhere = project.original.label_name(row) != item.image.given
        if decision.kind == DecisionKind.KEEP and elsewhere:  # of another given label
            if not item.image.given:  # that it has no label says nothing about the one it has here
                continue
            decision = Decision(DecisionKind.RELABEL, first_name(item.image.given))
        if decision.label and decision.label == project.table.label_name(row):
            decision = Decision(DecisionKind.KEEP)
        rows.append(row)
        decisions.append(decision)
    return project.decide_each(rows, decisions, name)


def cohens_kappa(pairs: Iterable[tuple[Hashable, Hashable]]) -> float:
    """Cohen's kappa: agreement beyond what chance alone would give, 1 for all, 0 for none.

    Args:
        pairs: The category of each item by the first and by the second person.

    Returns:
        Kappa; NaN without items, or if both put every item into the same single category.
    """
    counts = Counter(pairs)
    total = counts.total()
    if not total:
        return math.nan
    agreed = sum(count for (one, two), count in counts.items() if one == two)
    first: Counter[Hashable] = Counter()
    second: Counter[Hashable] = Counter()
    for (one, two), count in counts.items():
        first[one] += count
        second[two] += count
    by_chance = sum(count * second[category] for category, count in first.items())
    if by_chance == total * total:
        return math.nan
    return (agreed * total - by_chance) / (total * total - by_chance)


def _outcome(logged: LoggedDecision, image: LoggedImage) -> tuple[str, str]:
    """What becomes of the label: a class ID, or that the image is dropped or ambiguous."""
    kind = logged.decision.kind
    if kind in (DecisionKind.KEEP, DecisionKind.RELABEL):
        return "label", logged.decision.label or image.given
    return kind.word, ""

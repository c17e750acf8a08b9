"""One line that reconciles the totals: every file of a data set is in exactly one of its parts."""

from __future__ import annotations

from collections.abc import Mapping
from functools import reduce

import numpy as np

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.message import Message
from ahsml_app.base.types import UNLABELLED
from ahsml_app.session.project.project import Project


def balance_line(parts: Mapping[str, int]) -> Message:
    """The sum of all files, such as "611 files = 601 labelled + 8 dropped + 2 set aside".

    Args:
        parts: How many files are labelled, unlabelled, unsure, dropped or set aside; a file is in
            one of these only.
    """
    texts = (
        Message("{number:,} labelled", number=parts["labelled"]),
        Message("{number:,} without a label", number=parts["unlabelled"]),
        Message("{number:,} unsure", number=parts["unsure"]),
        Message("{number:,} dropped", number=parts["dropped"]),
        Message("{number:,} set aside", number=parts["set_aside"]),
    )
    shown = [text for text in texts if text.arguments["number"]] or [texts[0]]
    total = reduce(lambda first, next_: Message("{a} + {b}", a=first, b=next_), shown)
    return Message.plural(
        "{count:,} file = {parts}",
        "{count:,} files = {parts}",
        count=sum(parts.values()),
        parts=total,
    )


def project_balance(project: Project) -> Message:
    """The line of a project, by its decisions of now."""
    unread = np.zeros(len(project.table), dtype=bool)
    unread[list(project.unreadable)] = True
    kinds = np.where(unread, -1, project.kinds)
    dropped, unsure = kinds == DecisionKind.DROP, kinds == DecisionKind.AMBIGUOUS
    usual = ~(unread | dropped | unsure)
    labelled = int((project.labels[usual] != UNLABELLED).sum())
    elsewhere = sum(project.paths.row_of(item.path) < 0 for item in project.quarantined)
    return balance_line(
        {
            "labelled": labelled,
            "unlabelled": int(usual.sum()) - labelled,
            "unsure": int(unsure.sum()),
            "dropped": int(dropped.sum()),
            "set_aside": int(unread.sum()) + elsewhere,
        }
    )

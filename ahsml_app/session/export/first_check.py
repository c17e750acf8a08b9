"""Finds the images that cannot be read while no training has looked at them yet."""

from __future__ import annotations

import os
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from ahsml_app.base.events import CancelToken, Event, Progress, Stage
from ahsml_app.base.message import Message
from ahsml_app.base.reading.planes import Planes
from ahsml_app.base.types import IndexArray, Quarantined
from ahsml_app.session.export.results import Results

_BOX = 32  # the smallest picture that a decoder makes is the soonest made
_AT_ONCE = 256


def without_unreadable(
    results: Results, cancel: CancelToken
) -> Generator[Event, None, tuple[Results, IndexArray]]:
    """The results without the images that cannot be decoded, and the rows that stay.

    Files that are not there stay, for they are told apart elsewhere.

    Args:
        results: Results of a project before its first training, which sets such images aside.
        cancel: Requests a stop.

    Yields:
        Progress.

    Raises:
        Cancelled: If a stop was requested.
    """
    table = results.table
    paths = [table.root / path for path in table.paths]
    reasons, problem = {}, partial(_problem, planes=table.planes)
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        for start in range(0, len(paths), _AT_ONCE):
            cancel.check()
            yield Progress(Stage.SCAN, start, len(paths))
            found = pool.map(problem, paths[start : start + _AT_ONCE])
            reasons.update({start + n: reason for n, reason in enumerate(found) if reason})
    rows = np.setdiff1d(np.arange(len(table)), list(reasons))
    if not reasons:
        return results, rows
    aside = (Quarantined(table.paths[row], reason) for row, reason in reasons.items())
    known = {item.path for item in results.quarantined}
    decisions = results.decisions
    return replace(
        results,
        table=table.select(rows),
        decisions=replace(
            decisions,
            labels=tuple(decisions.labels[row] for row in rows),
            kinds=tuple(decisions.kinds[row] for row in rows),
        ),
        quarantined=(*results.quarantined, *(item for item in aside if item.path not in known)),
    ), rows


def _problem(path: Path, planes: Planes) -> Message | None:
    """Why a file that is there cannot be decoded; None if it can."""
    from ahsml_app.core.data.decode import UnreadableImage, decode

    try:
        decode(path, box=_BOX, planes=planes)
    except UnreadableImage as error:
        return error.reason if path.is_file() else None
    return None

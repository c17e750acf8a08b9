"""A text file for each class, with a path in each line."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa


def class_lists(labels: pa.Table) -> Mapping[str, bytes]:
    """Lists the images of each class."""
    lists: dict[str, list[str]] = {}
    for row in labels.select(["path", "label"]).to_pylist():
        if row["label"]:
            lists.setdefault(row["label"], []).append(row["path"])
    return {
        f"{name.replace('/', '_')}.txt": "".join(f"{path}\n" for path in paths).encode()
        for name, paths in lists.items()
    }

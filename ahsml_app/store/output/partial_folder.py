"""The folder beside the results that a run works in, and which of its files are ours.

Whatever a run did not write there is never removed: neither by `--force`, nor at the end.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from ahsml_app.base.errors import OutputError
from ahsml_app.base.message import Message, some
from ahsml_app.base.paths import APP_NAME, RUN_FILE, holds_results, read_json, write_json
from ahsml_app.store.decision_log import LOG_FILE
from ahsml_app.store.files.safe_folder import SafeFolder
from ahsml_app.store.output.published_results import PUBLISHING
from ahsml_app.store.self_test_file import SELF_TEST_FILE

LOCK_FILE = "run.lock"
CHECKPOINTS = "checkpoints"
RESULTS = "results"
PLANNED = "planned.json"
"""File of the partial folder with the names of results that depend on the run."""

RESULT_NAMES = frozenset(
    [
        *("labels.csv", "labels.parquet", "scores.csv", "scores.parquet", "journal.csv"),
        *("embeddings.npz", "embeddings.parquet", "quarantine.csv", "report.html", SELF_TEST_FILE),
        *("model/head.safetensors", "model/backbone.safetensors", "model/model.json"),
        *("model/embedding.onnx", RUN_FILE, LOG_FILE, "conflicts.csv", "disagreements.csv"),
        "changed-files.csv",
        "probabilities.parquet",
    ]
)
"""Names of results that are the same in every run."""

_CHECKPOINT_SUFFIXES = (".json", ".safetensors", ".bin", ".rows", ".keys")


def partial_folder(out: Path) -> Path:
    """The working folder of a run, beside `out`.

    Raises:
        OutputError: If `out` is the root of a file system, which has nothing beside it.
    """
    target = out.resolve()
    if not target.name:
        raise OutputError(
            Message("{target} cannot hold results.", target=target),
            hint="Name a folder with --out.",
        )
    return target.with_name(f"{target.name}.partial")


def make_partial_folder(partial: Path) -> None:
    """Makes the partial folder.

    Raises:
        OutputError: There is one that holds files of somebody else.
    """
    if partial.is_symlink():
        raise OutputError(
            Message(
                "{partial}, which the run needs for itself, is a link to another place.",
                partial=partial,
            ),
            hint="Delete the link, or name another folder with --out.",
        )
    content = _content(partial)
    foreign = [name for name, own in content if not own]
    marked = holds_results(partial) or (partial / LOCK_FILE).exists()
    # A run that was killed while it wrote the mark has left the beginning of it, and nothing else.
    marked = marked or all(name.startswith(f".{RUN_FILE}.") for name, _ in content)
    if foreign or (partial.is_dir() and any(partial.iterdir()) and not marked):
        raise OutputError(
            Message(
                "The folder {partial}, which the run needs for itself, holds other files: {names}.",
                partial=partial,
                names=some(foreign or [path.name for path in partial.iterdir()]),
            ),
            hint="Move them to another place, or name another folder with --out.",
        )
    partial.mkdir(parents=True, exist_ok=True)
    if not holds_results(partial):
        write_json(partial / RUN_FILE, {"application": APP_NAME, "state": "unfinished"})


def plan_results(partial: Path, names: Iterable[str]) -> None:
    """Records names of results, so that they are known as ours.

    Args:
        partial: The partial folder.
        names: The names that are not in `RESULT_NAMES`.
    """
    write_json(partial / PLANNED, sorted(names))


def holds_checkpoint(partial: Path) -> bool:
    """Whether anything was computed; JSON files only name the options of the run."""
    files = (partial / CHECKPOINTS).rglob("*")
    return any(
        path.is_file() and path.suffix != ".json" and not _is_temporary(path.name) for path in files
    )


def is_done(partial: Path) -> bool:
    """Whether nothing but lock and marker is left."""
    return {path.name for path in partial.iterdir()} <= {LOCK_FILE, RUN_FILE}


def _content(partial: Path) -> list[tuple[str, bool]]:
    """Names of everything in the partial folder but folders, and whether a run wrote it."""
    planned = _planned(partial)
    content = []
    for parent, folders, files in os.walk(partial):
        links = [name for name in folders if Path(parent, name).is_symlink()]
        for name in (*links, *files):
            relative = Path(parent, name).relative_to(partial).as_posix()
            content.append((relative, _is_own(relative, planned) and name not in links))
    return content


def _is_own(name: str, planned: frozenset[str]) -> bool:
    """Whether a run writes a file of this name to its partial folder."""
    folder, _, rest = name.partition("/")
    last = name.rpartition("/")[2]
    if _is_unfinished(last):
        return True
    if not rest:
        return name in (LOCK_FILE, RUN_FILE, PLANNED, PUBLISHING)
    if folder == CHECKPOINTS:
        return last.endswith(_CHECKPOINT_SUFFIXES) or _is_temporary(last)
    return folder == RESULTS and (rest in RESULT_NAMES or rest in planned)


def _is_unfinished(name: str) -> bool:
    """Whether `atomic_write` made a file of this name, and was killed."""
    return name.startswith(".") and name.endswith(".tmp")


def _is_temporary(name: str) -> bool:
    """Whether a killed run left a file of this name that nothing reads again."""
    return _is_unfinished(name) or name.startswith("tmp")  # temporary arrays have no suffix


def _planned(partial: Path) -> frozenset[str]:
    names = read_json(SafeFolder(partial, OutputError).check_file(PLANNED))
    return frozenset(map(str, names)) if isinstance(names, list) else frozenset()


def empty_partial_folder(partial: Path, below: str = "") -> None:
    """Removes what runs wrote, without the lock and the record of a cut-off move.

    Args:
        partial: The partial folder.
        below: Beginning of the names to remove; empty for all.
    """
    kept = (LOCK_FILE, RUN_FILE, PUBLISHING)
    # The plan goes last: without it, nobody knows that what a kill leaves here is ours.
    for name, own in sorted(_content(partial), key=lambda entry: entry[0] == PLANNED):
        if own and name.startswith(below) and name not in kept:
            (partial / name).unlink(missing_ok=True)
    for parent, _, _ in os.walk(partial, topdown=False):
        relative = Path(parent).relative_to(partial).as_posix()
        if relative != "." and f"{relative}/".startswith(below):
            with contextlib.suppress(OSError):  # somebody put a file there meanwhile
                Path(parent).rmdir()

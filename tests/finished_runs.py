"""Finishes and interrupts runs that write given texts as their results."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ahsml_app.store.output.published_results import staged_records
from ahsml_app.store.output.run_folder import claim

RECORD = {"application": "ahsml-app"}


def finish(out: Path, source: Path, files: dict[str, str], **options: bool) -> None:
    with claim(out, reads=[source], **options) as run:
        for name, text in files.items():
            path = run.staging / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        record = RECORD | {"files": staged_records(run.staging, {})}
        (run.staging / "run.json").write_text(json.dumps(record))
        run.publish()


def leave(out: Path, source: Path, error: BaseException) -> None:
    """A run that has saved a checkpoint and then ends by an error."""
    with claim(out, reads=[source], force=True) as run:
        (run.checkpoints / "fold-0.safetensors").write_text("half")
        (run.staging / "labels.csv").write_text("half")
        raise error


def interrupt(out: Path, source: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        leave(out, source, KeyboardInterrupt())

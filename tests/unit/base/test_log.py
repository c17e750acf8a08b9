"""The log shows what a name holds, and no name forges a line of it."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from ahsml_app.base.log import logging_to_file


def test_control_characters_are_escaped_in_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AHSML_APP_CACHE", str(tmp_path))
    with logging_to_file() as path:
        logging.getLogger("ahsml_app.test").info("read %s", "a\x1b[2J\nERROR forged: b")
    assert path is not None
    lines = path.read_text("utf-8").splitlines()
    assert lines[0].endswith(r"read a\x1b[2J")
    assert lines[1] == "    ERROR forged: b"

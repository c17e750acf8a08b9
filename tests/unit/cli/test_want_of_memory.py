"""A library that gets no memory ends a command with advice."""

from __future__ import annotations

from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from ahsml_app.cli.command import main
from ahsml_app.cli.use_cases import UseCases


def _fail(*_: Any, **__: Any) -> Generator[Any, None, Any]:
    raise RuntimeError("can't start new thread")
    yield


@pytest.mark.usefixtures("expects_warning")
def test_want_of_memory_is_told_with_advice(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AHSML_APP_CACHE", str(tmp_path))
    cases = UseCases(_fail, lambda folder: folder, lambda _folder: frozenset())
    main(["--headless", "photos", "--out", "x"], use_cases=cases)
    told = capsys.readouterr().err
    assert "There is not enough memory: can't start new thread" in told
    assert "Close other programs" in told

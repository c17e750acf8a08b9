"""The cache on the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from ahsml_app.base.errors import ExitCode
from ahsml_app.cli.command import main
from ahsml_app.core.features.cache_size import read_cache_limit


def test_clearing_says_what_it_freed_and_starts_nothing(
    cache: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (cache / "thumbnails" / "0a").mkdir(parents=True)
    (cache / "thumbnails" / "0a" / "0a1b.jpg").write_bytes(bytes(2500))
    assert main(["--clear-cache"]) == ExitCode.OK
    output = capsys.readouterr().out
    assert output.startswith("2.5 kB were freed.\n")
    assert f"The features in {cache} take 0 bytes of at most" in output


def test_the_limit_is_set_and_taken_back(cache: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--cache-limit", "2.5"]) == ExitCode.OK
    assert read_cache_limit(cache) == 2.5
    assert "at most 2.5 GB" in capsys.readouterr().out
    assert main(["--cache-limit", "auto", "--quiet"]) == ExitCode.OK
    assert read_cache_limit(cache) is None
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("limit", ["x", "-1", "nan", "inf", "1e9", " "])
def test_a_wrong_limit_is_refused(
    cache: Path, limit: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([f"--cache-limit={limit}"]) == ExitCode.USAGE
    assert "gigabytes" in capsys.readouterr().err
    assert read_cache_limit(cache) is None

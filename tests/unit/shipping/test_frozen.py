"""The Debian package of the frozen program; the workflow `installers` builds and runs it."""

from __future__ import annotations

from packaging_scripts import script


def test_the_debian_package_asks_for_the_libraries_that_the_window_needs() -> None:
    text = script("freeze").control("1.2.3", "amd64", 2_000_000)
    fields = dict(line.split(": ", 1) for line in text.splitlines() if not line.startswith(" "))
    assert (fields["Version"], fields["Architecture"]) == ("1.2.3", "amd64")
    assert {"libegl1", "libxcb-cursor0"} <= set(fields["Depends"].split(", "))
    assert text.endswith("as a command.\n")

"""The licences of the program and of the libraries it uses, from what is installed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from ahsml_app.base.paths import APP_NAME, resources_folder

_TEXT = re.compile(r"(licen[cs]e|copying|notice|authors)", re.IGNORECASE)
_LONGEST_NAME = 120


@dataclass(frozen=True, slots=True)
class ThirdParty:
    """A library beside the program.

    Attributes:
        name: Its name.
        version: Its installed version.
        licence: Its licence in a few words; empty if only its texts tell.
    """

    name: str
    version: str
    licence: str

    def text(self) -> str:
        """All its licence texts, each below the name of its file; empty if it brings none."""
        files = metadata.distribution(self.name).files or ()
        texts = (
            Path(str(file.locate()))
            for file in files
            if ".dist-info" in file.parts[0] and _TEXT.search(file.name)
        )
        found = sorted(path for path in texts if path.is_file())
        return "\n\n".join(f"{path.name}\n\n{_read(path)}" for path in found)


def third_parties() -> list[ThirdParty]:
    """The libraries that the program needs, and those that these need, by their names.

    Every installed library where the program itself is not, as in a checkout.
    """
    try:
        needed = sorted(_needed())
        found = [metadata.distribution(name) for name in needed]
    except metadata.PackageNotFoundError:
        found = [each for each in metadata.distributions() if _normal(each.name) != APP_NAME]
    unique = {_normal(each.name): each for each in found}
    return [
        ThirdParty(each.name, each.version, _licence(each)) for _, each in sorted(unique.items())
    ]


def own_licences() -> str:
    """The licence of the program, and of what it holds of others."""
    return _read(resources_folder() / "licences" / "README.md")


def _needed() -> Iterator[str]:
    """Names of the installed libraries that are required, directly or not, once each.

    Raises:
        PackageNotFoundError: If the program is not installed.
    """
    from packaging.requirements import Requirement  # not on the way to `--help`

    seen: set[str] = set()
    open_ends = [(APP_NAME, _extras(APP_NAME))]
    while open_ends:
        name, extras = open_ends.pop()
        for text in metadata.requires(name) or ():
            required = Requirement(text)
            marker, other = required.marker, _normal(required.name)
            wanted = marker is None or any(marker.evaluate({"extra": e}) for e in ("", *extras))
            if not wanted or other in seen or not _is_installed(other):
                continue
            seen.add(other)
            open_ends.append((other, required.extras))
            yield other


def _extras(name: str) -> set[str]:
    """Extras for users, of which those that are installed count."""
    every = metadata.metadata(name).get_all("Provides-Extra") or ()
    return {extra for extra in every if extra not in ("test", "dev", "release")}


def _is_installed(name: str) -> bool:
    try:
        metadata.version(name)
    except metadata.PackageNotFoundError:
        return False
    return True


def _licence(found: metadata.Distribution) -> str:
    """The licence in a few words, from the fields that packages use for it."""
    fields = found.metadata
    for field in ("License-Expression", "License"):
        text = "" if field not in fields else str(fields[field]).strip()
        if text and text != "UNKNOWN" and "\n" not in text and len(text) <= _LONGEST_NAME:
            return text
    names = [line for line in fields.get_all("Classifier") or () if line.startswith("License")]
    return ", ".join(line.rpartition("::")[2].strip() for line in names)


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"

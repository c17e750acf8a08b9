"""The two halves of a release; between them a person looks, commits and tags.

    python packaging/release.py prepare 0.2.0    # version, changelog and what shows them
    python packaging/release.py build            # dist/: wheel, sdist, SBOM and their hashes

`prepare` writes the version into the one file that states it and into what repeats it, and joins
the change fragments into CHANGELOG.md. `build` works from a clean commit that has the version's
tag: it builds twice with the time of the commit and compares, checks the metadata, and lists the
libraries of the environment that it runs in, or of the one behind `--environment`. Neither sends
anything anywhere. It needs the extra [release]. AHSML_PROJECT_URL is the repository's address on
the package page.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
DIST = CHECKOUT / "dist"
VERSION_FILE = CHECKOUT / "ahsml_app" / "base" / "version.py"
CITATION = CHECKOUT / "CITATION.cff"
METAINFO = CHECKOUT / "packaging" / "linux" / "share" / "metainfo" / "ahsml-app.metainfo.xml"
CHANGELOG = CHECKOUT / "CHANGELOG.md"

LARGEST_WHEEL = 15_000_000
_VERSION = re.compile(r'(?<=__version__ = ")[^"]+')


def current_version() -> str:
    """The version that the checkout states."""
    found = _VERSION.search(VERSION_FILE.read_text(encoding="utf-8"))
    if found is None:
        raise SystemExit(f"{VERSION_FILE} states no version")
    return found.group()


def prepare(version: str, day: dt.date) -> None:
    """Writes a new version everywhere, and the changelog."""
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise SystemExit(f"{version} is not a version such as 0.2.0")
    if _numbers(version) <= _numbers(current_version()):
        raise SystemExit(f"{version} does not come after {current_version()}")
    _replace(VERSION_FILE, _VERSION, version)
    _replace(CITATION, re.compile(r"(?<=^version: ).*$", re.MULTILINE), version)
    line = f'<releases>\n    <release version="{version}" date="{day}"/>'
    _replace(METAINFO, re.compile("<releases>"), line)
    _run(sys.executable, "packaging/linux_files.py")
    _run(sys.executable, "-m", "towncrier", "build", "--yes", "--version", version)
    if "## [Unreleased]" in CHANGELOG.read_text(encoding="utf-8"):
        print("CHANGELOG.md still has a part [Unreleased]: move its lines up by hand.")
    print(f"Look at the changes, then: git commit -am 'Release {version}' && git tag v{version}")


def build(environment: str, *, untagged: bool) -> None:
    """Builds and checks everything that a release publishes."""
    version = current_version()
    if not untagged:
        if _run("git", "status", "--porcelain"):
            raise SystemExit("There are uncommitted changes.")
        if f"v{version}" not in _run("git", "tag", "--points-at", "HEAD").split():
            raise SystemExit(
                f"This commit has no tag v{version}; --untagged builds it all the same."
            )
    os.environ["SOURCE_DATE_EPOCH"] = _run("git", "log", "-1", "--format=%ct").strip()
    shutil.rmtree(DIST, ignore_errors=True)
    built = (sys.executable, "-m", "build", "--no-isolation")
    _run(*built, "--outdir", str(DIST))  # the wheel is built from the sdist
    wheel = next(DIST.glob("*.whl"))
    with tempfile.TemporaryDirectory() as folder:
        _run(*built, "--wheel", "--outdir", folder)
        if (Path(folder) / wheel.name).read_bytes() != wheel.read_bytes():
            raise SystemExit("Two builds of the wheel differ.")
    if wheel.stat().st_size > LARGEST_WHEEL:
        raise SystemExit(f"{wheel.name} takes {wheel.stat().st_size:,} bytes.")
    packages = sorted(map(str, DIST.iterdir()))
    _run(sys.executable, "-m", "twine", "check", "--strict", *packages)
    sbom = str(DIST / f"ahsml-app-{version}.cdx.json")
    _run(
        sys.executable, "-m", "cyclonedx_py", "environment", "--pyproject", "pyproject.toml",
        "--output-reproducible", "--output-file", sbom, environment,
    )  # fmt: skip
    hashes = [f"{_sha256(path)}  {path.name}" for path in sorted(DIST.iterdir())]
    (DIST / "SHA256SUMS").write_text("\n".join(hashes) + "\n", encoding="utf-8")
    print("\n".join(hashes))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(map(int, version.split(".")))


def _replace(path: Path, pattern: re.Pattern[str], text: str) -> None:
    before = path.read_text(encoding="utf-8")
    after, count = pattern.subn(lambda _: text, before)
    if count != 1:
        raise SystemExit(f"{path} has {count} places for the version instead of one")
    path.write_text(after, encoding="utf-8", newline="\n")


def _run(*command: str) -> str:
    """Runs a command in the checkout; returns what it prints."""
    ended = subprocess.run(  # noqa: S603 - our own words
        command, cwd=CHECKOUT, capture_output=True, text=True, encoding="utf-8", check=False
    )
    if ended.returncode:
        raise SystemExit(f"{' '.join(command)} failed:\n{ended.stdout}\n{ended.stderr}")
    return ended.stdout


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="The two halves of a release.")
    jobs = parser.add_subparsers(dest="job", required=True)
    jobs.add_parser("prepare").add_argument("version")
    building = jobs.add_parser("build")
    building.add_argument("--environment", default=sys.executable, help="Python of an environment")
    building.add_argument("--untagged", action="store_true", help="build a commit without a tag")
    arguments = parser.parse_args()
    if arguments.job == "prepare":
        prepare(arguments.version, dt.datetime.now(dt.UTC).date())
    else:
        build(arguments.environment, untagged=arguments.untagged)


if __name__ == "__main__":
    main()

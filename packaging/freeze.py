"""Makes a program that needs no Python: a folder, and on request a Debian package of it.

    python packaging/freeze.py            # dist/ahsml-app/
    python packaging/freeze.py --deb      # and dist/ahsml-app_VERSION_ARCHITECTURE.deb
    python packaging/freeze.py --deb --no-freeze    # the package of a folder that exists

It runs in an environment that holds the wheel of this checkout, the extra [release] and, so that
the result takes 2 GB instead of 6, torch in its CPU build. It ends by running what it made.
"""

from __future__ import annotations

import argparse
import gzip
import os
import shutil
import subprocess
import sys
from importlib import metadata
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
DIST = CHECKOUT / "dist"
FROZEN = DIST / "ahsml-app"
SHARE = CHECKOUT / "packaging" / "linux" / "share"

_MAINTAINER = "The ahsml-app authors <maintainers@ahsml-app.invalid>"
_OF_DEBIAN = {"zsh/site-functions": "zsh/vendor-completions"}
"""Folders below `share` that Debian calls otherwise."""


def freeze(*, cuda: bool) -> None:
    """Freezes the installed program into `dist/ahsml-app`."""
    installed = metadata.distribution("ahsml-app").locate_file("ahsml_app/_resources")
    if not Path(str(installed)).is_dir():
        raise SystemExit(
            "Install the wheel into this environment: an editable one has no resources."
        )
    import torch

    if torch.version.cuda and not cuda:
        raise SystemExit(
            f"torch {torch.__version__} brings gigabytes for graphics cards. "
            "Install its CPU build, or pass --with-cuda."
        )
    spec = CHECKOUT / "packaging" / "frozen" / "ahsml-app.spec"
    _run(
        sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "WARN",
        "--distpath", str(DIST), "--workpath", str(CHECKOUT / "build" / "frozen"), str(spec),
        folder=spec.parent,  # in the checkout it would take the package that lies there
    )  # fmt: skip


def frozen_program() -> Path:
    """The frozen program; it has its resources, and ends well when asked for its version."""
    if not any(FROZEN.glob("**/ahsml_app/_resources/report")):
        raise SystemExit(f"{FROZEN} holds no resources of the program.")
    program = FROZEN / ("ahsml-app.exe" if os.name == "nt" else "ahsml-app")
    _run(str(program), "--version")
    return program


def debian_package(program: Path) -> Path:
    """Packs the folder as a Debian package, which installs it in `/opt/ahsml-app`."""
    version = metadata.version("ahsml-app")
    architecture = _told("dpkg", "--print-architecture").strip()
    top = CHECKOUT / "build" / "deb"
    shutil.rmtree(top, ignore_errors=True)
    share = top / "usr" / "share"
    for path in sorted(path for path in SHARE.rglob("*") if path.is_file()):
        name = path.relative_to(SHARE).as_posix()
        for ours, theirs in _OF_DEBIAN.items():
            name = name.replace(ours, theirs)
        (share / name).parent.mkdir(parents=True, exist_ok=True)
        if name.startswith("man/"):
            (share / f"{name}.gz").write_bytes(gzip.compress(path.read_bytes(), mtime=0))
        else:
            shutil.copy(path, share / name)
    document = share / "doc" / "ahsml-app" / "copyright"
    document.parent.mkdir(parents=True)
    licence = (CHECKOUT / "LICENSE").read_text(encoding="utf-8")
    where = "The texts of the GPL and the LGPL are in /usr/share/common-licenses."
    others = _told(str(program), "--licences")
    document.write_text(f"{licence}\n\n{where}\n\n{others}", encoding="utf-8")
    (top / "usr" / "bin").mkdir()
    (top / "usr" / "bin" / "ahsml-app").symlink_to("../../opt/ahsml-app/ahsml-app")
    (top / "opt").mkdir()
    shutil.copytree(FROZEN, top / "opt" / "ahsml-app", symlinks=True, copy_function=os.link)
    (top / "DEBIAN").mkdir()
    size = sum(path.lstat().st_size for path in top.rglob("*") if path.is_file()) // 1024
    (top / "DEBIAN" / "control").write_text(control(version, architecture, size), encoding="utf-8")
    package = DIST / f"ahsml-app_{version}_{architecture}.deb"
    _run("dpkg-deb", "--root-owner-group", "-Zzstd", "--build", str(top), str(package))
    shutil.rmtree(top)
    return package


def control(version: str, architecture: str, kibibytes: int) -> str:
    """What Debian's tools read about the package."""
    from ahsml_app.gui.app.display import PACKAGES

    libraries = sorted({debian for debian, _, _ in PACKAGES.values()})
    fields = {
        "Package": "ahsml-app",
        "Version": version,
        "Architecture": architecture,
        "Maintainer": _MAINTAINER,
        "Installed-Size": str(kibibytes),
        "Section": "science",
        "Priority": "optional",
        "Depends": ", ".join(["libc6 (>= 2.28)", *libraries]),
        "Description": "find and repair wrong labels in image folders\n"
        " Learns what the classes of an image folder look like in spite of the wrong\n"
        " labels among them, ranks all images by how probably their label is wrong,\n"
        " and suggests the right one. Works in a window or as a command.",
    }
    return "".join(f"{name}: {text}\n" for name, text in fields.items())


def _run(*command: str, folder: Path = CHECKOUT) -> None:
    print("+", *command, flush=True)
    subprocess.run(command, cwd=folder, check=True)  # noqa: S603 - our own words


def _told(*command: str) -> str:
    return subprocess.run(  # noqa: S603 - our own words
        command, capture_output=True, text=True, encoding="utf-8", check=True
    ).stdout


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description="Makes a program that needs no Python.")
    parser.add_argument("--deb", action="store_true", help="make a Debian package too")
    parser.add_argument("--no-freeze", action="store_true", help="take the folder that exists")
    parser.add_argument("--with-cuda", action="store_true", help="allow a torch for graphics cards")
    arguments = parser.parse_args()
    if not arguments.no_freeze:
        freeze(cuda=arguments.with_cuda)
    program = frozen_program()
    if arguments.deb:
        print(debian_package(program))


if __name__ == "__main__":
    main()

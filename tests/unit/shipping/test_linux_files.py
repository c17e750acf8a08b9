"""What a Linux desktop is told of the program: man page, completions, menu, icons, file type."""

from __future__ import annotations

import shutil
import subprocess
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest
from packaging_scripts import script
from PIL import Image

from ahsml_app.base.options.option_table import OPTIONS
from ahsml_app.base.version import __version__
from ahsml_app.cli.command_options import COMMAND_OPTIONS
from ahsml_app.store.new_project import DATABASE

LINUX = script("linux_files")
SHARE: Path = LINUX.SHARE
ENTRY = SHARE / "applications" / "ahsml-app.desktop"
METAINFO = SHARE / "metainfo" / "ahsml-app.metainfo.xml"
MIME = SHARE / "mime" / "packages" / "ahsml-app.xml"
BASH = SHARE / "bash-completion" / "completions" / "ahsml-app"
ZSH = SHARE / "zsh" / "site-functions" / "_ahsml-app"
FISH = SHARE / "fish" / "vendor_completions.d" / "ahsml-app.fish"
FLAGS = [o.flag for o in (*COMMAND_OPTIONS.values(), *OPTIONS.values()) if o.in_command]


def tool(name: str) -> str:
    """A program of the system; the test is skipped where it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")
    return found


def told(*command: str | Path) -> str:
    """What a command prints; it must end well."""
    ended = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    assert ended.returncode == 0, f"{ended.stdout}\n{ended.stderr}"
    return ended.stdout + ended.stderr


def test_every_option_is_on_the_man_page_and_in_each_completion() -> None:
    page = (SHARE / "man" / "man1" / "ahsml-app.1").read_text(encoding="utf-8")
    for flag in FLAGS:
        assert flag.replace("-", "\\-") in page
        if flag != "SOURCE":
            assert flag in BASH.read_text(encoding="utf-8")
            assert flag in ZSH.read_text(encoding="utf-8")
            assert f" -l {flag[2:]} " in FISH.read_text(encoding="utf-8")
    assert f"ahsml-app {__version__}" in page
    assert "\\fB12\\fR" in page


def test_the_man_page_is_sound() -> None:
    page = SHARE / "man" / "man1" / "ahsml-app.1"
    assert "warning" not in told(tool("groff"), "-man", "-Tutf8", "-ww", "-z", page)


@pytest.mark.parametrize(
    ("typed", "first"),
    [("--fail-", "--fail-if"), ("--device c", "cpu"), ("--no-fine", "--no-finetune")],
)
def test_bash_completes_options_and_their_values(typed: str, first: str) -> None:
    words = " ".join(f"'{word}'" for word in ["ahsml-app", *typed.split()])
    program = (
        f'source "{BASH}"; compopt() {{ :; }}; COMP_WORDS=({words}); '
        'COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _ahsml_app; printf "%s\\n" "${COMPREPLY[@]}"'
    )
    assert told(tool("bash"), "-c", program).splitlines()[0] == first


@pytest.mark.parametrize(
    ("typed", "first"), [("--fail-", "--fail-among"), ("--device c", "cpu"), ("--n", "--no-")]
)
def test_fish_completes_options_and_their_values(typed: str, first: str) -> None:
    program = f"source '{FISH}'; complete -C 'ahsml-app {typed}'"
    assert told(tool("fish"), "--no-config", "-c", program).startswith(first)


def test_zsh_reads_its_completion() -> None:
    told(tool("zsh"), "-n", ZSH)


def test_the_icon_has_every_size() -> None:
    for size in LINUX.SIZES:
        path = SHARE / "icons" / "hicolor" / f"{size}x{size}" / "apps" / "ahsml-app.png"
        with Image.open(path) as picture:
            assert picture.size == (size, size)
            assert picture.mode == "RGBA"
            assert picture.getpixel((0, 0)) == (0, 0, 0, 0)


def test_the_menu_entry_is_valid() -> None:
    assert not told(tool("desktop-file-validate"), ENTRY)


def test_the_description_for_software_centres_is_valid() -> None:
    # A reverse domain name takes a domain, which the project has not.
    command = ("validate", "--no-net", "--override=cid-desktopapp-is-not-rdns=info", METAINFO)
    told(tool("appstreamcli"), *command)


def test_the_file_of_a_project_is_known_and_opened_by_the_program() -> None:
    root = ET.parse(MIME).getroot()
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    kind = root.find(f"{space}mime-type")
    assert kind is not None
    pattern = kind.find(f"{space}glob")
    assert pattern is not None
    assert pattern.get("pattern") == DATABASE
    assert f"MimeType={kind.get('type')};" in ENTRY.read_text(encoding="utf-8")
    releases = ET.parse(METAINFO).getroot().iter("release")
    assert __version__ in [release.get("version") for release in releases]


def test_the_system_takes_the_file_type(tmp_path: Path) -> None:
    (tmp_path / "mime" / "packages").mkdir(parents=True)
    shutil.copy(MIME, tmp_path / "mime" / "packages")
    told(tool("update-mime-database"), tmp_path / "mime")
    assert DATABASE in (tmp_path / "mime" / "globs").read_text(encoding="utf-8")

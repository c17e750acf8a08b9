"""Says why no window can be shown, before Qt is imported.

Where a system library of Linux is missing, Qt cannot be imported, or ends the process without
naming it.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable, Mapping

from ahsml_app.base.errors import AppError, ExitCode
from ahsml_app.base.paths import APP_NAME

PACKAGES: Mapping[str, tuple[str, str, str]] = {
    "libEGL.so.1": ("libegl1", "libglvnd-egl", "libglvnd"),
    "libGL.so.1": ("libgl1", "libglvnd-glx", "libglvnd"),
    "libX11-xcb.so.1": ("libx11-xcb1", "libX11-xcb", "libx11"),
    "libdbus-1.so.3": ("libdbus-1-3", "dbus-libs", "dbus"),
    "libfontconfig.so.1": ("libfontconfig1", "fontconfig", "fontconfig"),
    "libfreetype.so.6": ("libfreetype6", "freetype", "freetype2"),
    "libglib-2.0.so.0": ("libglib2.0-0", "glib2", "glib2"),
    "libxcb-cursor.so.0": ("libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    "libxcb-icccm.so.4": ("libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    "libxcb-image.so.0": ("libxcb-image0", "xcb-util-image", "xcb-util-image"),
    "libxcb-keysyms.so.1": ("libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    "libxcb-randr.so.0": ("libxcb-randr0", "libxcb", "libxcb"),
    "libxcb-render-util.so.0": (
        "libxcb-render-util0",
        "xcb-util-renderutil",
        "xcb-util-renderutil",
    ),
    "libxcb-shape.so.0": ("libxcb-shape0", "libxcb", "libxcb"),
    "libxcb-xfixes.so.0": ("libxcb-xfixes0", "libxcb", "libxcb"),
    "libxcb-xkb.so.1": ("libxcb-xkb1", "libxcb", "libxcb"),
    "libxkbcommon-x11.so.0": ("libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    "libxkbcommon.so.0": ("libxkbcommon0", "libxkbcommon", "libxkbcommon"),
}
"""The packages of Debian and Ubuntu, Fedora, and Arch that hold a library."""

_OF_X11 = frozenset(name for name in PACKAGES if "xcb" in name or name.endswith("-x11.so.0"))
_COMMANDS = (
    ("Debian, Ubuntu", "sudo apt install"),
    ("Fedora", "sudo dnf install"),
    ("Arch", "sudo pacman -S"),
)


class DisplayError(AppError):
    """Raised when no window can be shown."""

    exit_code = ExitCode.NO_DISPLAY


def display_error(
    environment: Mapping[str, str] | None = None,
    platform: str | None = None,
    load: Callable[[str], object] = ctypes.CDLL,
) -> AppError | None:
    """Returns the reason why no window can be shown; None if there is none.

    Args:
        environment: The environment variables; those of the process by default.
        platform: The operating system as in `sys.platform`; the present one by default.
        load: Loads a library by its name, or raises OSError.
    """
    environment = os.environ if environment is None else environment
    if not (platform or sys.platform).startswith("linux"):
        return None
    hint = f"Work without a window: {APP_NAME} --headless SOURCE --out DIR"
    asked = environment.get("QT_QPA_PLATFORM", "")
    elsewhere = bool(asked or environment.get("WAYLAND_DISPLAY")) and not asked.startswith("xcb")
    if not elsewhere and not environment.get("DISPLAY"):
        return DisplayError("There is no display for the window.", hint=hint)
    wanted = [name for name in PACKAGES if not (elsewhere and name in _OF_X11)]
    missing = [name for name in wanted if not _loads(name, load)]
    if missing:
        return DisplayError(
            f"The window needs these system libraries: {', '.join(missing)}.",
            hint=f"Install them. {_install_commands(missing)}. {hint}",
        )
    return None


def _loads(library: str, load: Callable[[str], object]) -> bool:
    try:
        load(library)
    except OSError:
        return False
    return True


def _install_commands(libraries: list[str]) -> str:
    """Returns the command that installs the libraries, for each distribution."""
    commands = []
    for number, (system, command) in enumerate(_COMMANDS):
        names = sorted({PACKAGES[library][number] for library in libraries})
        commands.append(f"{system}: {command} {' '.join(names)}")
    return "; ".join(commands)

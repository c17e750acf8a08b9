"""Loads the libraries of torch without blocking the other threads of the process.

`import torch` maps libraries of hundreds of megabytes while it holds the global interpreter lock,
which freezes a window for 400 to 600 ms (measured). A foreign function call releases the lock, so
one maps the libraries first and the import finds them mapped: 90 ms remain.
"""

from __future__ import annotations

import ctypes
import os
import sys
from importlib.util import find_spec
from pathlib import Path

_LIBRARIES = {"linux": "libtorch.so", "darwin": "libtorch.dylib"}
"""The library that loads all others. On Windows, torch itself makes such foreign calls."""


def preload_torch() -> bool:
    """Maps the libraries of torch without importing it; True if it mapped them."""
    name = _LIBRARIES.get(sys.platform)
    if name is None or "torch" in sys.modules:
        return False
    spec = find_spec("torch")
    if spec is None or spec.origin is None:
        return False
    library = Path(spec.origin).parent / "lib" / name
    if not library.is_file():
        return False
    load = ctypes.CDLL(None).dlopen
    load.restype, load.argtypes = ctypes.c_void_p, (ctypes.c_char_p, ctypes.c_int)
    # The handle stays open, as after an import. The import reports a failure, and does it better.
    return bool(load(os.fsencode(library), os.RTLD_NOW))

"""Run the fuzzing alone: `python tests/faults/fuzzing [TARGET ...] [--inputs N] [--seed S]`."""

from __future__ import annotations

import sys
from pathlib import Path

TESTS = Path(__file__).resolve().parents[2]

if __name__ == "__main__":
    sys.path[:1] = [str(TESTS), str(TESTS / "gui"), str(TESTS.parent)]
    from faults.fuzzing.command import main

    sys.exit(main(sys.argv[1:]))

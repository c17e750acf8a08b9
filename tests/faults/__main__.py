"""Put the product through faults, and look whether anything is lost.

    python tests/faults [STAGE ...] [--only SCENARIO ...] [--rounds N] [--seconds S] [--continue]
    python tests/faults fuzz [TARGET ...] [--inputs N] [--seed S] [--continue]

Stages: kill (SIGKILL at random moments), power (power cuts), full (a full disk), others
(read-only, clock, two writers, a disk that does not answer, memory, signals). Without a stage, all
run. The rows of the scenarios that ran are replaced in RESULTS.md; --quick runs a few rounds of
some scenarios and writes nothing. The second form reads odd bytes with everything that reads
a file. The exit code is 1 if a promise was broken. See README.md.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent


def main() -> int:
    """Starts the command; returns the exit code."""
    # The faults are a package beside the helpers of the tests, some of which they use.
    sys.path[:1] = [str(HERE.parent), str(HERE.parent / "gui"), str(HERE.parents[1])]
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(variable, "1")
    if sys.argv[1:2] == ["fuzz"]:
        from faults.fuzzing.fuzz_command import main as fuzz

        return fuzz(sys.argv[2:])
    from faults.disk import watched_calls

    if not (watched_calls.missing() or watched_calls.is_loaded()):
        with tempfile.TemporaryDirectory(prefix="ahsml-faults-") as folder:
            variables = os.environ | watched_calls.environment(Path(folder))
            return subprocess.call([sys.executable, str(HERE), *sys.argv[1:]], env=variables)
    from faults.fault_command import run

    return run(sys.argv[1:], __doc__ or "")


if __name__ == "__main__":
    sys.exit(main())

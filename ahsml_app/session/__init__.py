"""The use cases, free of Qt: what the command line and the window call.

The command imports the names below; the window imports the modules of each room.
"""

from __future__ import annotations

from ahsml_app.session.export.result_counts import ExportSummary, RunSummary
from ahsml_app.session.headless.run import run_job
from ahsml_app.session.headless.update import UpdateSummary, update_job
from ahsml_app.session.pipeline.demo import make_demo, planted_errors

__all__ = [
    "ExportSummary",
    "RunSummary",
    "UpdateSummary",
    "make_demo",
    "planted_errors",
    "run_job",
    "update_job",
]

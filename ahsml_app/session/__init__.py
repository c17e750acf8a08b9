"""The use cases, free of Qt: what the command line and the window call."""

from __future__ import annotations

from ahsml_app.session.headless.run import run_job
from ahsml_app.session.pipeline.demo import make_demo, planted_errors
from ahsml_app.session.pipeline.job_summary import JobSummary

__all__ = ["JobSummary", "make_demo", "planted_errors", "run_job"]

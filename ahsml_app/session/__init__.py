"""The use cases, free of Qt: what the command line and the window call.

The command imports the names below; the window imports the modules of each room.
"""

from __future__ import annotations

from ahsml_app.session.export.label_counts import LabelCounts, label_counts, listed_paths
from ahsml_app.session.export.result_counts import ExportSummary, RunSummary
from ahsml_app.session.headless.audit import MergeSummary, merge_decisions
from ahsml_app.session.headless.check_project import ProjectCheck, check_project, repair_project
from ahsml_app.session.headless.predict import PredictSummary, predict_labels
from ahsml_app.session.headless.replay_log import replay_decisions
from ahsml_app.session.headless.run import run_job
from ahsml_app.session.headless.third_party import own_licences, third_parties
from ahsml_app.session.headless.update import UpdateSummary, update_job
from ahsml_app.session.interface.crop_boxes import CroppedBoxes, cut_boxes
from ahsml_app.session.pipeline.demo import make_demo, planted_errors
from ahsml_app.session.project.logged_decisions import verify_log

__all__ = [
    "CroppedBoxes",
    "ExportSummary",
    "LabelCounts",
    "MergeSummary",
    "PredictSummary",
    "ProjectCheck",
    "RunSummary",
    "UpdateSummary",
    "check_project",
    "cut_boxes",
    "label_counts",
    "listed_paths",
    "make_demo",
    "merge_decisions",
    "own_licences",
    "planted_errors",
    "predict_labels",
    "repair_project",
    "replay_decisions",
    "run_job",
    "third_parties",
    "update_job",
    "verify_log",
]

"""Texts for stages, rates and times, for the train panel and the status bar."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from ahsml_app.base.events import Progress, Stage
from ahsml_app.gui.widgets.format import figure, per_cent
from ahsml_app.session.pipeline.training_monitor import StepKey

_WITHOUT_IMAGES = frozenset(
    {
        Stage.TRAIN,
        Stage.LINEAR_MODEL,
        Stage.EMBEDDINGS,
        Stage.MAP,
        Stage.FINETUNE,
        Stage.SELF_TEST,
        Stage.CLEAR_CACHE,
    }
)
"""Stages whose items are not images."""


def stage_text(progress: Progress) -> str:
    """Text for the current stage of a job."""
    translate = QCoreApplication.translate
    text = _stage_name(progress.stage if progress.part is None else progress.part)
    if progress.pass_index is not None:
        number = progress.pass_index + 1
        text = translate("StageWords", "{0}, pass {1}").format(text, number)
    if progress.part is not None:
        text = translate("StageWords", "Fine-tuning: {0}").format(text)
    return text


def _stage_name(stage: Stage) -> str:
    translate = QCoreApplication.translate
    return {
        Stage.MAKE_DEMO: translate("StageWords", "Making the images"),
        Stage.UNPACK: translate("StageWords", "Unpacking"),
        Stage.SCAN: translate("StageWords", "Finding images"),
        Stage.FINGERPRINT: translate("StageWords", "Checking files"),
        Stage.LOAD_BACKBONE: translate("StageWords", "Loading the network"),
        Stage.EXTRACT_FEATURES: translate("StageWords", "Extracting features"),
        Stage.GROUP: translate("StageWords", "Finding duplicates"),
        Stage.FIRST_ESTIMATE: translate("StageWords", "Finding the first suspects"),
        Stage.AUGMENT: translate("StageWords", "Augmenting images in doubt"),
        Stage.PREPARE: translate("StageWords", "Preparing features"),
        Stage.LINEAR_MODEL: translate("StageWords", "Fitting linear models"),
        Stage.SIMPLE_MODELS: translate("StageWords", "Fitting simple models"),
        Stage.TRAIN: translate("StageWords", "Training"),
        Stage.EMBEDDINGS: translate("StageWords", "Learning embeddings"),
        Stage.FINETUNE: translate("StageWords", "Fine-tuning the network"),
        Stage.SCORE: translate("StageWords", "Scoring labels"),
        Stage.SELF_TEST: translate("StageWords", "Testing with planted errors"),
        Stage.WRITE: translate("StageWords", "Saving"),
        Stage.REPORT: translate("StageWords", "Writing the report"),
        Stage.MAP: translate("StageWords", "Drawing the map"),
        Stage.CLEAR_CACHE: translate("StageWords", "Emptying the cache"),
    }[stage]


def step_text(key: StepKey) -> str:
    """Text for a step of the training."""
    translate = QCoreApplication.translate
    stage, pass_index = key
    if pass_index is not None:
        names = (
            translate("StageWords", "Train, first pass"),
            translate("StageWords", "Train, second pass"),
        )
        other = translate("StageWords", "Train, pass {0}").format(pass_index + 1)
        return names[pass_index] if pass_index < len(names) else other
    stage_names = {
        Stage.FINGERPRINT: translate("StageWords", "Check files"),
        Stage.EXTRACT_FEATURES: translate("StageWords", "Extract features"),
        Stage.FINETUNE: translate("StageWords", "Fine-tune the network"),
        Stage.SCORE: translate("StageWords", "Score labels"),
        Stage.WRITE: translate("StageWords", "Save results"),
    }
    return stage_names.get(stage) or _stage_name(stage)


def time_text(seconds: float) -> str:
    """A duration, rounded to seconds or minutes; empty for NaN."""
    translate = QCoreApplication.translate
    if not math.isfinite(seconds):
        return ""
    if seconds < 59.5:
        return translate("StageWords", "{0} s").format(max(1, round(seconds)))
    if seconds < 3570:
        return translate("StageWords", "{0} min").format(round(seconds / 60))
    hours, minutes = divmod(round(seconds / 60), 60)
    return translate("StageWords", "{0} h {1} min").format(hours, minutes)


def left_text(seconds: float) -> str:
    """Text for the time left; empty for NaN."""
    text = time_text(seconds)
    return QCoreApplication.translate("StageWords", "{0} left").format(text) if text else ""


def rate_text(rate: float, stage: Stage) -> str:
    """Images per second; empty for stages whose items are not images."""
    if not math.isfinite(rate) or stage in _WITHOUT_IMAGES:
        return ""
    text = figure(rate) if rate >= 9.95 else figure(rate, 1)
    return QCoreApplication.translate("StageWords", "{0}/s").format(text)


def share_text(done: int, total: int) -> str:
    """Percentage done; empty if the total is unknown."""
    return per_cent(done / total) if total else ""

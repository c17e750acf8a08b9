"""Stages, paces and times in plain words, for the train panel and the status bar."""

from __future__ import annotations

import math

from PySide6.QtCore import QCoreApplication

from ahsml_app.gui.widgets.format import figure, per_cent


def stage_words(stage: str) -> str:
    """A stage as jobs call it, in plain words."""
    translate = QCoreApplication.translate
    whole, colon, part = stage.partition(": ")
    if colon and whole == "fine-tune":
        return translate("StageWords", "Fine-tuning: {0}").format(stage_words(part))
    name, comma, place = stage.partition(", pass ")
    words = {
        "scan": translate("StageWords", "Finding images"),
        "make demo": translate("StageWords", "Making the demo"),
        "fingerprint": translate("StageWords", "Checking files"),
        "load backbone": translate("StageWords", "Loading the network"),
        "embed": translate("StageWords", "Embedding images"),
        "prepare": translate("StageWords", "Preparing features"),
        "linear model": translate("StageWords", "Fitting linear models"),
        "simple models": translate("StageWords", "Fitting simple models"),
        "train": translate("StageWords", "Training"),
        "embeddings": translate("StageWords", "Learning embeddings"),
        "fine-tune": translate("StageWords", "Fine-tuning the network"),
        "score": translate("StageWords", "Scoring labels"),
        "write": translate("StageWords", "Saving"),
        "map": translate("StageWords", "Drawing the map"),
        "report": translate("StageWords", "Writing the report"),
    }.get(name, name.capitalize())
    return translate("StageWords", "{0}, pass {1}").format(words, place) if comma else words


def step_words(key: str) -> str:
    """A step of the training in plain words."""
    translate = QCoreApplication.translate
    words = {
        "files": translate("StageWords", "Check files"),
        "embed": translate("StageWords", "Embed images"),
        "train-1": translate("StageWords", "Train, first pass"),
        "train-2": translate("StageWords", "Train, second pass"),
        "fine-tune": translate("StageWords", "Fine-tune the network"),
        "score": translate("StageWords", "Score labels"),
        "write": translate("StageWords", "Save results"),
    }
    name, dash, place = key.partition("-")
    if key not in words and name == "train" and dash:
        return translate("StageWords", "Train, pass {0}").format(place)
    return words.get(key, stage_words(key))


def time_words(seconds: float) -> str:
    """A span of time, as exact as one wants to know it; empty for NaN."""
    translate = QCoreApplication.translate
    if not math.isfinite(seconds):
        return ""
    if seconds < 59.5:
        return translate("StageWords", "{0} s").format(max(1, round(seconds)))
    if seconds < 3570:
        return translate("StageWords", "{0} min").format(round(seconds / 60))
    hours, minutes = divmod(round(seconds / 60), 60)
    return translate("StageWords", "{0} h {1} min").format(hours, minutes)


def left_words(seconds: float) -> str:
    """Time left; empty for NaN."""
    words = time_words(seconds)
    return QCoreApplication.translate("StageWords", "{0} left").format(words) if words else ""


def rate_words(rate: float, stage: str) -> str:
    """Items a second where they are images; epochs have no pace that says anything."""
    silent = ("train", "linear", "embeddings", "map", "fine-tune")
    if not math.isfinite(rate) or stage.startswith(silent):
        return ""
    words = figure(rate) if rate >= 9.95 else figure(rate, 1)
    return QCoreApplication.translate("StageWords", "{0}/s").format(words)


def share_words(done: int, total: int) -> str:
    """How much is done, in percent; empty where the total is not known."""
    return per_cent(done / total) if total else ""

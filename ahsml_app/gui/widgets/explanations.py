"""An explanation of every score, filter and option, with a link into the guide."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt, QUrl
from PySide6.QtGui import QDesktopServices, QWhatsThisClickedEvent
from PySide6.QtWidgets import QComboBox, QWidget

TOPIC = "guide-topic"
"""Property of an explained widget: its topic."""


@dataclass(frozen=True, slots=True)
class Explanation:
    """A sentence and the heading of the guide that says more."""

    text: str
    target: str

    @property
    def link(self) -> str:
        """Link `guide:page#heading`, which the window opens."""
        return f"guide:{self.target}"


def explanations() -> dict[str, Explanation]:
    """Explanations by topic; the topic of a score is the score's name."""
    return (
        _scores()
        | _neighbourhood()
        | _review()
        | _sample()
        | _search()
        | _self_test()
        | _training()
    )


def explain(widget: QWidget, topic: str) -> None:
    """Set the tooltip and the "What is this?" text of a widget; may be called again."""
    explanation = explanations()[topic]
    if not widget.property(TOPIC):
        widget.installEventFilter(_Follower(widget))
    more = QCoreApplication.translate("Explanations", "More in the guide")
    widget.setProperty(TOPIC, topic)
    widget.setToolTip(explanation.text)
    widget.setWhatsThis(f'<p>{explanation.text}</p><p><a href="{explanation.link}">{more}</a></p>')


def explain_choices(box: QComboBox) -> None:
    """Set the tooltip of each item to the explanation of the topic in its data."""
    topics = explanations()
    for index in range(box.count()):
        if box.itemData(index) in topics:
            text = topics[box.itemData(index)].text
            box.setItemData(index, text, Qt.ItemDataRole.ToolTipRole)


def topic_of(widget: QWidget | None) -> str:
    """The topic of a widget or its nearest ancestor; empty for none."""
    while widget is not None:
        if widget.property(TOPIC):
            return str(widget.property(TOPIC))
        widget = widget.parentWidget()
    return ""


class _Follower(QObject):
    """Follows the link of a "What is this?"."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: ARG002, N802
        if isinstance(event, QWhatsThisClickedEvent):
            QDesktopServices.openUrl(QUrl(event.href()))
            return True
        return False


def _scores() -> dict[str, Explanation]:
    translate = QCoreApplication.translate
    return {
        "error_probability": Explanation(
            translate(
                "Explanations",
                "The probability that the given label is wrong, calibrated: of the images with "
                "80%, about 80 in 100 are wrong.",
            ),
            "scores#probability-of-an-error",
        ),
        "adaptive_weight": Explanation(
            translate(
                "Explanations",
                "How far the training trusted this label, in per cent. At a low value, its "
                "neighbours disagree.",
            ),
            "scores#adaptive-weight",
        ),
        "consistency": Explanation(
            translate(
                "Explanations",
                "How consistently augmentations of the image lead to the same class, in per cent. "
                "A low value suggests an unclear or damaged image. It is missing where the image "
                "itself leaves no doubt.",
            ),
            "scores#consistency",
        ),
        "suggestion_confidence": Explanation(
            translate("Explanations", "The probability of the suggested label."),
            "suggestions#how-sure-is-a-suggestion",
        ),
        "suggested_label": Explanation(
            translate(
                "Explanations",
                "The most probable label; the given one where nothing is better.",
            ),
            "suggestions#where-a-suggestion-comes-from",
        ),
        "given_label": Explanation(
            translate("Explanations", "The label that the image came with."),
            "scores#given-and-suggested-label",
        ),
    }


def _neighbourhood() -> dict[str, Explanation]:
    translate = QCoreApplication.translate
    return {
        "class_divergence": Explanation(
            translate(
                "Explanations",
                "How far apart the given and the suggested class lie, from 0 (the same) to 1. A "
                "low value means similar classes, a high value a gross error.",
            ),
            "scores#class-divergence",
        ),
        "outlier_probability": Explanation(
            translate(
                "Explanations",
                "How probably the image belongs to none of the classes, by how far the nearest "
                "one is. Drop it, or give it a class of its own.",
            ),
            "scores#does-not-belong",
        ),
        "image_findings": Explanation(
            translate(
                "Explanations",
                "What is odd about the picture itself: blank, very dark or bright, blurred, of "
                "little information, or of an unusual size or shape. It says nothing of the label.",
            ),
            "scores#the-picture-itself",
        ),
        "duplicate_group": Explanation(
            translate(
                "Explanations",
                "Images that look the same, or are the same file; where their labels differ, at "
                "least one is wrong.",
            ),
            "scores#duplicates",
        ),
        "duplicate_conflict": Explanation(
            translate(
                "Explanations",
                "An image that looks the same has another label, so at least one of them is wrong.",
            ),
            "scores#duplicates",
        ),
    }


def _review() -> dict[str, Explanation]:
    translate = QCoreApplication.translate
    return {
        "verdict": Explanation(
            translate(
                "Explanations",
                "What all scores together say about the label. It is an estimate; the "
                "decision is yours.",
            ),
            "scores#the-verdict",
        ),
        "likely_classes": Explanation(
            translate(
                "Explanations",
                "The most likely classes with the probability of each; grey is the given one.",
            ),
            "suggestions#how-sure-is-a-suggestion",
        ),
        "quadrant": Explanation(
            translate(
                "Explanations",
                "Four kinds of images, by weight and consistency: right, wrong label, unclear "
                "image, hard but right.",
            ),
            "scores#four-kinds-of-images",
        ),
        "flagged": Explanation(
            translate("Explanations", "Only images whose label is more probably wrong than right."),
            "scores#probability-of-an-error",
        ),
        "histogram": Explanation(
            translate(
                "Explanations",
                "How many images have each error probability. Drag the threshold to "
                "show only the images above it.",
            ),
            "when-to-stop#read-the-histogram",
        ),
        "errors_above": Explanation(
            translate(
                "Explanations",
                "The sum of their probabilities; decided images are not counted.",
            ),
            "when-to-stop#errors-left",
        ),
        "errors_left": Explanation(
            translate(
                "Explanations",
                "Estimated wrong labels among the undecided images: the sum of their "
                "error probabilities, corrected by your decisions, with an interval "
                "meant to hold for 95 of 100 data sets.",
            ),
            "when-to-stop#errors-left",
        ),
    }


def _sample() -> dict[str, Explanation]:
    translate = QCoreApplication.translate
    return {
        "honest_sample": Explanation(
            translate(
                "Explanations",
                "Blends about 50 random images into the queue, so that the number of errors left "
                "also rests on labels that look right. The gallery shows no scores of undecided "
                "images until all of them are decided.",
            ),
            "when-to-stop#an-honest-sample",
        ),
        "sample_alone": Explanation(
            translate(
                "Explanations",
                "An estimate from the random images and your verdicts alone, whatever the scores "
                "are worth. The number of errors left joins both.",
            ),
            "when-to-stop#an-honest-sample",
        ),
    }


def _search() -> dict[str, Explanation]:
    return {
        "search": Explanation(
            QCoreApplication.translate(
                "Explanations",
                "Images that match all words: in the path, or after class:, decision:, note: and "
                "others.",
            ),
            "suggestions#search",
        ),
        "decision": Explanation(
            QCoreApplication.translate(
                "Explanations",
                "What became of an image: undecided, kept, relabelled, dropped, unsure, or checked "
                "by the model.",
            ),
            "suggestions#accept-what-looks-right",
        ),
    }


def _self_test() -> dict[str, Explanation]:
    translate = QCoreApplication.translate
    return {
        "self_test_found": Explanation(
            translate(
                "Explanations",
                "The share of the planted errors that a review of so many images finds, the most "
                "suspect first.",
            ),
            "when-to-stop#test-it-on-your-own-images",
        ),
        "self_test_calibration": Explanation(
            translate(
                "Explanations",
                "Of images with an error probability of 30%, 30 of 100 labels should be wrong. "
                "The calibration error is the mean distance between the two.",
            ),
            "when-to-stop#test-it-on-your-own-images",
        ),
    }


def _training() -> dict[str, Explanation]:
    translate = QCoreApplication.translate
    return {
        "presets": Explanation(
            translate(
                "Explanations",
                "How much work a training does. Balanced gave the best results for its time.",
            ),
            "first-project#train",
        ),
        "device": Explanation(
            translate(
                "Explanations",
                "Where the training runs: on a graphics card if there is one, or on the processor.",
            ),
            "first-project#train",
        ),
        "trust_checked": Explanation(
            translate(
                "Explanations",
                "Images that you kept or relabelled are trained on with full weight.",
            ),
            "first-project#train-again",
        ),
        "training_options": Explanation(
            translate(
                "Explanations",
                "For users who know the method; the defaults are the measured settings.",
            ),
            "method#options-of-the-training",
        ),
    }

"""The sentences of the progress: numbers in plain words."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject

from ahsml_app.gui.widgets.format import figure, interval, per_cent
from ahsml_app.session.review.stop_advice import Advice
from ahsml_app.session.review.timeline import MOST_INDIVIDUALLY_REVIEWED, Timeline

Estimate = tuple[float, float, float]


def around(value: float) -> str:
    """A whole number; one digit more where there are few."""
    return figure(value) if value >= 3 or value < 0.05 else figure(value, 1)


class Words(QObject):
    """What the progress says."""

    def captions(self) -> dict[str, str]:
        """Words below the numbers, by their names."""
        return {
            "decided": self.tr("images decided"),
            "found": self.tr("wrong labels found"),
            "ratio": self.tr("found for each one expected"),
            "left": self.tr("wrong labels left, estimated"),
            "pace": self.tr("images an hour"),
        }

    def heading(self, name: str) -> str:
        """Words above a plot."""
        return {
            "ahead": self.tr("What the next images would find"),
            "left": self.tr("Wrong labels left, estimated"),
            "found": self.tr("Wrong labels found; dashed: expected of the same images"),
            "rate": self.tr("Share of wrong labels among the latest images; dashed: expected"),
            "pace": self.tr("Images decided in an hour"),
        }[name]

    def axis(self, name: str) -> str:
        """Words below a plot."""
        return {
            "ahead": self.tr("Next images, most suspect first"),
            "left": self.tr("Images decided"),
            "pace": self.tr("Hours of work, pauses left out"),
        }.get(name, self.tr("Images looked at"))

    def knee(self) -> str:
        """Words beside the line behind which it is hardly worth going on."""
        return self.tr("from here on fewer than 1 in 20 are wrong")

    def too_little(self) -> str:
        """Where a rate cannot be told yet."""
        return self.tr("after some more decisions")

    def tip(self, name: str) -> str:
        """How a number or a plot is made."""
        left = self.tr(
            "The probabilities of the undecided images, corrected by what you found so far: where "
            "more labels were wrong than the probabilities said, those of similar probability are "
            "raised. The interval is meant to hold in 95 of 100 data sets. The correction is "
            "this program's own."
        )
        looked = self.tr(
            "Counts the images that you judged one by one: in steps of up to {0} images, without "
            "the unsure ones. Expected is the sum of their probabilities when you decided."
        ).format(MOST_INDIVIDUALLY_REVIEWED)
        return {
            "decided": self.tr("All images with a decision, those decided in bulk included."),
            "found": looked,
            "ratio": self.tr(
                "Above 1: you find more wrong labels than the probabilities said; below: fewer."
            ),
            "left": left,
            "ahead": self.tr(
                "Drag the line, or move it with the arrow keys (with Shift one by one). If you go "
                "on with the most suspect images, so many wrong labels should be among them; the "
                "band is meant to hold in 95 of 100 data sets."
            ),
            "rate": self.tr(
                "Among the latest images looked at, a tenth of all but at least 20. The band is "
                "Wilson's interval, 95%."
            ),
            "pace": self.tr(
                "Decisions on up to {0} images at once, by the times in the journal. Breaks of "
                "more than two minutes are left out."
            ).format(MOST_INDIVIDUALLY_REVIEWED),
        }[name]

    def values(self, timeline: Timeline) -> dict[str, str]:
        """The numbers, by their names; empty where there is too little to tell."""
        low, _, high = timeline.left
        ratio, speed = timeline.ratio, timeline.throughput.per_hour
        looked = timeline.individually_reviewed >= 10 and not math.isnan(ratio)
        return {
            "decided": figure(timeline.decided),
            "found": figure(timeline.found),
            "ratio": figure(ratio, 2) if looked else "",
            "left": self.tr("about {0}").format(interval(low, high)),
            "pace": "" if math.isnan(speed) else self.tr("about {0}").format(figure(speed)),
        }

    def of_looked(self, looked: int) -> str:
        """Words below the wrong labels found."""
        return self.tr("wrong among {0} looked at").format(figure(looked))

    def advice(self, advice: Advice, speed: float) -> tuple[str, str]:
        """Whether to go on, and what speaks for it.

        Args:
            advice: Of the timeline.
            speed: Images in an hour, NaN for unknown.
        """
        low, best, high = advice.left
        if not advice.images:
            return self.tr("All images are decided."), ""
        if high < 1:
            return self.tr("You may stop: probably no wrong label is left."), ""
        left = self.tr("About {0} wrong labels are left ({1}).").format(
            around(best), interval(low, high)
        )
        next_few = self.tr("Of the next {0} images about {1} are wrong").format(
            figure(advice.images), around(advice.found[1])
        )
        if advice.may_stop:
            stop = self.tr("You may stop: of the next {0} images about {1} are wrong.")
            return stop.format(figure(advice.images), around(advice.found[1])), left
        until = self.tr(
            "After about {0} more images{1} fewer than 1 in 20 are wrong; by then about {2} of the "
            "wrong labels that are left will have been found."
        ).format(
            figure(_rounded(advice.until)),
            self._time(advice.until, speed),
            per_cent(min(advice.found_until[1] / best, 1)),
        )
        go_on = self.tr("Go on")  # a text within an f-string would not be found
        return f"{go_on}: {next_few[0].lower()}{next_few[1:]}.", f"{left} {until}"

    def ahead(self, images: int, found: Estimate, speed: float) -> str:
        """What so many images should find."""
        low, best, high = found
        text = self.tr("The next {0} images{1} should find about {2} wrong labels ({3}).")
        return text.format(
            figure(images), self._time(images, speed), around(best), interval(low, high)
        )

    def _time(self, images: int, speed: float) -> str:
        """How long so many images take at a speed, in brackets; empty where it is unknown."""
        if math.isnan(speed) or speed <= 0:
            return ""
        minutes = max(1, round(images / speed * 60))
        if minutes < 90:
            return self.tr(" (about {0} min)").format(minutes)
        return self.tr(" (about {0} h)").format(figure(minutes / 60, 1))


def _rounded(images: int) -> int:
    """Two digits are enough for an estimate."""
    if images < 100:
        return images
    unit: int = 10 ** (len(str(images)) - 2)
    return round(images / unit) * unit

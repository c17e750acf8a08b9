"""The texts of the progress view."""

from __future__ import annotations

import math

from PySide6.QtCore import QObject

from ahsml_app.gui.i18n import plural
from ahsml_app.gui.widgets.format import figure, interval, per_cent
from ahsml_app.session.review.stop_advice import Advice
from ahsml_app.session.review.timeline import MOST_INDIVIDUALLY_REVIEWED, Timeline

Estimate = tuple[float, float, float]


def around(value: float) -> str:
    """Format an estimate as a whole number, with one decimal below 3."""
    return figure(value) if value >= 3 or value < 0.05 else figure(value, 1)


class ProgressTexts(QObject):
    """Makes the texts of the progress view."""

    def captions(self) -> dict[str, str]:
        """Captions of the key figures by name; empty where the caption depends on a count."""
        return {
            "decided": "",
            "found": "",
            "ratio": self.tr("found per expected wrong label"),
            "left": self.tr("wrong labels left (estimate)"),
            "throughput": self.tr("images per hour"),
        }

    def decided(self, count: int) -> str:
        """Caption of the number of decided images."""
        return plural("image decided", "images decided", count=count)

    def heading(self, name: str) -> str:
        """Heading of a plot."""
        return {
            "ahead": self.tr("Expected wrong labels among the next images"),
            "left": self.tr("Wrong labels left (estimate)"),
            "found": self.tr("Wrong labels found; dashed: expected for the same images"),
            "rate": self.tr("Share of wrong labels among the latest images; dashed: expected"),
            "throughput": self.tr("Images decided per hour"),
        }[name]

    def axis(self, name: str) -> str:
        """Label of the horizontal axis of a plot."""
        return {
            "ahead": self.tr("Next images, most suspect first"),
            "left": self.tr("Images decided"),
            "throughput": self.tr("Hours of work, excluding breaks"),
        }.get(name, self.tr("Images reviewed"))

    def knee(self) -> str:
        """Text beside the line after which reviewing is hardly worthwhile."""
        return self.tr("fewer than 1 in 20 are wrong from here on")

    def too_little(self) -> str:
        """Shown while there are too few decisions for a rate."""
        return self.tr("after a few more decisions")

    def tip(self, name: str) -> str:
        """How a number or a plot is computed."""
        left = self.tr(
            "The sum of the error probabilities of the undecided images, corrected by your "
            "decisions: where more labels were wrong than predicted, similar probabilities are "
            "raised. A few of your verdicts may be wrong too, which the correction allows for. The "
            "interval is meant to hold for 95 of 100 data sets. The correction is this program's "
            "own."
        )
        reviewed = self.tr(
            "Counts the images whose label you judged individually (at most {0} in one step): kept "
            "or relabelled. Dropping an image or splitting it off to a class of your own says "
            "nothing about its label, unless the label was more probably wrong than right; then it "
            "counts as wrong. The expected number is the sum of the error probabilities when you "
            "decided."
        ).format(MOST_INDIVIDUALLY_REVIEWED)
        return {
            "decided": self.tr("All images with a decision, including bulk decisions."),
            "found": reviewed,
            "ratio": self.tr("Above 1, you find more wrong labels than predicted; below 1, fewer."),
            "left": left,
            "ahead": self.tr(
                "Drag the line, or move it with the arrow keys (hold Shift for single steps). It "
                "shows how many wrong labels to expect if you continue with the most suspect "
                "images. The band is meant to hold for 95 of 100 data sets."
            ),
            "rate": self.tr(
                "Computed from the last tenth of the reviewed images, but at least 20. The band "
                "is the 95% Wilson interval."
            ),
            "throughput": self.tr(
                "Decisions on at most {0} images at once, by their times in the journal. Breaks "
                "longer than two minutes do not count."
            ).format(MOST_INDIVIDUALLY_REVIEWED),
        }[name]

    def values(self, timeline: Timeline) -> dict[str, str]:
        """The key figures by name; empty where there are too few decisions."""
        low, _, high = timeline.left
        ratio, speed = timeline.ratio, timeline.throughput.per_hour
        reviewed = timeline.individually_reviewed >= 10 and not math.isnan(ratio)
        return {
            "decided": figure(timeline.decided),
            "found": figure(timeline.errors_found),
            "ratio": figure(ratio, 2) if reviewed else "",
            "left": self.tr("about {0}").format(interval(low, high)),
            "throughput": "" if math.isnan(speed) else self.tr("about {0}").format(figure(speed)),
        }

    def of_reviewed(self, reviewed: int) -> str:
        """Caption of the number of wrong labels found."""
        return plural(
            "wrong of {count:,} image reviewed",
            "wrong of {count:,} images reviewed",
            count=reviewed,
        )

    def sample(self, size: int, judged: int, total: Estimate | None) -> str:
        """What the honest sample says without the scores.

        Args:
            size: Number of its images.
            judged: Number of those whose label is judged.
            total: Estimate from these alone; None while they are too few.
        """
        text = plural(
            "Honest sample: {judged:,} of {count:,} image judged.",
            "Honest sample: {judged:,} of {count:,} images judged.",
            count=size,
            judged=judged,
        )
        if total is None:
            return text
        low, best, high = total
        alone = self.tr("Wrong labels by these alone, when it was drawn: about {0} ({1}).")
        return f"{text} {alone.format(around(best), interval(low, high))}"

    def advice(self, advice: Advice, speed: float) -> tuple[str, str]:
        """Advice whether to continue, and the reasons for it.

        Args:
            advice: Advice from the timeline.
            speed: Images per hour, NaN if unknown.
        """
        low, best, high = advice.left
        if not advice.images:
            return self.tr("All images are decided."), ""
        if high < 1:
            return self.tr("You can stop: probably no wrong label is left."), ""
        left = self.tr("About {0} wrong labels are left ({1}).").format(
            around(best), interval(low, high)
        )
        expected = around(advice.errors[1])
        if advice.may_stop:
            stop = plural(
                "You can stop: about {expected} wrong labels are expected in the next image.",
                "You can stop: about {expected} wrong labels are expected in the next {count:,} "
                "images.",
                count=advice.images,
                expected=expected,
            )
            return stop, left
        go_on = plural(
            "Continue: about {expected} wrong labels are expected in the next image.",
            "Continue: about {expected} wrong labels are expected in the next {count:,} images.",
            count=advice.images,
            expected=expected,
        )
        until = plural(
            "After about {count:,} more image{time}, fewer than 1 in 20 are wrong; by then you "
            "will have found about {share} of the wrong labels that are left.",
            "After about {count:,} more images{time}, fewer than 1 in 20 are wrong; by then you "
            "will have found about {share} of the wrong labels that are left.",
            count=_rounded(advice.until),
            time=self._time(advice.until, speed),
            share=per_cent(min(advice.errors_until[1] / best, 1)),
        )
        return go_on, f"{left} {until}"

    def ahead(self, images: int, found: Estimate, speed: float) -> str:
        """How many wrong labels to expect in the next images."""
        low, best, high = found
        return plural(
            "About {expected} wrong labels ({interval}) are expected in the next image{time}.",
            "About {expected} wrong labels ({interval}) are expected in the next {count:,} "
            "images{time}.",
            count=images,
            expected=around(best),
            interval=interval(low, high),
            time=self._time(images, speed),
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

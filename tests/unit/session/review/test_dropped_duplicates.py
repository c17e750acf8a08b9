"""Images that are dropped as duplicates, and what the review makes of it."""

from __future__ import annotations

from pathlib import Path

from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind, duplicates_step
from ahsml_app.session.project.project import Project
from ahsml_app.session.review.label_verdicts import NO_VERDICT
from ahsml_app.session.review.timeline import Timeline, read_timeline

KEEP, DROP = DecisionKind.KEEP, DecisionKind.DROP


def timeline(project: Project) -> Timeline:
    source = read_timeline(project)
    assert source is not None
    return Timeline(source)


def figures(found: Timeline) -> tuple[int, int, int, float]:
    return found.decided, found.individually_reviewed, found.errors_found, found.expected


def test_dropping_a_suspect_as_a_duplicate_says_nothing_about_its_label(
    tmp_path: Path, cache: Path
) -> None:
    project = make_project(make_images(tmp_path / "pictures"))
    assert project.scores is not None
    suspect = int(project.scores.error_probability.argmax())
    assert project.scores.error_probability[suspect] > 0.5
    found = timeline(project)
    project.decide([suspect], DROP, name=duplicates_step(1))
    found.follow(project)
    for seen in (found, timeline(project)):
        assert figures(seen) == (1, 0, 0, 0)
        assert seen.verdicts[suspect] == NO_VERDICT
    # What follows the drop has a reason of its own, and an undo brings the old one back.
    project.decide([suspect], KEEP)
    project.decide([suspect], DROP)
    found.follow(project)
    assert figures(found)[:3] == figures(timeline(project))[:3] == (1, 1, 1)
    for _ in range(3):
        project.undo()
    project.redo()
    project.decide([suspect], KEEP)
    project.undo()
    found.follow(project)
    assert figures(found) == figures(timeline(project)) == (1, 0, 0, 0)
    project.close()

"""The line that reconciles the totals: every file is in exactly one part."""

from __future__ import annotations

from pathlib import Path

from sample_projects import add_run, make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.base.types import Quarantined
from ahsml_app.session.export.balance import project_balance
from ahsml_app.session.export.project_results import export_request, plan_export


def test_every_file_of_a_project_is_in_one_part(tmp_path: Path, cache: Path) -> None:
    project = make_project(make_images(tmp_path / "pictures", per_class=4), trained=False)
    assert str(project_balance(project)) == "16 files = 16 labelled"
    paths = project.table.paths
    aside = (Quarantined(paths[2], "cut off"), Quarantined(paths[9], "empty"))
    add_run(project, unreadable=aside)
    project.decide([0, 1, 2], DecisionKind.DROP)  # the third of these cannot be read
    project.decide([3], DecisionKind.AMBIGUOUS)
    project.decide([4], DecisionKind.RELABEL, "circle")
    line = "16 files = 11 labelled + 1 unsure + 2 dropped + 2 set aside"
    assert str(project_balance(project)) == line
    plan = plan_export(export_request(project, tmp_path / "out"))
    assert str(plan.counts.balance) == line
    project.undo()
    project.undo()
    assert str(project_balance(project)) == "16 files = 12 labelled + 2 dropped + 2 set aside"
    project.close()

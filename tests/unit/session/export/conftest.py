from __future__ import annotations

from pathlib import Path

import pytest
from sample_projects import make_images, make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.session.project.project import Project


@pytest.fixture
def project(tmp_path: Path, cache: Path) -> Project:
    """With one image relabelled, one dropped, one kept, one ambiguous."""
    project = make_project(make_images(tmp_path / "pictures", per_class=4))
    project.decide([0], DecisionKind.RELABEL, "cross")
    project.decide([1], DecisionKind.DROP)
    project.decide([2], DecisionKind.KEEP)
    project.decide([3], DecisionKind.AMBIGUOUS)
    return project

"""Files are read for the hashes of decisions, each once and never many at a time."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from changed_folder import make_folder, write_image
from running import result_of
from sample_projects import make_project

from ahsml_app.base.decisions import DecisionKind
from ahsml_app.session.pipeline.check_folder import check_folder
from ahsml_app.session.project.content_hashes import MOST_HASHED
from ahsml_app.session.project.library import open_project, update_request
from ahsml_app.session.project.project import Project

KEEP, DROP = DecisionKind.KEEP, DecisionKind.DROP


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project of an earlier version: nobody has read its files, and it has no decision log."""
    project = make_project(make_folder(tmp_path / "images", per_class=20), trained=False)
    for row in range(60):
        project.decide([row], KEEP)
    connection = project._files._connection
    connection.execute("DELETE FROM log")
    connection.execute("UPDATE sample SET hash = ''")
    project.close()
    return open_project(project.folder)


def hashes(project: Project) -> list[str]:
    """The hashes in the decision log, in the order of the decisions."""
    records = [json.loads(line) for line in project.log()[1:]]
    return [change["hash"] for record in records for change in record.get("changes", ())]


def test_one_decision_reads_few_files_and_those_of_the_newest_ones(project: Project) -> None:
    project.decide([70], DROP)
    logged = hashes(project)
    assert len(logged) == 61
    assert all(logged[-MOST_HASHED:])
    assert not any(logged[:-MOST_HASHED])
    project.close()


def test_what_was_read_is_stored_and_known(project: Project) -> None:
    project.decide([70], DROP)
    digest = hashes(project)[-1]
    assert project.original.hashes[70] == project.table.hashes[70] == digest
    write_image(project.path(70), 999)
    project.decide([70], KEEP)  # of what was judged, although the file is another one now
    assert hashes(project)[-1] == digest
    request = update_request(project)
    changes = result_of(check_folder(request.table, request.states, request.source))
    assert list(changes.changed) == [70]
    project.close()
    reopened = open_project(project.folder)
    assert reopened.original.hashes[70] == digest
    reopened.close()


def test_a_decision_about_many_reads_no_more(project: Project) -> None:
    project.decide(range(20, 80), DROP)
    assert sum(map(bool, project.original.hashes)) == MOST_HASHED
    assert not any(project.original.hashes[60:])
    project.close()

"""A star and a note on images: what a person remarks besides the decision."""

from __future__ import annotations

from pathlib import Path

from ahsml_app.base.decisions import STARRED, Mark, note_text
from ahsml_app.base.message import Message
from ahsml_app.base.types import IntArray
from ahsml_app.session.project.project import Project


def toggle_star(project: Project, rows: IntArray) -> IntArray:
    """Gives images a star as one step, or takes it away if all of them have one.

    Returns:
        The rows whose decision changed, which are none.

    Raises:
        ProjectError: If it could not be written; then nothing has changed.
    """
    starred = all(int(row) in project.marks[Mark.STAR] for row in rows)
    what = _named(project, rows)
    if starred:
        name = Message("Remove the star of {what}", what=what)
        return project.mark(rows, Mark.STAR, "", name)
    return project.mark(rows, Mark.STAR, STARRED, Message("Star {what}", what=what))


def write_note(project: Project, rows: IntArray, text: str) -> IntArray:
    """Writes a note on images as one step, or with an empty text removes theirs.

    Returns:
        The rows whose decision changed, which are none.

    Raises:
        ProjectError: If it could not be written; then nothing has changed.
    """
    text, what = note_text(text), _named(project, rows)
    name = Message("Note on {what}", what=what)
    if not text:
        name = Message("Remove the note on {what}", what=what)
    return project.mark(rows, Mark.NOTE, text, name)


def common_note(project: Project, rows: IntArray) -> str | None:
    """The note that all of these images have; empty for none, None if they differ."""
    notes = {project.marks[Mark.NOTE].get(int(row), "") for row in rows}
    return notes.pop() if len(notes) == 1 else None


def _named(project: Project, rows: IntArray) -> str | Message:
    if len(rows) == 1:
        return Path(project.table.paths[int(rows[0])]).name
    return Message.plural("{count:,} image", "{count:,} images", count=len(rows))

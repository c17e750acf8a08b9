"""From an image folder to clean labels, without a window.

Run it with `python docs/examples/folder_to_labels.py IMAGES PROJECT OUT`, where IMAGES holds a
folder for each class.
"""

from __future__ import annotations

import sys

import ahsml_app

SURE = 0.95
"""Suggestions that are at least as probable are taken over; a person should see the others."""

images, project_folder, out = sys.argv[1:]

with ahsml_app.open_project(project_folder, images) as project:
    project.train(seed=0)
    scores = project.scores
    for row in scores.to_pylist():
        certain = row["suggestion_confidence"] >= SURE and (row["outlier_probability"] or 0) < 0.5
        if row["flagged"] and certain:
            project.decide(row["path"], "relabel", row["suggested_label"])
    changed = project.decisions.count("relabel")
    project.export(out, ["labels", "scores", "journal"])

print(f"{changed} of {len(scores)} labels were changed; see {out}.")
print("Open the project in the window to look at the others, or to undo.")

"""Names that columns of paths and of labels usually have."""

from __future__ import annotations

import re
from collections.abc import Iterable

PATH_COLUMN = "path"
LABEL_COLUMN = "label"
ANNOTATOR = "annotator"
OWN_COLUMNS = ("split", "group", ANNOTATOR)
"""Names with a meaning of their own, in upper or lower case."""

PATH_NAMES = (
    *("path", "filepath", "imagepath", "imgpath", "filename", "file", "imagename", "imagefile"),
    *("imgname", "fname", "image", "img", "imageid", "imgid", "idcode", "name", "picture", "photo"),
    *("id", "url", "imageurl", "uri", "src", "key"),
)
"""Usual names of the path column in the form of `plain_name`, the likeliest first."""

LABEL_NAMES = (
    *("label", "labels", "class", "classname", "labelname", "category", "categoryname", "target"),
    *(
        "diagnosis",
        "dx",
        "species",
        "breed",
        "classes",
        "classification",
        "groundtruth",
        "y",
        "choice",
    ),
    *("tag", "tags", "classid", "labelid", "categoryid", "targetid", "gt", "disease", "emotion"),
    *("benignmalignant", "grade", "level", "severity", "style"),
    *(
        "klasse",
        "klassen",
        "kategorie",
        "etikett",
        "diagnose",
        "spezies",
        "gattung",
        "sorte",
        "art",
    ),
)
"""Usual names of the label column in the form of `plain_name`, the likeliest first."""

LABEL_PARTS = ("label", "class", "target", "categor", "species", "klasse", "kategorie")
"""Parts of names that a label column may have as well."""


CONSENSUS_NAMES = (
    *("consensus", "consensuslabel", "finallabel", "final", "majority", "majoritylabel"),
    *("majorityvote", "agreed", "agreedlabel", "gold", "goldlabel", "truth", "truelabel"),
)
"""Usual names of the label that counts beside those of annotators, in the form of `plain_name`."""

ANNOTATOR_NAMES = (
    *(ANNOTATOR, "annotatorid", "annotatorname", "annotatedby", "rater", "raterid", "worker"),
    *("workerid", "labeler", "labeller", "labelerid", "labeledby", "labelledby", "coder"),
)
"""Usual names of the column of annotators in the form of `plain_name`, the likeliest first."""


def annotator_column(names: Iterable[str]) -> str | None:
    """The column that says who gave a label; None if there is none."""
    near = [name for name in names if plain_name(name) in ANNOTATOR_NAMES]
    return min(near, key=lambda name: ANNOTATOR_NAMES.index(plain_name(name)), default=None)


def plain_name(name: str) -> str:
    """A name in lower case, without blanks, underscores and hyphens."""
    return re.sub(r"[\s_\-.]+", "", name).lower()

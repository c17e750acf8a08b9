"""The table of all actions, from which menus, buttons, keys and the key sheet are made."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ActionFact:
    """One row of the table.

    Attributes:
        name: Identifies the action in code.
        text: Text of menu items and buttons.
        tip: Text of the tooltip; empty for `text`.
        keys: Default keys.
        icon: Name of its icon, empty for none.
        group: Heading in the key sheet.
        needs: States that enable it when all hold (see `ActionSet.set_states`).
    """

    name: str
    text: str
    tip: str = ""
    keys: tuple[str, ...] = ()
    icon: str = ""
    group: str = "Window"
    needs: tuple[str, ...] = ("always",)


def _digit(number: int) -> ActionFact:
    return ActionFact(
        f"choose-{number}",
        f"Take likely class {number}",
        "Relabel to the class with this number below the image",
        (str(number),),
        group="Decide",
        needs=("decidable", "scores"),
    )


ACTIONS: tuple[ActionFact, ...] = (
    ActionFact("keep", "Keep", "The label is right", ("Q",), "keep", "Decide", ("decidable",)),
    ActionFact(
        "take-suggestion",
        "Take the suggestion",
        "Give the image its suggested label",
        ("W",),
        "relabel",
        "Decide",
        ("decidable", "scores"),
    ),
    ActionFact(
        "drop",
        "Drop",
        "Leave the image out of training and exports; the file stays",
        ("E",),
        "drop",
        "Decide",
        ("decidable",),
    ),
    ActionFact(
        "ambiguous",
        "Unsure",
        "Mark the image as unsure",
        ("N", "R"),
        "ambiguous",
        "Decide",
        ("decidable",),
    ),
    ActionFact(
        "undecided",
        "Clear the decision",
        "Make the image undecided again",
        ("Backspace",),
        "undecided",
        "Decide",
        ("decidable",),
    ),
    *(_digit(number) for number in range(1, 10)),
    ActionFact(
        "other-class",
        "Another class…",
        "Type to find a class, or name a new one",
        ("/",),
        "search",
        "Decide",
        ("decidable",),
    ),
    ActionFact(
        "decide-above",
        "Decide all above the threshold…",
        "Make one decision for all filtered images above a probability",
        ("Ctrl+B",),
        "bulk",
        "Decide",
        ("writable", "scores"),
    ),
    ActionFact(
        "accept-below",
        "Accept what looks right…",
        "Mark filtered images below a probability as checked by the model, which is no decision",
        ("Ctrl+Shift+B",),
        "check",
        "Decide",
        ("writable", "scores"),
    ),
    ActionFact(
        "same-mistake",
        "Same mistake as this",
        "Shows and selects the images with the same given and suggested class that look alike, "
        "for one decision about all",
        ("S",),
        "duplicate",
        "Decide",
        ("selection", "scores"),
    ),
    ActionFact(
        "rerank",
        "Offer a new order after decisions",
        "Decisions move images up that resemble an error, without a training",
        group="Decide",
    ),
    ActionFact(
        "star",
        "Star",
        "Mark the image with a star, or take the star away; it decides nothing",
        ("X",),
        "star",
        "Decide",
        ("selection", "writable"),
    ),
    ActionFact(
        "note",
        "Note…",
        "Write a note on the image; Enter saves it",
        ("T",),
        "note",
        "Decide",
        ("selection", "writable"),
    ),
    ActionFact("undo", "Undo", "Undo the last step", ("Ctrl+Z",), "undo", "Decide", ("undo",)),
    ActionFact(
        "redo",
        "Redo",
        "Redo the last undone step",
        ("Ctrl+Y", "Ctrl+Shift+Z"),
        "redo",
        "Decide",
        ("redo",),
    ),
    ActionFact("next", "Next image", "", ("J", "D"), "next", "Browse", ("selection",)),
    ActionFact("previous", "Previous image", "", ("K", "A"), "previous", "Browse", ("selection",)),
    ActionFact(
        "visited-back",
        "Back",
        "The image that you looked at before this one",
        ("Alt+Left",),
        group="Browse",
        needs=("project",),
    ),
    ActionFact(
        "visited-forward",
        "Forward",
        "The image that the last step back came from",
        ("Alt+Right",),
        group="Browse",
        needs=("project",),
    ),
    ActionFact(
        "review-mode",
        "Review in full screen",
        "One image after the other, with its evidence, its keys and nothing else",
        ("F", "F11"),
        "full-screen",
        "Browse",
        ("selection",),
    ),
    ActionFact("back", "Back to the image under review", "", ("Esc",), "undo", "Browse", ("peek",)),
    ActionFact(
        "compare-images",
        "Compare images",
        "Two to four selected images at one zoom, or one with what it resembles; hold B to blink",
        ("C",),
        "duplicate",
        "Browse",
        ("comparable",),
    ),
    ActionFact("preview", "Enlarge the image", "", ("Space",), "eye", "Browse", ("selection",)),
    ActionFact("zoom-in", "Zoom in", "", ("+", "="), "zoom-in", "Browse", ("selection",)),
    ActionFact("zoom-out", "Zoom out", "", ("-",), "zoom-out", "Browse", ("selection",)),
    ActionFact("zoom-fit", "Fit the image", "", ("0", "Ctrl+0"), "fit", "Browse", ("selection",)),
    ActionFact(
        "zoom-actual",
        "Actual size",
        "One image pixel per screen pixel",
        ("Z",),
        "actual-size",
        "Browse",
        ("selection",),
    ),
    ActionFact("select-all", "Select all shown", "", ("Ctrl+A",), "", "Browse", ("project",)),
    ActionFact(
        "search",
        "Search",
        "Find images by path, class, decision, note and more",
        ("Ctrl+F",),
        "search",
        "Browse",
        ("project",),
    ),
    ActionFact(
        "find-text", "Find by description…", "", ("Ctrl+K",), "search", "Browse", ("project",)
    ),
    ActionFact(
        "view-review", "Review", "Images to review", ("Ctrl+1",), "review", "Views", ("project",)
    ),
    ActionFact(
        "train",
        "Train",
        "Train on the images and the decisions made so far",
        ("Ctrl+T",),
        "train",
        "Views",
        ("project",),
    ),
    ActionFact(
        "view-train", "Training", "Watch the training", ("Ctrl+2",), "train", "Views", ("project",)
    ),
    ActionFact(
        "view-map",
        "Map",
        "All images as points; neighbours look alike",
        ("M", "Ctrl+3"),
        "map",
        "Views",
        ("project",),
    ),
    ActionFact(
        "view-confusion",
        "Confusion",
        "Which classes are confused with each other",
        ("Ctrl+4",),
        "confusion",
        "Views",
        ("project",),
    ),
    ActionFact(
        "view-classes",
        "Classes",
        "All classes: count, errors, neighbours; rename, merge and split them",
        ("Ctrl+5",),
        "classes",
        "Views",
        ("project",),
    ),
    ActionFact(
        "view-progress",
        "Progress",
        "What was found, what is left, and when you can stop",
        ("Ctrl+6",),
        "progress",
        "Views",
        ("project",),
    ),
    ActionFact(
        "evidence",
        "Evidence",
        "Show or hide the image with its evidence and the buttons to decide",
        ("Ctrl+I",),
        "image",
        "Views",
        ("project",),
    ),
    ActionFact(
        "history",
        "History",
        "All steps, any of which can be undone",
        ("Ctrl+H",),
        "history",
        "Views",
        ("project",),
    ),
    ActionFact("pause", "Pause or resume", "", ("Ctrl+P",), "pause", "Views", ("training",)),
    ActionFact("cancel", "Stop the running job", "", (), "stop", "Views", ("training",)),
    ActionFact(
        "open-folder", "Open a folder…", "A folder of images", ("Ctrl+O",), "open-folder", "Project"
    ),
    ActionFact(
        "open-manifest",
        "Open a manifest…",
        "A table of images and labels: CSV, JSON lines, COCO or Parquet",
        ("Ctrl+Shift+O",),
        "open-manifest",
        "Project",
    ),
    ActionFact("open-project", "Open a project…", "", (), "open-project", "Project"),
    ActionFact("demo", "Try the demo", "Photographs with wrong labels", (), "demo", "Project"),
    ActionFact(
        "example",
        "Open the example",
        "A sample project: trained and partly reviewed",
        (),
        "example",
        "Project",
    ),
    ActionFact(
        "check-folder",
        "Check for changes",
        "Look for new, renamed, changed and missing images in the folder",
        ("F5",),
        "retrain",
        "Project",
        ("writable",),
    ),
    ActionFact(
        "set-aside",
        "Files set aside…",
        "Files that could not be read, with the reason",
        (),
        "broken-image",
        "Project",
        ("project",),
    ),
    ActionFact(
        "duplicates",
        "Duplicates…",
        "Groups of images that look the same; the best of each stays, the rest is dropped",
        ("Ctrl+D",),
        "duplicate",
        "Project",
        ("project",),
    ),
    ActionFact(
        "export",
        "Export",
        "Write cleaned labels, embeddings and more",
        ("Ctrl+E",),
        "export",
        "Project",
        ("project",),
    ),
    ActionFact(
        "compare-decisions",
        "Compare decisions…",
        "How far two people agree, and a queue of the images on which they do not",
        (),
        "confusion",
        "Project",
        ("project", "writable"),
    ),
    ActionFact(
        "rename-project",
        "Rename the project…",
        "Its folder and your images keep their names",
        (),
        "",
        "Project",
        ("project", "writable"),
    ),
    ActionFact(
        "move-project",
        "Move the project…",
        "Into another folder; your images stay where they are",
        (),
        "",
        "Project",
        ("project", "writable"),
    ),
    ActionFact("reviewer", "Who decides…", "The name that is recorded with each decision"),
    ActionFact(
        "close-project", "Close the project", "", ("Ctrl+W",), "close", "Project", ("project",)
    ),
    ActionFact(
        "preferences",
        "Preferences…",
        "Language, theme, text size, keys, and where projects and cache lie",
        ("Ctrl+,",),
        "settings",
    ),
    ActionFact("toggle-theme", "Switch between light and dark", "", ("Ctrl+Shift+L",), "moon"),
    ActionFact("reset-layout", "Reset the panel layout", "", (), "", "Window", ("project",)),
    ActionFact("log-folder", "Open the log folder", "", (), "folder"),
    ActionFact("guide", "Guide", "Explains every view and score", ("F1",), "help"),
    ActionFact(
        "whats-this",
        "What is this?",
        "Then click a part of the window to have it explained",
        ("Shift+F1",),
        "info",
    ),
    ActionFact("tour", "Show me around", "A tour of the window in five steps", (), "demo"),
    ActionFact(
        "shortcuts", "Keyboard shortcuts", "All keyboard shortcuts at a glance", ("?",), "keyboard"
    ),
    ActionFact("cache", "Feature cache…", "How large the feature cache is and may become"),
    ActionFact("about", "About", "", (), "info"),
    ActionFact("quit", "Quit", "", ("Ctrl+Q",), "quit"),
)

"""Tells an image folder that is gone, such as a network drive, from files that are damaged."""

from __future__ import annotations

import os
from pathlib import Path

from ahsml_app.base.errors import InputError
from ahsml_app.base.message import Message
from ahsml_app.core.data.decode import describe_os_error

MISSING_FOLDER_HINT = (
    "Bring the folder back and start again, the command with --resume; the work so far is kept."
)
"""Hint for a user whose image folder is missing."""


def check_not_lost(root: Path) -> None:
    """Checks that an image folder is still there, after files in it could not be read.

    Without the check, all its images would be set aside one by one, and the results would be those
    of the few that were read before.

    Args:
        root: The image folder, in which there was something before.

    Raises:
        InputError: If it cannot be listed, or is empty as the place of a drive that is gone.
    """
    try:
        with os.scandir(root) as entries:
            if next(entries, None) is not None:
                return
        reason, details = Message("it is empty now"), ""
    except FileNotFoundError as error:
        reason, details = Message("it has vanished"), repr(error)
    except OSError as error:
        reason, details = describe_os_error(error), repr(error)
    raise InputError(
        Message(
            "The image folder {root} can no longer be read: {reason}.", root=root, reason=reason
        ),
        hint=MISSING_FOLDER_HINT,
        details=details,
    )

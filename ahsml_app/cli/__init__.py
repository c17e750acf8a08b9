"""The command line: arguments in, events of a job out."""

from ahsml_app.cli.command import main

__all__ = ["main"]

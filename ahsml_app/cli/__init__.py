"""The command line: arguments in, events of a job out.

Only `__main__` imports it, by `main` and `signals`.
"""

from ahsml_app.cli.command import main

__all__ = ["main"]

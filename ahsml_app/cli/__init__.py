"""The command line: arguments in, events of a job out.

Only `__main__` imports from it: `main`, `arguments` and `signals`.
"""

from ahsml_app.cli.command import main

__all__ = ["main"]

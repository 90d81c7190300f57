"""The command line: `vitrail COMMAND`, one small file for each family of commands."""

from vitrail.app.cli.program import app, main

__all__ = ["app", "main"]

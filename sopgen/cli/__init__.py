"""The command line. Each module here is one command: it maps arguments, calls one function, prints, and returns an exit code."""

from sopgen.cli.group import main

__all__ = ["main"]

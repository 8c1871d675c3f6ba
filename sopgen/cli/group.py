"""The group of commands, and the one boundary where trouble becomes an exit code.

0 clean or warnings only; 1 errors, or what `--fail-on` names; 2 usage or machine trouble; 3 a bug of ours.
"""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from sopgen import __version__
from sopgen.cli.alerts import alerts
from sopgen.cli.build import build
from sopgen.cli.explain import explain
from sopgen.cli.facts import facts
from sopgen.cli.import_ import import_
from sopgen.cli.init import init
from sopgen.cli.loop import loop
from sopgen.cli.new import new
from sopgen.cli.render import render
from sopgen.cli.risks import risks
from sopgen.cli.serve import serve
from sopgen.cli.trace import trace
from sopgen.cli.validate import validate
from sopgen.words.diagnostics import SopgenError

USAGE, BUG, INTERRUPTED, READER_GONE = 2, 3, 130, 141  # the last two as a shell reports the signals


@click.group(
    "sopgen",
    commands=[validate, build, serve, render, facts, alerts, risks, loop, trace, import_, new, init, explain],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.option(
    "-C",
    "--directory",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=".",
    metavar="DIR",
    help="The workspace, or a folder inside it (default: here).",
)
@click.version_option(__version__, prog_name="sopgen", message="%(prog)s %(version)s")
@click.pass_context
def group(context: click.Context, directory: Path) -> None:
    """Check, compute and publish the plans, metrics and SOPs of an operations team.

    The workspace is the nearest folder, from here upwards, that has a mkdocs.yml.
    """
    context.obj = directory


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command line (default: that of the process) and return its exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    _speak_utf8()
    try:
        code = _run(words)
        sys.stdout.flush()
        return code
    except click.ClickException as error:
        error.show()
        return USAGE
    except SopgenError as error:
        click.echo(f"sopgen: {error}", err=True)
        return USAGE
    except (KeyboardInterrupt, click.Abort):
        return INTERRUPTED
    except BrokenPipeError:
        # What is still buffered would fail again when the interpreter ends.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return READER_GONE
    except OSError as error:
        click.echo(f"sopgen: {error.filename or 'output'}: {error.strerror}", err=True)
        return USAGE
    except Exception as error:
        click.echo(f"sopgen: this is a bug in sopgen: {type(error).__name__}: {error}", err=True)
        click.echo(f"please send this file: {_bug_report(words)}", err=True)
        return BUG


def _run(words: list[str]) -> int:
    # Not group.main(): it answers a broken pipe with exit code 1, which here means errors.
    try:
        with group.make_context("sopgen", words.copy()) as context:
            return int(group.invoke(context))
    except click.exceptions.Exit as end:
        return end.exit_code


def _speak_utf8() -> None:
    """Reports are UTF-8 wherever they go; half a character of a damaged file must not stop them."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def _bug_report(words: list[str]) -> Path:
    """Write what is needed to find the bug into a new file of the temporary folder."""
    import platform
    import shlex
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", errors="backslashreplace", prefix="sopgen-", suffix=".txt", delete=False
    ) as file:
        file.write(f"sopgen {__version__}\nPython {platform.python_version()} on {platform.platform()}\n")
        file.write(f"{shlex.join(['sopgen', *words])}\n\n{traceback.format_exc()}")
    return Path(file.name)

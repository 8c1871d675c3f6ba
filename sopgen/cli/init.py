"""`sopgen init`."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from sopgen.words.diagnostics import SopgenError

STARTER = Path(__file__).parents[1] / "starter"


@click.command(short_help="Make a small workspace to start from.")
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path), metavar="[DIR]", required=False)
@click.pass_obj
def init(start: Path, folder: Path | None) -> int:
    """Make a small workspace to start from, in DIR (default: here). Nothing that exists is overwritten."""
    target = folder or start
    files = copy(STARTER, target)
    click.echo(f"{len(files)} files are in {target}; read {target / 'README.md'} next")
    return 0


def copy(source: Path, target: Path) -> tuple[Path, ...]:
    """Copy the files below `source` and return where each is now. Raises SopgenError before the first if one is there already."""
    files = {path: target / path.relative_to(source) for path in sorted(source.rglob("*")) if path.is_file()}
    existing = [str(to.relative_to(target)) for to in files.values() if to.exists()]
    if existing:
        raise SopgenError(f"{target} already has {', '.join(existing)}; nothing was written")
    try:
        for path, to in files.items():
            to.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, to)
    except OSError as error:
        raise SopgenError(f"cannot write {error.filename}: {error.strerror}") from error
    return tuple(files.values())

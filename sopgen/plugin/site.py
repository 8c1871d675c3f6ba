# mypy: untyped-calls-exclude=mkdocs
"""The site in all its languages: built into a folder in one stroke, or shown and rebuilt on every edit."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from jinja2 import Environment, FileSystemLoader
from mkdocs.commands.build import build as build_mkdocs
from mkdocs.config import load_config
from mkdocs.exceptions import MkDocsException
from mkdocs.livereload import LiveReloadServer

from sopgen.plugin.hooks import THEME, Built, Edition, SopgenPlugin
from sopgen.readers.source import FOLDERS, SETTINGS
from sopgen.words.diagnostics import SopgenError
from sopgen.words.text import LANGUAGES
from sopgen.writing import replacing

MARK = '<meta name="generator" content="sopgen">'  # in the root page: this folder is ours to replace

log = logging.getLogger("mkdocs.sopgen")

B = TypeVar("B", bound=Built)


def build_site(root: Path, build: Built, out: Path) -> None:
    """Put the site of the workspace at `root` in the place of the folder `out`, whole or not at all.

    Raises SopgenError, with `out` as it was, where MkDocs has something to object to or where `out` holds anything but a site.
    """
    with replacing(out, _is_site) as fresh:
        _build_editions(root, build, fresh, strict=True)


def serve_site(root: Path, run: Callable[[], B], host: str, port: int, report: Callable[[B], str]) -> None:
    """Show the site at `host`:`port` until interrupted, and build it again from `run` on every edit of the workspace.

    Where a build has errors the site shows what is sound, and `report` of it as a page. Raises SopgenError where the port is taken.
    """
    with TemporaryDirectory(prefix="sopgen-") as folder, _log_to_terminal():
        out = Path(folder, "site")
        rebuild = builder(root, run, report, out)
        server = LiveReloadServer(rebuild, host, port, root=str(out))
        server.watch(str(root), recursive=False)
        for watched in (root / name for name in FOLDERS):
            if watched.is_dir():
                server.watch(str(watched))
        try:
            rebuild()
            server.serve()
        except OSError as error:
            raise SopgenError(f"cannot serve at {host}:{port}: {error.strerror}") from error
        except KeyboardInterrupt:
            log.info("Stopped")
        finally:
            server.shutdown()


def builder(root: Path, run: Callable[[], B], report: Callable[[B], str], out: Path) -> Callable[[], None]:
    """A function that builds the site into `out` again and never raises: trouble is logged and shown instead of every page."""

    def rebuild() -> None:
        try:
            build = run()
            findings = report(build) if build.has_errors else ""
            with replacing(out) as fresh:
                _build_editions(root, build, fresh, findings)
        except Exception as trouble:  # whatever it is: a server that stops at a mistake cannot show that it is mended
            text = str(trouble) or type(trouble).__name__
            log.error("The site cannot be built: %s", " ".join(text.split()))
            _show_trouble(out, text)

    return rebuild


def _build_editions(root: Path, build: Built, out: Path, findings: str = "", *, strict: bool = False) -> None:
    """Build each language into a folder of `out`, and the page that chooses between them."""
    languages = build.settings.languages
    sites = {str(language): build.pages(language) for language in languages}
    with _epoch(build.timestamp), _warnings() as heard:
        for language in languages:
            try:
                _build_edition(root, Edition(build, language, sites, findings), out / language, strict)
            except MkDocsException as error:
                raise SopgenError("\n".join(["MkDocs stopped:", *heard, error.format_message()])) from error
    title = build.settings.title
    page = _render(
        "root.html",
        mark=MARK,
        language=build.settings.language,
        languages=[(language, LANGUAGES.get(language, language)) for language in languages],
        titles=[title.into(language) for language in languages] if title else [],
    )
    (out / "index.html").write_text(page, "utf-8", newline="\n")


def _build_edition(root: Path, edition: Edition, out: Path, strict: bool) -> None:
    config = load_config(config_file=str(root / SETTINGS), site_dir=str(out), strict=strict)
    plugin = config.plugins.get("sopgen")
    if not isinstance(plugin, SopgenPlugin):
        raise SopgenError(f"{SETTINGS} does not name `sopgen` under `plugins`")
    plugin.edition = edition
    config.plugins.on_startup(command="build", dirty=False)
    try:
        build_mkdocs(config)
    finally:
        config.plugins.on_shutdown()


def _is_site(folder: Path) -> bool:
    """Whether sopgen has made what is in the folder."""
    index = folder / "index.html"
    return index.is_file() and MARK in index.read_text("utf-8", errors="replace")


def _show_trouble(out: Path, trouble: str) -> None:
    """Show `trouble` at every address of the site, so that whoever looks sees it, and sees it go when it is mended."""
    out.mkdir(exist_ok=True)
    page = _render("trouble.html", trouble=trouble)
    for path in {out / "index.html", *out.rglob("*.html")}:
        path.write_text(page, "utf-8")


def _render(template: str, **values: object) -> str:
    """A page without MkDocs, from the folder of the theme."""
    return Environment(loader=FileSystemLoader(THEME / "pages"), autoescape=True).get_template(template).render(values)


@contextmanager
def _epoch(timestamp: int) -> Iterator[None]:
    """Make every date that the builders write the one of the build, so that the same commit gives the same bytes."""
    before = os.environ.get("SOURCE_DATE_EPOCH")
    os.environ["SOURCE_DATE_EPOCH"] = str(timestamp)
    try:
        yield
    finally:
        if before is None:
            del os.environ["SOURCE_DATE_EPOCH"]
        else:
            os.environ["SOURCE_DATE_EPOCH"] = before


class _Listener(logging.Handler):
    """Keeps what is logged."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@contextmanager
def _warnings() -> Iterator[list[str]]:
    """What MkDocs and its plugins warn of meanwhile."""
    logger, listener = logging.getLogger("mkdocs"), _Listener()
    logger.addHandler(listener)
    try:
        yield listener.heard
    finally:
        logger.removeHandler(listener)


@contextmanager
def _log_to_terminal() -> Iterator[None]:
    """Let MkDocs say on standard error where it serves, what changed and what it warns of."""
    logger, handler = logging.getLogger("mkdocs"), logging.StreamHandler()
    before = logger.level
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield
    finally:
        logger.removeHandler(handler)
        logger.setLevel(before)

"""A real browser for the tests of the site: the system's chromium, kept off the network, with an ear for what goes wrong."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Error, Page, Route, sync_playwright

Scheme = Literal["dark", "light"]
DESKTOP, PHONE = 1280, 390


@dataclass
class Visit:
    """A tab, the addresses of other hosts that it asked for, and what it complained of."""

    page: Page
    foreign: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def scrolls_sideways(self) -> bool:
        """Whether the page is wider than the window."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"))


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's chromium; skips the test where there is none."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if path is None:
        pytest.skip("no chromium on this machine")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def visit(browser: Browser, home: str, width: int = DESKTOP, scheme: Scheme = "light", locale: str = "en-GB") -> Iterator[Visit]:
    """A fresh tab in which every request that does not start with `home` is noted and refused."""
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, locale=locale)
    context.set_default_timeout(10_000)
    tab = Visit(context.new_page())

    def admit(route: Route) -> None:
        if route.request.url.startswith((home, "data:")):
            route.continue_()
        else:
            tab.foreign.append(route.request.url)
            route.abort()

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            tab.complaints.append(message.text)

    def fail(error: Error) -> None:
        tab.complaints.append(error.message)

    context.route("**/*", admit)
    tab.page.on("console", listen)
    tab.page.on("pageerror", fail)
    yield tab
    context.close()


class _Handler(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing: a tab that is closed while it loads leaves requests behind."""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address of a server of `folder` on a free port of this machine."""
    with _Server(("127.0.0.1", 0), partial(_Handler, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()

# mypy: untyped-calls-exclude=mkdocs
"""The plugin: hands the pages of a build to MkDocs, and sets whatever every sopgen site needs."""

from __future__ import annotations

import logging
import os
import posixpath
import re
from collections.abc import Iterable, Mapping, Sequence
from html import escape
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urljoin

from mkdocs.config.base import ConfigErrors, ConfigWarnings, LegacyConfig
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.plugins import BasePlugin, event_priority
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.nav import Navigation
from mkdocs.structure.pages import Page as SitePage
from mkdocs.utils.templates import TemplateContext
from msgspec import Struct
from pymdownx.slugs import slugify

from sopgen.pages.page import Asset, Page
from sopgen.plugin import search
from sopgen.plugin.content import enrich
from sopgen.plugin.held import Held
from sopgen.records import Settings
from sopgen.words.diagnostics import N_
from sopgen.words.messages import Translator
from sopgen.words.text import LANGUAGES

THEME = Path(__file__).parent.parent / "theme"
INDEX, FINDINGS = "index.md", "findings.md"

FEATURES = (
    "content.action.edit",
    "content.code.copy",
    "content.tooltips",
    "navigation.indexes",
    "navigation.prune",
    "navigation.tabs",
    "navigation.top",
    "search.highlight",
    "toc.follow",
)
EXTENSIONS = ("admonition", "attr_list", "def_list", "md_in_html", "sane_lists", "tables", "toc")


class Built(Protocol):
    """What a site is made from: the part of a pipeline's Build that this door reads."""

    @property
    def has_errors(self) -> bool:
        """Whether some of the workspace is unsound."""
        ...

    @property
    def settings(self) -> Settings:
        """The options of the workspace."""
        ...

    @property
    def timestamp(self) -> int:
        """The instant that the build is of, in seconds since the epoch."""
        ...

    def pages(self, language: str) -> Sequence[Page | Asset]:
        """The site in `language`, in the order of its navigation."""
        ...

    def names(self) -> Iterable[str]:
        """The workspace's own words, for the Chinese search."""
        ...


class Edition(Struct, frozen=True):
    """A build in one language, out of the `sites` of all that are built beside it.

    `findings` is what is wrong with the workspace, as text to show, "" for nothing.
    """

    build: Built
    language: str
    sites: Mapping[str, Sequence[Page | Asset]]
    findings: str = ""

    def contents(self) -> tuple[Page | Asset, ...]:
        """The pages and assets, with the page of findings where there are any."""
        contents = tuple(self.sites[self.language])
        if not self.findings:
            return contents
        title = Translator(self.language).label(N_("Findings"))
        text = "\n".join(f"    {line}" for line in self.findings.splitlines())
        return (*contents, Page(FINDINGS, title, f"# {title}\n\n{text}\n", in_nav=False))


class SopgenPlugin(BasePlugin[LegacyConfig]):
    """Replaces the Markdown under `docs_dir` by the pages of a build: of `edition` if one is given, else of the workspace."""

    edition: Edition | None = None

    def load_config(self, options: dict[str, Any], config_file_path: str | None = None) -> tuple[ConfigErrors, ConfigWarnings]:
        """Take any options: the schema of the workspace checks them, with the rest of it."""
        return [], []

    @event_priority(100)  # before the search plugin takes its options
    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Set the navigation, the theme, the search and the language."""
        edition = self._shown = self.edition or _edition_of_workspace(Path(config.config_file_path).parent)
        self._contents = edition.contents()
        self._paths = {language: frozenset(content.path for content in site) for language, site in edition.sites.items()}
        if edition.build.settings.title:
            config.site_name = escape(edition.build.settings.title.into(edition.language), quote=False)
        config.nav = navigation(page for page in self._contents if isinstance(page, Page))
        config.use_directory_urls = False  # so that the site can be opened from a folder
        _set_theme(config, edition)
        _set_markdown(config, edition.language)
        _set_search(config, edition.build)
        _set_validation(config)
        return config

    @event_priority(100)  # before other plugins look at the pages
    def on_files(self, files: Files, *, config: MkDocsConfig) -> Files:
        """Put the pages in the place of the sources, and leave out what the theme carries for other sites."""
        for file in list(files):
            if file.is_documentation_page() or _is_ballast(file.src_uri):
                files.remove(file)
        for content in self._contents:
            files.append(_file(content, config))
        return files

    def on_page_markdown(self, markdown: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Give the front page the width of the navigation, which the tabs above it already show; spare Markdown the figures' links."""
        if page.file.src_uri == INDEX:
            page.meta.setdefault("hide", ["navigation"])
        self._held = Held()
        return self._held.out_of(markdown)

    def on_page_content(self, html: str, *, page: SitePage, config: MkDocsConfig, files: Files) -> str:
        """Put back what was taken past Markdown, and add what Markdown cannot say."""
        page.present_anchor_ids = (page.present_anchor_ids or set()) | self._held.anchors
        return enrich(self._held.into(html), str(page.title))

    def on_page_context(self, context: TemplateContext, *, page: SitePage, config: MkDocsConfig, nav: Navigation) -> TemplateContext:
        """Let the language switch keep the page."""
        config.extra["alternate"] = self._alternates(page.file.src_uri)
        return context

    def on_post_page(self, output: str, *, page: SitePage, config: MkDocsConfig) -> str:
        """Mend what Material leaves open."""
        # Material would ask for a site map beside each alternate; the links of the switch say the same.
        output = re.sub(r'<link rel="alternate" href="[^"]*" hreflang="[^"]*">', "", output)
        dialog = 'data-md-component="search" role="dialog"'
        label = Translator(self._shown.language).label(N_("Search"))
        return output.replace(dialog, f'{dialog} aria-label="{label}"', 1)

    @event_priority(-100)  # after the search plugin has written its index
    def on_post_build(self, *, config: MkDocsConfig) -> None:
        """Write the search index as a script too: a page that was opened from a folder may not fetch the other."""
        index = Path(config.site_dir, "search", "search_index.json")
        if index.is_file():
            index.with_suffix(".js").write_text(f"var __index = {index.read_text('utf-8')};\n", "utf-8", newline="\n")

    def _alternates(self, path: str) -> list[dict[str, str]]:
        """A link to the page at `path` in each language, to the front page where a language does not have it."""
        if len(self._paths) == 1:
            return []
        links = []
        for language, paths in self._paths.items():
            page = path if path in paths or path == FINDINGS else INDEX
            link = f"../{language}/{posixpath.splitext(page)[0]}.html"
            links.append({"name": LANGUAGES.get(language, language), "link": link, "lang": language})
        return links


def navigation(pages: Iterable[Page]) -> list[dict[str, Any]]:
    """The pages under the titles of their sections, in order: `[{"Home": "index.md"}, {"Plans": [{"Q2": "plans/q2.md"}]}]`."""
    top: list[dict[str, Any]] = []
    sections: dict[tuple[str, ...], list[dict[str, Any]]] = {(): top}

    def entries(section: tuple[str, ...]) -> list[dict[str, Any]]:
        if section not in sections:
            sections[section] = []
            entries(section[:-1]).append({escape(section[-1], quote=False): sections[section]})
        return sections[section]

    for page in pages:
        if page.in_nav:
            entries(page.section).append({escape(page.title, quote=False): page.path})
    return top


def _edition_of_workspace(root: Path) -> Edition:
    """The workspace at `root` in its own language, for a plain `mkdocs build`. Raises PluginError where it has errors."""
    from sopgen import cache
    from sopgen.pipeline import run  # only here: the command line has run it already
    from sopgen.readers.source import Folder

    build = run(Folder(root), cache=cache.chosen(os.environ))
    if build.has_errors:
        raise PluginError("the workspace has errors: `sopgen validate` lists them")
    language = build.settings.language
    return Edition(build, language, {language: build.pages(language)})


def _is_ballast(path: str) -> bool:
    """Source maps, a template that MkDocs copies by mistake, and stemmers of languages that the search is not set to."""
    return path.endswith(".map") or path == "sitemap.xml" or path.startswith("assets/javascripts/lunr/")


def _file(content: Page | Asset, config: MkDocsConfig) -> File:
    if isinstance(content, Asset):
        return File.generated(config, content.path, content=content.content, inclusion=InclusionLevel.INCLUDED)
    inclusion = InclusionLevel.INCLUDED if content.in_nav else InclusionLevel.NOT_IN_NAV
    file = File.generated(config, content.path, content=content.markdown, inclusion=inclusion)
    if content.sources:
        docs = os.path.relpath(config.docs_dir, Path(config.config_file_path).parent)
        file.edit_uri = posixpath.relpath(content.sources[0], Path(docs).as_posix())
    return file


def _set_theme(config: MkDocsConfig, edition: Edition) -> None:
    """Our templates after the workspace's own and before Material's; no font, script or image of another host."""
    theme, language = config.theme, edition.language
    theme.dirs.insert(1 if theme.custom_dir else 0, str(THEME))
    theme["language"] = language
    theme["font"] = False
    theme["features"] = [*dict.fromkeys([*theme["features"], *FEATURES])]
    theme.setdefault("palette", _palette(language))
    if theme["favicon"] == "assets/images/favicon.png":
        theme["favicon"] = "assets/sopgen/favicon.svg"
    theme["icon"] = {"logo": "material/clipboard-check-outline", **(theme.get("icon") or {})}
    config.extra.setdefault("generator", False)
    config.extra["polyfills"] = [*config.extra.get("polyfills", []), "assets/sopgen/site.js"]
    notice = N_("The workspace has errors, and some of it is not shown: see the findings.")
    config.extra["findings"] = Translator(language).label(notice) if edition.findings else ""
    config.extra_css = ["assets/sopgen/site.css", *config.extra_css]
    if config.site_url and len(edition.sites) > 1:
        config.site_url = urljoin(config.site_url, f"{language}/")
    elif not config.site_url:  # both need to know where the site will stand
        theme.static_templates -= {"404.html", "sitemap.xml"}


def _palette(language: str) -> list[dict[str, Any]]:
    """Light and dark, and as the system says until a reader chooses."""
    modes = (
        (N_("Colours follow the system; switch to light"), "(prefers-color-scheme)", "default", "material/brightness-auto"),
        (N_("Light colours; switch to dark"), "(prefers-color-scheme: light)", "default", "material/weather-sunny"),
        (N_("Dark colours; follow the system again"), "(prefers-color-scheme: dark)", "slate", "material/weather-night"),
    )
    return [
        {"media": media, "scheme": scheme, "primary": "sopgen", "toggle": {"icon": icon, "name": Translator(language).label(name)}}
        for name, media, scheme, icon in modes
    ]


def _set_markdown(config: MkDocsConfig, language: str) -> None:
    extensions = config.markdown_extensions
    extensions.extend(name for name in EXTENSIONS if name not in extensions)
    title = Translator(language).label(N_("Link to this section"))
    ours = {"permalink": True, "permalink_title": title, "slugify": slugify(case="lower")}
    config.mdx_configs["toc"] = {**ours, **config.mdx_configs.get("toc", {})}


def _set_search(config: MkDocsConfig, build: Built) -> None:
    """Search that finds Chinese: no stemming, words cut by the dictionary. What the workspace sets itself stays."""
    plugin = config.plugins.get("material/search")
    if plugin is None:
        return
    defaults: Mapping[str, Any] = {"lang": ["en"], "pipeline": [], "separator": search.SEPARATOR}
    for name, value in defaults.items():
        if plugin.config[name] is None:
            plugin.config[name] = value
    search.teach(build.names())


def _set_validation(config: MkDocsConfig) -> None:
    """Let MkDocs warn of every link that leads nowhere; `validate` knows most of them, with their lines."""
    for checks in (config.validation.nav, config.validation.links):
        for name in checks:
            checks[name] = logging.WARNING

"""The MkDocs door: the one place that knows MkDocs, Material and jieba.

`SopgenPlugin` makes a plain `mkdocs build` work in a workspace; `build_site` and `serve_site` are for the command line.
"""

from sopgen.plugin.hooks import SopgenPlugin
from sopgen.plugin.site import build_site, serve_site

__all__ = ["SopgenPlugin", "build_site", "serve_site"]

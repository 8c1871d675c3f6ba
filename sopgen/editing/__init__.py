"""New entries in the files of a workspace, as edits: what is there keeps every byte, comments and all."""

from sopgen.editing.adding import Entry, added
from sopgen.editing.listing import listed
from sopgen.editing.style import as_yaml

__all__ = ["Entry", "added", "as_yaml", "listed"]

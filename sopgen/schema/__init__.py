"""Documents against the JSON Schemas of `schemas/`: a gate that is fast, and an explanation that may be slow."""

from sopgen.schema.explain import RULES
from sopgen.schema.files import FORMATS, contents, folder
from sopgen.schema.gate import check

__all__ = ["FORMATS", "RULES", "check", "contents", "folder"]

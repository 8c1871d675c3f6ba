"""Documents against the JSON Schemas of `schemas/`: a gate that is fast, and an explanation that may be slow."""

from sopgen.schema.files import FORMATS, contents, folder
from sopgen.schema.gate import check
from sopgen.schema.rules import RULES

__all__ = ["FORMATS", "RULES", "check", "contents", "folder"]

"""What can be wrong with a document as its schema sees it."""

from __future__ import annotations

from sopgen.words.diagnostics import N_, Rule, Severity

UNKNOWN_KEY = Rule(
    "unknown-key",
    Severity.ERROR,
    N_("`{key}` is not a key here"),
    N_("keys here are {keys}"),
    "A misspelt key would otherwise be ignored without a word.",
)
MISSING_KEY = Rule(
    "missing-key",
    Severity.ERROR,
    N_("`{key}` is missing"),
    N_("add `{key}`, for example `{example}`"),
    "The record cannot be used without it.",
)
WRONG_TYPE = Rule(
    "wrong-type",
    Severity.ERROR,
    N_("{expected} is expected here, not {actual}"),
    N_("write it like `{example}`"),
    "The value has another shape than the record needs.",
)
NOT_A_CHOICE = Rule(
    "not-a-choice",
    Severity.ERROR,
    N_("`{value}` is not one of the values allowed here"),
    N_("allowed are {choices}"),
    "Only the listed values have a meaning.",
)
MALFORMED = Rule(
    "malformed-value",
    Severity.ERROR,
    N_("`{value}` is not {what}"),
    N_("write it like `{example}`"),
    "The value cannot be read as what it should be.",
)
OUT_OF_RANGE = Rule(
    "out-of-range",
    Severity.ERROR,
    N_("{value} is out of range"),
    N_("allowed is {range}"),
    "The number is smaller or larger than it can be.",
)
WRONG_SIZE = Rule(
    "wrong-size",
    Severity.ERROR,
    N_("there is {problem} here"),
    N_("write it like `{example}`"),
    "An empty text or list says nothing, and a list names each thing once.",
)
CONFLICT = Rule(
    "conflicting-keys",
    Severity.ERROR,
    N_("the keys {keys} do not go together"),
    N_("keep one of them"),
    "Two keys say the same thing in different ways.",
)
EMPTY_FILE = Rule(
    "empty-file", Severity.ERROR, N_("the file is empty"), N_("write a record, or remove the file"), "An empty file holds no record."
)
SPLIT_TEXT = Rule(
    "text-split-by-comma",
    Severity.ERROR,
    N_("a comma splits the text here: `{key}` became a key of its own"),
    N_("put the whole text in quotes"),
    "Inside `{…}` a plain comma ends the value: of a text, `{zh: …}`, and of a formula.",
)
PARTS = Rule(
    "parts-in-one-cell",
    Severity.ERROR,
    N_("`{column}` has several parts, and a cell holds one value"),
    N_("give each part a column of its own: {columns}"),
    "A CSV file has no mappings: `title.zh` is the Chinese title.",
)
TASK_OWNER = Rule(
    "task-owner",
    Severity.ERROR,
    N_("a task has exactly one owner"),
    N_("name one person as `owner`; departments that help go under `with`, a person to ask under `contact`"),
    "Where two people own a task, nobody does.",
)
RULES = (
    UNKNOWN_KEY,
    MISSING_KEY,
    WRONG_TYPE,
    NOT_A_CHOICE,
    MALFORMED,
    OUT_OF_RANGE,
    WRONG_SIZE,
    CONFLICT,
    EMPTY_FILE,
    SPLIT_TEXT,
    PARTS,
    TASK_OWNER,
)

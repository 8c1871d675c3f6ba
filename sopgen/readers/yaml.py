"""YAML into plain values, corrupting nothing, with a position for everything.

A plain scalar is a number only where writing it back gives the same text, so `007`, `1:3`, `no` and `2024-04-01` stay
text. What YAML allows and people do not mean (duplicate keys, tags, several documents) is a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import yaml
from msgspec import Struct

from sopgen.words.diagnostics import N_, Diagnostic, Label, Message, Rule, Severity, Span

Pointer = tuple[str | int, ...]
Locate = Callable[[Pointer, bool], Span]

SYNTAX = Rule(
    "yaml-syntax", Severity.ERROR, N_("this is not YAML: {problem}"), "", "The file cannot be read as YAML, so nothing in it is checked."
)
TAB = Rule(
    "yaml-tab",
    Severity.ERROR,
    N_("a tab cannot indent YAML"),
    N_("indent with spaces"),
    "YAML indents with spaces only; a tab looks right and is not.",
)
QUOTE = Rule(
    "yaml-needs-quotes",
    Severity.ERROR,
    N_("`{character}` starts something else in YAML"),
    N_("put the text in quotes"),
    "A value that starts with `*`, `&`, `@`, `%`, `!` or a backquote is not plain text to YAML: `*manager` is an alias.",
)
FULL_WIDTH = Rule(
    "full-width-sign",
    Severity.ERROR,
    N_("`{character}` is the full-width sign, which is only text to YAML"),
    N_('write the plain one: `: ` with a space after a key, `,` between values, `"` around a text'),
    'Chinese keyboards write `：`, `，` and `“`; YAML knows `:`, `,` and `"`.',
)
DUPLICATE_KEY = Rule(
    "duplicate-key",
    Severity.ERROR,
    N_("`{key}` is written twice in one mapping"),
    N_("keep one of the two"),
    "Most programs would silently keep the last one.",
)
TAG = Rule(
    "yaml-tag",
    Severity.ERROR,
    N_("tags such as `{tag}` are not used here"),
    N_("write the plain value"),
    "A tag changes what a value means.",
)
DOCUMENTS = Rule(
    "several-documents",
    Severity.ERROR,
    N_("the file holds more than one YAML document"),
    N_("keep one document a file: remove the line `---`"),
    "Only the first document would be read.",
)
ALIASES = Rule(
    "too-many-aliases",
    Severity.ERROR,
    N_("aliases make this file too large to read"),
    N_("write the values out, or use fewer aliases"),
    "A few lines of nested aliases can stand for billions of values.",
)
DEPTH = Rule("too-deep", Severity.ERROR, N_("values are nested too deeply here"), "", "No record needs more than a few levels.")
KEY = Rule(
    "key-not-text",
    Severity.ERROR,
    N_("a key must be plain text"),
    N_("write a name before the colon"),
    "Lists and mappings cannot be keys here.",
)
RULES = (SYNTAX, TAB, QUOTE, FULL_WIDTH, DUPLICATE_KEY, TAG, DOCUMENTS, ALIASES, DEPTH, KEY)

_COLON = N_("a colon does not belong here; put the text in quotes, or look at the indentation")
# A full-width colon after a key, or a full-width comma or quote where a flow mapping goes on.
_WIDE_SIGN = re.compile(r"^\s*(?:- )?[\w.@-]+(：)|[\w\"'](，)(?=\s*\w+\s*:)")

# libyaml's words -> ours.
_PROBLEMS = {
    "did not find expected key": N_("a key and its value are expected here; look at the indentation above"),
    "could not find expected ':'": N_("a colon is missing after the key"),
    "mapping values are not allowed in this context": _COLON,
    "found unexpected ':'": _COLON,
    "did not find expected node content": N_("a value is expected here"),
    "block sequence entries are not allowed in this context": N_("a list starts on a line of its own"),
    "did not find expected '-' indicator": N_("this does not line up with the list above"),
    "did not find expected ',' or ']'": N_("a comma or `]` is missing"),
    "did not find expected ',' or '}'": N_("a comma or `}` is missing"),
    "found unexpected end of stream": N_("a quote is not closed"),
    "found unknown escape character": N_("an unknown escape after a backslash; single quotes take it as it is"),
    "second occurrence": N_("the anchor is defined twice"),
}
# Problems that are seen only after the place where they began.
# What YAML does not allow, and the line breaks that only YAML sees.
_UNPRINTABLE = re.compile("[^\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]")
_BEGUN_EARLIER = ("could not find expected ':'", "found unexpected end of stream")
# Problems with a sign that means something to YAML, and with what such a sign started.
_STARTING = ("found undefined alias", "found character that cannot start any token")
_STARTED = (
    "while scanning an anchor",
    "while scanning an alias",
    "while scanning a tag",
    "while parsing a tag",
    "while scanning a block scalar",
)
_NUMBER = re.compile(r"-?(?:0|[1-9]\d{0,17})(?:\.\d+)?")
_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}
_STEEP = re.compile(r"(?:[-?:] ){60}|^ {300}", re.MULTILINE)
_MAX_DEPTH = 60
_MAX_ALIASED = 10_000


# libyaml's loader where PyYAML was built with it: the same nodes, ten times sooner. Every scalar stays the text that it is:
# it is asked three times a node what a scalar means, and the answer is always "plain", so functions of C give it.
_Loader: Any = type(
    "_Loader",
    (getattr(yaml, "CBaseLoader", yaml.BaseLoader),),
    {"resolve": "plain".format, "descend_resolver": "".format, "ascend_resolver": "".format},
)


class Parsed(Struct, frozen=True):
    """The value of a YAML text, what is wrong with it, and where each part of it stands."""

    value: Any
    found: list[Diagnostic]
    locate: Locate


def read(path: str, text: str, inside: tuple[str, ...] = ()) -> Parsed:
    """Read one document, or what is `inside` it under these names where the rest of the file is somebody else's.

    Lines of `text` end with newlines. Spans count in it, so whoever reads a part of a file hands over the text with the lines
    before it left empty.
    """

    @cache
    def node() -> yaml.Node | None:
        return _inside(_Loader(text).get_single_node(), inside)

    def locate(pointer: Pointer, key: bool) -> Span:
        return _find(path, text, node(), pointer, key)

    if bad := _UNPRINTABLE.search(text):
        return Parsed(None, [_control(path, text, bad.start())], locate)
    try:
        if deep := _too_deep(path, text):
            return Parsed(None, [Diagnostic(DEPTH, deep)], locate)
        converter = _Converter(path, text)
        value = converter.value(_inside(_Loader(text).get_single_node(), inside), 0)
    except yaml.YAMLError as error:
        return Parsed(None, [_explain(path, text, error)], locate)
    return Parsed(value, converter.found, locate)


def _inside(node: yaml.Node | None, names: tuple[str, ...]) -> yaml.Node | None:
    """The node under `names`, one below the other; of a list, the first item that has the name."""
    for name in names:
        items = node.value if isinstance(node, yaml.SequenceNode) else [node]
        mappings = (item for item in items if isinstance(item, yaml.MappingNode))
        node = next((value for item in mappings for key, value in item.value if key.value == name), None)
    return node


class _Converter:
    """Nodes into values, with the findings on the way. An alias is read again at each use, up to a limit."""

    def __init__(self, path: str, text: str) -> None:
        self.path, self.text = path, text
        self.found: list[Diagnostic] = []
        self.seen: set[int] | None = set() if "*" in text and "&" in text else None
        self.aliased = 0
        self.gave_up = False

    def value(self, node: yaml.Node | None, depth: int) -> Any:
        if node is None:
            return None
        if node.tag != "plain":
            self.report(TAG, node, tag=node.tag.replace("tag:yaml.org,2002:", "!!"))
        if self.seen is not None and self.is_too_much(node):
            return None
        if isinstance(node, yaml.ScalarNode):
            return node.value if node.style else _scalar(node.value)
        if depth > _MAX_DEPTH:
            self.give_up(DEPTH, node)
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, depth)
        return [self.value(item, depth + 1) for item in node.value]

    def mapping(self, node: yaml.MappingNode, depth: int) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key, item in node.value:
            if not isinstance(key, yaml.ScalarNode):
                self.report(KEY, key)
            elif key.value in values:
                first = next(other for other, _ in node.value if other.value == key.value)
                label = Label(_span(self.path, self.text, first), Message(N_("first written here")))
                self.found.append(Diagnostic(DUPLICATE_KEY, _span(self.path, self.text, key), {"key": key.value}, related=(label,)))
            else:
                values[key.value] = self.value(item, depth + 1)
        return values

    def is_too_much(self, node: yaml.Node) -> bool:
        """Count the nodes that are read a second time; past the limit, say so once."""
        assert self.seen is not None
        if id(node) not in self.seen:
            self.seen.add(id(node))
            return False
        self.aliased += 1
        if self.aliased == _MAX_ALIASED:
            self.give_up(ALIASES, node)
        return self.aliased >= _MAX_ALIASED

    def give_up(self, rule: Rule, node: yaml.Node) -> None:
        """Say once that there is too much: an alias of what it stands in would be too deep at every turn."""
        if not self.gave_up:
            self.report(rule, node)
        self.gave_up = True

    def report(self, rule: Rule, node: yaml.Node, **args: str) -> None:
        self.found.append(Diagnostic(rule, _span(self.path, self.text, node), args))


def _scalar(text: str) -> str | int | float | bool | None:
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if not _NUMBER.fullmatch(text):
        return text
    number = float(text) if "." in text else int(text)
    return number if str(number) == text else text


def _find(path: str, text: str, node: yaml.Node | None, pointer: Pointer, key: bool) -> Span:
    """The span of the value that `pointer` leads to, or of its key; the nearest one above where it leads nowhere."""
    name = node
    for part in pointer:
        found = next(_children(node, part), None)
        if found is None:
            break
        name, node = found
    chosen = name if key else node
    return _span(path, text, chosen) if chosen is not None else Span(path)


def _children(node: yaml.Node | None, part: str | int) -> Iterator[tuple[yaml.Node, yaml.Node]]:
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        yield node.value[part], node.value[part]
    elif isinstance(node, yaml.MappingNode):
        yield from ((key, item) for key, item in node.value if key.value == str(part))


def _span(path: str, text: str, node: yaml.Node) -> Span:
    """Where a node stands; of what goes over several lines, the rest of its first one."""
    start, end = node.start_mark, node.end_mark
    if start.line == end.line:
        return Span(path, start.line + 1, start.column + 1, end.line + 1, end.column + 1)
    first = text.split("\n", start.line + 1)[start.line].rstrip()
    return Span(path, start.line + 1, start.column + 1, start.line + 1, max(len(first), start.column + 1) + 1)


def _too_deep(path: str, text: str) -> Span | None:
    """Where composing would overrun the machine's stack; looked for only in texts that look steep."""
    if text.count("[") + text.count("{") < _MAX_DEPTH and not _STEEP.search(text):
        return None
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _MAX_DEPTH:
            return _point(path, text.split("\n"), event.start_mark.line, event.start_mark.column) if event.start_mark else Span(path)
    return None


def _control(path: str, text: str, place: int) -> Diagnostic:
    line, column = text.count("\n", 0, place) + 1, place - text.rfind("\n", 0, place)
    problem = Message(N_("a control character (code {code}) is in the text"), {"code": ord(text[place])})
    return Diagnostic(SYNTAX, Span(path, line, column, line, column + 1), {"problem": problem})


def _explain(path: str, text: str, error: yaml.YAMLError) -> Diagnostic:
    """What a YAML error means to its author."""
    lines = text.split("\n")
    assert isinstance(error, yaml.MarkedYAMLError)
    mark = error.context_mark if error.problem in _BEGUN_EARLIER else error.problem_mark
    line, column = (mark.line, mark.column) if mark else (0, 0)
    character = lines[line][column : column + 1] if line < len(lines) else ""
    words = str(error.problem)
    if words == "but found another document":
        return Diagnostic(DOCUMENTS, _point(path, lines, line, column))
    if character == "\t":
        return Diagnostic(TAB, _point(path, lines, line, column))
    if error.context in _STARTED and error.context_mark:
        # What the sign started cannot be read on; the sign itself is what the author did not mean.
        line, column = error.context_mark.line, error.context_mark.column
    if error.context in _STARTED or words in _STARTING:
        return Diagnostic(QUOTE, _word(path, lines, line, column), {"character": lines[line][column]})
    if wide := _full_width(lines, line):
        return Diagnostic(FULL_WIDTH, _point(path, lines, *wide), {"character": lines[wide[0]][wide[1]]})
    problem = Message(_PROBLEMS[words]) if words in _PROBLEMS else Message("{words}", {"words": words})
    return Diagnostic(SYNTAX, _point(path, lines, line, column), {"problem": problem})


def _full_width(lines: list[str], line: int) -> tuple[int, int] | None:
    """Line and column of the sign of a Chinese keyboard that the trouble on a line, or the one above, comes from."""
    for number in range(min(line, len(lines) - 1), max(line - 2, -1), -1):
        if match := _WIDE_SIGN.search(lines[number]):
            return number, match.start(1) if match[1] else match.start(2)
    return None


def _point(path: str, lines: list[str], line: int, column: int) -> Span:
    """One character; past the end of the text, the last one there is."""
    while line > 0 and (line >= len(lines) or not lines[line].strip()):
        line -= 1
        column = len(lines[line].rstrip())
    return Span(path, line + 1, column + 1, line + 1, column + 2)


def _word(path: str, lines: list[str], line: int, column: int) -> Span:
    match = re.compile(r"[^\s,\]}]+").match(lines[line], column)
    return Span(path, line + 1, column + 1, line + 1, (match.end() if match else column + 1) + 1)

"""Plain values as YAML, the way people write it by hand: one key a line, short lists and mappings in one line, quotes where needed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

from sopgen.readers import yaml
from sopgen.reporters.columns import width

Plain: TypeAlias = "str | int | Sequence[Plain] | Mapping[str, Plain]"

_WIDTH = 120
# To YAML 1.1, which other programs still read, `1:3` is a number in base 60.
_SEXAGESIMAL = re.compile(r"[-+]?\d+(:\d+)+(\.\d*)?")
# Of what JSON leaves bare, YAML wants these escaped.
_BARE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def as_yaml(value: Mapping[str, Plain]) -> str:
    """A mapping as a text of its own, each of its keys on a line."""
    return "".join(f"{line}\n" for line in lines(value))


def lines(value: Mapping[str, Plain], open_: bool = False) -> Iterator[str]:
    """A mapping, each of its keys on a line; what does not fit in the line, and with `open_` all of it, stands further in below it."""
    for key, item in value.items():
        flow = f"{key}: {in_line(item)}"
        if isinstance(item, str | int):
            yield f"{key}: {_scalar(item, inside=False)}"
        elif not item or (width(flow) <= _WIDTH and not open_ and not _has_records(item)):
            yield flow
        else:
            yield f"{key}:"
            yield from (f"  {line}" for line in (lines(item) if isinstance(item, Mapping) else _items(item)))


def item_lines(value: Mapping[str, Plain]) -> Iterator[str]:
    """A mapping as an item of a list."""
    yield from (f"{'  ' if number else '- '}{line}" for number, line in enumerate(lines(value)))


def in_line(value: Plain) -> str:
    """A value as it stands in one line."""
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{key}: {in_line(item)}' for key, item in value.items())}}}"
    if isinstance(value, str | int):
        return _scalar(value, inside=True)
    return f"[{', '.join(map(in_line, value))}]"


def _items(value: Sequence[Plain]) -> Iterator[str]:
    for item in value:
        yield from item_lines(item) if isinstance(item, Mapping) else [f"- {in_line(item)}"]


def _has_records(value: Plain) -> bool:
    """Whether a value is a list of mappings, which are easier to read and to change one below the other."""
    return not isinstance(value, str | int | Mapping) and any(isinstance(item, Mapping) for item in value)


def _scalar(value: str | int, inside: bool) -> str:
    """A text, or a number; in quotes where it would be read as something else `inside` a line, or on its own."""
    if isinstance(value, int):
        return str(value)
    parsed = yaml.read("", f"a: {{b: {value}}}" if inside else f"a: {value}")
    if parsed.found or parsed.value != {"a": {"b": value} if inside else value} or _SEXAGESIMAL.fullmatch(value):
        return _BARE.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(value, ensure_ascii=False))
    return value

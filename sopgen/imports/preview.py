"""What an import would do, for people at a terminal of 80 columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice

from msgspec import Struct

from sopgen.imports.files import day_of
from sopgen.imports.grid import Refusal, listed
from sopgen.imports.merge import Change, FileChanges
from sopgen.imports.plan import Plan, Stopped
from sopgen.reporters.columns import plain, width
from sopgen.words.dates import DAY, Period
from sopgen.words.diagnostics import N_, Arg, Message
from sopgen.words.messages import Translator

COLUMNS = 80
SHOWN = 20  # changes of a file, and refusals, that are listed one by one


def of_plan(plan: Plan, language: str) -> str:
    """The mapping, what becomes of each file, what is left out and what is refused."""
    say = _Preview(Translator(language))
    return "\n".join([*say.mapping(plan), "", *say.files(plan), *say.left_out(plan), *say.refused(plan.refused)])


def of_stopped(stopped: Stopped, file: str, language: str) -> str:
    """Why nothing can be imported, and the import.yaml to start from where that would help."""
    say = _Preview(Translator(language))
    lines = [*say.line(N_("{file} cannot be imported"), file=file), *say.refusals(stopped.refused)]
    if stopped.suggestion:
        lines += ["", *say.line(N_("An import.yaml to start from, beside table.yaml; read it first:")), ""]
        lines += [f"  {plain(line)}" for line in stopped.suggestion.splitlines()]
    return "\n".join(lines)


class _Preview(Struct, frozen=True):
    """Says the parts of a preview in one language."""

    translator: Translator

    def line(self, template: str, indent: int = 0, /, **args: Arg) -> list[str]:
        """A sentence, on as many lines as it needs; those after the first stand further in."""
        return wrapped(plain(self.translator.translate(Message(template, args))), indent)

    def mapping(self, plan: Plan) -> Iterator[str]:
        """The file and its columns."""
        grid, columns = plan.grid, plan.layout.columns
        header, table = grid.row(plan.layout.header), plan.table.id
        if grid.sheet:
            where = N_("{file}, sheet {sheet}, header in {row} -> table {table}")
            yield from self.line(where, file=grid.file, sheet=grid.sheet, row=header, table=table)
        else:
            yield from self.line(N_("{file}, header in {row} -> table {table}"), file=grid.file, row=header, table=table)
        headers = {column: plain(grid.text(plan.layout.header, column)) for column in columns}
        room = max(map(width, headers.values()))
        for column, each in columns.items():
            near = plan.proposal is not None and grid.text(plan.layout.header, column) in plan.proposal.near
            note = self.translator.label(N_("(only alike: look twice)")) if near else ""
            unit = self.translator.translate(Message(N_("in {unit}"), {"unit": each.unit})) if each.unit else ""
            words = (f"{each.field.name} ({each.field.id})", unit, note)
            yield f"  {headers[column]}{' ' * (room - width(headers[column]))}  -> {' '.join(filter(None, words))}"
        for field, text in plan.mapping.fixed.items():
            yield from self.line(N_("every row: {field} = {text}"), 2, field=field, text=text)
        if plan.layout.left:
            yield from self.line(N_("not read: {columns}"), 2, columns=listed(grid.text(plan.layout.header, n) for n in plan.layout.left))
        filled = {*plan.mapping.columns.values(), *plan.mapping.fixed}
        if absent := [field.name for field in plan.table.fields if field.id not in filled]:
            yield from self.line(N_("not in the export, so left as they are: {columns}"), 2, columns=listed(absent))

    def files(self, plan: Plan) -> Iterator[str]:
        """Each file of the table with what is added, changed and left."""
        for path, file in plan.merged.files.items():
            counts = {"added": len(file.added), "changed": len(file.changed), "unchanged": file.unchanged}
            if file.standing.content is None:
                yield from self.line(N_("{path} (new): {added} added"), path=path, added=len(file.added))
            else:
                yield from self.line(N_("{path}: {added} added, {changed} changed, {unchanged} unchanged"), path=path, **counts)
            if file.added:
                yield from self.line(N_("+ {days}"), 2, days=listed(_spans(plan, file)))
            for change in islice(file.changes, SHOWN):
                yield from self.change(change)
            if len(file.changes) > SHOWN:
                yield from self.line(N_("and {count} more changes"), 2, count=len(file.changes) - SHOWN)
        if plan.proposal:
            yield from self.line(N_("{path} (new): the mapping above"), path=f"data/tables/{plan.table.id}/import.yaml")

    def change(self, change: Change) -> list[str]:
        """One figure that changes."""
        nothing = Message(N_("missing"))
        row = " ".join([str(change.day), *change.key.values()])
        was, now = change.was or nothing, change.now or nothing
        return self.line(N_("~ {row} {field}: {was} -> {now}"), 2, row=row, field=change.field.name, was=was, now=now)

    def left_out(self, plan: Plan) -> Iterator[str]:
        """The rows that are no rows of figures."""
        for what, numbers in plan.body.left.items():
            places = listed(plan.grid.row(number) for number in numbers)
            yield from self.line(N_("left out, {what}: {places}"), what=Message(what), places=places)

    def refused(self, refused: tuple[Refusal, ...]) -> Iterator[str]:
        """The rows that are not imported."""
        if refused:
            yield ""
            yield from self.line(N_("refused:"))
            yield from self.refusals(refused)

    def refusals(self, refused: Iterable[Refusal]) -> Iterator[str]:
        """What is refused and why; the same thing in several places is said once."""
        places: dict[str, list[Arg]] = {}
        for refusal in refused:
            places.setdefault(self.translator.translate(refusal.message), []).extend(refusal.places)
        for words, where in islice(places.items(), SHOWN):
            text = self.translator.translate(Message(N_("{place}: {words}"), {"place": listed(where), "words": words})) if where else words
            yield from wrapped(plain(text), 2)
        if len(places) > SHOWN:
            yield from self.line(N_("and {count} more"), 2, count=len(places) - SHOWN)


def wrapped(text: str, indent: int = 0) -> list[str]:
    """The text in lines of at most 80 columns: broken at blanks, and between characters that need none; later lines stand further in."""
    lines, line, room = [], " " * indent, COLUMNS
    for word in _words(text):
        if width(line + word.rstrip()) > room and line.strip():
            lines.append(line.rstrip())
            line = " " * (indent + 2)
            word = word.lstrip()
        line += word
    return [*lines, line.rstrip()]


def _words(text: str) -> Iterator[str]:
    """Pieces that may stand on lines of their own: words with the blank after them, single wide characters."""
    piece = ""
    for character in text:
        if piece and (piece.endswith(" ") or (width(character) == 2 and character not in "，。：；、）》”")):
            yield piece
            piece = ""
        piece += character
    yield piece


def _spans(plan: Plan, file: FileChanges) -> Iterator[str]:
    """The days that rows are added for, neighbouring ones as a period."""
    days = sorted({when for texts in file.added if (when := day_of(plan.table, texts)) is not None})
    start = end = days[0]
    for when in [*days[1:], None]:
        if when is not None and when == end + DAY:
            end = when
            continue
        yield str(start) if start == end else str(Period(start, end))
        if when is not None:
            start = end = when

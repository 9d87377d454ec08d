"""Read rows back from the files that ``json_files`` writes, a line at a time. Pure: lines in, rows out.

A document that another program laid out anew is read as a whole.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NoReturn

from store.contract.stored_rows import ImportRow
from store.errors import ImportRefused
from tui.export.json_values import BadValue, row_from_json
from tui.export.json_writer import VERSION

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_OPENING = ', "messages": ['
_decode = json.JSONDecoder().raw_decode


def rows(lines: Iterable[str], file: str) -> Iterator[ImportRow]:
    """Yield the rows of an export.

    Args:
        lines: The lines of the file.
        file: What to call it in a sentence.

    Raises:
        ImportRefused: it is not one, or it was cut off or changed; the sentence has the line.
    """
    reader = _Reader(file)
    numbered = enumerate(lines, 1)
    number, first = next(numbered, (1, ""))
    text = first.strip()
    if text.startswith('{"clawback":') and text.endswith("},"):
        reader.begin(reader.parse(f"{text[:-1]}}}", number), number)
        yield from _document(reader, numbered)
        return
    try:
        head = json.loads(text)
    except (ValueError, RecursionError):
        yield from _whole(reader, text, [first, *(line for _, line in numbered)])
        return
    if isinstance(head, dict) and "conversations" in head:
        yield from _whole(reader, text, [first, *(line for _, line in numbered)])
        return
    reader.begin(head, number)
    for number, line in numbered:
        if not line.isspace():
            row = reader.member(reader.parse(line, number), number)
            if row is not None:
                yield row
    reader.finish(number)


class _Reader:
    """What every layout has in common: the objects, and the counts at the end."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._counts = {"conversations": 0, "messages": 0}
        self._has_ended = False

    def refuse(self, line: int, what: str) -> NoReturn:
        """Say what is wrong with a line."""
        raise ImportRefused(f"Line {line:,} of {self._file} {what}; nothing was imported.")

    def parse(self, text: str, line: int) -> Any:
        """Return what a line holds."""
        text = text.strip(" \t\r\n")
        try:
            # As json.loads, but for what that asks of every text.
            found, end = _decode(text)
        except (ValueError, RecursionError):
            end = -1
        if end != len(text):
            self.refuse(line, "is not JSON as an export has it")
        return found

    def begin(self, head: Any, line: int) -> None:
        """Look at the head."""
        facts = head.get("clawback") if isinstance(head, dict) else None
        if not isinstance(facts, dict):
            self.refuse(line, "does not begin an export of clawback's")
        if facts.get("version") != VERSION:
            self.refuse(line, "is of another version of clawback; use that one")

    def member(self, found: Any, line: int) -> ImportRow | None:
        """Return the row that an object of JSON Lines is, ``None`` for the end."""
        if self._has_ended:
            self.refuse(line, "comes after the end of the export")
        if not isinstance(found, dict):
            self.refuse(line, "is no part of an export")
        if "message" in found:
            return self.row(found["message"], line, is_message=True)
        if "conversation" in found:
            return self.row(found["conversation"], line, is_message=False)
        if "end" not in found:
            self.refuse(line, "is no part of an export")
        self.end(found["end"], line)
        return None

    def row(self, written: Any, line: int, *, is_message: bool) -> ImportRow:
        """Return a row."""
        if is_message and not self._counts["conversations"]:
            self.refuse(line, "has a message without a conversation")
        try:
            rowid, values = row_from_json(written)
        except BadValue:
            self.refuse(line, "has a value that no database has")
        if {"path", "contents"} <= values.keys():
            self.refuse(line, "is a record of IronClaw 1.x, of which no database is made")
        self._counts["messages" if is_message else "conversations"] += 1
        return ImportRow(is_message, rowid, values, line)

    def end(self, found: Any, line: int) -> None:
        """Compare what the end says with what was there."""
        if not isinstance(found, dict) or any(found.get(name) != count for name, count in self._counts.items()):
            self.refuse(line, "counts other rows than there are")
        self._has_ended = True

    def finish(self, line: int) -> None:
        """Refuse a file that was cut off."""
        if not self._has_ended:
            self.refuse(line, "is the last, but not the end of the export")


def _document(reader: _Reader, numbered: Iterator[tuple[int, str]]) -> Iterator[ImportRow]:
    """Yield the rows of a document as we lay it out."""
    number = 1
    for number, line in numbered:
        text = line.strip()
        if text.startswith('{"conversation":') and text.endswith(_OPENING):
            found = reader.parse(f"{text.removesuffix(_OPENING)}}}", number)
            yield reader.row(found["conversation"], number, is_message=False)
        elif text.startswith('"end": '):
            reader.end(reader.parse(text.removeprefix('"end": ').removesuffix("}"), number), number)
        elif text.startswith("{"):
            yield reader.row(reader.parse(text.removesuffix(","), number), number, is_message=True)
        elif text not in ("", '"conversations": [', "]}", "]},", "],"):
            reader.refuse(number, "is not as an export has it")
    reader.finish(number)


def _whole(reader: _Reader, first: str, lines: list[str]) -> Iterator[ImportRow]:
    """Yield the rows of a document that another program laid out; their lines are not known any more."""
    if not first.startswith("{"):
        reader.refuse(1, "does not begin an export of clawback's")
    try:
        document = json.loads("".join(lines))
    except json.JSONDecodeError as error:
        reader.refuse(error.lineno, "is not JSON as an export has it")
    except (ValueError, RecursionError):
        reader.refuse(1, "is not JSON as an export has it")
    reader.begin(document, 1)
    conversations = document.get("conversations")
    last = len(lines)
    if not isinstance(conversations, list):
        reader.refuse(last, "ends an export without conversations")
    for each in conversations:
        messages = each.get("messages") if isinstance(each, dict) else None
        if not isinstance(messages, list):
            reader.refuse(last, "ends an export with a conversation that has no messages")
        yield reader.row(each.get("conversation"), last, is_message=False)
        for message in messages:
            yield reader.row(message, last, is_message=True)
    reader.end(document.get("end"), last)

"""Exports for programs: one JSON document, or one object a line; both exact, both plain ASCII, both importable.

The document is laid out with one row a line, so that it too is written and read without holding all of it::

    {"clawback": {"version": 1, "exported_at": …, "user_id": …},
    "conversations": [
    {"conversation": {row}, "title": …, "kind": …, "messages": [
    {row},
    {row}
    ]}
    ],
    "end": {"conversations": 1, "messages": 2, "masked": {}}}

JSON Lines have the same objects: the ``clawback`` one first, ``{"conversation": …}`` and ``{"message": …}``, and the
``end`` last. A file without its end was cut off.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from store.domain.timestamps import format_canonical
from tui.export.json_values import row_to_json

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.contract.stored_rows import StoredConversation, StoredMessage
    from store.records import Message
    from tui.export.export_format import Counts, Facts

VERSION = 1


class JsonWriter:
    """Writes one document."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._is_in_conversation = False
        self._is_in_messages = False

    def begin(self) -> Iterator[str]:
        """Yield the head."""
        yield f'{{"clawback": {_head(self._facts)},\n"conversations": ['

    def conversation(self, row: StoredConversation) -> Iterator[str]:
        """Yield a conversation up to its messages."""
        yield from self._close()
        yield f'{"," if self._is_in_conversation else ""}\n{{{_opening(row)}, "messages": ['
        self._is_in_conversation, self._is_in_messages = True, False

    def message(self, row: StoredMessage) -> Iterator[str]:
        """Yield a message."""
        yield f"{',' if self._is_in_messages else ''}\n{row_to_json(row.row, row.values)}"
        self._is_in_messages = True

    def follow(self, _message: Message) -> None:
        """Go on as if a message had been written."""
        self._is_in_messages = True

    def end(self, counts: Counts) -> Iterator[str]:
        """Yield the end."""
        yield from self._close()
        yield f'\n],\n"end": {_end(counts)}}}\n'

    def _close(self) -> Iterator[str]:
        if self._is_in_conversation:
            yield "\n]}"


class JsonLinesWriter:
    """Writes one object a line."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def begin(self) -> Iterator[str]:
        """Yield the head."""
        yield f'{{"clawback": {_head(self._facts)}}}\n'

    def conversation(self, row: StoredConversation) -> Iterator[str]:
        """Yield a conversation."""
        yield f"{{{_opening(row)}}}\n"

    def message(self, row: StoredMessage) -> Iterator[str]:
        """Yield a message."""
        yield f'{{"message": {row_to_json(row.row, row.values)}}}\n'

    def follow(self, message: Message) -> None:
        """Go on as if a message had been written: no line looks at the one before."""

    def end(self, counts: Counts) -> Iterator[str]:
        """Yield the end."""
        yield f'{{"end": {_end(counts)}}}\n'


def _head(facts: Facts) -> str:
    head: dict[str, Any] = {
        "version": VERSION,
        "exported_at": format_canonical(facts.at),
        "user_id": facts.user_id,
        "about": facts.about,
    }
    return json.dumps(head)


def _opening(row: StoredConversation) -> str:
    """Return the members that tell of a conversation; title and kind are for readers, an import leaves them out."""
    shown = row.conversation
    return (
        f'"conversation": {row_to_json(row.row, row.values)},'
        f' "title": {json.dumps(shown.title)}, "kind": {json.dumps(shown.kind.value)}'
    )


def _end(counts: Counts) -> str:
    return json.dumps(
        {"conversations": counts.conversations, "messages": counts.messages, "masked": dict(counts.masked)}
    )

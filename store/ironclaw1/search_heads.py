"""Place messages by what heads their records, for queries that any text matches: SQL takes it out of the JSON."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from store.domain.timestamps import instant_of
from store.ironclaw1 import thread_rows
from store.ironclaw1.message_records import CALL, last_tie, message_tie, record_with, role_of, sequence_of
from store.ironclaw1.search_sql import EVENTS, FILES, of_role, thread_in, within
from store.records import MessageCursor

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.core.clause import Clause
    from store.core.matching import Matcher
    from store.ironclaw1.addresses import Thread
    from store.ironclaw1.message_records import Record
    from store.ironclaw1.schema import Database
    from store.ironclaw1.search_sql import Place, Range, Table

_NAMES = ("message_id", "thread_id", "sequence", "kind", "created_at", "source_binding_id")
_PATHS = ", ".join(f"'$.{name}'" for name in _NAMES)
_DAMAGED = json.dumps([None] * len(_NAMES))


def placed(db: Database, place: Place, span: Range | None, matcher: Matcher) -> list[MessageCursor]:
    """Return where the messages stand whose roles and times match, newest row first.

    Args:
        db: The connection.
        place: In which thread.
        span: Among which rows; ``None`` for all.
        matcher: Tells which match.

    Raises:
        StoppedError: the caller has had enough.
    """
    found: list[MessageCursor] = []
    if db.schema.has_log and (span is None or span.is_log):
        found += _matching(db, EVENTS, within(EVENTS, span) & place.logged, matcher)
    if span is None or not span.is_log:
        found += _matching(db, FILES, within(FILES, span) & place.condition("path", "+" if span else ""), matcher)
    return found


def _matching(db: Database, table: Table, where: Clause, matcher: Matcher) -> Iterator[MessageCursor]:
    query, folders = matcher.query, dict[str, "Thread | None"]()
    role = query.role and query.role.lower()
    for number, path, record in _heads(db, table, where & of_role(query, table.record)):
        matcher.go_on()
        folder = path if table is EVENTS else path.rpartition("/")[0]
        if folder not in folders:
            folders[folder] = (thread_in(folder) or (None, ""))[0]
        thread, created = folders[folder], instant_of(record.fields.get("created_at"))
        if thread is None or record.kind == CALL or not matcher.is_in_time(created):
            continue
        if role is not None and role_of(record).lower() != role:
            continue
        sequence = sequence_of(record, thread.id)
        if table is EVENTS and (sequence is None or thread_rows.has_file(db, thread, record.id or "")):
            continue
        yield MessageCursor(created, last_tie(number) if sequence is None else message_tie(sequence, 0))


def _heads(db: Database, table: Table, where: Clause) -> list[tuple[int, str, Record]]:
    """Return number, path and head of messages, newest row first."""
    text = f"CAST({table.record} AS TEXT)"
    rows = db.execute(
        f"SELECT {table.number}, path, CASE WHEN json_valid({text}) THEN json_extract({text}, {_PATHS}) END"
        f" FROM {table.name} WHERE {where.sql} AND {table.is_message} ORDER BY {table.number} DESC",
        where.parameters,
    ).fetchall()
    heads = _read([head or _DAMAGED for *_, head in rows])
    named = (record_with(dict(zip(_NAMES, head, strict=True)) if any(head) else {}) for head in heads)
    return [(number, path, record) for (number, path, _), record in zip(rows, named, strict=True)]


def _read(heads: list[str]) -> list[list[Any]]:
    """Return the values in heads; none in one that Python does not read, as it would not read the whole record."""
    with suppress(ValueError, RecursionError):
        # One text is read faster than many.
        return list(json.loads(f"[{','.join(heads)}]"))
    if len(heads) == 1:
        return [[None] * len(_NAMES)]
    return [values for head in heads for values in _read([head])]

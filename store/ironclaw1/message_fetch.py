"""Read the messages of a thread by their places, and put together what belongs together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.engines.sqlite.database import snapshot
from store.ironclaw1 import thread_rows
from store.ironclaw1.message_records import SUMMARY, Record, covered, message_of, role_of, sequence_in

if TYPE_CHECKING:
    from collections.abc import Mapping

    from store.core.message_order import KeyRun
    from store.ironclaw1.addresses import Thread
    from store.ironclaw1.schema import Database
    from store.ironclaw1.thread_listing import Listing
    from store.records import Message


def messages(
    db: Database, thread: Thread, listing: Listing | None, run: KeyRun, limit: int | None
) -> list[Message] | None:
    """Return the messages of a run, contents over ``limit`` bytes by head; ``None`` if one is not what it was.

    Args:
        db: The connection.
        thread: Which thread.
        listing: What it had when it was read at once; ``None`` where the index is asked.
        run: Which messages.
        limit: Bytes of a content that are kept; ``None`` for all of it.

    Raises:
        ConversationNotFound: the thread has been deleted.
    """
    with snapshot(db):
        thread_rows.require(db, thread.key)
        if listing is not None:
            return _listed(db, thread, listing, run, limit)
        return _indexed(db, thread, run, limit)


def roles(db: Database, thread: Thread, run: KeyRun) -> list[str] | None:
    """Return the roles of the messages of a run, through the index; ``None`` if one is gone."""
    found = _found(db, thread, run)
    return None if found is None else [role_of(found[tie].record) for tie in run.ties]


def _listed(db: Database, thread: Thread, listing: Listing, run: KeyRun, limit: int | None) -> list[Message] | None:
    wanted = set(run.ties)
    known = {each.tie: each for each in listing.messages if each.tie in wanted}
    numbers = [each.number for each in known.values()]
    numbers += [each.call for each in known.values() if each.call is not None]
    found = thread_rows.numbered_rows(db, thread, numbers)
    found_messages: list[Message] = []
    for tie in run.ties:
        each = known.get(tie)
        row = found.get(each.number) if each is not None else None
        if each is None or row is None or row.version != each.version:
            return None
        call = found.get(each.call) if each.call is not None else None
        found_messages.append(
            message_of(
                row.record,
                thread,
                tie,
                row=row.number,
                limit=limit,
                call=call and call.record,
                is_covering_redacted=tie in listing.covering,
            )
        )
    return found_messages


def _indexed(db: Database, thread: Thread, run: KeyRun, limit: int | None) -> list[Message] | None:
    found = _found(db, thread, run)
    if found is None:
        return None
    found_messages: list[Message] = []
    for tie in run.ties:
        row = found[tie]
        is_covering = row.record.kind == SUMMARY and covers_redacted(db, thread, row.record)
        found_messages.append(
            message_of(row.record, thread, tie, row=row.number, limit=limit, is_covering_redacted=is_covering)
        )
    return found_messages


def _found(db: Database, thread: Thread, run: KeyRun) -> Mapping[int, thread_rows.Row] | None:
    """Return the rows of a run by their ties, ``None`` if one is gone."""
    found = dict(thread_rows.indexed_rows(db, thread, [sequence_in(tie) for tie in run.ties]))
    if not found.keys() >= set(run.ties):
        found.update(thread_rows.summaries(db, thread))
    return found if found.keys() >= set(run.ties) else None


def covers_redacted(db: Database, thread: Thread, record: Record) -> bool:
    """Tell, through the index, whether a record is the summary of messages some of which were taken back."""
    wanted = covered(record)
    before = thread_rows.IndexKey(wanted.stop, "")
    while wanted and (keys := thread_rows.older_keys(db, thread, before, thread_rows.FEW)):
        sequences = [key.sequence for key in keys if key.sequence in wanted]
        if any(row.record.is_hidden_from_readers for _, row in thread_rows.indexed_rows(db, thread, sequences)):
            return True
        if len(sequences) < len(keys):
            break
        before = keys[-1]
    return False

"""Bring the full-text index up to what IronClaw's database holds, a block of messages at a time.

The rows of a block are read and let go before the index is written, so that no read transaction lasts. Every
function runs on the thread of a connection to the database.
"""

from __future__ import annotations

from contextlib import closing
from hashlib import blake2b
from typing import TYPE_CHECKING, Any

from store.core.index_tokens import tokens
from store.core.stored_values import text_of
from store.domain.folding import folded
from store.domain.tool_calls import searched_text
from store.engines.sqlite.database import keys_json
from store.ironclaw0.sqlite.row_handles import LAST_ROW, THESE_ROWS
from store.ironclaw0.sqlite.text_index_file import Block, Entry, IndexFile, State

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable

    from store.ironclaw0.sqlite.schema import Database

BLOCK = 2000
"""Messages of a block, unless they are large."""
_BLOCK_CHARACTERS = 2_000_000
_SAMPLED, _SAMPLED_CHARACTERS = 16, 65_536
"""Messages that are looked for in a check, and how long such a one may be."""


def is_current(db: Database, last: Block | None) -> bool:
    """Tell whether all that is written later comes after the last row that was indexed.

    It does not if that row is gone, or another one by now; nor if there is no greater row number, since SQLite then
    takes any that is free.
    """
    return last is None or (last.high < LAST_ROW and _id_at(db, last.high) == [last.last_id])


def is_sound(db: Database, file: IndexFile) -> bool:
    """Tell whether the index has the rows that it must have, and finds some of the messages by their words.

    Raises:
        IndexFailed: it cannot be read.
    """
    if file.lacks_rows():
        return False
    blocks = file.blocks()
    for block in blocks[:: max(1, len(blocks) // _SAMPLED)] + blocks[-1:]:
        row = db.execute(
            "SELECT role, content FROM conversation_messages WHERE rowid = ? AND id = ? AND length(content) <= ?",
            (block.high, block.last_id, _SAMPLED_CHARACTERS),
        ).fetchone()
        if row is not None and not file.holds(_entry(block.high, *row)):
            return False
    return True


def has_lost(db: Database, state: State) -> bool:
    """Tell whether messages that were indexed are gone from the database: the index still has their words."""
    if state.last is None:
        return False
    sql = "SELECT count(*) FROM conversation_messages WHERE rowid <= ?"
    return int(db.execute(sql, (state.last.high,)).fetchone()[0]) < state.messages


def repair(db: Database, file: IndexFile) -> None:
    """Forget the blocks whose last row is another one by now, and all after them; so, too, at the end if it is gone.

    A row that is gone between others harms nothing: its number is not used again.
    """
    blocks = file.blocks()
    sql = f"SELECT rowid, id FROM conversation_messages WHERE {THESE_ROWS}"
    held = dict(db.execute(sql, (keys_json(block.high for block in blocks),)).fetchall())
    sound = len(blocks)
    for number, block in enumerate(blocks):
        if block.high in held and held[block.high] != block.last_id:
            sound = number
            break
    while sound and blocks[sound - 1].high not in held:
        sound -= 1
    if sound < len(blocks):
        with file.transaction():
            file.forget_from(blocks[sound].high)


def advance(db: Database, file: IndexFile, rows: int = BLOCK) -> int | None:
    """Index the next messages; return how many, ``None`` if there are no more."""
    state = file.state()
    last = state.last if state else None
    block, entries = _read(db, last and last.high, None, rows)
    with file.transaction():
        now = file.state()
        if state is None or now is None or now.last != last:
            # Another process was quicker.
            return 0
        if block is None:
            file.complete()
            return None
        file.add(block, entries)
        return block.messages


def verify(db: Database, file: IndexFile, block: Block, before: int | None) -> bool:
    """Index a block again if any of its messages was rewritten; return whether one was.

    Args:
        db: The connection.
        file: The index.
        block: Which messages.
        before: The last row of the block before it; ``None`` if it is the first.
    """
    digest = _digest_of(db, before, block.high)
    if digest is None or digest == block.digest:
        return False
    found, entries = _read(db, before, block.high, None)
    with file.transaction():
        file.add((found or block)._replace(high=block.high, last_id=block.last_id), entries)
    return True


def _id_at(db: Database, rowid: int) -> list[Any]:
    row = db.execute("SELECT id FROM conversation_messages WHERE rowid = ?", (rowid,)).fetchone()
    return [] if row is None else [*row]


def _entry(rowid: int, role: object, content: object) -> Entry:
    return Entry(rowid, tokens(folded(searched_text(role, text_of(content, set())))))


def _rows(
    db: Database, after: int | None, high: int | None, rows: int | None
) -> Generator[tuple[Any, ...], None, None]:
    """Yield row number, id, role and content of the messages after a row up to another, or the next ones."""
    edges = [(f"rowid {sign} ?", row) for sign, row in ((">", after), ("<=", high)) if row is not None]
    where = " AND ".join(edge for edge, _ in edges) or "1"
    found = db.execute(
        f"SELECT rowid, id, role, content FROM conversation_messages WHERE {where} ORDER BY rowid LIMIT ?",
        (*(row for _, row in edges), -1 if rows is None else rows),
    )
    with closing(found):
        yield from found


def _stamp(rowid: int, name: object, content: object, text: str) -> str:
    """Return what of a message goes into the digest of its block, beside its text."""
    stamp = f"{rowid} {name} {type(content).__name__} {len(text)} "
    return stamp if stamp.isascii() else stamp.encode("utf-8", "replace").decode()


def _digest_of(db: Database, after: int | None, high: int) -> bytes | None:
    """Return the digest of the messages after a row up to another, ``None`` if there are none."""
    parts: list[str] = []
    for rowid, name, _, content in _rows(db, after, high, None):
        text = content if type(content) is str else text_of(content, set())
        parts += (_stamp(rowid, name, content, text), text)
    return _hashed(parts) if parts else None


def _hashed(parts: Iterable[str]) -> bytes:
    return blake2b("".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).digest()


def _read(db: Database, after: int | None, high: int | None, rows: int | None) -> tuple[Block | None, list[Entry]]:
    """Read the messages after a row up to another, or the next ones."""
    entries: list[Entry] = []
    parts: list[str] = []
    characters, last_id = 0, None
    with closing(_rows(db, after, high, rows)) as found:
        for rowid, last_id, role, content in found:
            text = text_of(content, set())
            entries.append(_entry(rowid, role, text))
            parts += (_stamp(rowid, last_id, content, text), text)
            characters += len(text)
            if high is None and characters > _BLOCK_CHARACTERS:
                break
    if not entries:
        return None, []
    return Block(entries[-1].rowid, last_id, len(entries), _hashed(parts)), entries

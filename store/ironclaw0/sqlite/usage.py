"""Count what a conversation took, in steps of bounded size, each one hop on the reader's thread."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple

from store.contract.usage import RoleUse, Usage
from store.core.stored_values import text_of
from store.domain.timestamps import instant_of, moment_of
from store.ironclaw0.accounting import STEP, Bill, by_cost
from store.ironclaw0.sqlite import conversations
from store.ironclaw0.sqlite.routine_runs import run_use
from store.ironclaw0.sqlite.row_handles import require
from store.records import UNREADABLE

if TYPE_CHECKING:
    from datetime import tzinfo

    from store.contract.usage import ModelUse
    from store.core.step_search import Lane
    from store.ironclaw0.sqlite.schema import Database

LINKED = frozenset({"conversation_id", "provider", "model", "input_tokens", "output_tokens", "cost"})
"""The columns of ``llm_calls`` without which nothing can be said of a conversation's cost."""


class _Step(NamedTuple):
    """Some messages of a conversation: by role, and the times of the first and the last one."""

    counts: Counter[str]
    sizes: Counter[str]
    first: int
    last: int
    next: int | None
    """After which row number the next step begins; ``None`` if this was the last."""


async def usage(reader: Lane[Database], conversation_id: str, user_id: str, tz: tzinfo) -> Usage:
    """Count what a conversation took.

    Args:
        reader: The connection.
        conversation_id: Which conversation.
        user_id: Whose it must be.
        tz: The zone in which weeks begin.

    Raises:
        ConversationNotFound: it does not exist, or is another user's.
    """
    row = await reader.run(require, conversation_id, user_id)
    counts: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    first, last, after = UNREADABLE, -UNREADABLE, None
    while True:
        step = await reader.run(_messages, row, after)
        counts += step.counts
        sizes.update(step.sizes)
        first, last, after = min(first, step.first), max(last, step.last), step.next
        if after is None:
            break
    roles = tuple(RoleUse(role, many, sizes[role]) for role, many in counts.most_common())
    models = await _models(reader, row)
    conversation = await reader.run(conversations.one, conversation_id, user_id)
    runs = None
    if conversation.routine is not None:
        runs = await run_use(reader, conversation.routine.id, user_id, tz)
    last_at = None if last == -UNREADABLE else moment_of(last)
    return Usage(roles, moment_of(first), last_at, models, runs)


def _messages(db: Database, conversation: int, after: int | None) -> _Step:
    edge = "1" if after is None else f"rowid > {int(after)}"
    rows = db.execute(
        "SELECT rowid, role, length(CAST(content AS BLOB)), created_at FROM conversation_messages"
        f" WHERE conversation_id = (SELECT id FROM conversations WHERE rowid = ?) AND {edge} ORDER BY rowid LIMIT ?",
        (conversation, STEP),
    ).fetchall()
    counts: Counter[str] = Counter()
    sizes: Counter[str] = Counter()
    first, last = UNREADABLE, -UNREADABLE
    for _, stored_role, size, created_at in rows:
        role = text_of(stored_role, set())
        counts[role] += 1
        sizes[role] += size or 0
        instant = instant_of(created_at)
        if instant != UNREADABLE:
            first, last = min(first, instant), max(last, instant)
    return _Step(counts, sizes, first, last, rows[-1][0] if len(rows) == STEP else None)


async def _models(reader: Lane[Database], conversation: int) -> tuple[ModelUse, ...] | None:
    """Return the calls of a conversation by model, dearest first; ``None`` if the file has no record of them."""
    bills: dict[tuple[str, str], Bill] = {}
    after: int | None = None
    while True:
        rows = await reader.run(_calls, conversation, after)
        if rows is None:
            return None
        for _, provider, model, input_tokens, output_tokens, cost in rows:
            bill = bills.setdefault((text_of(provider, set()), text_of(model, set())), Bill())
            bill.add(input_tokens, output_tokens, cost)
        if len(rows) < STEP:
            break
        after = rows[-1][0]
    return by_cost(bill.use(*key) for key, bill in bills.items())


def _calls(db: Database, conversation: int, after: int | None) -> list[tuple[Any, ...]] | None:
    if not db.schema.llm_calls >= LINKED:
        return None
    edge = "1" if after is None else f"rowid > {int(after)}"
    return db.execute(
        "SELECT rowid, provider, model, input_tokens, output_tokens, cost FROM llm_calls"
        f" WHERE conversation_id = (SELECT id FROM conversations WHERE rowid = ?) AND {edge} ORDER BY rowid LIMIT ?",
        (conversation, STEP),
    ).fetchall()

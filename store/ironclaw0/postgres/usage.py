"""Count what a conversation took; the server adds, so that nothing travels but sums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.contract.usage import ModelUse, RoleUse, Usage
from store.domain.timestamps import parse
from store.ironclaw0.accounting import by_cost
from store.ironclaw0.postgres import conversations
from store.ironclaw0.postgres.routine_runs import run_use
from store.ironclaw0.postgres.row_handles import require
from store.ironclaw0.postgres.times import readable_sql, text_sql

if TYPE_CHECKING:
    from datetime import tzinfo

    from store.core.step_search import Lane
    from store.ironclaw0.postgres.schema import Database

# Servers since 14 keep infinite costs, too, which those before know no name for.
_IS_PLAIN = "(cost <> 'NaN' AND abs(cost) < 1e140) IS TRUE"
CALL_SUMS = (
    "count(*), coalesce(sum(input_tokens), 0)::bigint, coalesce(sum(output_tokens), 0)::bigint,"
    f" coalesce(sum(cost) FILTER (WHERE {_IS_PLAIN}), 0)::numeric, count(*) FILTER (WHERE NOT {_IS_PLAIN})"
)
"""What calls come to: their number, tokens given and made, the cost, and the number of those whose cost is none."""
_LINKED = frozenset({"conversation_id", "provider", "model", "input_tokens", "output_tokens", "cost"})
"""The columns of ``llm_calls`` without which nothing can be said of a conversation's cost."""


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
    key = await reader.run(require, conversation_id, user_id)
    roles, first, last = await reader.run(_roles, key)
    models = await reader.run(_models, key)
    conversation = await reader.run(conversations.one, conversation_id, user_id)
    runs = None
    if conversation.routine is not None:
        runs = await run_use(reader, conversation.routine.id, user_id, tz)
    return Usage(roles, parse(first), parse(last), models, runs)


def _roles(db: Database, conversation_id: str) -> tuple[tuple[RoleUse, ...], str | None, str | None]:
    """Return the messages by role, most first, and the times of the first and the last one."""
    rows = db.rows(
        "SELECT role, count(*), coalesce(sum(octet_length(content)), 0)::bigint FROM conversation_messages"
        " WHERE conversation_id = %s::uuid GROUP BY role ORDER BY 2 DESC, 1",
        conversation_id,
    )
    times = db.row(
        f"SELECT {text_sql('min(created_at)')}, {text_sql('max(created_at)')} FROM conversation_messages"
        f" WHERE conversation_id = %s::uuid AND {readable_sql('created_at')}",
        conversation_id,
    )
    first, last = times or (None, None)
    return tuple(RoleUse(*row) for row in rows), first, last


def _models(db: Database, conversation_id: str) -> tuple[ModelUse, ...] | None:
    """Return the calls of a conversation by model, dearest first; ``None`` if there is no record of them."""
    if not db.schema.llm_calls.keys() >= _LINKED:
        return None
    rows = db.rows(
        f"SELECT provider, model, {CALL_SUMS} FROM llm_calls WHERE conversation_id = %s::uuid GROUP BY 1, 2",
        conversation_id,
    )
    return by_cost(ModelUse(*row) for row in rows)

"""Say in SQL what a conversation is for, and which of them a list leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.core.clause import Clause
from store.ironclaw0.conversation_kinds import SPECIAL
from store.ironclaw0.postgres.row_handles import equals
from store.records import Kind, Machines

if TYPE_CHECKING:
    from store.core.list_filter import Filter
    from store.ironclaw0.postgres.schema import Schema


def text_in(schema: Schema, key: str) -> str:
    """Return the SQL for a string at a top-level key of the metadata, NULL if there is none."""
    metadata = schema.column("metadata")
    return f"CASE jsonb_typeof({metadata} -> '{key}') WHEN 'string' THEN {metadata} ->> '{key}' END"


def live_state_sql(schema: Schema) -> str:
    """Return the SQL for state and start of ``metadata.live_state`` (IronClaw 0.26 on) as a JSON array, else NULL."""
    live = f"({schema.column('metadata')} -> 'live_state')"
    return (
        f"CASE jsonb_typeof({live}) WHEN 'object'"
        f" THEN jsonb_build_array({live} -> 'state', {live} -> 'started_at')::text END"
    )


def kind_sql(schema: Schema) -> str:
    """Return the SQL for a conversation's kind; says the same as ``conversation_kinds.kind_of``."""
    by_channel = "CASE WHEN channel IN ('routine', 'heartbeat') THEN channel ELSE 'chat' END"
    by_type = " ".join(f"WHEN '{kind}' THEN '{kind}'" for kind in SPECIAL)
    return f"CASE {text_in(schema, 'thread_type')} {by_type} ELSE {by_channel} END"


def is_machine_sql(schema: Schema) -> str:
    """Return the condition that the assistant writes a thread by itself."""
    return f"({kind_sql(schema)}) IN ('routine', 'heartbeat')"


def is_folded_sql(schema: Schema) -> str:
    """Return the condition that a folded list leaves a thread out: a machine's, and no failing routine."""
    if not schema.knows_failures:
        return f"({is_machine_sql(schema)})"
    failing = (
        f"SELECT 1 FROM routines AS r WHERE r.id::text = {text_in(schema, 'routine_id')}"
        " AND r.user_id = conversations.user_id AND r.consecutive_failures > 0"
    )
    kind = kind_sql(schema)
    return f"(({kind}) = 'heartbeat' OR (({kind}) = 'routine' AND NOT EXISTS ({failing})))"


def wanted(schema: Schema, chosen: Filter) -> Clause:
    """Return the condition that a conversation is in a list."""
    where = equals("user_id", chosen.user_id)
    if chosen.channel is not None:
        where &= equals("channel", chosen.channel)
    return where & of_kind(schema, chosen.kind, chosen.machines)


def of_kind(schema: Schema, kind: Kind | None, machines: Machines) -> Clause:
    """Return the condition for a list of one kind, with machine threads treated as told."""
    conditions = ["true"]
    parameters: tuple[object, ...] = ()
    if kind is not None:
        conditions.append(f"({kind_sql(schema)}) = %s")
        parameters = (str(kind),)
    if machines is Machines.FOLDED:
        conditions.append(f"NOT ({is_folded_sql(schema)})")
    elif machines is Machines.ONLY:
        conditions.append(is_machine_sql(schema))
    return Clause(" AND ".join(conditions), parameters)

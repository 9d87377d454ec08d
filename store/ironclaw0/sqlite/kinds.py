"""Say in SQL what a conversation is for, and which of them a list leaves out.

``json_extract`` runs only on text that is JSON: one malformed row must not stop a whole list (IronClaw's own scans
end there with "malformed JSON").
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.core.clause import Clause
from store.ironclaw0.conversation_kinds import SPECIAL
from store.records import Kind, Machines

if TYPE_CHECKING:
    from store.ironclaw0.sqlite.schema import Schema


def text_in(schema: Schema, key: str) -> str:
    """Return the SQL for a string at a top-level key of the metadata, NULL if there is none."""
    metadata = schema.column("metadata")
    return (
        f"CASE WHEN typeof({metadata}) = 'text' AND json_valid({metadata}) THEN"
        f" CASE json_type({metadata}, '$.{key}') WHEN 'text' THEN json_extract({metadata}, '$.{key}') END END"
    )


def live_state_sql(schema: Schema) -> str:
    """Return the SQL for state and start of ``metadata.live_state`` (IronClaw 0.26 on) as a JSON array, else NULL."""
    metadata = schema.column("metadata")
    return (
        f"CASE WHEN typeof({metadata}) = 'text' AND instr({metadata}, 'live_state') AND json_valid({metadata}) THEN"
        f" CASE json_type({metadata}, '$.live_state') WHEN 'object' THEN"
        f" json_extract({metadata}, '$.live_state.state', '$.live_state.started_at') END END"
    )


def kind_sql(schema: Schema) -> str:
    """Return the SQL for a conversation's kind; says the same as ``conversation_kinds.kind_of``."""
    by_channel = "CASE WHEN channel IN ('routine', 'heartbeat') THEN channel ELSE 'chat' END"
    if "metadata" not in schema.conversations:
        return by_channel
    by_type = " ".join(f"WHEN '{kind}' THEN '{kind}'" for kind in SPECIAL)
    return (
        f"CASE WHEN metadata = '{{}}' THEN {by_channel}"
        f" ELSE CASE {text_in(schema, 'thread_type')} {by_type} ELSE {by_channel} END END"
    )


def is_machine_sql(schema: Schema) -> str:
    """Return the condition that the assistant writes a thread by itself."""
    return f"({kind_sql(schema)}) IN ('routine', 'heartbeat')"


def is_folded_sql(schema: Schema) -> str:
    """Return the condition that a folded list leaves a thread out: a machine's, and no failing routine."""
    if not schema.knows_failures:
        return f"({is_machine_sql(schema)})"
    failing = (
        f"SELECT 1 FROM routines r WHERE r.id = {text_in(schema, 'routine_id')}"
        " AND r.user_id = conversations.user_id AND CAST(r.consecutive_failures AS INTEGER) > 0"
    )
    kind = kind_sql(schema)
    return f"(({kind}) = 'heartbeat' OR (({kind}) = 'routine' AND NOT EXISTS ({failing})))"


def wanted(schema: Schema, kind: Kind | None, machines: Machines) -> Clause:
    """Return the condition for a list of one kind, with machine threads treated as told."""
    conditions = []
    parameters: tuple[object, ...] = ()
    if kind is not None:
        conditions.append(f"({kind_sql(schema)}) = ?")
        parameters = (str(kind),)
    if machines is Machines.FOLDED:
        conditions.append(f"NOT ({is_folded_sql(schema)})")
    elif machines is Machines.ONLY:
        conditions.append(is_machine_sql(schema))
    return Clause(" AND ".join(conditions) or "1", parameters)

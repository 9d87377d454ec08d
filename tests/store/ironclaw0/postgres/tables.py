"""The tables of IronClaw 0.25 and later on PostgreSQL, as far as a browser reads them."""

from __future__ import annotations

CONVERSATIONS = (
    """CREATE TABLE conversations (
        id uuid PRIMARY KEY,
        channel text NOT NULL,
        user_id text NOT NULL,
        thread_id text,
        started_at timestamptz NOT NULL DEFAULT now(),
        last_activity timestamptz NOT NULL DEFAULT now(),
        metadata jsonb NOT NULL DEFAULT '{}',
        source_channel text
    )""",
    "CREATE INDEX idx_conversations_channel ON conversations (channel)",
    "CREATE INDEX idx_conversations_user ON conversations (user_id)",
    "CREATE INDEX idx_conversations_last_activity ON conversations (last_activity)",
    """CREATE TABLE conversation_messages (
        id uuid PRIMARY KEY,
        conversation_id uuid NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
        role text NOT NULL,
        content text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now()
    )""",
    "CREATE INDEX idx_conversation_messages_conversation ON conversation_messages (conversation_id)",
)
UNIQUE = (
    """CREATE UNIQUE INDEX uq_conv_routine ON conversations (user_id, (metadata ->> 'routine_id'))
        WHERE metadata ->> 'routine_id' IS NOT NULL""",
    """CREATE UNIQUE INDEX uq_conv_heartbeat ON conversations (user_id)
        WHERE metadata ->> 'thread_type' = 'heartbeat'""",
)
ROUTINES = (
    """CREATE TABLE routines (
        id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
        name text NOT NULL,
        description text NOT NULL DEFAULT '',
        user_id text NOT NULL,
        enabled bool NOT NULL DEFAULT true,
        trigger_type text NOT NULL,
        trigger_config jsonb NOT NULL,
        action_type text NOT NULL,
        action_config jsonb NOT NULL DEFAULT '{}',
        state jsonb NOT NULL DEFAULT '{}',
        last_run_at timestamptz,
        next_fire_at timestamptz,
        run_count bigint NOT NULL DEFAULT 0,
        consecutive_failures int NOT NULL DEFAULT 0,
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        UNIQUE (user_id, name)
    )""",
    """CREATE TABLE routine_runs (
        id uuid PRIMARY KEY,
        routine_id uuid NOT NULL REFERENCES routines (id) ON DELETE CASCADE,
        trigger_type text NOT NULL,
        trigger_detail text,
        started_at timestamptz NOT NULL DEFAULT now(),
        completed_at timestamptz,
        status text NOT NULL DEFAULT 'running',
        result_summary text,
        tokens_used int,
        job_id uuid,
        created_at timestamptz NOT NULL DEFAULT now()
    )""",
    "CREATE INDEX idx_routine_runs_routine ON routine_runs (routine_id)",
)
CALLS = (
    """CREATE TABLE llm_calls (
        id uuid PRIMARY KEY,
        job_id uuid,
        conversation_id uuid REFERENCES conversations (id),
        provider text NOT NULL,
        model text NOT NULL,
        input_tokens int NOT NULL,
        output_tokens int NOT NULL,
        cost numeric NOT NULL,
        purpose text,
        created_at timestamptz NOT NULL DEFAULT now()
    )""",
    "CREATE INDEX idx_llm_calls_conversation ON llm_calls (conversation_id)",
)
IRONCLAW = (*CONVERSATIONS, *UNIQUE, *ROUTINES, *CALLS)

EMPTY = ("TRUNCATE conversations, conversation_messages, routines, routine_runs, llm_calls",)
# Rows that went leave room in the middle, where the next ones are put: the order of rows on the disk tells nothing.
HOLES = (
    *EMPTY,
    "INSERT INTO conversations (id, channel, user_id) VALUES ('f0000000-0000-4000-8000-000000000000', 'x', 'gone')",
    """INSERT INTO conversation_messages SELECT gen_random_uuid(), 'f0000000-0000-4000-8000-000000000000', 'user',
        repeat('x', 100), '2026-01-01' FROM generate_series(1, 300)""",
    "DELETE FROM conversation_messages WHERE ctid::text LIKE '%5)'",
    "VACUUM conversation_messages",
    "DELETE FROM conversation_messages",
    "DELETE FROM conversations",
)
PROMISES = (
    # The promises name routines by any text.
    *CONVERSATIONS,
    *UNIQUE,
    *(
        sql.replace("routine_id uuid", "routine_id text").replace(
            "id uuid PRIMARY KEY DEFAULT gen_random_uuid()", "id text PRIMARY KEY"
        )
        for sql in ROUTINES
    ),
    *CALLS,
)

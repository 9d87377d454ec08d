"""Conversations in one SQLite file, as IronClaw keeps them: ``store.SqliteStore`` over SQL by topic."""

"""IronClaw 0.x on a PostgreSQL server."""

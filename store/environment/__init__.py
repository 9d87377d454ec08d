"""Where IronClaw keeps its database, by its own settings."""

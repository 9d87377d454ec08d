"""The embedded default: IronClaw's own libSQL file, read and written through aiosqlite."""

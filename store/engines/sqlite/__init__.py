"""SQLite as an engine: connections, locks, failures, files that are replaced. It names no table of a format."""

"""PostgreSQL as an engine: connections, failures, what a server can do. It names no table of a format."""

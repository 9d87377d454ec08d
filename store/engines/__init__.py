"""Database engines. None names a table."""

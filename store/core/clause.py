"""A condition of a query, put together of others."""

from __future__ import annotations

from typing import NamedTuple


class Clause(NamedTuple):
    """A condition in SQL with its parameters."""

    sql: str
    parameters: tuple[object, ...] = ()

    def __and__(self, other: Clause) -> Clause:
        return Clause(f"{self.sql} AND {other.sql}", self.parameters + other.parameters)

    def __or__(self, other: Clause) -> Clause:
        return Clause(f"({self.sql} OR {other.sql})", self.parameters + other.parameters)

"""A look at the connections of a store over a server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.ironclaw0.postgres.store import PostgresStore

if TYPE_CHECKING:
    from store.contract.store import ConversationStore


def inside(store: ConversationStore) -> PostgresStore:
    """Return a store over a server as what it is."""
    assert isinstance(store, PostgresStore)
    return store

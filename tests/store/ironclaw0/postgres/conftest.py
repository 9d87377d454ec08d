"""Databases as IronClaw makes them, each test's its own, and a connection that plays the agent."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from store import open_store
from tests.store.engines.postgres import server
from tests.store.ironclaw0.postgres.tables import EMPTY, IRONCLAW

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from store.contract.store import ConversationStore


@pytest.fixture
def address() -> Iterator[str]:
    """Return the address of a database with IronClaw's tables, empty."""
    borrowed = server.borrowed_database(IRONCLAW, reset=EMPTY)
    yield borrowed
    server.give_back(borrowed, IRONCLAW)


@pytest.fixture
def agent(address: str) -> Iterator[psycopg.Connection[Any]]:
    """Connect as the agent would; every statement is a transaction."""
    with closing(psycopg.connect(address, autocommit=True)) as db:
        yield db


@pytest.fixture
async def store(address: str) -> AsyncIterator[ConversationStore]:
    async with open_store(address) as opened:
        yield opened

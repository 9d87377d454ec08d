"""The promises of the contract run over every backend: what they need is seeded, asked and looked at without SQL."""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from tests.store.ironclaw0.postgres.backend import PostgresBackend
from tests.store.ironclaw0.sqlite.backend import SqliteBackend
from tests.store.ironclaw1.backend import Ironclaw1Backend

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterator
    from pathlib import Path

    from store.contract.store import ConversationStore
    from tests.store.conftest import Clock
    from tests.store.contract.backend import Backend

BACKENDS: dict[str, Callable[[Path, Clock], Backend]] = {
    "sqlite": SqliteBackend,
    "postgres": PostgresBackend,
    "ironclaw1": Ironclaw1Backend,
}
"""Each makes an empty place, given a folder of its own and the clock of its stores."""
WRITING = {name: make for name, make in BACKENDS.items() if make is not Ironclaw1Backend}
"""Those whose stores write."""


@pytest.fixture(params=BACKENDS)
def backend(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Backend]:
    """Return an empty backend; skip where it lacks what a test is marked to need."""
    with closing(BACKENDS[request.param](tmp_path, clock)) as made:
        for mark in request.node.iter_markers("needs"):
            for capability in mark.args:
                if capability in made.lacks:
                    pytest.skip(made.lacks[capability])
        yield made


@pytest.fixture
async def store(backend: Backend) -> AsyncIterator[ConversationStore]:
    async with backend.open() as opened:
        yield opened

"""Files of IronClaw 1.x, each written once a session through libSQL and copied for those who change it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from store import open_store
from tests.store.ironclaw1 import thread_history as history

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable
    from pathlib import Path

    from store.contract.store import ConversationStore
    from store.demo.thread_files import Statement


def write(path: Path, statements: Iterable[Statement]) -> Path:
    """Run statements through IronClaw's own engine."""
    pytest.importorskip("libsql")
    from tests.store.agent import libsql

    answers = libsql(path, "PRAGMA journal_mode = WAL", "BEGIN", *statements, "COMMIT")
    assert not [answer for answer in answers if isinstance(answer, str)]
    return path


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("ironclaw1")
    shapes = {"1.3": history.of_1_3(), "1.0": history.of_1_0(), "grown": history.grown()}
    return {name: write(folder / f"{name}.db", statements) for name, statements in shapes.items()}


@pytest.fixture
def copy(written: dict[str, Path], tmp_path: Path) -> Path:
    """Return a file of 1.3 to be changed."""
    path = tmp_path / "reborn-local-dev.db"
    shutil.copy(written["1.3"], path)
    return path


@pytest.fixture
async def store(written: dict[str, Path]) -> AsyncIterator[ConversationStore]:
    """Return a store over the file of 1.3."""
    async with open_store(written["1.3"]) as opened:
        yield opened

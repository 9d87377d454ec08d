"""What runs for several users ends when it is stopped, and their rows take one connection a user."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Self, cast

from store.contract.stored_rows import RowSelection
from store.core.person_streams import InTurn, PersonRows

if TYPE_CHECKING:
    from store.contract.store import ConversationStore


class _Run:
    """Two batches, after a connection that takes as long as it is told to."""

    def __init__(self, *, connects: asyncio.Event | None = None) -> None:
        self._connects = connects
        self._left = [1, 2]
        self.is_entered = asyncio.Event()

    async def __aenter__(self) -> Self:
        self.is_entered.set()
        if self._connects is not None:
            await self._connects.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> int:
        if not self._left:
            raise StopAsyncIteration
        return self._left.pop(0)

    async def stop(self) -> None:
        self._left.clear()


async def test_what_is_stopped_while_the_next_one_connects_ends() -> None:
    connects = asyncio.Event()
    first, second = _Run(), _Run(connects=connects)
    async with InTurn[int]([first, second], lambda _ended, batch, _runs: batch) as running:
        assert [await anext(running), await anext(running)] == [1, 2]
        following = asyncio.create_task(anext(running, None))
        await second.is_entered.wait()
        await running.stop()
        connects.set()
        assert await following is None


class _Rows:
    """No rows, on a connection that is counted."""

    total = done = 0

    def __init__(self, opened: list[str], user_id: str) -> None:
        self._opened = opened
        self._user_id = user_id

    async def __aenter__(self) -> Self:
        self._opened.append(self._user_id)
        return self

    async def __aexit__(self, *_: object) -> None:
        pass

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Any:
        raise StopAsyncIteration


class _Store:
    def __init__(self) -> None:
        self.opened: list[str] = []

    async def get_conversation(self, conversation_id: str, _user_id: str) -> SimpleNamespace:
        return SimpleNamespace(user_id=conversation_id.partition("-")[0])

    def take(self, user_id: str, _selection: RowSelection) -> _Rows:
        return _Rows(self.opened, user_id)


async def test_many_conversations_of_two_users_take_two_connections() -> None:
    store = _Store()
    ids = tuple(f"{user}-{number}" for number in range(50) for user in ("ada", "bob"))
    async with PersonRows(cast("ConversationStore", store), ("ada", "bob"), RowSelection(ids=ids)) as rows:
        assert [part async for part in rows] == []
    assert store.opened == ["ada", "bob"]

"""The order index comes only when asked for, changes nothing that is said, and when stopped leaves no trace."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from store import ReadOnlyStore, open_store
from store.ironclaw0.sqlite.order_index import SqliteOrderIndex
from store.ironclaw0.sqlite.schema import CREATE_STATEMENTS, ORDER_INDEX, ORDER_INDEX_SQL
from tests.store.agent import libsql, sound
from tests.store.conftest import USER, add_conversation, add_message, loose_tables, make_database, plain

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file with IronClaw's own indexes only, and a conversation whose rows lie in any order."""
    path = make_database(tmp_path / "ironclaw.db", [sql for sql in CREATE_STATEMENTS if sql != ORDER_INDEX_SQL])
    with plain(path) as db:
        made = add_conversation(db, id="c")
        db.execute("BEGIN")
        for number in range(5000):
            add_message(db, made, str(number), created_at=f"2026-01-01T00:00:{number * 37 % 60:02}.{number % 7:03}Z")
        db.execute("COMMIT")
    return path


def indexes(path: Path) -> set[str]:
    with plain(path) as db:
        return {name for (name,) in db.execute("SELECT name FROM sqlite_schema WHERE type = 'index'")}


def content(path: Path) -> str:
    with plain(path) as db:
        return hashlib.sha256("\n".join(db.iterdump()).encode()).hexdigest()


async def contents(path: Path) -> list[str]:
    async with open_store(path, read_only=True) as store:
        return [message.content for message in await store.list_conversation_messages("c")]


async def test_it_comes_when_asked_and_goes_when_asked(path: Path) -> None:
    before, shares = await contents(path), []

    def report(share: float) -> bool:
        shares.append(share)
        return True

    async with SqliteOrderIndex(path) as order:
        facts = await order.facts()
        assert (facts.is_there, facts.messages, facts.read_only_reason) == (False, 5000, None)
        assert await order.create(report)
        assert shares == sorted(shares)
        assert shares
        assert shares[-1] <= 1
    assert ORDER_INDEX in indexes(path)
    assert await contents(path) == before
    async with SqliteOrderIndex(path) as order:
        assert (await order.facts()).is_ours
        await order.drop()
    assert ORDER_INDEX not in indexes(path)


async def test_with_it_the_newest_page_is_right_at_once(path: Path) -> None:
    expected = await contents(path)
    async with SqliteOrderIndex(path) as order:
        await order.create(lambda _: True)
    async with open_store(path) as store:
        timeline = await store.timeline("c", USER)
        newest = await timeline.slice(4980, 5000)
        assert not timeline.is_complete
        assert [message.content for message in newest.messages] == expected[4980:]


async def test_stopped_it_leaves_the_file_as_it_was(path: Path) -> None:
    before = content(path)
    async with SqliteOrderIndex(path) as order:
        assert not await order.create(lambda share: False)
        assert not await order.create(lambda share: share < 0.5)
    assert content(path) == before
    async with SqliteOrderIndex(path) as order:
        assert await order.create(lambda _: True)


async def test_a_file_that_must_not_be_written_is_left_alone(path: Path) -> None:
    before = content(path)
    async with SqliteOrderIndex(path, read_only=True) as order:
        with pytest.raises(ReadOnlyStore):
            await order.create(lambda _: True)
        with pytest.raises(ReadOnlyStore):
            await order.drop()
    assert content(path) == before


async def test_times_that_may_be_missing_are_not_read_through_an_index(tmp_path: Path) -> None:
    loose = make_database(tmp_path / "loose.db", [*loose_tables(), ORDER_INDEX_SQL])
    with plain(loose) as db:
        made = add_conversation(db, id="c")
        for number in range(300):
            add_message(db, made, str(number), created_at=None if number % 2 else "2026-01-01T00:00:00.000Z")
    async with SqliteOrderIndex(loose) as order:
        assert not (await order.facts()).is_there
    assert await contents(loose) == [str(n) for n in range(0, 300, 2)] + [str(n) for n in range(1, 300, 2)]


@pytest.mark.parametrize("time", ["CAST(x'ff' AS TEXT)", "x'ff'", "17", "'no date'"])
async def test_times_that_cannot_be_read_hide_no_message(path: Path, time: str) -> None:
    with plain(path) as db:
        db.execute(f"UPDATE conversation_messages SET created_at = {time} WHERE CAST(content AS INTEGER) % 2")
    expected = await contents(path)
    assert len(expected) == 5000
    async with SqliteOrderIndex(path) as order:
        await order.create(lambda _: True)
    assert await contents(path) == expected


async def test_an_index_that_goes_while_the_file_is_open_is_missed_by_nobody(path: Path) -> None:
    expected = await contents(path)
    async with SqliteOrderIndex(path) as order:
        await order.create(lambda _: True)
    async with open_store(path) as store:
        timeline = await store.timeline("c", USER)
        with plain(path) as db:
            db.execute(f"DROP INDEX {ORDER_INDEX}")
        whole = await timeline.slice(0, 5000)
        assert [message.content for message in whole.messages] == expected


async def test_the_agent_goes_on_with_it(agent_file: Path) -> None:
    libsql(agent_file, ("INSERT INTO conversations (id, channel, user_id) VALUES ('c', 'slack', ?)", [USER]))
    async with SqliteOrderIndex(agent_file) as order:
        assert await order.create(lambda _: True)
    libsql(
        agent_file,
        "INSERT INTO conversation_messages (id, conversation_id, role, content) VALUES ('m', 'c', 'user', 'hello')",
    )
    assert sound(agent_file)
    assert await contents(agent_file) == ["hello"]

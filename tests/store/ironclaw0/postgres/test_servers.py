"""A server that goes away and comes back, and one that follows another: told, and gone on with."""

from __future__ import annotations

import asyncio
import shutil
import signal
import threading
from contextlib import closing
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from store import (
    Capability,
    CommitFailed,
    CommitUnknown,
    MetadataConflict,
    OpenError,
    ReadOnlyStore,
    StoreError,
    StoreLost,
    open_store,
)
from store.engines.postgres.connection import Writer
from store.ironclaw0.postgres import store as postgres_store
from tests.store.asking import told
from tests.store.conftest import USER, messages_of
from tests.store.engines.postgres import server
from tests.store.engines.postgres.server import TestServer
from tests.store.ironclaw0.postgres.inside import inside
from tests.store.ironclaw0.postgres.rows import add_conversation, add_message
from tests.store.ironclaw0.postgres.tables import IRONCLAW

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.contract.store import ConversationStore


@pytest.fixture(scope="module")
def primary() -> Iterator[TestServer]:
    """Return a server that tests may stop and start, with IronClaw's tables."""
    if server.URL:
        pytest.skip("the server that CLAWBACK_TEST_POSTGRES_URL names is not ours to stop")
    folder = server.new_folder()
    made = TestServer(folder, server.own_server().binaries).initialize().start()
    server.run(made.address(), *IRONCLAW)
    yield made
    made.stop()
    shutil.rmtree(folder)


@pytest.fixture
def conversation(primary: TestServer) -> str:
    with closing(psycopg.connect(primary.address(), autocommit=True)) as db:
        db.execute("TRUNCATE conversations, conversation_messages, llm_calls")
        key = add_conversation(db, metadata='{"title": "old"}')
        add_message(db, key, "hello")
        # Servers of tests do not wait for the disk, so that a crash would take this away.
        db.execute("CHECKPOINT")
    return key


async def reopened(store: ConversationStore) -> None:
    """Open a store again as soon as its server lets us."""
    give_up = asyncio.get_running_loop().time() + 20
    while True:
        try:
            await store.reopen()
        except OpenError:
            assert asyncio.get_running_loop().time() < give_up
            await asyncio.sleep(0.05)
        else:
            return


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["fast", "immediate"])
async def test_a_server_that_goes_is_told_and_one_that_comes_back_is_gone_on_with(
    primary: TestServer, conversation: str, how: signal.Signals
) -> None:
    async with open_store(primary.address()) as store:
        timeline = await store.timeline(conversation, USER)
        async with store.feed(USER) as feed:
            primary.stop(how)
            for call in (feed.poll(), store.ping(), store.list_users(), timeline.slice(0, 1)):
                with pytest.raises(StoreLost, match=r"connection to .* is lost"):
                    await call
            with pytest.raises(StoreLost):
                await store.update_conversation_metadata_field(conversation, "title", "new")
            with pytest.raises(OpenError, match="No PostgreSQL server answers"):
                await store.reopen()
            with pytest.raises(StoreLost):
                await store.ping()
        primary.start()
        await reopened(store)
        await store.ping()
        assert len(await messages_of(store, conversation)) == 1
        await store.update_conversation_metadata_field(conversation, "title", "new")
        assert await store.get_conversation_metadata(conversation) == {"title": "new"}


async def test_a_writer_that_was_cut_off_while_idle_connects_again_by_itself(
    primary: TestServer, conversation: str
) -> None:
    async with open_store(primary.address()) as store:
        await store.touch_conversation(conversation)
        writer = inside(store)._server.writer
        assert writer is not None
        pid = await writer.run(lambda db: db.value("SELECT pg_backend_pid()"))
        with closing(psycopg.connect(primary.address(), autocommit=True)) as db:
            db.execute("SELECT pg_terminate_backend(%s, 5000)", (pid,))
        await store.touch_conversation(conversation)


MINE, THEIRS = '{"title": "mine"}', '{"title": "theirs"}'


def cut_off_commit(
    primary: TestServer, patch: pytest.MonkeyPatch, *, is_stored: bool, afterwards: Callable[[], object] = int
) -> None:
    """Let the server hang up at the next commit of a writer.

    Args:
        primary: The server.
        patch: Takes it back.
        is_stored: The server commits, but its answer is lost.
        afterwards: What happens then.
    """
    commit = Writer._commit
    cuts = iter([True])

    def cut(self: Any, db: Any) -> None:
        if not next(cuts, False):
            return commit(self, db)
        if is_stored:
            db.driver.execute(b"COMMIT")
        with closing(psycopg.connect(primary.address(), autocommit=True)) as other:
            other.execute("SELECT pg_terminate_backend(%s, 5000)", (db.driver.info.backend_pid,))
        afterwards()
        return commit(self, db)

    patch.setattr(Writer, "_commit", cut)


@pytest.mark.parametrize("is_stored", [True, False])
async def test_a_save_whose_commit_was_cut_off_looks_what_is_stored_and_says_so(
    primary: TestServer, conversation: str, monkeypatch: pytest.MonkeyPatch, is_stored: bool
) -> None:
    async with open_store(primary.address()) as store:
        old = (await store.read_metadata(conversation, USER)).text
        cut_off_commit(primary, monkeypatch, is_stored=is_stored)
        save = store.save_metadata(conversation, USER, MINE, old)
        if is_stored:
            assert (await save).text == MINE
        else:
            with pytest.raises(CommitFailed, match="nothing was saved; save it again"):
                await save
            assert (await store.read_metadata(conversation, USER)).text == old
            with pytest.raises(MetadataConflict):
                await store.save_metadata(conversation, USER, "{}", MINE)


async def test_a_save_that_was_cut_off_stays_unknown_where_another_program_wrote_since(
    primary: TestServer, conversation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write() -> None:
        with closing(psycopg.connect(primary.address(), autocommit=True)) as agent:
            agent.execute("UPDATE conversations SET metadata = %s WHERE id = %s", (THEIRS, conversation))

    async with open_store(primary.address()) as store:
        old = (await store.read_metadata(conversation, USER)).text
        cut_off_commit(primary, monkeypatch, is_stored=True, afterwards=write)
        with pytest.raises(CommitUnknown, match="unknown whether it is stored"):
            await store.save_metadata(conversation, USER, MINE, old)


async def test_a_save_that_was_cut_off_is_looked_for_while_the_server_is_away_and_when_it_is_back(
    primary: TestServer, conversation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    is_stopped = threading.Event()

    def stop() -> None:
        primary.stop()
        is_stopped.set()

    monkeypatch.setattr(postgres_store, "_LOOK_S", 60)
    async with open_store(primary.address()) as store:
        old = (await store.read_metadata(conversation, USER)).text
        cut_off_commit(primary, monkeypatch, is_stored=True, afterwards=stop)
        save = asyncio.ensure_future(store.save_metadata(conversation, USER, MINE, old))
        assert await asyncio.to_thread(is_stopped.wait, 60)
        await asyncio.to_thread(primary.start)
        assert (await save).text == MINE


@pytest.fixture
def standby(primary: TestServer) -> Iterator[TestServer]:
    """Return a server that follows the primary."""
    made = server.standby_of(primary)
    yield made
    made.stop()
    shutil.rmtree(made.folder)


async def test_a_standby_is_read_only_with_its_reason_and_news_arrive_there(
    primary: TestServer, conversation: str, standby: TestServer
) -> None:
    async with open_store(standby.address()) as store:
        reason = store.capabilities[Capability.WRITE]
        assert reason is not None
        assert "standby" in reason
        with pytest.raises(ReadOnlyStore, match="standby"):
            await store.touch_conversation(conversation)
        async with store.feed(USER) as feed:
            await feed.poll()
            with closing(psycopg.connect(primary.address(), autocommit=True)) as db:
                add_message(db, conversation, "news")
            news: list[str] = []
            give_up = asyncio.get_running_loop().time() + 20
            while not news:
                assert asyncio.get_running_loop().time() < give_up
                news = await told(feed)
                await asyncio.sleep(0.02)
            assert news == ["news"]


async def test_an_address_of_two_servers_finds_the_other_when_the_first_is_killed(
    primary: TestServer, conversation: str, standby: TestServer
) -> None:
    async with open_store(server.address_of_both(primary, standby)) as store:
        assert store.capabilities[Capability.WRITE] is None
        primary.stop(signal.SIGQUIT)
        try:
            with pytest.raises(StoreError):
                await store.ping()
            await reopened(store)
            assert len(await messages_of(store, conversation)) == 1
            assert "standby" in str(store.capabilities[Capability.WRITE])
            await asyncio.to_thread(standby.promote)
            await store.ping()
            assert store.capabilities[Capability.WRITE] is None
            await store.touch_conversation(conversation)
        finally:
            primary.start()

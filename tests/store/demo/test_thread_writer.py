"""The sample of IronClaw 1.x: the same every time, read without a flaw, with something of everything."""

from __future__ import annotations

import stat
from typing import TYPE_CHECKING

import pytest

from store import Machines, open_store
from store.demo import DEMO_END, write_ironclaw1
from store.demo.moved import FIRST_WEEK
from store.demo.thread_writer import USER
from tests.store.conftest import messages_of, plain

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="module")
def threads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("threads") / "reborn-local-dev.db"
    write_ironclaw1(path, DEMO_END)
    return path


async def test_it_has_something_of_everything(threads: Path) -> None:
    async with open_store(threads) as store:
        assert [user.id for user in await store.list_users()] == [USER, f"{USER}/projects/late-returns"]
        page = await store.list_conversations(USER, machines=Machines.FOLDED)
        titles = [conversation.title for conversation in page.conversations]
        assert titles[0] == "What is left before the translation goes to the publisher o…"
        assert titles[-1] == FIRST_WEEK[0][0]
        newest = await messages_of(store, page.conversations[0].id, USER)
        assert newest[-1].state == "waiting"
        assert [each.role for each in newest[:4]] == ["user", "tool_calls", "tool_calls", "assistant"]
        first = await messages_of(store, page.conversations[-1].id, USER)
        assert [each.content for each in first] == [text for pair in FIRST_WEEK for text in pair]
        (routine,) = await store.list_routines(USER)
        assert (routine.name, routine.consecutive_failures, routine.run_count) == ("Morning briefing", 2, 21)
        runs = await messages_of(store, str(routine.conversation_id), USER)
        assert runs[-1].content.startswith("[cron] failed: I could not read the mail")
        everything = await store.list_conversations(USER, limit=99)
        assert not [each for each in everything.conversations if each.flaws]


def test_it_is_private_whole_and_the_same_every_time(threads: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.db"
    write_ironclaw1(again, DEMO_END)
    assert stat.S_IMODE(again.stat().st_mode) == 0o600
    rows = "SELECT path, contents, indexed FROM root_filesystem_entries ORDER BY path"
    with plain(again) as one, plain(threads) as other:
        assert one.execute(rows).fetchall() == other.execute(rows).fetchall()
    with pytest.raises(FileExistsError):
        write_ironclaw1(again, DEMO_END)

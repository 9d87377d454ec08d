"""An automation of 1.x is a routine: its runs make one conversation, and each has a thread of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from store import ConversationNotFound, Kind, open_store
from tests.store.conftest import messages_of, plain
from tests.store.contract.backend import at
from tests.store.ironclaw1.thread_history import ADA, TRIGGER

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore

KEY = f"trigger:reborn-cli/{TRIGGER}"


async def test_an_automation_is_a_routine(store: ConversationStore) -> None:
    (routine,) = await store.list_routines("ada")
    assert (routine.id, routine.name, routine.description) == (TRIGGER, "Morning news", "What happened?")
    assert (routine.trigger_type, routine.enabled, routine.run_count) == ("cron", True, 4)
    assert routine.trigger_config == '{"schedule": "0 7 * * *", "timezone": "Europe/Stockholm"}'
    assert (routine.last_run_at, routine.next_fire_at) == (at(days=3), at(days=4))
    assert (routine.consecutive_failures, routine.conversation_id) == (2, KEY)
    assert await store.list_routines("acme/ben") == []
    assert await store.find_routine_conversation(TRIGGER, "ada") == KEY
    (special,) = await store.list_special_threads("ada")
    assert (special.id, special.kind, special.routine_id) == (KEY, Kind.ROUTINE, TRIGGER)


async def test_its_runs_are_reports_that_lead_to_their_threads(store: ConversationStore) -> None:
    runs = await messages_of(store, KEY, "ada")
    assert [run.content for run in runs] == [
        "[cron] ok: News of day 0",
        "[cron] failed: News of day 1",
        "[cron] failed: News of day 2",
        "[cron] running",
    ]
    assert [run.created_at for run in runs] == [at(days=day, hours=7) for day in range(4)]
    assert [run.leads_to for run in runs] == [*(f"{ADA.root}/threads/run-{day}" for day in range(3)), None]
    conversation = await store.get_conversation(KEY, "ada")
    assert (conversation.title, conversation.has_ledger, conversation.shown_id) == ("Morning news", True, TRIGGER)
    thread = await store.get_conversation(str(runs[0].leads_to), "ada")
    assert (thread.kind, thread.has_ledger) == (Kind.ROUTINE, False)
    assert thread.routine is not None
    assert thread.routine.name == "Morning news"
    with pytest.raises(ConversationNotFound):
        await store.get_conversation(KEY, "acme/ben")


async def test_durations_are_on_record(store: ConversationStore) -> None:
    runs = await store.routine_runs(TRIGGER, "ada", at(), at(days=2))
    assert [run.status for run in runs] == ["ok", "failed"]
    assert [(run.completed_at - run.started_at).seconds for run in runs if run.completed_at and run.started_at] == [
        30,
        30,
    ]
    assert await store.routine_runs(TRIGGER, "acme/ben", at(), at(days=2)) == []
    use = (await store.usage(KEY, "ada")).runs
    assert use is not None
    assert {each.status: each.runs for each in use.statuses} == {"ok": 1, "failed": 2, "running": 1}


async def test_a_run_that_ends_is_news_to_whoever_watches(copy: Path) -> None:
    async with open_store(copy) as store, store.feed("ada") as feed:
        assert not await feed.poll([KEY])
        timeline = await store.timeline(KEY, "ada")
        with plain(copy) as db:
            db.execute("UPDATE trigger_run_history SET status = 'ok' WHERE status = 'running'")
        assert [each.id for each in (await feed.poll([KEY])).conversations] == [KEY]
        assert await timeline.refresh()
        assert (await timeline.slice(3, 4)).messages[0].content == "[cron] ok"


async def test_a_file_without_automations_has_none(copy: Path) -> None:
    with plain(copy) as db:
        db.execute("DROP TABLE trigger_run_history")
    async with open_store(copy) as store:
        (routine,) = await store.list_routines("ada")
        assert (routine.run_count, routine.conversation_id) == (0, None)
        with plain(copy) as db:
            db.execute("DROP TABLE trigger_records")
        assert await store.list_routines("ada") == []

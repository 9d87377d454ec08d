"""A thread of 1.x is shown whole: every kind and every status, what only the log has, and what is damaged."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from store import Flaw, MessageCursor, open_store
from store.demo import thread_files as files
from store.domain.tool_calls import parse_tool_calls
from store.ironclaw1 import index_proofs, thread_listing, thread_rows
from store.ironclaw1.addresses import Thread
from store.ironclaw1.index_proofs import Proofs
from tests.store.asking import contents, query
from tests.store.conftest import messages_of, plain
from tests.store.contract.backend import at
from tests.store.ironclaw1.thread_history import ADA, EVERYTHING, LOGGED, STATUSES, said

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore
    from store.records import Message


@pytest.fixture
async def shown(store: ConversationStore) -> list[Message]:
    return [*await messages_of(store, EVERYTHING.key, "ada")]


async def test_every_message_stands_in_its_place_whatever_its_kind(shown: list[Message]) -> None:
    roles = [message.role for message in shown]
    assert roles[:6] == ["user", "user", "assistant", "tool_calls", "tool_calls", "tool_calls"]
    assert roles[6:13] == ["system", "summary", "checkpoint_reference", "of tomorrow", "user", "assistant", "summary"]
    assert roles[13:24] == ["user"] * len(STATUSES)
    assert [message.content for message in shown[24:26]] == ["one of two", "two of two"]
    assert roles[26:] == ["damaged", "user", "user"]


async def test_a_status_is_told_in_words(shown: list[Message]) -> None:
    told = {message.content: message.state for message in shown[13:24]}
    assert told == dict.fromkeys(("accepted", "submitted", "finalized"), "") | {
        "queued": "waiting",
        "rejected_busy": "not accepted (busy)",
        "deferred_busy": "not accepted (busy)",
        "draft": "unfinished",
        "interrupted": "unfinished",
        "superseded": "superseded",
        "deleted": "deleted",
        "of tomorrow": "of tomorrow",
    }
    assert (shown[10].content, shown[10].state) == ("", "redacted")


async def test_a_tool_call_is_one_card_with_its_reasons_behind_it(shown: list[Message]) -> None:
    good, bad, child = (parse_tool_calls(message.content) for message in shown[3:6])
    assert good is not None
    assert bad is not None
    assert child is not None
    assert (good.calls[0].name, good.calls[0].ok, good.calls[0].preview) == ("Fetch a page", True, "200")
    assert good.calls[0].result == "The page.\n…"
    assert "It must be looked up." in (good.calls[0].rationale or "")
    assert '"url": "https://example.org"' in (good.calls[0].rationale or "")
    assert (bad.calls[0].ok, bad.calls[0].error) == (False, "404")
    assert (child.calls[0].name, child.calls[0].result) == ("child agent", "|||\nthe child's result\n|||")


async def test_attachments_come_as_0_24_writes_them(shown: list[Message]) -> None:
    text, alone = shown[0].content, shown[1].content
    assert text.startswith("Look at this\n\n<attachments>\n")
    assert 'filename="sea &amp; sand.png" mime="image/png" size="2048"' in text
    assert "&lt;Chapter&gt; one</attachment>" in text
    assert alone.startswith("\n\n<attachments>")


async def test_what_is_unknown_is_raw_and_what_is_damaged_is_marked(shown: list[Message]) -> None:
    checkpoint, unknown = shown[8:10]
    assert checkpoint.content == "checkpoint-9"
    assert '"payload": {"new": true}' in unknown.content
    broken, placeless, foreign = shown[26:]
    assert (broken.content, broken.flaws) == ('{"message_id": "broken', {Flaw.RECORD})
    assert Flaw.RECORD in placeless.flaws
    assert placeless.content.startswith('{"message_id"')
    assert (foreign.content, foreign.flaws) == ("of another thread", {Flaw.RECORD})


async def test_a_summary_stands_behind_what_it_covers_and_tells_nothing_that_was_taken_back(
    shown: list[Message],
) -> None:
    assert (shown[7].content, shown[12].content) == ("They looked at the sea.", "[redacted]")


async def test_times_of_nine_digits_and_no_times_are_taken(shown: list[Message]) -> None:
    nine, none = shown[2], shown[11]
    assert nine.created_at is not None
    assert nine.created_at.microsecond == 123456
    assert (none.created_at, none.flaws) == (None, frozenset())


@pytest.mark.parametrize(
    ("shape", "expected"),
    [("1.0", ["One?", "Reply of the log", ""]), ("grown", ["One?", "Reply of the log", "", "Two?"])],
)
async def test_replies_that_only_the_log_has_are_back(
    written: dict[str, Path], shape: str, expected: list[str]
) -> None:
    async with open_store(written[shape]) as store:
        assert [message.content for message in await messages_of(store, LOGGED.key, "ada")] == expected
        conversation = await store.get_conversation(LOGGED.key, "ada")
        assert conversation.total.value == len(expected)
        assert conversation.preview is not None
        assert conversation.preview.text == ("Two?" if shape == "grown" else "Reply of the log")
        assert len(await find_in(store, "reply")) == 1
        assert not await find_in(store, "secret")
        assert not await hits_of(store, "strayed")
        raw = await store.read_raw_message((await messages_of(store, LOGGED.key, "ada"))[1])
        assert b"Reply of the log" in bytes(raw.content.value or b"")  # type: ignore[arg-type]  # a record is bytes


async def find_in(store: ConversationStore, typed: str) -> list[MessageCursor]:
    found: list[MessageCursor] = []
    async with store.find(query(typed), LOGGED.key, "ada") as running:
        async for batch in running:
            found += batch.hits
    return found


async def hits_of(store: ConversationStore, typed: str) -> list[str]:
    found: list[str] = []
    async with store.search(query(typed), "ada") as running:
        async for batch in running:
            found += [hit.conversation_id for hit in batch.hits]
    return found


async def test_a_waiting_message_that_takes_its_turn_takes_another_place(copy: Path) -> None:
    thread = EVERYTHING._replace(id="waiting")
    with plain(copy) as db:
        for sql, parameters in [
            *files.thread(thread, at(), created=at()),
            *(files.message(thread, said(thread, n, "user", str(n))) for n in (1, 2, 3)),
        ]:
            db.execute(sql, parameters)
    async with open_store(copy) as store:
        timeline = await store.timeline(thread.key, "ada")
        with plain(copy) as db:
            moved = said(thread, 1, "user", "1") | {"sequence": 4}
            db.execute(*files.message(thread, moved))
        assert await timeline.refresh()
        assert timeline.revision == 1
        assert await contents(timeline) == ["2", "3", "1"]


async def test_a_giant_is_paged_by_its_index_without_loss(copy: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_rows, "FEW", 50)
    thread = EVERYTHING._replace(id="giant")
    numbers = [3 * n + (n % 7 == 0) for n in range(1, 600)]
    with plain(copy) as db:
        db.execute("BEGIN")
        for sql, parameters in files.thread(thread, at(), created=at()):
            db.execute(sql, parameters)
        for number in sorted(numbers, key=str):
            db.execute(*files.message(thread, said(thread, number, "assistant", str(number))))
        db.execute(*files.summary(thread, "s", 1, 900, "half of it"))
        db.execute("COMMIT")
    expected = [str(number) for number in numbers]
    expected.insert(sum(number <= 900 for number in numbers), "half of it")
    async with open_store(copy) as store:
        timeline = await store.timeline(thread.key, "ada")
        assert timeline._where.listing is None  # type: ignore[attr-defined]  # read by the index
        assert timeline.total == 600
        found: list[str] = []
        for stop in range(600, 0, -97):
            found = [*(await contents(timeline, max(stop - 97, 0), stop)), *found]
        assert found == expected
        (one,) = (await timeline.slice(100, 101)).messages
        assert await timeline.position(one.cursor) == 100
        assert await timeline.position_at(at(minutes=numbers[400])) in (400, 401)
        assert (await store.read_message(one)).content == one.content
        with plain(copy) as db:
            db.execute(*files.message(thread, said(thread, 5000, "user", "later")))
        assert await timeline.refresh()
        assert (timeline.total, timeline.revision) == (601, 0)
        with plain(copy) as db:
            db.execute(*files.message(thread, said(thread, numbers[-1], "assistant", "changed")))
        assert await timeline.refresh()
        assert timeline.revision == 1
        assert await contents(timeline, 599) == ["changed", "later"]


async def test_an_index_that_lacks_messages_is_not_trusted(
    written: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_rows, "FEW", 1)
    async with open_store(written["grown"]) as store:
        assert [each.content for each in await messages_of(store, LOGGED.key, "ada")][-1] == "Two?"
        assert len(await messages_of(store, LOGGED.key, "ada")) == 4


async def test_a_long_thread_without_a_whole_index_is_read_in_steps_and_alike(
    written: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    for shape, thread in (("1.3", EVERYTHING), ("grown", LOGGED), ("1.0", LOGGED)):
        async with open_store(written[shape]) as store:
            at_once = await messages_of(store, thread.key, "ada")
        with monkeypatch.context() as patch:
            patch.setattr(thread_rows, "FEW", 1)
            patch.setattr(thread_rows, "_LOG_LOOK", 1)
            patch.setattr(thread_listing, "_STEP", 2)
            patch.setattr(Proofs, "is_complete", lambda *_: False)
            async with open_store(written[shape]) as store:
                assert await messages_of(store, thread.key, "ada") == at_once
                listed = await store.get_conversation(thread.key, "ada")
        assert listed.preview is not None
        assert not listed.preview.is_exact
        assert listed.is_title_exact == (thread is EVERYTHING)


async def test_a_giant_opens_after_more_threads_were_counted_than_are_remembered(
    written: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_rows, "FEW", 1)
    monkeypatch.setattr(index_proofs, "_PROOFS", 1)
    runs = [Thread(ADA, "run-0"), Thread(ADA, "run-1")]
    async with open_store(written["1.3"]) as store:
        await store.list_conversations("ada")
        for thread in runs:
            assert (await store.timeline(thread.key, "ada")).total == 2


async def test_a_hidden_record_leads_to_the_card_that_shows_it(
    store: ConversationStore, shown: list[Message]
) -> None:
    timeline = await store.timeline(EVERYTHING.key, "ada")
    hidden = MessageCursor(shown[3].cursor.instant, 4 * 64 + 31)
    assert await timeline.position(hidden) == 3


async def test_a_long_thread_without_a_whole_index_is_read_anew_only_when_it_was_written_to(
    written: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(thread_rows, "FEW", 1)
    path = tmp_path / "grown.db"
    shutil.copy(written["grown"], path)
    async with open_store(path) as store:
        timeline = await store.timeline(LOGGED.key, "ada")
        with plain(path) as db:
            db.execute(*files.file("/tenants/reborn-cli/users/ada/journal/1.json", {}, None))
        assert not await timeline.refresh()
        assert timeline.revision == 0
        with plain(path) as db:
            db.execute(*files.message(LOGGED, said(LOGGED, 6, "assistant", "Two!")))
        assert await timeline.refresh()
        assert (await contents(timeline))[-2:] == ["Two?", "Two!"]

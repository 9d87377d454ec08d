"""Whatever a server can hold is shown and told, and ends no page."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import psycopg
import pytest

from store import Flaw, MetadataConflict, MetadataRefused, open_store
from tests.store.asking import find, search, walk
from tests.store.conftest import USER, messages_of
from tests.store.engines.postgres import server
from tests.store.ironclaw0.postgres.rows import add_conversation, add_message, insert
from tests.store.ironclaw0.postgres.tables import CONVERSATIONS

if TYPE_CHECKING:
    from store.contract.store import ConversationStore

_HAS_INFINITE_NUMBERS = 140_000
BEYOND = ("infinity", "-infinity", "20000-01-01 00:00:00+00", "0044-03-15 00:00:00+00 BC")


async def test_times_beyond_the_calendar_come_last_and_are_marked(
    agent: psycopg.Connection[Any], store: ConversationStore
) -> None:
    odd = [add_conversation(agent, last_activity=moment) for moment in BEYOND]
    usual = [add_conversation(agent, last_activity=f"2026-01-0{day}") for day in (1, 2, 3)]
    for limit in (1, 2, 50):
        found = await walk(store, limit)
        assert [each.id for each in found[:3]] == usual[::-1]
        assert {each.id for each in found[3:]} == set(odd)
        assert [each.id for each in found] == [each.id for each in await walk(store, limit, backwards=True)]
    assert all(Flaw.TIME in each.flaws and each.last_activity is None for each in found[3:])
    assert (await store.list_users())[0].last_activity == datetime(2026, 1, 3, tzinfo=UTC)


async def test_messages_beyond_the_calendar_end_no_page(
    agent: psycopg.Connection[Any], store: ConversationStore
) -> None:
    key = add_conversation(agent)
    for moment in (*BEYOND, "2026-01-01", "2026-01-02"):
        add_message(agent, key, moment, created_at=moment)
    found = await messages_of(store, key)
    assert [message.content for message in found[:2]] == ["2026-01-01", "2026-01-02"]
    assert {message.content for message in found[2:]} == set(BEYOND)
    assert all(Flaw.TIME in message.flaws and message.created_at is None for message in found[2:])
    assert list(found) == await store.list_conversation_messages(key)
    raw = await store.read_raw_message(found[-1])
    assert {value.name for value in raw.values} >= {"id", "content", "created_at"}
    assert (await store.usage(key, USER)).messages == 6
    assert (await store.get_conversation(key, USER)).preview is not None


async def test_microseconds_are_kept(agent: psycopg.Connection[Any], store: ConversationStore) -> None:
    key = add_conversation(agent)
    for micros in (1, 3, 2):
        add_message(agent, key, str(micros), created_at=f"2026-01-01 00:00:00.00000{micros}+00")
    found = await messages_of(store, key)
    assert [message.content for message in found] == ["1", "2", "3"]
    assert [message.created_at.microsecond for message in found if message.created_at] == [1, 2, 3]
    page = await store.list_conversation_messages_paginated(key, found[1].cursor)
    assert [message.content for message in page.messages] == ["1"]


@pytest.mark.parametrize("document", ["[1]", '"text"', "null", "5"])
async def test_metadata_that_are_no_object_are_shown_and_refused(
    agent: psycopg.Connection[Any], store: ConversationStore, document: str
) -> None:
    key = add_conversation(agent, metadata=document)
    found = await store.get_conversation(key, USER)
    assert Flaw.METADATA in found.flaws
    read = await store.read_metadata(key, USER)
    assert read.text == document
    assert read.refusal is not None
    with pytest.raises(MetadataRefused):
        await store.update_conversation_metadata_field(key, "a", 1)


@pytest.mark.parametrize("document", ['{"a":"\\u0000"}', '{"a":1e999999}'])
async def test_a_document_that_the_server_cannot_keep_is_refused(
    agent: psycopg.Connection[Any], store: ConversationStore, document: str
) -> None:
    key = add_conversation(agent)
    with pytest.raises(MetadataRefused):
        await store.save_metadata(key, USER, document, "{}")
    assert (await store.read_metadata(key, USER)).text == "{}"


async def test_an_edit_that_changes_nothing_but_the_spelling_of_a_number_is_a_conflict(
    agent: psycopg.Connection[Any], store: ConversationStore
) -> None:
    key = add_conversation(agent, metadata='{"n": 1.0}')
    with pytest.raises(MetadataConflict):
        await store.save_metadata(key, USER, '{"n": 2}', '{"n": 1}')
    assert (await store.save_metadata(key, USER, '{"b":2,"n":1.50}', '{ "n":1.0 }')).text == '{"b": 2, "n": 1.50}'


async def test_costs_that_are_no_number_are_counted_apart(
    agent: psycopg.Connection[Any], store: ConversationStore
) -> None:
    key = add_conversation(agent)
    infinite = ("Infinity", "-Infinity") if agent.info.server_version >= _HAS_INFINITE_NUMBERS else ("NaN", "NaN")
    for cost in ("0.25", "NaN", "1e-7", *infinite):
        insert(
            agent,
            "llm_calls",
            {
                "id": add_message(agent, key),
                "conversation_id": key,
                "provider": "p",
                "model": "m",
                "input_tokens": 1,
                "output_tokens": 2,
                "cost": cost,
            },
        )
    (model,) = (await store.usage(key, USER)).models or ()
    assert (str(model.cost), model.unreadable, model.calls) == ("0.2500001", 3, 5)
    async with store.statistics(USER) as running:
        *_, last = [batch async for batch in running]
    (week,) = last.statistics.weeks or ()
    assert (str(week.cost), week.unreadable, week.calls) == ("0.2500001", 3, 5)


def database(options: str) -> str:
    """Return the address of a new database with some options; skip where the server has no such."""
    try:
        return server.new_database(CONVERSATIONS, options=options)
    except psycopg.Error as error:
        pytest.skip(f"this server has no such locale: {type(error).__name__}")


async def test_bytes_of_whatever_kind_are_shown_as_what_they_are() -> None:
    address = database("ENCODING 'SQL_ASCII' LC_COLLATE 'C' LC_CTYPE 'C'")
    with psycopg.connect(address, autocommit=True, client_encoding="SQL_ASCII") as db:
        key = add_conversation(db)
        add_message(db, key)
        db.execute("UPDATE conversation_messages SET content = convert_from('\\x636166e9'::bytea, 'SQL_ASCII')")
    async with open_store(address) as store:
        (message,) = await messages_of(store, key)
        assert message.content == "caf\ufffd"
        assert Flaw.UTF8 in message.flaws
        found, _ = await search(store, "caf")
        assert found.hits == 1


LOCALES = (
    "LOCALE_PROVIDER icu ICU_LOCALE 'tr'",
    "LOCALE_PROVIDER builtin BUILTIN_LOCALE 'PG_UNICODE_FAST' LOCALE 'C'",
    "LOCALE 'C.utf8'",
)


@pytest.mark.parametrize("locale", LOCALES)
async def test_a_locale_that_folds_letters_its_own_way_loses_no_hit(locale: str) -> None:
    address = database(f"{locale} ENCODING 'UTF8'")
    with psycopg.connect(address, autocommit=True) as db:
        key = add_conversation(db)
        for text in ("TITLE", "title", "Tıtle", "İstanbul", "CAFÉ"):
            add_message(db, key, text)
    async with open_store(address) as store:
        assert len(await find(store, "title", key)) == 3
        assert len(await find(store, "istanbul", key)) == 1
        assert len(await find(store, "cafe", key)) == 1

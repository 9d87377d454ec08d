"""Whatever a row holds, it is shown as what it is, marked, reachable, and harms no other row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from store import ConversationNotFound, Flaw, MetadataRefused, StoreError, open_store
from tests.store.conftest import USER, add_conversation, add_message, plain

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.store import ConversationStore

UUID = "0b3b2e92-4ee1-4483-bdd9-8a78300f6eaf"
BAD_UTF8 = "CAST(x'68ff69' AS TEXT)"


@pytest.mark.parametrize(
    ("values", "flaw"),
    [
        ({"id": "not-a-uuid"}, Flaw.ID),
        ({"id": UUID.upper()}, Flaw.ID),
        ({"id": UUID.replace("-", "")}, Flaw.ID),
        ({"id": f"urn:uuid:{UUID}"}, Flaw.ID),
        ({"id": ""}, Flaw.ID),
        ({"id": None}, Flaw.NULL),
        ({"id": b"bytes"}, Flaw.BLOB),
        ({"id": "#1"}, Flaw.ID),
        ({"channel": None}, Flaw.NULL),
        ({"channel": b"bytes"}, Flaw.BLOB),
        ({"channel": "te\0legram"}, Flaw.NUL),
        ({"last_activity": None}, Flaw.TIME),
        ({"last_activity": "yesterday"}, Flaw.TIME),
        ({"metadata": "{malformed"}, Flaw.METADATA),
        ({"metadata": "{a:1}"}, Flaw.METADATA),
        ({"metadata": '{"a":NaN}'}, Flaw.METADATA),
        ({"metadata": "[]"}, Flaw.METADATA),
        ({"metadata": None}, Flaw.METADATA),
        ({"metadata": b"\x0c\x17a\x13\x31"}, Flaw.METADATA),
        ({"metadata": "[" * 100_000}, Flaw.METADATA),
        ({"metadata": '{"a":' + "1" * 5000 + "}"}, Flaw.METADATA),
        ({"metadata": '\ufeff{"a":1}'}, Flaw.METADATA),
    ],
)
async def test_a_bad_conversation_is_marked_and_reachable(loose: Path, values: dict[str, Any], flaw: Flaw) -> None:
    with plain(loose) as db:
        add_conversation(db, id=UUID.replace("0b", "1b"))
        add_conversation(db, **({"id": UUID} | values))
        add_message(db, values.get("id", UUID), "its message")
    async with open_store(loose) as store:
        found = (await store.list_conversations(USER)).conversations
        assert len(found) == 2
        (bad,) = (conversation for conversation in found if conversation.flaws)
        assert flaw in bad.flaws
        assert await store.get_conversation(bad.id, USER) == bad
        assert bad in (await store.list_conversations(USER, channel=bad.channel)).conversations
        assert bad.channel in {channel.name for channel in await store.list_channels(USER)}
        if values.get("id", UUID) is not None:
            assert bad.title == "its message"
            assert [m.content for m in await store.list_conversation_messages(bad.id)] == ["its message"]
            await store.add_conversation_message(bad.id, "assistant", "reply")
            assert (await store.timeline(bad.id, USER)).total == 2
        await store.touch_conversation(bad.id)
        assert len(await store.list_conversations_all_channels(USER, 9)) == 2
        assert await store.conversation_belongs_to_user(bad.id, USER)


@pytest.mark.parametrize("column", ["id", "channel", "user_id"])
async def test_ids_that_are_no_utf8(loose: Path, column: str) -> None:
    with plain(loose) as db:
        add_conversation(db, id="good")
        add_conversation(db, id=UUID)
        db.execute(f"UPDATE conversations SET {column} = {BAD_UTF8} WHERE id = ?", (UUID,))
    async with open_store(loose) as store:
        users = await store.list_users()
        assert sum(user.conversations for user in users) == 2
        found = [c for user in users for c in (await store.list_conversations(user.id)).conversations]
        (bad,) = (conversation for conversation in found if conversation.id != "good")
        assert Flaw.UTF8 in bad.flaws
        assert await store.get_conversation(bad.id, bad.user_id) == bad
        assert [c.name for c in await store.list_channels(bad.user_id) if c.name == bad.channel] == [bad.channel]
        assert bad in (await store.list_conversations(bad.user_id, channel=bad.channel)).conversations


@pytest.mark.parametrize("user", [None, b"bytes", "#2", "", "a\0b"])
async def test_every_user_is_reachable(loose: Path, user: object) -> None:
    with plain(loose) as db:
        add_conversation(db, id="mine")
        add_conversation(db, id=UUID, user_id=user)
    async with open_store(loose) as store:
        (other,) = (found for found in await store.list_users() if found.id != USER)
        (found,) = (await store.list_conversations(other.id)).conversations
        assert (found.id, found.user_id) == (UUID, other.id)
        assert await store.get_conversation(UUID, other.id) == found
        with pytest.raises(ConversationNotFound):
            await store.get_conversation("mine", other.id)


async def test_a_real_text_wins_over_a_handle(loose: Path) -> None:
    with plain(loose) as db:
        add_conversation(db, id=None)
        add_conversation(db, id="#1")
    async with open_store(loose) as store:
        found = await store.get_conversation("#1", USER)
        assert found.cursor.tie == 2
        with pytest.raises(ConversationNotFound):
            await store.get_conversation("#2", USER)


@pytest.mark.parametrize(
    ("values", "flaws", "content"),
    [
        ({"id": None}, {Flaw.ID}, "hello"),
        ({"role": None}, {Flaw.NULL}, "hello"),
        ({"content": None}, {Flaw.NULL}, ""),
        ({"content": b"by\xfftes"}, {Flaw.BLOB}, "by\ufffdtes"),
        ({"content": "a\0b"}, {Flaw.NUL}, "a\0b"),
        ({"content": 12.5}, set(), "12.5"),
        ({"created_at": None}, {Flaw.TIME}, "hello"),
        ({"created_at": "now"}, {Flaw.TIME}, "hello"),
        ({"created_at": b"2026-01-01T00:00:00.000Z"}, {Flaw.TIME}, "hello"),
        ({"created_at": "9999-12-31T23:59:59.999-05:00"}, {Flaw.TIME}, "hello"),
    ],
)
@pytest.mark.parametrize("big_neighbour", [False, True])
async def test_a_bad_message_is_marked_and_harms_no_other(
    loose: Path, values: dict[str, Any], flaws: set[Flaw], content: str, big_neighbour: bool
) -> None:
    with plain(loose) as db:
        made = add_conversation(db)
        add_message(db, made, "first" + " x" * 100_000 * big_neighbour, created_at="2020-01-01T00:00:00.000Z")
        add_message(db, made, **values)
    async with open_store(loose) as store:
        first, bad = (await (await store.timeline(made, USER)).slice(0, 2)).messages
        assert first.content.startswith("first")
        assert first.is_whole is not big_neighbour
        assert (bad.flaws, bad.content) == (flaws, content)
        assert (await store.list_conversation_messages(made))[1].content == content
        again = await store.read_message(bad)
        assert (again.id, again.content) == (bad.id, bad.content)
        assert (await store.get_conversation(made, USER)).total.value == 2


@pytest.mark.parametrize("repeat", [1, 60_000])
async def test_content_that_is_no_utf8(loose: Path, repeat: int) -> None:
    with plain(loose) as db:
        made = add_conversation(db)
        add_message(db, made, "fine", created_at="2020-01-01T00:00:00.000Z")
        message = add_message(db, made)
        raw = b"h\xffi" * repeat
        db.execute("UPDATE conversation_messages SET content = CAST(? AS TEXT) WHERE id = ?", (raw, message))
    async with open_store(loose) as store:
        fine, bad = (await (await store.timeline(made, USER)).slice(0, 2)).messages
        assert (fine.content, fine.flaws) == ("fine", frozenset())
        assert bad.content.startswith("h\ufffdi")
        assert (bad.flaws, bad.size) == ({Flaw.UTF8}, len(raw))
        assert (await store.list_conversations_all_channels(USER, 1))[0].message_count == 2
        assert (await store.get_conversation(made, USER)).title == "fine"


async def test_malformed_metadata_does_not_stop_the_special_threads(loose: Path) -> None:
    with plain(loose) as db:
        for metadata in ("{malformed", None, b"\xff", "[1]", '{"routine_id":["x"]}'):
            add_conversation(db, channel="gateway", metadata=metadata)
    async with open_store(loose) as store:
        for _ in range(2):
            await store.get_or_create_routine_conversation("r", "R", USER)
            await store.get_or_create_heartbeat_conversation(USER)
            await store.get_or_create_assistant_conversation(USER, "gateway")
        assert len(await store.list_conversations_all_channels(USER, 99)) == 8
        assert [(r.id, r.is_orphan) for r in await store.list_routines(USER)] == [("r", True)]
        assert len(await store.list_special_threads(USER)) == 3


REFUSED = [
    "{malformed",
    "{a:1}",
    "{'a':1}",
    '{"a":1,}',
    '{"a":NaN}',
    '{"a":1e400}',
    "[]",
    '"text"',
    "null",
    "5",
    "true",
    "",
    '\ufeff{"a":1}',
    '{"a":1,"a":2}',
    '{"thread\\u005ftype":"heartbeat","thread_type":"x"}',
    '{"routine_id":"x\\u0000y"}',
    '{"thread_type":1}',
    '{"routine_id":{"a":1}}',
    '{"a":"\\ud800"}',
    '{"a":' * 101 + "1" + "}" * 101,
    '{"a":' + "1" * 5000 + "}",
    None,
    b'{"a":1}',
]


@pytest.mark.parametrize("stored", REFUSED)
async def test_an_edit_of_a_document_that_engines_read_differently_is_refused(loose: Path, stored: object) -> None:
    with plain(loose) as db:
        made = add_conversation(db, metadata=stored)
    async with open_store(loose) as store:
        with pytest.raises(MetadataRefused):
            await store.update_conversation_metadata_field(made, "title", "New")
        with pytest.raises(StoreError):
            await store.save_metadata(made, USER, '{"title":"New"}', (await store.read_metadata(made, USER)).text)
    with plain(loose) as db:
        assert db.execute("SELECT metadata FROM conversations").fetchall() == [(stored,)]


async def test_an_edit_keeps_every_digit_elsewhere(store: ConversationStore, path: Path) -> None:
    with plain(path) as db:
        made = add_conversation(db, metadata='{"big":123456789012345678901234567890,"small":0.1000000000000000055}')
    await store.update_conversation_metadata_field(made, "title", "x")
    with plain(path) as db:
        (text,) = db.execute("SELECT metadata FROM conversations").fetchone()
    assert "123456789012345678901234567890" in text
    assert "0.1000000000000000055" in text


async def test_hostile_schemas_do_not_break_routines(loose: Path) -> None:
    with plain(loose) as db:
        add_conversation(db, metadata='{"thread_type":"routine","routine_id":"r"}')
        db.execute("CREATE TABLE routines (id, user_id, name, consecutive_failures)")
        db.execute("INSERT INTO routines VALUES ('r', ?, x'ff', 'many'), (NULL, ?, NULL, NULL)", (USER, USER))
    async with open_store(loose) as store:
        assert [(r.name, r.consecutive_failures) for r in await store.list_routines(USER)] == [("", 0), ("\ufffd", 0)]
        assert len((await store.list_conversations(USER)).conversations) == 1


async def test_a_column_that_goes_is_noticed(loose: Path) -> None:
    with plain(loose) as db:
        made = add_conversation(db, thread_id="t")
    async with open_store(loose) as store:
        assert (await store.get_conversation(made, USER)).thread_id == "t"
        with plain(loose) as db:
            db.execute("ALTER TABLE conversations DROP COLUMN thread_id")
            db.execute("DROP INDEX idx_conversations_user")
            db.execute("DROP INDEX idx_conversations_last_activity")
        assert (await store.get_conversation(made, USER)).thread_id is None
        assert len((await store.list_conversations(USER)).conversations) == 1
        with plain(loose) as db:
            db.execute("ALTER TABLE conversations RENAME COLUMN channel TO kanal")
        with pytest.raises(StoreError):
            await store.get_conversation(made, USER)

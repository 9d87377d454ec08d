"""Lists come in one order, in both directions, with true words about both ends, and say what is in them."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from store import Capability, Channel, ConversationCursor, ConversationNotFound, Count, Kind, Machines
from store.domain.timestamps import instant
from tests.store.asking import walk
from tests.store.conftest import USER
from tests.store.contract.backend import ConversationSpec, History, MessageSpec, RoutineSpec, at

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from tests.store.contract.backend import Backend


@pytest.mark.parametrize("limit", [1, 3, 7, 200])
async def test_a_list_is_the_same_from_either_end_page_by_page(
    backend: Backend, store: ConversationStore, limit: int
) -> None:
    draw = Random(limit)
    moments = [at(milliseconds=draw.randrange(20)) for _ in range(40)]
    keys = backend.seed(History([ConversationSpec(last_activity=moment) for moment in moments]))
    backend.seed(History([ConversationSpec(user_id="other", last_activity=moment) for moment in moments]))
    expected = sorted(range(40), key=lambda number: (moments[number], number), reverse=True)
    for backwards in (False, True):
        found = await walk(store, limit, backwards=backwards)
        assert [conversation.id for conversation in found] == [keys[number] for number in expected]
        assert [conversation.last_activity for conversation in found] == [moments[number] for number in expected]


async def test_pages_beside_a_place_that_is_gone(backend: Backend, store: ConversationStore) -> None:
    ids = [backend.add_conversation(last_activity=at(seconds=number)) for number in range(4)]
    cursor = ConversationCursor.at(instant(at(seconds=1.5)))
    assert [c.id for c in (await store.list_conversations(USER, after=cursor)).conversations] == [ids[1], ids[0]]
    assert [c.id for c in (await store.list_conversations(USER, before=cursor)).conversations] == [ids[3], ids[2]]
    nowhere = await store.list_conversations("nobody")
    assert (nowhere.conversations, nowhere.has_newer, nowhere.has_older) == ((), False, False)
    with pytest.raises(ValueError, match="at most one"):
        await store.list_conversations(USER, before=cursor, oldest=True)


async def test_a_conversation_moves_when_the_assistant_touches_it(backend: Backend, store: ConversationStore) -> None:
    ids = [backend.add_conversation(last_activity=at(seconds=number)) for number in range(5)]
    page = await store.list_conversations(USER, limit=2)
    assert [c.id for c in page.conversations] == [ids[4], ids[3]]
    backend.set_last_activity(ids[0], at(hours=1))
    page = await store.list_conversations(USER, limit=9, after=page.conversations[-1].cursor)
    assert [c.id for c in page.conversations] == [ids[2], ids[1]]
    assert [c.id for c in await walk(store, 2)] == [ids[0], ids[4], ids[3], ids[2], ids[1]]


@pytest.fixture
def machines(backend: Backend) -> dict[str, str]:
    """Seed threads that the assistant writes by itself; return their keys by name."""
    names = ("fails", "works", "strange", "gone")
    documents = [{"thread_type": "routine", "routine_id": name, "routine_name": f"{name} then"} for name in names]
    keys = backend.seed(
        History(
            [
                ConversationSpec(),
                ConversationSpec(channel="heartbeat", metadata={"thread_type": "heartbeat"}),
                *(ConversationSpec(channel="routine", metadata=document) for document in documents),
            ],
            [
                RoutineSpec("fails", "fails now", consecutive_failures=2),
                RoutineSpec("works", "works now"),
                RoutineSpec("strange", "strange now", "other", consecutive_failures=1),
            ],
        )
    )
    return dict(zip(("chat", "beat", *names), keys, strict=True))


@pytest.mark.needs("one thread a routine")
async def test_machines_fold_unless_they_fail(store: ConversationStore, machines: dict[str, str]) -> None:
    names = {key: name for name, key in machines.items()}

    async def listed(**chosen: Any) -> set[str]:
        page = await store.list_conversations(USER, **chosen)
        assert await store.count_conversations(USER, **chosen) == len(page.conversations)
        return {names[conversation.id] for conversation in page.conversations}

    routines = {"fails", "works", "strange", "gone"}
    assert await listed() == {"chat", "beat", *routines}
    assert await listed(machines=Machines.FOLDED) == {"chat", "fails"}
    assert await listed(machines=Machines.ONLY) == {"beat", *routines}
    assert await listed(kind=Kind.ROUTINE) == routines
    assert await listed(channel="routine", machines=Machines.FOLDED) == {"fails"}
    assert await listed(kind=Kind.ASSISTANT) == set()
    assert await store.list_channels(USER) == [
        Channel("routine", 4, machines=4, folded=3),
        Channel("heartbeat", 1, machines=1, folded=1),
        Channel("telegram", 1, machines=0, folded=0),
    ]


@pytest.mark.needs("one thread a routine")
async def test_routines_and_their_threads(store: ConversationStore, machines: dict[str, str]) -> None:
    listed = await store.list_routines(USER)
    assert [(r.id, r.name, r.conversation_id, r.consecutive_failures, r.is_orphan) for r in listed] == [
        ("fails", "fails now", machines["fails"], 2, False),
        ("works", "works now", machines["works"], 0, False),
        ("gone", "gone then", machines["gone"], 0, True),
        ("strange", "strange then", machines["strange"], 0, True),
    ]
    found = await store.get_conversation(machines["fails"], USER)
    assert found.title == "fails now"
    assert found.routine is not None
    assert (found.routine.consecutive_failures, found.routine.enabled, found.routine.is_orphan) == (2, True, False)
    for name in ("gone", "strange"):
        orphan = await store.get_conversation(machines[name], USER)
        assert orphan.title == f"{name} then"
        assert orphan.routine is not None
        assert orphan.routine.is_orphan


async def test_what_a_list_shows(backend: Backend, store: ConversationStore) -> None:
    made = backend.add_conversation(
        MessageSpec("@bot **Is** it\nwarm?"),
        MessageSpec("y" * 100_000, "assistant", at(seconds=2)),
        MessageSpec("{}", "tool_calls", at(seconds=3)),
    )
    found = await store.get_conversation(made, USER)
    assert found.title == "Is it warm?"
    assert found.preview is not None
    assert (found.preview.role, found.preview.text) == ("assistant", "y" * 400)
    assert found.total == Count(3)
    backend.add_messages(made, *(MessageSpec() for _ in range(1000)))
    assert (await store.get_conversation(made, USER)).total == Count(1000, capped=True)
    assert (await store.timeline(made, USER)).total == 1003


async def test_users_by_number_of_conversations(backend: Backend, store: ConversationStore) -> None:
    for user, day in (("b", 0), ("b", 1), ("b", 0), ("a", 5)):
        backend.add_conversation(user_id=user, last_activity=at(days=day))
    users = await store.list_users()
    assert [(user.id, user.conversations) for user in users] == [("b", 3), ("a", 1)]
    assert [user.last_activity for user in users] == [at(days=1), at(days=5)]


async def test_an_id_is_found_by_how_it_begins(backend: Backend, store: ConversationStore) -> None:
    mine = [f"{begin}-0000-4000-8000-000000000000" for begin in ("abcd0000", "abcd1111", "abd00000")]
    theirs = "abcd2222-0000-4000-8000-000000000000"
    for each in mine:
        backend.add_conversation(id=each)
    backend.add_conversation(id=theirs, user_id="other")

    async def found(prefix: str, user_id: str = USER, limit: int = 10) -> list[str]:
        return [each.shown_id for each in await store.find_conversations(prefix, user_id, limit=limit)]

    assert await found("abcd") == mine[:2]
    assert await found("ab", limit=2) == mine[:2]
    assert await found("abcd", "other") == [theirs]
    assert await found("abd") == await found(mine[2]) == mine[2:]
    for nothing in ("", "abx", "ab_", "ab%", "b", "\udc80"):
        assert await found(nothing) == []


async def test_another_users_conversation_looks_like_a_missing_one(
    backend: Backend, store: ConversationStore
) -> None:
    document = {"thread_type": "routine", "routine_id": "shared", "title": "Same title"}
    theirs = backend.add_conversation("SECRET", user_id="them", metadata=document)
    backend.add_conversation(user_id="me", metadata=document)
    missing = theirs[:-1] + ("0" if theirs[-1] != "0" else "1")
    for call in (
        lambda key: store.get_conversation(key, "me"),
        lambda key: store.timeline(key, "me"),
        lambda key: store.read_metadata(key, "me"),
        lambda key: store.usage(key, "me"),
    ):
        sentences = set()
        for key in (theirs, missing):
            with pytest.raises(ConversationNotFound) as caught:
                await call(key)
            sentences.add(str(caught.value))
        assert len(sentences) == 1
    seen = [
        await store.list_conversations("me"),
        await store.list_conversations_all_channels("me", 9),
        await store.list_conversations_with_preview("me", "telegram", 9),
        await store.list_channels("me"),
        await store.list_routines("me"),
        await store.find_routine_conversation("shared", "me"),
    ]
    assert theirs not in repr(seen)
    assert "SECRET" not in repr(seen)


@pytest.mark.needs(Capability.WRITE)
async def test_a_strangers_conversation_is_not_taken_over(backend: Backend, store: ConversationStore) -> None:
    theirs = backend.add_conversation(user_id="them")
    assert not await store.ensure_conversation(theirs, "telegram", "me")

"""The special threads of a user: found without writing, orphans and duplicates told from the one that counts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from store import Capability, Kind, SpecialThread
from tests.store.conftest import USER
from tests.store.contract.backend import ConversationSpec, History, RoutineSpec, at

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from tests.store.contract.backend import Backend


def routine(routine_id: str, name: str) -> dict[str, Any]:
    return {"thread_type": "routine", "routine_id": routine_id, "routine_name": name}


THREADS = {
    "backup": ConversationSpec(last_activity=at(days=3), metadata=routine("r1", "Old name")),
    "orphan": ConversationSpec(last_activity=at(days=4), metadata=routine("gone", "Gone")),
    "nameless": ConversationSpec(last_activity=at(days=1), metadata={"routine_id": "gone too"}),
    "old": ConversationSpec(channel="gateway", last_activity=at(days=5), metadata={"thread_type": "assistant"}),
    "new": ConversationSpec(channel="gateway", last_activity=at(days=6), metadata={"thread_type": "assistant"}),
    "slack": ConversationSpec(channel="slack", last_activity=at(days=2), metadata={"thread_type": "assistant"}),
    "beat": ConversationSpec(channel="heartbeat", last_activity=at(days=7), metadata={"thread_type": "heartbeat"}),
    "chat": ConversationSpec(last_activity=at(days=8), metadata={"thread_type": "thread"}),
    "stranger": ConversationSpec(user_id="other", last_activity=at(days=8), metadata={"thread_type": "heartbeat"}),
}
ROUTINES = [
    RoutineSpec(
        "r1",
        "Backup",
        trigger_config='{"schedule":"0 3 * * *"}',
        last_run_at=at(days=1),
        next_fire_at=at(days=2),
        run_count=164,
        consecutive_failures=3,
    ),
    RoutineSpec("r2", "Never ran", enabled=False),
    RoutineSpec("r1 of another", "Other's", "other"),
]


@pytest.fixture
def names(backend: Backend) -> dict[str, str]:
    """Seed threads of every kind, orphans and duplicates among them; return their names by key."""
    keys = backend.seed(History([*THREADS.values()], ROUTINES))
    return dict(zip(keys, THREADS, strict=True))


@pytest.mark.needs("one thread a routine")
async def test_special_threads_are_listed_and_duplicates_marked(
    store: ConversationStore, names: dict[str, str]
) -> None:
    found = await store.list_special_threads(USER)
    named = {names[thread.id]: thread for thread in found}
    assert [*named] == ["beat", "new", "old", "orphan", "backup", "slack", "nameless"], "the last used first"
    assert named["backup"] == SpecialThread(
        named["backup"].id, Kind.ROUTINE, "telegram", "r1", at(days=3), is_duplicate=False
    )
    assert {name for name, thread in named.items() if thread.kind is Kind.ASSISTANT} == {"old", "new", "slack"}
    assert named["nameless"].kind is Kind.ROUTINE
    assert [name for name, thread in named.items() if thread.is_duplicate] == ["old"]


@pytest.mark.needs(Capability.WRITE)
async def test_what_is_found_is_what_is_not_marked(store: ConversationStore, names: dict[str, str]) -> None:
    counting = {thread.id for thread in await store.list_special_threads(USER) if not thread.is_duplicate}
    found = {
        await store.get_or_create_heartbeat_conversation(USER),
        *[await store.get_or_create_assistant_conversation(USER, channel) for channel in ("gateway", "slack")],
        *[await store.find_routine_conversation(routine_id, USER) for routine_id in ("r1", "gone", "gone too")],
    }
    assert found == counting
    assert len((await store.list_conversations(USER)).conversations) == len(names) - 1, "nothing was made"


@pytest.mark.needs("one thread a routine")
async def test_routines_are_listed_with_their_facts_then_those_that_are_gone(
    backend: Backend, store: ConversationStore, names: dict[str, str]
) -> None:
    keys = {name: key for key, name in names.items()}
    backup, never, *orphans = await store.list_routines(USER)
    assert (backup.name, backup.conversation_id, backup.is_orphan) == ("Backup", keys["backup"], False)
    assert (backup.trigger_type, backup.trigger_config) == ("cron", backend.kept('{"schedule":"0 3 * * *"}'))
    assert (backup.last_run_at, backup.next_fire_at) == (at(days=1), at(days=2))
    assert (backup.run_count, backup.consecutive_failures) == (164, 3)
    assert backup.duplicates == ()
    assert (never.name, never.enabled, never.conversation_id) == ("Never ran", False, None)
    assert [(o.id, o.name, o.conversation_id, o.is_orphan) for o in orphans] == [
        ("gone too", "", keys["nameless"], True),
        ("gone", "Gone", keys["orphan"], True),
    ]


@pytest.mark.needs("one thread a routine")
async def test_a_thread_without_a_routine_is_an_orphan(backend: Backend, store: ConversationStore) -> None:
    made = backend.add_conversation(channel="routine", metadata=routine("r", "R"))
    (found,) = await store.list_routines(USER)
    assert (found.id, found.name, found.conversation_id, found.is_orphan) == ("r", "R", made, True)

"""Lists of 1.x: each owner's threads, projects apart, whatever their ids are made of, and what each is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from store import Capability, ConversationNotFound, Kind, Machines, ReadOnlyStore, open_store
from store.demo import thread_files as files
from store.ironclaw1 import thread_edges
from store.ironclaw1.addresses import Thread, scope_of, thread_named, thread_of
from tests.store.conftest import plain
from tests.store.contract.backend import at
from tests.store.ironclaw1.thread_history import ADA, BEN, EVERYTHING, GARDEN, NOBODY, PREFIXES, conversation, said

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from store.contract.store import ConversationStore
    from store.ironclaw1.index_proofs import Proofs
    from store.ironclaw1.schema import Database
    from store.records import Count

HIDDEN = {"child", "prepared"}
RUNS = {"run-0", "run-1", "run-2"}


async def listed(store: ConversationStore, user_id: str, machines: Machines = Machines.SHOWN) -> list[str]:
    page = await store.list_conversations(user_id, machines=machines, limit=99)
    return [conversation.shown_id for conversation in page.conversations]


def test_paths_are_read_from_the_left() -> None:
    odd = [
        ADA,
        GARDEN,
        NOBODY,
        ADA._replace(agent="owners", owner="missions", mission="threads"),
        ADA._replace(agent="threads", owner=None, project="projects"),
    ]
    for scope in odd:
        thread = Thread(scope, "threads")
        assert thread_named(thread.key) == thread
        assert scope_of(thread.index_path) == (scope, ["thread_index", "threads.json"])
        assert thread_of(f"{thread.messages.low}x.json") == (thread, ["messages", "x.json"])
    for nothing in ("", "/", "x", ADA.root, f"{ADA.root}/threads", f"{ADA.root}/threads/", f"{EVERYTHING.key}/x"):
        assert thread_named(nothing) is None


async def test_every_owner_has_lists_of_their_own_and_so_has_a_project(store: ConversationStore) -> None:
    users = {user.id: user.conversations for user in await store.list_users()}
    assert users == {"ada": 12, "ada/projects/garden": 1, "acme/ben": 1, "__system__": 1}
    assert await listed(store, "ada/projects/garden") == ["a"]
    assert await listed(store, "acme/ben") == ["a"]
    assert set(await listed(store, "ada")) == {"everything", *PREFIXES, *HIDDEN, *RUNS, "stray"}


async def test_what_1_x_keeps_for_itself_is_folded_with_the_machines(store: ConversationStore) -> None:
    folded = set(await listed(store, "ada", Machines.FOLDED))
    assert folded == {"everything", *PREFIXES, "run-2", "stray"}, "the automation is failing"
    assert set(await listed(store, "ada", Machines.ONLY)) == HIDDEN | RUNS
    page = await store.list_conversations("ada", kind=Kind.BACKGROUND)
    assert {each.shown_id for each in page.conversations} == HIDDEN


async def test_what_is_unseen_is_counted_for_a_few_threads_at_a_time(
    store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    hops: list[int] = []
    count = thread_edges.unseen

    def unseen(db: Database, proofs: Proofs, user_id: str, seen: Mapping[str, Any], cap: int) -> dict[str, Count]:
        hops.append(len(seen))
        return count(db, proofs, user_id, seen, cap)

    monkeypatch.setattr(thread_edges, "unseen", unseen)
    page = await store.list_conversations("ada", limit=99)
    assert await store.count_unseen("ada", dict.fromkeys(each.id for each in page.conversations))
    assert hops == [10, 2], "reading a page waits for no more"


async def test_ids_that_begin_alike_stay_apart(store: ConversationStore) -> None:
    for name in PREFIXES:
        (message,) = await store.list_conversation_messages(Thread(ADA, name).key)
        assert message.content == f"I am {name}"
    assert [each.shown_id for each in await store.find_conversations("a", "ada")] == ["a"]
    assert [each.shown_id for each in await store.find_conversations("a%", "ada")] == ["a%"]
    assert [each.shown_id for each in await store.find_conversations("run", "ada")] == sorted(RUNS)
    (project,) = await store.find_conversations("a", "ada/projects/garden")
    assert project.id == Thread(GARDEN, "a").key
    with pytest.raises(ConversationNotFound):
        await store.get_conversation(Thread(BEN, "a").key, "ada")


async def test_titles_channels_and_previews(store: ConversationStore) -> None:
    everything = await store.get_conversation(EVERYTHING.key, "ada")
    assert (everything.title, everything.channel, everything.kind) == ("Everything", "webui", Kind.CHAT)
    assert everything.total.value == 29
    assert everything.preview is not None
    assert everything.preview.text == "two of two"
    stray = await store.get_conversation(Thread(ADA, "stray").key, "ada")
    assert (stray.title, stray.last_activity) == ("No list knows me", at(minutes=1))
    garden = await store.get_conversation(Thread(GARDEN, "a").key, "ada/projects/garden")
    assert garden.preview is not None
    assert (garden.title, garden.preview.text, garden.last_activity) == (
        "Which tomatoes?",
        "Which tomatoes?",
        at(days=2),
    )
    assert [(each.name, each.conversations) for each in await store.list_channels("ada")] == [
        ("webui", 11),
        ("", 1),
    ]


async def test_the_number_of_messages_is_that_of_what_is_shown(store: ConversationStore) -> None:
    page = await store.list_conversations("ada", limit=99)
    shown = {each.id: (await store.timeline(each.id, "ada")).total for each in page.conversations}
    assert {each.id: each.total.value for each in page.conversations} == shown


async def test_agents_and_missions_in_one_list_are_told_apart(copy: Path) -> None:
    helper = Thread(ADA._replace(agent="helper"), "of the helper")
    mission = Thread(ADA._replace(mission="moon"), "of a mission")
    async with open_store(copy) as store:
        assert {each.scope for each in (await store.list_conversations("ada")).conversations} == {""}
        with plain(copy) as db:
            for sql, parameters in (
                *files.order(helper.scope),
                *files.order(mission.scope),
                *conversation(helper, "Help?"),
                *conversation(mission, "Ready?"),
            ):
                db.execute(sql, parameters)
        found = {each.shown_id: each for each in (await store.list_conversations("ada", limit=99)).conversations}
    assert found["everything"].scope == ADA.agent
    assert found["of the helper"].full_title == "[helper] Help?"
    assert found["of a mission"].full_title == f"[{ADA.agent} · mission moon] Ready?"


async def test_channels_are_named_by_what_a_message_came_through(copy: Path) -> None:
    sources = {
        "surface:8:telegram;actor:1:x;": "telegram",
        "reborn-cli": "cli",
        "source:one": "slack",
        "source:two": "channel",
        "subagent-result:x": "",
    }
    state = {"bindings": [["k", {"source_binding_ref": "source:one", "adapter_kind": "slack"}], "odd"]}
    with plain(copy) as db:
        db.execute(*files.file("/tenants/__system__/users/__system__/conversations/state.json", state, None))
        for number, source in enumerate(sources):
            thread = Thread(ADA, f"through-{number}")
            for sql, parameters in conversation(thread):
                db.execute(sql, parameters)
            db.execute(*files.message(thread, said(thread, 1, "user", "x", source_binding_id=source)))
    async with open_store(copy) as store:
        found = await store.find_conversations("through-", "ada")
    assert [each.channel for each in found] == [*sources.values()]


async def test_a_thread_is_shown_as_it_is_stored_and_never_edited(store: ConversationStore) -> None:
    metadata = await store.read_metadata(EVERYTHING.key, "ada")
    assert '"title": "Everything"' in metadata.text
    assert '"thread": {' in metadata.text
    assert metadata.refusal == store.capabilities[Capability.WRITE]
    assert "in step with its running process" in str(metadata.refusal)
    assert await store.get_conversation_metadata(EVERYTHING.key) == {"client_action_id": "x"}
    with pytest.raises(ReadOnlyStore):
        await store.save_metadata(EVERYTHING.key, "ada", "{}", metadata.text)


async def test_lists_follow_what_is_written(copy: Path) -> None:
    async with open_store(copy) as store:
        before = await listed(store, "ada")
        for thread, moment in ((Thread(ADA, "a"), at(days=9)), (Thread(ADA, "brand new"), at(days=10))):
            with plain(copy) as db:
                for sql, parameters in conversation(thread, "hello", active=moment):
                    db.execute(sql, parameters)
        assert await listed(store, "ada") == ["brand new", "a", *(each for each in before if each != "a")]
        with plain(copy) as db:
            db.execute("DELETE FROM root_filesystem_entries WHERE path LIKE '%brand new%'")
        assert await listed(store, "ada") == ["a", *(each for each in before if each != "a")]


@pytest.mark.parametrize("shape", ["1.0", "grown"])
async def test_a_file_that_1_0_began_is_listed_too(written: dict[str, Path], shape: str) -> None:
    async with open_store(written[shape]) as store:
        expected = ["new", "logged", "other"] if shape == "grown" else ["other", "logged"]
        assert await listed(store, "ada") == expected
        assert (await store.get_conversation(Thread(ADA, "other").key, "ada")).title == "Old question"

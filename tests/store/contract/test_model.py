"""Any sequence of calls gives what a plain dictionary would: Hypothesis plays, a model keeps the books."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from store import ConversationNotFound, DuplicateThread, Machines
from tests.store.conftest import CAMPAIGN, Clock
from tests.store.contract.conftest import WRITING

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.contract.store import ConversationStore
    from tests.store.contract.backend import Backend

USERS = st.sampled_from(["ada", "adam", "#1"])
CHANNELS = st.sampled_from(["gateway", "slack", "routine"])
ROUTINES = st.sampled_from(["r1", "r2"])
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
ANY = st.integers(0, 99)
KEYS = st.sampled_from(["title", "a.b", "deep"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-9, 9) | st.text("xyzé", max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=4,
)


def merged(target: Any, patch: Any) -> Any:
    """RFC 7396, as its own pseudo code has it."""
    if not isinstance(patch, dict):
        return patch
    result = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        else:
            result[key] = merged(result.get(key), value)
    return result


class StoreModel(RuleBasedStateMachine):
    """The books: conversations in the order of their creation."""

    def __init__(self, make: Callable[[Path, Clock], Backend]) -> None:
        super().__init__()
        self.loop = asyncio.new_event_loop()
        self.folder = tempfile.TemporaryDirectory()
        self.clock = Clock()
        self.backend = make(Path(self.folder.name), self.clock)
        self.open = self.backend.open()
        self.store: ConversationStore = self.run(self.open.__aenter__())
        self.books: dict[str, dict[str, Any]] = {}

    def run(self, call: Any) -> Any:
        return self.loop.run_until_complete(call)

    def teardown(self) -> None:
        self.run(self.open.__aexit__(None, None, None))
        self.loop.close()
        self.backend.close()
        self.folder.cleanup()

    def enter(self, made: str, user: str, channel: str, metadata: dict[str, Any]) -> None:
        if made not in self.books:
            self.books[made] = {
                "user": user,
                "channel": channel,
                "metadata": metadata,
                "active": self.clock.moment,
                "messages": [],
                "row": len(self.books),
            }

    def pick(self, number: int) -> str:
        return list(self.books)[number % len(self.books)]

    @rule(by=st.sampled_from([0, 1, 1000]))
    def wait(self, by: int) -> None:
        self.clock.moment += timedelta(milliseconds=by)

    @rule(user=USERS, channel=CHANNELS)
    def create(self, user: str, channel: str) -> None:
        self.enter(self.run(self.store.create_conversation(channel, user)), user, channel, {})

    @rule(user=USERS, routine=ROUTINES)
    def routine(self, user: str, routine: str) -> None:
        made: str = self.run(self.store.get_or_create_routine_conversation(routine, "R", user))
        known = [
            key for key, c in self.books.items() if (c["user"], c["metadata"].get("routine_id")) == (user, routine)
        ]
        assert known in ([], [made])
        assert self.run(self.store.find_routine_conversation(routine, user)) == made
        document = {"thread_type": "routine", "routine_id": routine, "routine_name": "R"}
        self.enter(made, user, "routine", document)

    @rule(user=USERS)
    def heartbeat(self, user: str) -> None:
        made: str = self.run(self.store.get_or_create_heartbeat_conversation(user))
        assert (made in self.books) == any(
            (c["user"], c["metadata"].get("thread_type")) == (user, "heartbeat") for c in self.books.values()
        )
        self.enter(made, user, "heartbeat", {"thread_type": "heartbeat"})

    @precondition(lambda self: self.books)
    @rule(number=ANY, role=st.sampled_from(["user", "assistant", "tool_calls"]), text=TEXTS)
    def say(self, number: int, role: str, text: str) -> None:
        key = self.pick(number)
        if not self.backend.keeps_nul:
            text = text.replace("\0", "")
        self.clock.advance(milliseconds=1)
        self.run(self.store.add_conversation_message(key, role, text))
        self.books[key]["messages"].append((role, text, self.clock.moment))
        self.books[key]["active"] = self.clock.moment

    @precondition(lambda self: self.books)
    @rule(number=ANY, user=USERS, channel=CHANNELS)
    def ensure(self, number: int, user: str, channel: str) -> None:
        key = self.pick(number)
        mine = (self.books[key]["user"], self.books[key]["channel"]) == (user, channel)
        assert self.run(self.store.ensure_conversation(key, channel, user)) is mine
        if mine:
            self.books[key]["active"] = self.clock.moment

    @precondition(lambda self: self.books)
    @rule(number=ANY, field=KEYS, value=VALUES)
    def edit(self, number: int, field: str, value: Any) -> None:
        key = self.pick(number)
        self.run(self.store.update_conversation_metadata_field(key, field, value))
        self.books[key]["metadata"] = merged(self.books[key]["metadata"], {field: value})

    @precondition(lambda self: self.books)
    @rule(number=ANY)
    def make_heartbeat(self, number: int) -> None:
        key = self.pick(number)
        user = self.books[key]["user"]
        others = [
            other
            for other, c in self.books.items()
            if other != key and (c["user"], c["metadata"].get("thread_type")) == (user, "heartbeat")
        ]
        edit = self.store.update_conversation_metadata_field(key, "thread_type", "heartbeat")
        if others:
            with pytest.raises(DuplicateThread):
                self.run(edit)
        else:
            self.run(edit)
            self.books[key]["metadata"]["thread_type"] = "heartbeat"

    @precondition(lambda self: self.books)
    @rule(number=ANY)
    def delete(self, number: int) -> None:
        key = self.pick(number)
        self.run(self.store.touch_conversation(key))
        self.backend.delete_conversation(key)
        self.books.pop(key)
        with pytest.raises(ConversationNotFound):
            self.run(self.store.touch_conversation(key))

    @invariant()
    def lists_are_the_books(self) -> None:
        for user in ("ada", "#1"):
            mine = [key for key, c in self.books.items() if c["user"] == user]
            newest = sorted(mine, key=lambda key: self.books[key]["active"], reverse=True)
            page = self.run(self.store.list_conversations(user, limit=200))
            assert sorted(c.id for c in page.conversations) == sorted(mine)
            assert [c.last_activity for c in page.conversations] == [self.books[key]["active"] for key in newest]
            assert [c.total.value for c in page.conversations] == [
                len(self.books[c.id]["messages"]) for c in page.conversations
            ]
            folded = self.run(self.store.count_conversations(user, machines=Machines.FOLDED))
            only = self.run(self.store.count_conversations(user, machines=Machines.ONLY))
            assert folded + only == len(mine)

    @invariant()
    def conversations_are_the_books(self) -> None:
        for key, book in list(self.books.items())[:3]:
            assert self.run(self.store.get_conversation_metadata(key)) == book["metadata"]
            messages = self.run(self.store.list_conversation_messages(key))
            assert [(m.role, m.content, m.created_at) for m in messages] == book["messages"]


@pytest.mark.campaign
@pytest.mark.parametrize("make", WRITING.values(), ids=WRITING)
def test_any_sequence_of_calls_keeps_the_books(make: Callable[[Path, Clock], Backend]) -> None:
    class Model(StoreModel):
        def __init__(self) -> None:
            super().__init__(make)

    run_state_machine_as_test(Model, settings=settings(max_examples=10 * CAMPAIGN, stateful_step_count=20))

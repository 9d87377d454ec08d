"""What a conversation took: exact counts and exact money."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from store import Capability, ConversationNotFound
from store.contract.usage import RoleUse
from tests.store.conftest import USER
from tests.store.contract.backend import CallSpec, History, MessageSpec, RoutineSpec, RunSpec, at

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from tests.store.contract.backend import Backend

pytestmark = pytest.mark.needs(Capability.USAGE)

ROUTINE = "11111111-1111-4111-8111-111111111111"
THREAD = {"thread_type": "routine", "routine_id": ROUTINE, "routine_name": "Backup"}
JAN = [datetime(2026, 1, day, tzinfo=UTC) for day in range(1, 32)]


async def test_messages_are_counted_by_role_with_their_bytes_and_times(
    backend: Backend, store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.take_small_steps(monkeypatch)
    made = backend.add_conversation(
        *(MessageSpec("é", created_at=at(minutes=minute)) for minute in range(7)),
        MessageSpec("yes", "assistant", at(minutes=-1)),
        MessageSpec("no time", "assistant", at(minutes=2)),
    )
    found = await store.usage(made, USER)
    assert found.roles == (RoleUse("user", 7, 14), RoleUse("assistant", 2, 10))
    assert (found.messages, found.size) == (9, 24)
    assert (found.first_at, found.last_at) == (at(minutes=-1), at(minutes=6))


async def test_an_empty_conversation_has_no_times(backend: Backend, store: ConversationStore) -> None:
    found = await store.usage(backend.add_conversation(), USER)
    assert (found.messages, found.size, found.first_at, found.last_at) == (0, 0, None, None)


async def test_costs_are_added_exactly_whatever_their_notation(backend: Backend, store: ConversationStore) -> None:
    made, other = backend.add_conversation(), backend.add_conversation()
    costs = ["0.1", "0.2", "1E-7", "3e-28", "1000000000000000000"]
    backend.seed(History(calls=[*(CallSpec(cost, made) for cost in costs), CallSpec("99", other)]))
    (model,) = (await store.usage(made, USER)).models or ()
    assert model.cost == Decimal("1000000000000000000.3000001000000000000000000003")
    assert (model.calls, model.input_tokens, model.output_tokens, model.unreadable) == (5, 50, 15, 0)


async def test_models_are_told_apart_and_come_dearest_first(
    backend: Backend, store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.take_small_steps(monkeypatch)
    made = backend.add_conversation()
    calls = [("a", "x", "0.1"), ("a", "y", "0.5"), ("b", "x", "0.2"), ("a", "x", "0.15")]
    backend.seed(History(calls=[CallSpec(cost, made, None, provider, model) for provider, model, cost in calls]))
    models = (await store.usage(made, USER)).models or ()
    assert [(each.provider, each.model, str(each.cost)) for each in models] == [
        ("a", "y", "0.5"),
        ("a", "x", "0.25"),
        ("b", "x", "0.2"),
    ]


async def test_runs_are_added_up_by_status_and_by_week_of_the_readers_zone(
    backend: Backend, store: ConversationStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend.take_small_steps(monkeypatch)
    made = backend.add_conversation(channel="routine", metadata=THREAD)
    job, another = "22222222-2222-4222-8222-222222222222", "33333333-3333-4333-8333-333333333333"
    backend.seed(
        History(
            routines=[RoutineSpec(ROUTINE, "Backup")],
            runs=[
                # A Sunday evening in UTC is a Monday further east.
                RunSpec(ROUTINE, JAN[3] + timedelta(hours=23.5), "failed", job_id=job),
                RunSpec(ROUTINE, JAN[4] + timedelta(hours=8), job_id=job),
                RunSpec(ROUTINE, JAN[11] + timedelta(hours=8), tokens=None),
            ],
            calls=[
                CallSpec("0.25", job_id=job),
                CallSpec("1E-2", job_id=job),
                CallSpec("7", job_id=another),
            ],
        )
    )
    found = (await store.usage(made, USER)).runs
    further_east = (await store.usage(made, USER, tz=timezone(timedelta(hours=2)))).runs
    assert found is not None
    assert further_east is not None
    assert [(each.status, each.runs, each.tokens) for each in found.statuses] == [("ok", 2, 100), ("failed", 1, 100)]
    assert (found.runs, found.tokens, found.counted_tokens) == (3, 200, 2)
    assert [(each.year, each.week, each.runs, each.failed, each.tokens) for each in found.weeks] == [
        (2026, 3, 1, 0, 0),
        (2026, 2, 1, 0, 100),
        (2026, 1, 1, 1, 100),
    ]
    assert [(each.week, each.runs) for each in further_east.weeks] == [(3, 1), (2, 2)]
    assert found.jobs is not None
    assert found.jobs.cost == Decimal("0.26")
    assert sum(each.cost for each in further_east.weeks) == Decimal("0.26")


async def test_runs_are_read_by_time(backend: Backend, store: ConversationStore) -> None:
    start, stop = JAN[4], JAN[4] + timedelta(hours=23)
    completed = start + timedelta(hours=8, seconds=2.5)
    backend.seed(
        History(
            routines=[RoutineSpec(ROUTINE, "Backup")],
            runs=[
                RunSpec(ROUTINE, start - timedelta(seconds=1)),
                RunSpec(ROUTINE, start + timedelta(hours=8), completed_at=completed),
                RunSpec(ROUTINE, start + timedelta(hours=9), "failed"),
                RunSpec(ROUTINE, start + timedelta(days=1, hours=8)),
            ],
        )
    )
    found = await store.routine_runs(ROUTINE, USER, start, stop)
    assert [(each.status, each.tokens) for each in found] == [("ok", 100), ("failed", 100)]
    assert found[0].completed_at == completed
    assert await store.routine_runs(ROUTINE, "somebody else", start, stop) == []


async def test_runs_of_another_users_routine_stay_with_them(backend: Backend, store: ConversationStore) -> None:
    made = backend.add_conversation(channel="routine", metadata=THREAD)
    backend.seed(History(routines=[RoutineSpec(ROUTINE, "Backup", "other")], runs=[RunSpec(ROUTINE, JAN[3])]))
    assert (await store.usage(made, USER)).runs is None


async def test_what_another_users_conversation_took_is_not_told(backend: Backend, store: ConversationStore) -> None:
    made = backend.add_conversation(user_id="other")
    with pytest.raises(ConversationNotFound):
        await store.usage(made, USER)

"""A whole history is counted exactly: by the reader's day and week, again while others write, from what was kept."""

from __future__ import annotations

import re
from datetime import date, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from store import Capability
from tests.store.conftest import USER
from tests.store.contract.backend import CallSpec, History, MessageSpec, RoutineSpec, RunSpec, at

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo
    from pathlib import Path
    from typing import Any

    from store.contract.statistics import Statistics, StatisticsBatch
    from store.contract.store import ConversationStore
    from tests.store.contract.backend import Backend

ROUTINES = [f"{number}1111111-1111-4111-8111-111111111111" for number in (1, 2, 3)]
WHOLE = rb"(?s)\A.*"
JAN_1 = date(2026, 1, 1)
EAST = timezone(timedelta(hours=2))


async def steps(store: ConversationStore, **given: Any) -> list[StatisticsBatch]:
    async with store.statistics(USER, **given) as running:
        return [batch async for batch in running]


async def counted(store: ConversationStore, **given: Any) -> Statistics:
    return (await steps(store, **given))[-1].statistics


async def counted_by(backend: Backend, folder: Path, **given: Any) -> Statistics:
    """Count in a store of its own, which takes what another one kept."""
    async with backend.open(index_folder=folder) as store:
        return await counted(store, **given)


@pytest.fixture(autouse=True)
def small_steps(backend: Backend, monkeypatch: pytest.MonkeyPatch) -> None:
    backend.take_small_steps(monkeypatch)


async def test_messages_are_counted_by_the_readers_day_and_by_channel(
    backend: Backend, store: ConversationStore
) -> None:
    backend.add_conversation(*(MessageSpec(created_at=at(hours=hour)) for hour in (0, 21, 23, 24)))
    backend.add_conversation(MessageSpec(created_at=at(hours=23.5)), channel="signal")
    backend.add_conversation(MessageSpec(), user_id="other")
    found = await counted(store)
    assert found.days == {
        JAN_1: {"telegram": 3, "signal": 1},
        date(2026, 1, 2): {"telegram": 1},
    }
    assert (await counted(store, tz=EAST)).days == {
        JAN_1: {"telegram": 2},
        date(2026, 1, 2): {"telegram": 2, "signal": 1},
    }


@pytest.mark.parametrize(
    "zone", [ZoneInfo("Australia/Lord_Howe"), ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Havana")]
)
async def test_a_day_is_as_long_as_the_zone_makes_it(
    backend: Backend, store: ConversationStore, zone: tzinfo
) -> None:
    moments = [at(hours=hour, minutes=minute) for hour in range(0, 24 * 365, 97) for minute in (0, 14, 15, 59)]
    backend.add_conversation(*(MessageSpec(created_at=moment) for moment in moments))
    found = {day: many["telegram"] for day, many in (await counted(store, tz=zone)).days.items()}
    wanted = [moment.astimezone(zone).date() for moment in moments]
    assert found == {day: wanted.count(day) for day in wanted}


async def test_channels_have_all_their_conversations_the_fullest_first(
    backend: Backend, store: ConversationStore
) -> None:
    backend.add_conversation("a", "b")
    backend.add_conversation()
    backend.add_conversation("a", "b", "c", channel="signal")
    found = await counted(store)
    assert [(each.name, each.conversations, each.messages) for each in found.channels] == [
        ("signal", 1, 3),
        ("telegram", 2, 2),
    ]
    assert (found.messages, found.conversations) == (5, 3)


async def test_an_empty_history_is_counted_at_once(store: ConversationStore) -> None:
    found = await steps(store)
    assert (found[-1].statistics.days, found[-1].statistics.messages, found[-1].share) == ({}, 0, 1.0)
    assert [batch.is_complete for batch in found] == [False] * (len(found) - 1) + [True]


async def test_what_was_read_is_told_as_it_grows(backend: Backend, store: ConversationStore) -> None:
    for day in range(4):
        backend.add_conversation(*(MessageSpec(created_at=at(days=day, minutes=minute)) for minute in range(5)))
    found = await steps(store)
    shares = [batch.share for batch in found]
    assert shares == sorted(shares)
    assert len(set(shares)) > 3
    assert found[-1].statistics.messages == 20


async def test_the_counting_can_be_stopped(backend: Backend, store: ConversationStore) -> None:
    backend.add_conversation(*(MessageSpec(created_at=at(minutes=minute)) for minute in range(50)))
    async with store.statistics(USER) as running:
        await anext(running)
        await running.stop()
        assert [batch async for batch in running] == []


@pytest.mark.needs(Capability.USAGE)
async def test_calls_are_added_up_by_week_and_model_the_dearest_of_the_newest_first(
    backend: Backend, store: ConversationStore
) -> None:
    made, other = backend.add_conversation(), backend.add_conversation(user_id="other")
    calls = [("x", "0.1", at()), ("x", "0.2", at(days=1)), ("y", "1E-7", at(days=1)), ("x", "7", at(days=3.95))]
    backend.seed(
        History(
            calls=[
                *(CallSpec(cost, made, model=model, created_at=moment) for model, cost, moment in calls),
                CallSpec("99", other),
            ]
        )
    )
    weeks = (await counted(store)).weeks or ()
    assert [(each.year, each.week, each.model, each.calls, each.input_tokens, each.cost) for each in weeks] == [
        (2026, 1, "x", 3, 30, Decimal("7.3")),
        (2026, 1, "y", 1, 10, Decimal("1E-7")),
    ]
    # A Sunday evening of UTC is a Monday further east.
    east = (await counted(store, tz=EAST)).weeks or ()
    assert [(each.week, each.model, each.cost) for each in east] == [
        (2, "x", Decimal(7)),
        (1, "x", Decimal("0.3")),
        (1, "y", Decimal("1E-7")),
    ]


@pytest.mark.needs(Capability.USAGE)
async def test_what_the_jobs_of_a_users_routines_took_counts_too(backend: Backend, store: ConversationStore) -> None:
    mine, theirs, nobodys = (f"{number}2222222-2222-4222-8222-222222222222" for number in (1, 2, 3))
    backend.seed(
        History(
            routines=[RoutineSpec(ROUTINES[0], "Backup"), RoutineSpec(ROUTINES[1], "Theirs", "other")],
            runs=[RunSpec(ROUTINES[0], at(), job_id=mine), RunSpec(ROUTINES[1], at(), job_id=theirs)],
            calls=[CallSpec("0.5", job_id=mine), CallSpec("3", job_id=theirs), CallSpec("9", job_id=nobodys)],
        )
    )
    assert [each.cost for each in (await counted(store)).weeks or ()] == [Decimal("0.5")]


async def test_a_history_without_calls_says_whether_there_is_a_record(
    backend: Backend, store: ConversationStore
) -> None:
    assert (await counted(store)).weeks == (None if Capability.USAGE in backend.lacks else ())


async def test_routines_tell_how_their_runs_ended(backend: Backend, store: ConversationStore) -> None:
    names = ["Backup", "Idle", "Theirs"]
    runs = [(0, "ok"), (0, "failed"), (0, "ok"), (2, "ok")]
    backend.seed(
        History(
            routines=[
                RoutineSpec(key, name, "other" if name == "Theirs" else USER)
                for key, name in zip(ROUTINES, names, strict=True)
            ],
            runs=[
                RunSpec(ROUTINES[number], at(minutes=minute), status) for minute, (number, status) in enumerate(runs)
            ],
        )
    )
    found = (await counted(store)).routines or ()
    assert [(each.name, dict(each.runs), each.total) for each in found] == [
        ("Backup", {"ok": 2, "failed": 1}, 3),
        ("Idle", {}, 0),
    ]


# What was kept.


async def test_what_was_kept_is_brought_up_to_date(backend: Backend, tmp_path: Path) -> None:
    made = [
        backend.add_conversation(*(MessageSpec(created_at=at(days=day, hours=hour)) for hour in range(3)))
        for day in range(6)
    ]
    folder = tmp_path / "kept"
    assert (await counted_by(backend, folder)).messages == 18
    async with backend.open() as store:
        everything = await store.list_conversation_messages(made[2])
    changes: list[Callable[[], object]] = [
        lambda: backend.add_messages(made[1], MessageSpec(created_at=at(days=1, hours=9))),
        lambda: backend.add_conversation(MessageSpec(created_at=at(days=40)), channel="signal"),
        lambda: backend.delete_messages(everything[1]),
        lambda: backend.delete_conversation(made[4]),
        lambda: backend.delete_conversation(made[5]),
        lambda: backend.add_messages(
            made[0], MessageSpec(created_at=at(days=50)), MessageSpec(created_at=at(days=51))
        ),
    ]
    for change in changes:
        change()
        kept, anew = await counted_by(backend, folder), await counted_by(backend, folder, anew=True)
        assert (kept.days, kept.channels) == (anew.days, anew.channels)


async def test_messages_that_take_the_place_of_deleted_ones_are_counted(backend: Backend, tmp_path: Path) -> None:
    made = backend.add_conversation(*(MessageSpec(created_at=at(days=day)) for day in range(4)))
    folder = tmp_path / "kept"
    await counted_by(backend, folder)
    async with backend.open() as store:
        newest = (await store.list_conversation_messages(made))[-1]
    backend.delete_messages(newest)
    backend.add_messages(made, MessageSpec(created_at=at(days=30)))
    backend.set_last_activity(made, at(days=30))
    assert at(days=30).date() in (await counted_by(backend, folder)).days


@pytest.mark.needs(Capability.USAGE)
async def test_kept_costs_are_brought_up_to_date(backend: Backend, tmp_path: Path) -> None:
    made = backend.add_conversation("a")
    backend.seed(History(calls=[CallSpec("0.1", made), CallSpec("0.2", made)]))
    folder = tmp_path / "kept"
    await counted_by(backend, folder)
    backend.seed(History(calls=[CallSpec("1E-12", made, created_at=at(days=30))]))
    weeks = (await counted_by(backend, folder)).weeks or ()
    assert [each.cost for each in weeks] == [Decimal("1E-12"), Decimal("0.3")]


async def test_a_time_that_is_rewritten_is_noticed_after_a_week_or_when_all_is_read_anew(
    backend: Backend, tmp_path: Path
) -> None:
    made = backend.add_conversation(*(MessageSpec(created_at=at(days=day)) for day in range(3)))
    folder = tmp_path / "kept"
    before = await counted_by(backend, folder)
    async with backend.open() as store:
        message = (await store.list_conversation_messages(made))[1]
    backend.set_created_at(message, at(days=200))
    # This also shows that what was kept is taken.
    assert await counted_by(backend, folder) == before
    backend.clock.advance(days=7)
    assert at(days=200).date() in (await counted_by(backend, folder)).days
    backend.set_created_at(message, at(days=100))
    assert at(days=100).date() in (await counted_by(backend, folder, anew=True)).days
    assert at(days=100).date() in (await counted_by(backend, folder)).days


async def test_what_was_kept_for_another_zone_or_user_is_not_taken(backend: Backend, tmp_path: Path) -> None:
    backend.add_conversation(MessageSpec(created_at=at(hours=23)))
    backend.add_conversation(MessageSpec(created_at=at(days=9)), user_id="other")
    folder = tmp_path / "kept"
    await counted_by(backend, folder)
    assert list((await counted_by(backend, folder, tz=EAST)).days) == [date(2026, 1, 2)]
    async with backend.open(index_folder=folder) as store, store.statistics("other") as running:
        found = [batch async for batch in running][-1].statistics
    assert list(found.days) == [date(2026, 1, 10)]


async def test_what_was_stopped_is_not_kept(backend: Backend, tmp_path: Path) -> None:
    backend.add_conversation(*(MessageSpec(created_at=at(minutes=minute)) for minute in range(20)))
    folder = tmp_path / "kept"
    async with backend.open(index_folder=folder) as store, store.statistics(USER) as running:
        await anext(running)
    assert not folder.exists()


@pytest.mark.parametrize(
    ("what", "instead"),
    [
        *((WHOLE, each) for each in (b"", b"{", b"[]", b'{"stamp": 1}')),
        (rb"\[", b'["x",'),
        (rb'("marks?":)', rb'\1[["x"]],"other":'),
    ],
)
async def test_a_damaged_file_of_counts_costs_nothing_but_time(
    backend: Backend, tmp_path: Path, what: bytes, instead: bytes
) -> None:
    backend.add_conversation("a", "b")
    folder = tmp_path / "kept"
    before = await counted_by(backend, folder)
    (kept,) = folder.glob("*.counts")
    text = kept.read_bytes()
    assert kept.stat().st_mode & 0o777 == 0o600
    kept.write_bytes(re.sub(what, instead, text))
    assert await counted_by(backend, folder) == before
    assert kept.read_bytes() == text


async def test_what_is_written_while_it_is_counted_is_there_the_next_time(backend: Backend, tmp_path: Path) -> None:
    made = backend.add_conversation(*(MessageSpec(created_at=at(minutes=minute)) for minute in range(20)))
    folder = tmp_path / "kept"
    async with backend.open(index_folder=folder) as store:
        async with store.statistics(USER) as running:
            number = 0
            async for _ in running:
                number += 1
                backend.add_messages(made, MessageSpec(created_at=at(days=2 + number)))
        assert (await counted(store)).messages == 20 + number

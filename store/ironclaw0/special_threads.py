"""Tell the special threads of a user from their duplicates, and routines from orphans, whatever the engine. Pure.

IronClaw writes to one thread per routine, one heartbeat thread, and one assistant thread per channel. A race of its
own, or a database without the unique indexes, can leave more; the one last used counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from store.core.stored_values import is_clean, is_uuid, text_of
from store.domain.timestamps import instant_of, parse
from store.ironclaw0.describing import number
from store.records import UNREADABLE, Flaw, Kind, Routine, SpecialThread

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ROUTINE_COLUMNS = (
    "id",
    "name",
    "description",
    "enabled",
    "trigger_type",
    "trigger_config",
    "last_run_at",
    "next_fire_at",
    "run_count",
    "consecutive_failures",
)
"""What ``routine_records`` takes of a row of ``routines``."""


class Thread(NamedTuple):
    """A row of ``conversations`` with the strings of its metadata that make it special."""

    key: str
    """The text that callers name it by."""
    tie: int
    last_activity: Any
    channel: Any
    thread_type: str | None
    routine_id: str | None
    routine_name: str | None


def last_used(row: tuple[Any, ...]) -> tuple[bool, int, int]:
    """Return a key by which rows of (key, tie, last_activity, …) order from the first used to the last."""
    instant = instant_of(row[2])
    return instant != UNREADABLE, instant, -row[1]


def special_threads(threads: Iterable[Thread]) -> list[SpecialThread]:
    """Return threads, given with the last used first, with all but the first of each place marked as duplicates."""
    seen: set[tuple[Kind, object]] = set()
    found = []
    for thread in threads:
        kind = Kind(thread.thread_type) if thread.thread_type in list(Kind) else Kind.ROUTINE
        place = kind, {Kind.ROUTINE: thread.routine_id, Kind.ASSISTANT: thread.channel}.get(kind)
        found.append(
            SpecialThread(
                id=thread.key,
                kind=kind,
                channel=text_of(thread.channel, set()),
                routine_id=thread.routine_id,
                last_activity=parse(thread.last_activity),
                is_duplicate=place in seen and place != (Kind.ROUTINE, None),
            )
        )
        seen.add(place)
    return found


def by_routine(threads: Iterable[Thread]) -> dict[str, list[Thread]]:
    """Return the threads of each routine, in the given order."""
    found: dict[str, list[Thread]] = {}
    for thread in threads:
        found.setdefault(str(thread.routine_id), []).append(thread)
    return found


def routine_records(rows: Iterable[tuple[Any, ...]], threads: Mapping[str, list[Thread]]) -> list[Routine]:
    """Return routines by name, then the threads whose routine is gone, each as an orphan.

    Args:
        rows: Of each routine the text that callers name it by, and ``ROUTINE_COLUMNS``.
        threads: The threads of each routine, the last used first.
    """
    left = dict(threads)
    found = [_routine(row, left.pop(row[1], []) if is_clean(row[1]) else []) for row in rows]
    found += [_orphan(routine, theirs) for routine, theirs in left.items()]
    return sorted(found, key=lambda routine: (routine.is_orphan, routine.name, routine.id))


def _routine(row: tuple[Any, ...], threads: Sequence[Thread]) -> Routine:
    key, stored_id, name, description, enabled, trigger, config, last_run, next_fire, runs, failures = row
    flaws: set[Flaw] = set()
    if not (is_clean(stored_id) and is_uuid(stored_id)):
        flaws.add(Flaw.ID)
    if any(time is not None and parse(time) is None for time in (last_run, next_fire)):
        flaws.add(Flaw.TIME)
    return Routine(
        id=key,
        name=text_of(name, flaws),
        description=text_of(description, flaws),
        enabled=bool(number(enabled)),
        trigger_type=text_of(trigger, flaws),
        trigger_config=text_of(config, flaws),
        last_run_at=parse(last_run),
        next_fire_at=parse(next_fire),
        run_count=number(runs),
        consecutive_failures=number(failures),
        conversation_id=threads[0].key if threads else None,
        flaws=frozenset(flaws),
        duplicates=tuple(thread.key for thread in threads[1:]),
    )


def _orphan(routine_id: str, threads: Sequence[Thread]) -> Routine:
    """Return what is known of a routine that only its threads remember."""
    return Routine(
        id=routine_id,
        name=threads[0].routine_name or "",
        description="",
        enabled=False,
        trigger_type="",
        trigger_config="{}",
        last_run_at=None,
        next_fire_at=None,
        run_count=0,
        consecutive_failures=0,
        conversation_id=threads[0].key,
        is_orphan=True,
        duplicates=tuple(thread.key for thread in threads[1:]),
    )

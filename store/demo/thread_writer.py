"""Write the weeks with IronClaw 1.x into a database file, as 1.3 would have left it after beginning with 1.0."""

from __future__ import annotations

import json
import os
import sqlite3
from contextlib import closing
from datetime import UTC, timedelta
from itertools import count
from random import Random
from typing import TYPE_CHECKING, Any
from uuid import UUID

from store.demo import moved
from store.demo import thread_files as files
from store.demo.script import ago, lines_of, timed
from store.files.atomic_file import put_in_place, require_free, reserve
from store.files.drafts import draft_folder
from store.ironclaw1.addresses import Thread, ThreadScope

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from store.demo.script import Line, Scene
    from store.demo.thread_files import Statement

USER = "reborn-cli"
"""The user id that IronClaw 1.x gives to the owner of an installation."""
_SCOPE = ThreadScope("reborn-cli", USER, "reborn-cli-agent", owner=USER)
_TRIGGER = "01JYBRIEFING0000000000MARA"
_DAYS, _FAILED, _MISSED = 24, (1, 2), (9, 10, 11)
"""Mornings with a briefing; how many days ago it failed, and how many ago there was none."""
_CAPABILITY_ERROR = "the mail server did not answer"


def write_ironclaw1(path: Path, now: datetime) -> None:
    """Create a database file with some weeks of sample threads of IronClaw 1.x.

    The file is private to its owner (0600) and appears whole or not at all.

    Args:
        path: where nothing lies yet.
        now: when the newest message was written, about; an aware time.

    Raises:
        FileExistsError: something lies at the path.
        OSError: the file cannot be made there.
        sqlite3.Error: it cannot be filled.
    """
    require_free(path)
    with draft_folder(path.absolute().parent, "demo") as beside:
        draft = beside / "threads.db"
        os.close(reserve(draft))
        with closing(sqlite3.connect(draft, isolation_level=None)) as db:
            db.execute("PRAGMA journal_mode = WAL")
            db.execute("BEGIN IMMEDIATE")
            for sql, values in _history(now.astimezone(UTC), Random("threads")):
                db.execute(sql, values)
            db.execute("COMMIT")
        put_in_place(draft, path)


def _history(now: datetime, rng: Random) -> Iterator[Statement]:
    yield from files.tables()
    # Before the indexes are declared: 1.0 had none.
    yield from _first_week(now - ago("31d"), rng)
    for scope in (_SCOPE, _SCOPE._replace(project=moved.PROJECT)):
        yield from files.order(scope)
    for number, scene in enumerate(moved.SCENES):
        yield from _scene(_SCOPE, scene, now, rng, is_waiting=number == 0)
    for scene in moved.BAND:
        yield from _scene(_SCOPE._replace(project=moved.PROJECT), scene, now, rng)
    yield from _automation(now, rng)


def _scene(
    scope: ThreadScope, scene: Scene, now: datetime, rng: Random, *, is_waiting: bool = False
) -> Iterator[Statement]:
    """Yield a thread; one that is waiting ends with a message that the assistant has not taken up."""
    thread = Thread(scope, _uuid(rng))
    lines = lines_of(scene.play)
    rows = timed(lines, rng, last=now - ago(scene.ends))
    records = _Records(thread, rng)
    for line, row in zip(lines, rows, strict=True):
        records.add(line, row.at)
    last = rows[-1].at
    if is_waiting:
        last = now - ago("2m")
        waiting = "And is there cake? Asking for a friend who lives here."
        records.say("user", waiting, last, status="queued", source_binding_id="surface:5:webui;")
    first = next(line.text for line in lines if line.role == "user")
    yield from files.thread(thread, last, created=rows[0].at, derived_title=_shortened(first))
    yield from records.statements()


class _Records:
    """The messages of a thread, numbered as they come."""

    def __init__(self, thread: Thread, rng: Random) -> None:
        self._thread = thread
        self._rng = rng
        self._numbers = count(1)
        self._records: list[dict[str, Any]] = []

    def add(self, line: Line, at: datetime) -> None:
        """Add a line of a play: a word, or the tools of a turn, each from both sides."""
        if line.text and not line.calls:
            self.say(line.role, line.text, at)
        for call in line.calls:
            reference = f"result:{_uuid(self._rng)}"
            provider = {
                "provider_tool_name": call.name.replace(".", "_"),
                "capability_id": call.name,
                "arguments": {"reason": call.rationale},
                "reasoning": line.text,
            }
            result = {"version": 1, "result_ref": reference, "safe_summary": call.error or call.result[:80]}
            self.say("tool_result_reference", json.dumps(result), at, tool_result_provider_call=provider)
            card = {
                "version": 1,
                "invocation_id": _uuid(self._rng),
                "capability_id": call.name,
                "status": "failed" if call.error else "completed",
                "title": call.name,
                "input_summary": call.rationale,
                "output_summary": call.error or call.result[:120],
                "output_preview": call.result,
                "result_ref": reference,
                "truncated": False,
            }
            self.say("capability_display_preview", json.dumps(card, ensure_ascii=False), at)

    def say(self, kind: str, content: str, at: datetime, **fields: Any) -> None:
        """Add a message."""
        number = next(self._numbers)
        record = files.record(self._thread, _uuid(self._rng), number, kind, content, at=at, **fields)
        self._records.append(record)

    def statements(self) -> Iterator[Statement]:
        """Yield what writes them."""
        return (files.message(self._thread, record) for record in self._records)


def _first_week(begin: datetime, rng: Random) -> Iterator[Statement]:
    """Yield a thread as 1.0 wrote it: questions in files, replies in the log alone."""
    thread = Thread(_SCOPE, _uuid(rng))
    last = begin + timedelta(minutes=3 * len(moved.FIRST_WEEK))
    yield from files.thread(thread, last, created=begin)
    for number, (asked, answered) in enumerate(moved.FIRST_WEEK):
        at = begin + timedelta(minutes=3 * number)
        question = files.record(thread, _uuid(rng), 2 * number + 1, "user", asked, at=at)
        yield files.message(thread, question, has_order=False)
        later = at + timedelta(seconds=8)
        yield files.event(
            thread.log, files.record(thread, _uuid(rng), 2 * number + 2, "assistant", answered, at=later)
        )


def _automation(now: datetime, rng: Random) -> Iterator[Statement]:
    """Yield an automation that briefs its owner every morning, and the thread of each run."""
    due = now.replace(hour=7, minute=0, second=0, microsecond=0)
    mornings = [due - timedelta(days=days) for days in range(_DAYS, 0, -1)]
    row = {
        "trigger_id": _TRIGGER,
        "tenant_id": _SCOPE.tenant,
        "creator_user_id": USER,
        "agent_id": _SCOPE.agent,
        "name": "Morning briefing",
        "source": "schedule",
        "schedule_kind": "cron",
        "schedule_expression": "0 7 * * *",
        "schedule_timezone": "UTC",
        "prompt": "Tell me what the day holds: mail, weather, deadlines.",
        "state": "scheduled",
        "next_run_at": files.stamp(due + timedelta(days=due <= now), 9),
        "last_run_at": files.stamp(mornings[-1], 9),
        "last_status": "error",
        "created_at": files.stamp(mornings[0] - timedelta(hours=9), 9),
    }
    yield from files.insert("trigger_records", [row])
    for days, morning in zip(range(_DAYS, 0, -1), mornings, strict=True):
        if days not in _MISSED:
            yield from _run(morning, rng, is_bad=days in _FAILED)


def _run(morning: datetime, rng: Random, *, is_bad: bool) -> Iterator[Statement]:
    thread = Thread(_SCOPE, _uuid(rng))
    begun = morning + timedelta(seconds=1 + rng.random())
    ended = begun + timedelta(seconds=9 + 30 * rng.random())
    row = {
        "tenant_id": _SCOPE.tenant,
        "trigger_id": _TRIGGER,
        "fire_slot": files.stamp(morning, 9),
        "run_id": _uuid(rng),
        "thread_id": thread.id,
        "status": "error" if is_bad else "ok",
        "submitted_at": files.stamp(begun, 9),
        "completed_at": files.stamp(ended, 9),
    }
    yield from files.insert("trigger_run_history", [row])
    metadata = json.dumps({"source": "automation_trigger", "trigger_id": _TRIGGER})
    yield from files.thread(
        thread, ended, created=begun, metadata_json=metadata, derived_title=f"Morning briefing, {morning:%d %B}"
    )
    records = _Records(thread, rng)
    records.say("user", "Tell me what the day holds: mail, weather, deadlines.", begun)
    answer = f"I could not read the mail: {_CAPABILITY_ERROR}." if is_bad else rng.choice(moved.BRIEFINGS)
    records.say("assistant", answer, ended)
    yield from records.statements()


def _shortened(text: str) -> str:
    """Return the first line of a text as IronClaw 1.x derives a title from it."""
    line = text.strip().split("\n")[0]
    return line if len(line) <= 60 else f"{line[:59]}…"


def _uuid(rng: Random) -> str:
    return str(UUID(int=rng.getrandbits(128), version=4))

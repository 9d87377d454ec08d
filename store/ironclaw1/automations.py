"""Read the automations of a user, and their runs: each run has a thread of its own.

An automation is handed out as a routine. Its runs together make a conversation with a message a run, as a routine's
thread of 0.x was, which no table holds; its key begins with ``trigger:``.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from store.contract.usage import RoutineRun
from store.core.stored_values import text_of
from store.domain.timestamps import instant, instant_of, parse
from store.ironclaw1.addresses import DEFAULT_TENANT
from store.ironclaw1.thread_rows import not_found
from store.records import (
    UNREADABLE,
    Conversation,
    ConversationCursor,
    Count,
    Kind,
    Message,
    MessageCursor,
    Preview,
    Routine,
    RoutineState,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.core.list_filter import RunsRequest
    from store.ironclaw1.schema import Database

KEY = "trigger:"
"""How the keys of such conversations begin."""
CHANNEL = "automation"
_NEEDED = frozenset({"tenant_id", "trigger_id", "creator_user_id"})
_COLUMNS = (
    "tenant_id", "trigger_id", "creator_user_id", "project_id", "name", "source", "schedule_expression",
    "schedule_timezone", "schedule_kind", "schedule_at", "prompt", "state", "next_run_at", "last_run_at",
    "last_status", "created_at",
)  # fmt: skip
_RUNS_NEEDED = frozenset({"tenant_id", "trigger_id", "fire_slot", "status"})
_RUN_COLUMNS = ("fire_slot", "status", "thread_id", "submitted_at", "completed_at", "source", "run_id")
_LOOKED_AT = 100
"""Newest runs among which failures are counted."""
_STATUSES = {"error": "failed"}
"""What 0.x calls a status."""


class Automation(NamedTuple):
    """A row of ``trigger_records`` as it is stored."""

    tenant_id: Any
    trigger_id: Any
    creator_user_id: Any
    project_id: Any
    name: Any
    source: Any
    schedule_expression: Any
    schedule_timezone: Any
    schedule_kind: Any
    schedule_at: Any
    prompt: Any
    state: Any
    next_run_at: Any
    last_run_at: Any
    last_status: Any
    created_at: Any

    @property
    def user_id(self) -> str:
        """Return whose it is, named as its threads' owner is."""
        user = text_of(self.creator_user_id, set())
        if self.tenant_id != DEFAULT_TENANT:
            user = f"{text_of(self.tenant_id, set())}/{user}"
        return user if not self.project_id else f"{user}/projects/{text_of(self.project_id, set())}"

    @property
    def id(self) -> str:
        """Return its id."""
        return text_of(self.trigger_id, set())

    @property
    def key(self) -> str:
        """Return the key of the conversation that its runs make."""
        return f"{KEY}{text_of(self.tenant_id, set())}/{self.id}"

    @property
    def trigger_config(self) -> str:
        """Return when it runs, as 0.x writes it."""
        if self.schedule_kind == "once":
            return json.dumps({"at": self.schedule_at})
        found = {"schedule": self.schedule_expression, "timezone": self.schedule_timezone}
        return json.dumps({name: value for name, value in found.items() if value})

    @property
    def trigger_type(self) -> str:
        """Return what starts it."""
        if self.source not in (None, "schedule"):
            return text_of(self.source, set())
        return "once" if self.schedule_kind == "once" else "cron"


class Run(NamedTuple):
    """A row of ``trigger_run_history`` as it is stored."""

    fire_slot: Any
    status: Any
    thread_id: Any
    submitted_at: Any
    completed_at: Any
    source: Any
    run_id: Any

    @property
    def outcome(self) -> str:
        """Return how it ended, in 0.x's word."""
        status = text_of(self.status, set())
        return _STATUSES.get(status, status)

    @property
    def trigger(self) -> str:
        """Return what started it, in 0.x's word."""
        return "cron" if self.source in (None, "schedule") else text_of(self.source, set())

    def record(self) -> RoutineRun:
        """Return it as a run of a routine."""
        started = parse(self.submitted_at) or parse(self.fire_slot)
        return RoutineRun(self.trigger, self.outcome, started, parse(self.completed_at), None)


def automations(db: Database, user_id: str) -> list[Automation]:
    """Return the automations of a user by name."""
    if not db.schema.triggers >= _NEEDED:
        return []
    columns = _named(_COLUMNS, db.schema.triggers)
    rows = [Automation(*row) for row in db.execute(f"SELECT {columns} FROM trigger_records").fetchall()]
    theirs = (row for row in rows if row.user_id == user_id)
    return sorted(theirs, key=lambda each: (text_of(each.name, set()), each.id))


def runs_of(db: Database, automation: Automation, limit: int = -1) -> list[Run]:
    """Return the newest runs of an automation, or all of them, the first one first."""
    if not db.schema.runs >= _RUNS_NEEDED:
        return []
    rows = db.execute(
        f"SELECT {_named(_RUN_COLUMNS, db.schema.runs)} FROM trigger_run_history"
        " WHERE tenant_id IS ? AND trigger_id IS ? ORDER BY fire_slot DESC LIMIT ?",
        (automation.tenant_id, automation.trigger_id, limit),
    )
    return sorted((Run(*row) for row in rows.fetchall()), key=lambda run: instant_of(run.fire_slot))


def states(db: Database, user_id: str) -> dict[str, RoutineState]:
    """Return what lists show of a user's automations, by their ids."""
    return {
        each.id: RoutineState(each.id, text_of(each.name, set()), each.state == "scheduled", _failures(db, each))
        for each in automations(db, user_id)
    }


def routines(db: Database, user_id: str) -> list[Routine]:
    """Return a user's automations as routines, by name."""
    return [_routine(db, each) for each in automations(db, user_id)]


def require(db: Database, key: str, user_id: str | None) -> Automation:
    """Return the automation whose runs a key names.

    Raises:
        ConversationNotFound: there is none, or it is another user's; the sentence is the same.
    """
    tenant, _, trigger = key.removeprefix(KEY).rpartition("/")
    if key.startswith(KEY) and db.schema.triggers >= _NEEDED:
        columns = _named(_COLUMNS, db.schema.triggers)
        row = db.execute(
            f"SELECT {columns} FROM trigger_records WHERE tenant_id = ? AND trigger_id = ?", (tenant, trigger)
        ).fetchone()
        if row is not None and user_id in (None, Automation(*row).user_id):
            return Automation(*row)
    raise not_found()


def message_of(automation: Automation, run: Run, said: str, thread: str | None) -> Message:
    """Return a run as a message of the conversation that the runs make.

    Args:
        automation: Whose run.
        run: Which.
        said: What it came to.
        thread: The key of the thread that it wrote.
    """
    moment = parse(run.fire_slot)
    content = f"[{run.trigger}] {run.outcome}{': ' + said if said else ''}"
    name = text_of(run.run_id, set()) or f"{automation.id} {run.fire_slot}"
    size = len(content.encode("utf-8", "surrogatepass"))
    place = MessageCursor(instant(moment), tie_of(run))
    return Message(name, automation.key, "assistant", content, moment, place, size, leads_to=thread)


def tie_of(run: Run) -> int:
    """Return the place of a run among its like."""
    return instant_of(run.fire_slot)


def conversation_of(db: Database, automation: Automation, last_said: str) -> Conversation:
    """Return the conversation that the runs of an automation make.

    Args:
        db: The connection.
        automation: Which.
        last_said: What its last run came to.
    """
    runs = runs_of(db, automation)
    last = parse(runs[-1].fire_slot) if runs else None
    state = RoutineState(
        automation.id, text_of(automation.name, set()), automation.state == "scheduled", _failures(db, automation)
    )
    return Conversation(
        id=automation.key,
        channel=CHANNEL,
        user_id=automation.user_id,
        title=state.name or "Automation",
        kind=Kind.ROUTINE,
        total=Count(len(runs)),
        preview=Preview("assistant", f"[{runs[-1].trigger}] {runs[-1].outcome}: {last_said}", last) if runs else None,
        started_at=parse(automation.created_at),
        last_activity=last,
        cursor=ConversationCursor(UNREADABLE if last is None else instant(last), automation.key),
        routine=state,
        name_of_id=automation.id,
    )


def runs(db: Database, asked: RunsRequest) -> list[RoutineRun]:
    """Return the runs of an automation that began between two times, the oldest first."""
    theirs = (each for each in automations(db, asked.user_id) if each.id == asked.routine_id)
    found = (run.record() for each in theirs for run in runs_of(db, each))
    return [run for run in found if run.started_at and asked.start <= run.started_at <= asked.stop][-asked.limit :]


def _routine(db: Database, automation: Automation) -> Routine:
    runs = runs_of(db, automation)
    return Routine(
        id=automation.id,
        name=text_of(automation.name, set()),
        description=text_of(automation.prompt, set()) if automation.prompt else "",
        enabled=automation.state == "scheduled",
        trigger_type=automation.trigger_type,
        trigger_config=automation.trigger_config,
        last_run_at=parse(automation.last_run_at) or (parse(runs[-1].fire_slot) if runs else None),
        next_fire_at=parse(automation.next_run_at),
        run_count=len(runs),
        consecutive_failures=_failing(runs),
        conversation_id=automation.key if runs else None,
    )


def _failures(db: Database, automation: Automation) -> int:
    return _failing(runs_of(db, automation, _LOOKED_AT)) or int(automation.last_status == "error")


def _failing(runs: Sequence[Run]) -> int:
    """Return how many runs have failed since the last that did not."""
    many = 0
    for run in reversed(runs):
        if run.outcome == "failed":
            many += 1
        elif run.outcome != "running":
            break
    return many


def _named(columns: Sequence[str], there: frozenset[str]) -> str:
    return ", ".join(name if name in there else "NULL" for name in columns)

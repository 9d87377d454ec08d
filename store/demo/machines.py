"""What the assistant writes by itself: routines, their runs and threads, and the heartbeat."""

# ruff: noqa: E501 - a paragraph of a play is one line

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from store.demo.script import OWNER, Row, Thread, row

if TYPE_CHECKING:
    from random import Random


@dataclass(frozen=True, slots=True)
class Outcome:
    """How a run may end, and how often it does."""

    weight: int
    status: str
    summaries: tuple[str, ...] = ()
    """One is taken in turn; none leaves a bare status."""


@dataclass(frozen=True, slots=True)
class Routine:
    """A row of ``routines``, and what its runs say."""

    name: str
    description: str
    trigger_type: str
    trigger_config: dict[str, Any]
    first: timedelta
    """When it first fires on a day, after midnight UTC."""
    every: timedelta
    runs: int
    spoken: int
    """How many of the newest runs its thread holds; 0 for a routine that never had a thread."""
    outcomes: tuple[Outcome, ...]
    enabled: bool = True
    is_deleted: bool = False
    """Only its thread is left."""
    thread_name: str = ""
    """The name that the thread remembers, if the routine was renamed since."""
    failing: int = 0
    """How many runs have failed in a row by now."""
    stopped: timedelta = field(default_factory=timedelta)
    """How long ago the last run was due."""


@dataclass(frozen=True, slots=True)
class Run:
    """A row of ``routine_runs``."""

    at: datetime
    trigger: str
    status: str
    summary: str


BRIEFING = Routine(
    "Friendly morning briefing",
    "Weather, calendar and one thing worth knowing, before the kettle boils.",
    "cron",
    {"schedule": "0 30 6 * * *"},
    timedelta(hours=6, minutes=30),
    timedelta(days=1),
    212,
    118,
    (
        Outcome(
            9,
            "attention",
            (
                "☀️ 21 °C and dry. Call with Porto at 10:00, Ilse swims at 16:00.\n\nWorth knowing: the library forgives fines this week.",
                "🌧 Rain from eleven. Nothing in the calendar before lunch: chapter 14?\n\nWorth knowing: a group of herons is a *siege*.",
                "⛅ 18 °C. Tom has library day (**bag!**), dentist at 13:20.\n\nWorth knowing: the tomatoes want feeding on Thursdays.",
                "🌫 Fog until ten. Rehearsal 19:30, you promised cake.\n\nWorth knowing: *Nine Winters* is on the shortlist.",
                "🌤 19 °C, breezy. Two invoices are due today, both paid.\n\nWorth knowing: it is the longest week of the year for light.",
            ),
        ),
        Outcome(1, "failed", ("calendar did not answer within 30 s",)),
    ),
    thread_name="Morning news",
)
BACKUP = Routine(
    "Nightly backup check",
    "Looks whether restic wrote last night, and how much room is left.",
    "cron",
    {"schedule": "0 15 3 * * *"},
    timedelta(hours=3, minutes=15),
    timedelta(days=1),
    164,
    96,
    (
        Outcome(30, "ok"),
        Outcome(
            4,
            "attention",
            ("/srv/backup is 93 % full", "last night's snapshot is 40 % larger than usual: 2,114 new photos"),
        ),
    ),
    failing=3,
)
ROUTER = Routine(
    "Router watch",
    "Asks the router every half hour whether the line is up.",
    "cron",
    {"schedule": "0 */30 * * * *"},
    timedelta(),
    timedelta(minutes=30),
    4000,
    600,
    (
        Outcome(46, "ok"),
        Outcome(
            2,
            "attention",
            ("line was down for 4 min, came back by itself", "ping to the gateway 180 ms, usually 9 ms"),
        ),
        Outcome(1, "failed", ("http: connection refused by 192.168.1.1",)),
    ),
)
FROST = Routine(
    "Frost alarm",
    "Warns before a night under 2 °C at the allotment. Asleep until October.",
    "cron",
    {"schedule": "0 0 17 * 10-12,1-4 *"},
    timedelta(hours=17),
    timedelta(days=1),
    131,
    38,
    (
        Outcome(6, "ok"),
        Outcome(
            2,
            "attention",
            ("1 °C at five tomorrow: cover the fig 🌡", "−2 °C tonight. Fleece on everything, tap off."),
        ),
    ),
    enabled=False,
    stopped=timedelta(days=61),
)
PAYMENTS = Routine(
    "Payment received",
    "Marks an invoice as paid when the bank calls.",
    "webhook",
    {"path": "/hooks/bank", "secret_name": "bank_hook"},
    timedelta(),
    timedelta(days=9),
    0,
    0,
    (),
)
FARES = Routine(
    "Lisbon fare watch",
    "Compared fares until the flights were booked.",
    "cron",
    {"schedule": "0 0 */6 * * *"},
    timedelta(),
    timedelta(hours=6),
    64,
    64,
    (
        Outcome(
            3,
            "attention",
            ("Leeds–Lisbon from **£412** for four", "£388, back by train from Gatwick", "up to £471, wait"),
        ),
        Outcome(5, "ok"),
    ),
    is_deleted=True,
    stopped=timedelta(days=23),
)

ROUTINES = (BRIEFING, BACKUP, ROUTER, FROST, PAYMENTS, FARES)
"""Five that exist, and one of which only the thread is left."""

_FULL_DISK = "restic: write /srv/backup/data: no space left on device (exit status 1)"

_HEARTBEAT = (
    "Nothing needs you. The calendar is empty until {hour}:00 and every service on juniper answers.",
    "One thing: the parcel with the tomato seedlings is *out for delivery*. Somebody should be in before {hour}:00.",
    "I looked through `HEARTBEAT.md`:\n\n- [x] inbox read, nothing urgent\n- [x] invoices: none overdue since yesterday\n- [ ] **library books** are due tomorrow, 3 of 7 renewed",
    "Ruth wrote at {hour}:12. She likes chapter {number} and has *one small question* about the ferry. I left it unread.",
    "The disk on juniper is at {number} %, as it was. Still no reply from the oven man.",
    "All quiet. I moved two newsletters out of the way, and kept the one about swifts.",
    "Tom's school changed the trip to the canal: **{hour}:30** instead of {hour}:00. The calendar is right now.",
    "Checked: mail, calendar, backups, weather. {number} new messages, none of them yours to answer today.",
    "The forecast turned. If the washing is out, it has until about {hour}:00.",
)


def run_routine(routine: Routine, end: datetime, rng: Random) -> tuple[Run, ...]:
    """Return every run of a routine, oldest first, up to ``end`` less the time it has stood still."""
    stop = end - routine.stopped - timedelta(minutes=1)
    midnight = stop.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    due = midnight + routine.first
    due += (stop - due) // routine.every * routine.every
    is_frequent = routine.every < timedelta(hours=1)
    weights = [outcome.weight for outcome in routine.outcomes]
    runs: list[Run] = []
    for number in range(routine.runs):
        before_last = routine.runs - 1 - number
        at = due - before_last * routine.every + timedelta(milliseconds=rng.randrange(4000))
        outcome = rng.choices(routine.outcomes, weights)[0]
        summary = outcome.summaries[number % len(outcome.summaries)] if outcome.summaries else ""
        run = Run(at, "cron", outcome.status, summary)
        if before_last < routine.failing:
            run = Run(at, "cron", "failed", _FULL_DISK)
        elif number % 41 == 17 and not is_frequent:
            run = Run(at, "manual", "ok", "run by hand, all well")
        elif number % 41 == 30 and not is_frequent:
            run = Run(at, "dispatched", "ok", f"Job {rng.getrandbits(32):08x} completed successfully")
        runs.append(run)
    return tuple(runs)


def routine_thread(routine: Routine, routine_id: str, runs: tuple[Run, ...]) -> Thread:
    """Return the thread that a routine's newest runs wrote to; at least one of them."""
    spoken = runs[-routine.spoken :]
    return Thread(
        "routine",
        tuple(row("assistant", _report(run), run.at + timedelta(seconds=6)) for run in spoken),
        started=spoken[0].at,
        metadata={
            "thread_type": "routine",
            "routine_id": routine_id,
            "routine_name": routine.thread_name or routine.name,
        },
    )


def heartbeat_thread(end: datetime, rng: Random, beats: int = 204) -> Thread:
    """Return the heartbeat thread: what the model said, without any prefix, every few hours."""
    rows: list[Row] = []
    at = end - timedelta(hours=1, minutes=37)
    for beat in range(beats):
        words = _HEARTBEAT[(beat * 5 + beat // 9) % len(_HEARTBEAT)]
        rows.append(row("assistant", words.format(hour=9 + beat % 9, number=11 + beat * 7 % 61), at))
        at -= timedelta(minutes=rng.randrange(110, 420), seconds=rng.randrange(60))
    rows.reverse()
    return Thread("heartbeat", tuple(rows), started=rows[0].at, user_id=OWNER, metadata={"thread_type": "heartbeat"})


def _report(run: Run) -> str:
    head = f"[{run.trigger}] {run.status}"
    return f"{head}: {run.summary}" if run.summary else head

"""Put the plays in their places: every thread of the year that ends at a given moment."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from uuid import UUID

from store.demo import machines, oddities, recent, showcase, smalltalk
from store.demo.grammar import Deck
from store.demo.script import OWNER, Line, Row, Scene, Thread, ago, lines_of, row, timed

TELEGRAM_SENDER = "412077913"
"""Priya, who writes to the assistant from her own telephone."""
SLACK_SENDER = "U07K3MZQ4TB"
"""Kenji, who shares the studio and its assistant."""

_YEAR = timedelta(days=365)
_UPGRADE = timedelta(days=120)
"""How long before the end IronClaw 0.21 gave way to 0.24: another form of tool calls, and costs on record."""

_GREETING = """Hey there! I'm excited to be your new assistant. 🎉

I read what you send me, remember what you ask me to, and tell you before I do anything that cannot be undone.

- **Chat** with me here, or on any channel you connect
- Ask for a **routine**, and I do a thing every day without being asked
- Say `what can you do?` for the long version
"""

_CHANNELS = {
    "telegram": 26,
    "gateway": 18,
    "repl": 14,
    "slack": 9,
    "whatsapp": 8,
    "discord": 7,
    "tui": 6,
    "signal": 3,
    "http": 2,
    "web": 2,
    "feishu": 1,
    "mail-bridge": 2,
}
"""How many short conversations the owner had on each channel."""

_GROUPS = frozenset({"slack", "discord"})
"""Channels where the assistant is called by name."""


@dataclass(frozen=True, slots=True)
class RoutineHistory:
    """A routine, its id and its runs."""

    routine: machines.Routine
    id: str
    runs: tuple[machines.Run, ...]


@dataclass(frozen=True, slots=True)
class History:
    """Everything that the sample file holds."""

    threads: tuple[Thread, ...]
    routines: tuple[RoutineHistory, ...]
    end: datetime
    billed_from: datetime
    """From when on calls to language models were recorded."""


def tell(end: datetime) -> History:
    """Return the history whose newest messages were written shortly before ``end``, a UTC time."""
    routines = tuple(_routine(routine, end) for routine in machines.ROUTINES)
    threads = [
        *(_scene(scene, end) for scene in (*recent.SCENES, *showcase.SCENES)),
        *_long_threads(end),
        *_short_threads(end),
        *(machines.routine_thread(told.routine, told.id, told.runs) for told in routines if told.routine.spoken),
        machines.heartbeat_thread(end, Random("heartbeat")),
        *_oddities(end),
    ]
    threads.sort(key=lambda thread: thread.started)
    return History(tuple(threads), routines, end, end - _UPGRADE)


def _scene(scene: Scene, end: datetime) -> Thread:
    rng = Random(f"{scene.channel} {scene.ends}")
    play = scene.play
    if "  @LOG@" in play:
        play = play.replace("  @LOG@", oddities.long_log(rng))
    rows = timed(lines_of(play), rng, last=end - ago(scene.ends))
    billed = scene.user_id == OWNER
    return Thread(scene.channel, rows, rows[0].at, scene.user_id, scene.metadata, is_billed=billed)


def _long_threads(end: datetime) -> tuple[Thread, ...]:
    """Return the five that go on and on; the first of them is read at its end, so that was written by hand."""
    signal = _told("signal", 3000, end - _YEAR, end - ago("1d"), end)
    ending = timed(lines_of(recent.SIGNAL_ENDING), Random("ending"), last=end - ago("3m"))
    assistant = _told("assistant", 340, end - ago("330d"), end - ago("1d 4h"), end)
    telegram = _told("telegram", 240, end - ago("90d"), end - ago("6d 20h"), end)
    slack = _told("slack", 150, end - ago("200d"), end - ago("2d 8h"), end)
    discord = _told("discord", 120, end - ago("160d"), end - ago("8d"), end)
    greeting = row("assistant", _GREETING, assistant[0].at - ago("4m"))
    return (
        Thread("signal", signal + ending, signal[0].at, metadata={"title": "Day to day"}, is_billed=True),
        Thread("gateway", (greeting, *assistant), greeting.at, metadata=_assistant(), is_billed=True),
        Thread("telegram", telegram, telegram[0].at),
        Thread("slack", _addressed(slack), slack[0].at, SLACK_SENDER),
        Thread("discord", _addressed(discord), discord[0].at),
    )


def _short_threads(end: datetime) -> list[Thread]:
    """Return the many that are soon over, since most channels start anew whenever IronClaw does."""
    rng = Random("short")
    deck = Deck(smalltalk.ALL, smalltalk.SLOTS, rng)
    places = [(channel, OWNER) for channel, count in _CHANNELS.items() for _ in range(count)]
    places += [("telegram", TELEGRAM_SENDER)] * 9 + [("slack", SLACK_SENDER)] * 6
    threads: list[Thread] = []
    for channel, user_id in places:
        lines = [line for _ in range(rng.choice((1, 1, 1, 1, 2, 2, 2, 3, 3, 5, 14))) for line in deck.deal()]
        if rng.random() < 0.08:
            lines = _unanswered(lines)
        first = _waking_hour(end - ago("7d") - (_YEAR - ago("14d")) * rng.random(), rng)
        rows = timed(lines, rng, first=first, old=first < end - _UPGRADE)
        metadata = {"thread_type": "thread"} if channel == "gateway" else {}
        threads.append(
            Thread(
                channel,
                _addressed(rows) if channel in _GROUPS else rows,
                first,
                user_id,
                metadata,
                is_billed=user_id == OWNER,
            )
        )
    return threads


def _oddities(end: datetime) -> tuple[Thread, ...]:
    greeted = end - ago("44d 3h 33m")
    return (
        oddities.hostile(end - ago("3d 8h 47m"), Random("hostile")),
        oddities.imported(end - ago("280d 2h 11m"), Random("imported")),
        oddities.legacy(end - ago("166d 8h 30m"), Random("legacy")),
        oddities.damaged(end - ago("12d 5h 19m"), Random("damaged")),
        oddities.empty(end - ago("5d 7h 8m")),
        Thread("tui", (row("assistant", _GREETING, greeted),), greeted, metadata=_assistant()),
    )


def _told(seed: str, size: int, first: datetime, last: datetime, end: datetime) -> tuple[Row, ...]:
    """Return at least ``size`` rows of everyday exchanges between two times."""
    rng = Random(seed)
    deck = Deck(smalltalk.ALL, smalltalk.SLOTS, rng)
    exchanges: list[list[Line]] = []
    while sum(map(len, exchanges)) < size:
        exchanges.append(deck.deal())
    moments = sorted(_waking_hour(first + (last - first) * rng.random(), rng) for _ in exchanges)
    rows: list[Row] = []
    for lines, wished in zip(exchanges, moments, strict=True):
        start = max(wished, rows[-1].at + timedelta(minutes=3)) if rows else wished
        rows += timed(lines, rng, first=start, old=start < end - _UPGRADE)
    return tuple(rows)


def _waking_hour(moment: datetime, rng: Random) -> datetime:
    """Return a time of the day before, at an hour when people write."""
    day = moment.replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)
    minute = rng.triangular(6.5 * 60, 22.7 * 60, 18 * 60)
    return day + timedelta(minutes=int(minute), milliseconds=rng.randrange(60_000))


def _unanswered(lines: list[Line]) -> list[Line]:
    """Return the lines up to the last question."""
    last = max(index for index, line in enumerate(lines) if line.role == "user")
    return lines[: last + 1]


def _addressed(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Return the rows of a group, where the person calls the assistant by its name."""
    return tuple(replace(each, content=f"@claw {each.content}") if each.role == "user" else each for each in rows)


def _assistant() -> dict[str, str]:
    return {"thread_type": "assistant", "title": "Assistant"}


def _routine(routine: machines.Routine, end: datetime) -> RoutineHistory:
    rng = Random(routine.name)
    routine_id = str(UUID(int=rng.getrandbits(128), version=4))
    return RoutineHistory(routine, routine_id, machines.run_routine(routine, end, rng))

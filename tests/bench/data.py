"""Make the files that the benchmark runs on: IronClaw's own tables and indexes, filled the same way every time.

A file is made once per size and kept in the user's cache folder. Called by ``tests.bench`` only.
"""

from __future__ import annotations

import json
import os
import random
import sqlite3
import sys
from array import array
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import platformdirs

from store.ironclaw0.sqlite.schema import CREATE_STATEMENTS

if TYPE_CHECKING:
    from collections.abc import Iterator

VERSION = 3
"""Part of the file name: a file made by other code is made anew."""
SEED = 20260314
USER = "default"
"""Whose browser is measured; owns the giant and six tenths of all conversations."""
USERS = (USER, *(f"member-{number}" for number in range(1, 8)))
CHANNELS = ("telegram", "gateway", "slack", "signal", "discord", "whatsapp", "repl", "tui")
GIANT = "00000000-0000-4000-8000-000000000001"
"""The longest conversation: three tenths of all messages."""
ROUTINE = "00000000-0000-4000-8000-000000000002"
"""A routine's thread: a tenth of all messages, none of them a user's."""
SMALL = "00000000-0000-4000-8000-000000000003"
"""A conversation of fifty messages."""
LARGE = "00000000-0000-4000-8000-000000000004"
"""A conversation whose last messages are what is dear to show: 5 MB of text, and 20 kB Markdown bombs."""
BOMBS = ("```\n" * 5000, "<http://a.example/b>\n" * 1000, "| a " * 250 + "|\n" + "|---" * 250 + "|\n" + "|\n" * 4000)

_START = int(datetime(2025, 1, 1, tzinfo=UTC).timestamp() * 1000)
_DAY_MS = 86_400_000
_SPAN_MS = 400 * _DAY_MS
_SHARED_MS = 0.08
_HUGE = 100_000
_WORDS = [
    "the",
    "a",
    "of",
    "and",
    "to",
    "in",
    "is",
    "it",
    "that",
    "for",
    "was",
    "on",
    "are",
    "with",
    "as",
    "at",
    "be",
    "this",
    "have",
    "from",
    "or",
    "by",
    "one",
    "had",
    "not",
    "but",
    "what",
    "all",
    "were",
    "when",
    "we",
    "there",
    "can",
    "an",
    "your",
    "which",
    "their",
    "said",
    "if",
    "do",
    "will",
    "each",
    "about",
    "how",
    "up",
    "out",
    "them",
    "then",
    "she",
    "many",
    "some",
    "so",
    "these",
    "would",
    "other",
    "into",
    "has",
    "more",
    "her",
    "two",
    "like",
    "him",
    "see",
    "time",
    "could",
    "no",
    "make",
    "than",
    "first",
    "been",
    "its",
    "who",
    "now",
    "people",
    "my",
    "made",
    "over",
    "did",
    "down",
    "only",
    "way",
    "find",
    "use",
    "may",
    "water",
    "long",
    "little",
    "very",
    "after",
    "words",
    "called",
    "just",
    "where",
    "most",
    "know",
    "report",
    "Lisbon",
    "invoice",
    "backup",
    "kernel",
    "morning",
    "ferry",
    "archive",
    "budget",
    "garden",
    "signal",
    "museum",
    "reading",
    "weather",
    "ticket",
]


class Size(NamedTuple):
    """How much a file holds."""

    name: str
    conversations: int
    messages: int


class Life(NamedTuple):
    """A conversation: from when to when in milliseconds, how many messages, and its id."""

    start: int
    end: int
    messages: int
    id: str


SIZES = {
    "S": Size("S", 1_000, 50_000),
    "T": Size("T", 1_000, 100_000),
    "M": Size("M", 10_000, 1_000_000),
    "L": Size("L", 50_000, 5_000_000),
}


def data_file(size: Size, folder: Path | None = None) -> Path:
    """Return the file of a size, made now if it is not there."""
    folder = folder or Path(platformdirs.user_cache_dir("clawback")) / "bench"
    path = folder / f"{size.name}-{VERSION}.db"
    if not path.exists():
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        print(f"making {path} ({size.messages:,} messages) …", file=sys.stderr)
        beside = path.with_suffix(".part")
        beside.unlink(missing_ok=True)
        _write(beside, size)
        beside.replace(path)
    return path


def _write(path: Path, size: Size) -> None:
    draw = random.Random(SEED)
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    with closing(sqlite3.connect(path, isolation_level=None)) as db:
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute("PRAGMA cache_size = -1000000")
        db.execute("BEGIN")
        for statement in CREATE_STATEMENTS:
            if statement.startswith("CREATE TABLE"):
                db.execute(statement)
        lives = _lives(draw, size)
        times = _times(draw, lives)
        db.executemany("INSERT INTO conversation_messages VALUES (?, ?, ?, ?, ?)", _rows(draw, times, lives))
        db.executemany("INSERT INTO conversations VALUES (?, ?, ?, NULL, ?, ?, ?)", _heads(draw, lives))
        for statement in CREATE_STATEMENTS:
            # The last one is ours alone, and would spare what is to be measured.
            if "INDEX" in statement and "messages_created" not in statement:
                db.execute(statement)
        db.execute("COMMIT")
        db.execute("PRAGMA journal_mode = WAL")


def _lives(draw: random.Random, size: Size) -> list[Life]:
    """Return the conversations in the order of their beginning, as IronClaw stores them.

    Most have 1 to 20 messages, some none, some hundreds or thousands; one has three tenths of all.
    """
    lengths = []
    for _ in range(size.conversations - 4):
        kind = draw.random()
        lengths.append(draw.randint(1, 20) if kind < 0.85 else 0 if kind < 0.88 else -1)
    weights = [draw.lognormvariate(0, 1) if length < 0 else 0.0 for length in lengths]
    rest = size.messages * 6 // 10 - 90 - sum(length for length in lengths if length > 0)
    lives = []
    for length, weight in zip(lengths, weights, strict=True):
        start = _START + draw.randrange(_SPAN_MS - _DAY_MS)
        end = start + draw.randrange(_DAY_MS if length >= 0 else _START + _SPAN_MS - start)
        count = length if length >= 0 else max(21, round(rest * weight / sum(weights)))
        lives.append(Life(start, end + 1, count, _uuid(draw)))
    whole, last = (_START, _START + _SPAN_MS), (_START + _SPAN_MS - _DAY_MS, _START + _SPAN_MS)
    lives += [Life(*whole, size.messages * 3 // 10, GIANT), Life(*whole, size.messages // 10, ROUTINE)]
    lives += [Life(*last, 50, SMALL), Life(*last, 40, LARGE)]
    return sorted(lives)


def _times(draw: random.Random, lives: list[Life]) -> array[int]:
    """Return every message as (milliseconds << 20 | conversation), in the order in which they were written."""
    keys = array("q")
    for conversation, life in enumerate(lives):
        moments = sorted(draw.randrange(life.start, life.end) for _ in range(life.messages))
        for index in range(1, life.messages):
            if draw.random() < _SHARED_MS:
                moments[index] = moments[index - 1]
        keys.extend(moment << 20 | conversation for moment in moments)
    return array("q", sorted(keys))


def _rows(draw: random.Random, times: array[int], lives: list[Life]) -> Iterator[tuple[object, ...]]:
    said, prose, calls = [0] * len(lives), Prose(draw), [_tool_calls(draw) for _ in range(500)]
    for key in times:
        moment, conversation = key >> 20, key & 0xFFFFF
        number, conversation_id = said[conversation], lives[conversation].id
        said[conversation] += 1
        if conversation_id == LARGE and number >= 30:
            role, content = "assistant", _dear(number - 30)
        elif conversation_id == ROUTINE:
            role, content = "assistant", f"[cron] {'failed' if number % 47 == 0 else 'ok'}: {prose.take(80)}"
        elif number % 5 == 3:
            role, content = "tool_calls", draw.choice(calls)
        else:
            role = "user" if number % 5 in (0, 2) else "assistant"
            length = (
                100_000 if draw.random() < 0.0005 else int(draw.lognormvariate(5.0 if role == "user" else 5.9, 1))
            )
            content = prose.take(length)
        yield _uuid(draw), conversation_id, role, content, _text(moment)


def _heads(draw: random.Random, lives: list[Life]) -> Iterator[tuple[object, ...]]:
    for life in lives:
        channel, metadata = CHANNELS[min(7, int(draw.expovariate(0.6)))], "{}"
        user = USER if draw.random() < 0.6 else draw.choice(USERS[1:])
        if life.id == ROUTINE:
            channel = "routine"
            metadata = json.dumps({"thread_type": "routine", "routine_id": ROUTINE, "routine_name": "Watch the disk"})
        if life.id in (GIANT, ROUTINE, SMALL, LARGE):
            user, channel = USER, CHANNELS[0] if channel != "routine" else channel
        yield life.id, channel, user, _text(life.start), _text(life.end), metadata


class Prose:
    """Text of any length: paragraphs, lists, emphasis and code, cut from one long piece."""

    def __init__(self, draw: random.Random) -> None:
        self._draw = draw
        self._text = "\n\n".join(self._block() for _ in range(12_000))

    def take(self, length: int) -> str:
        """Return about ``length`` characters."""
        start = self._text.find(" ", self._draw.randrange(len(self._text) - length - 200)) + 1
        return self._text[start : start + max(1, length)].strip() or "yes"

    def _block(self) -> str:
        draw = self._draw
        kind = draw.random()
        if kind < 0.08:
            return (
                "```python\n"
                + "\n".join(f"{draw.choice(_WORDS)} = {draw.choice(_WORDS)}({n})" for n in range(5))
                + "\n```"
            )
        if kind < 0.2:
            return "\n".join(f"- **{draw.choice(_WORDS)}** {self._sentence()}" for _ in range(4))
        return " ".join(self._sentence() for _ in range(draw.randint(1, 4)))

    def _sentence(self) -> str:
        words = self._draw.choices(_WORDS, k=self._draw.randint(5, 18))
        return " ".join(words).capitalize() + "."


def _tool_calls(draw: random.Random) -> str:
    calls = [
        {"name": draw.choice(("http", "shell", "weather", "memory_search")), "result_preview": " ".join(_WORDS[:30])}
        for _ in range(draw.randint(1, 3))
    ]
    return json.dumps({"calls": calls, "narrative": " ".join(draw.choices(_WORDS, k=12))})


def _dear(number: int) -> str:
    """Return one of the last messages of the large conversation: three Markdown bombs, then texts of 5 MB."""
    if number < 3:
        return BOMBS[number]
    if number < 7:
        return (" ".join(_WORDS) + ".\n\n") * (5_000_000 // 700)
    return "And that was all of it."


def _uuid(draw: random.Random) -> str:
    text = f"{draw.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"


def _text(milliseconds: int) -> str:
    moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{milliseconds % 1000:03}Z"

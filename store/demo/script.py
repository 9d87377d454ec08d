"""Turn a play into timed rows: who says what, and when.

A play is text. A mark at the start of a line says what follows, indented lines go on with it::

    > Is it warm in Lisbon?                     the person asks
    * I look it up.                             the assistant thinks aloud before its tools
    $ weather | 23 °C, sunny | to be sure       a tool: name | result | rationale
    $! http | timed out after 30 s              a tool that failed: name | error | rationale
    < It is **23 °C** and sunny.                the assistant answers
    ? system | You are a helpful assistant.     any other role
    ~ 3h                                        time passes: s, m, h or d

Tools in a row make one row of the role ``tool_calls``; ``---`` on a line ends it, and ends an exchange in a deck.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING, Any

from store.domain.timestamps import format_canonical

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from random import Random

OWNER = "default"
"""The user id that IronClaw gives to the owner of an installation."""

_ROLES = {">": "user", "<": "assistant"}
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
_MARK = re.compile(r"(\$!|---|[><*$?~])(?: |$)")


@dataclass(frozen=True, slots=True)
class Call:
    """One call of a tool; it failed if it has an error."""

    name: str
    result: str = ""
    error: str = ""
    rationale: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """What is said or done at one moment of a play."""

    role: str
    text: str = ""
    calls: tuple[Call, ...] = ()
    pause: timedelta | None = None
    """How long before it nothing happened; ``None`` leaves that to chance."""


@dataclass(frozen=True, slots=True)
class Row:
    """A message as it will be stored."""

    role: str
    content: str
    at: datetime
    stored_at: str
    """The text of its time, which need not be ``at`` in IronClaw's own form."""


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation as it will be stored."""

    channel: str
    rows: tuple[Row, ...]
    started: datetime
    user_id: str = OWNER
    metadata: dict[str, Any] = field(default_factory=dict)
    is_billed: bool = False
    """Whether its calls to language models were recorded."""
    legacy_times: bool = False
    """Whether its own two times are stored the old way, naive and in seconds."""


@dataclass(frozen=True, slots=True)
class Scene:
    """A written conversation, and where it belongs."""

    ends: str
    """How long before the end of the history its last line is, in the words of ``ago``."""
    channel: str
    play: str
    user_id: str = OWNER
    metadata: dict[str, Any] = field(default_factory=dict)


def ago(text: str) -> timedelta:
    """Return the time that words such as ``1d 6h`` or ``90s`` stand for."""
    return sum((timedelta(**{_UNITS[part[-1]]: float(part[:-1])}) for part in text.split()), timedelta())


def lines_of(play: str) -> list[Line]:
    """Return the lines of a play, the calls of neighbouring tools put together.

    Raises:
        ValueError: a line starts with none of the marks.
    """
    lines: list[Line] = []
    calls: list[Call] = []
    narrative = ""
    pause: timedelta | None = None
    for mark, text in [*_parts(play), ("---", "")]:
        if mark == "*":
            narrative = text
        elif mark[0] == "$":
            calls.append(_call(text, failed=mark == "$!"))
        else:
            if calls:
                lines.append(Line("tool_calls", narrative, tuple(calls), pause))
                calls, narrative, pause = [], "", None
            if mark == "~":
                pause = ago(text)
            elif mark != "---":
                role, spoken = text.split(" | ", 1) if mark == "?" else (_ROLES[mark], text)
                lines.append(Line(role, spoken, pause=pause))
                pause = None
    return lines


def timed(
    lines: Sequence[Line],
    rng: Random,
    *,
    first: datetime | None = None,
    last: datetime | None = None,
    old: bool = False,
) -> tuple[Row, ...]:
    """Return the lines as rows in IronClaw's form.

    Args:
        lines: what happens, in order.
        rng: where unwritten pauses come from.
        first: when the first line happens; else ``last`` says when the last one does.
        last: see ``first``.
        old: write tool calls as IronClaw up to 0.21 did, as an array without narrative.
    """
    offsets = list(accumulate(_pause(line, before, rng) for line, before in zip(lines, [None, *lines], strict=False)))
    if first is None:
        assert last is not None
        first = last - (offsets[-1] if offsets else timedelta())
    rows: list[Row] = []
    turn = -1
    for line, offset in zip(lines, offsets, strict=True):
        turn += line.role == "user"
        content = encode_calls(line, max(turn, 0), old=old) if line.calls else line.text
        rows.append(row(line.role, content, first + offset))
    return tuple(rows)


def row(role: str, content: str, at: datetime) -> Row:
    """Return a row whose time is stored in IronClaw's own form."""
    return Row(role, content, at, format_canonical(at))


def encode_calls(line: Line, turn: int, *, old: bool) -> str:
    """Return the JSON that IronClaw stores for the tools of one turn.

    Args:
        line: a line with calls.
        turn: the number of the turn, from 0.
        old: an array, as up to 0.21, instead of 0.24's object with narrative and rationales.
    """
    calls = [_encode_call(call, f"turn{turn}_{number}", old=old) for number, call in enumerate(line.calls)]
    value: Any = calls
    if not old:
        value = {"calls": calls} | ({"narrative": line.text} if line.text else {})
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _parts(play: str) -> Iterator[tuple[str, str]]:
    """Yield each mark with its text, indented lines joined to it."""
    mark, text = "", list[str]()
    for number, raw in enumerate(play.strip("\n").split("\n"), start=1):
        if match := _MARK.match(raw):
            if mark:
                yield mark, "\n".join(text).rstrip()
            mark, text = match[1], [raw[match.end() :]]
        elif raw[:1] in ("", " "):
            text.append(raw[2:])
        else:
            raise ValueError(f"line {number} of a play starts with no mark: {raw!r}")
    if mark:
        yield mark, "\n".join(text).rstrip()


def _call(text: str, *, failed: bool) -> Call:
    name, outcome, rationale = [*text.split(" | "), "", ""][:3]
    return Call(name, "" if failed else outcome, outcome if failed else "", rationale)


def _encode_call(call: Call, call_id: str, *, old: bool) -> dict[str, str]:
    encoded = {"name": call.name, "call_id": call_id}
    if call.error:
        encoded["error"] = _wrap(call.name, call.error, old=old)
    else:
        encoded["result_preview"] = _wrap(call.name, _cut(call.result, 500), old=old)
        encoded["result"] = _wrap(call.name, _cut(call.result, 1000), old=old)
    if call.rationale and not old:
        encoded["rationale"] = call.rationale
    return encoded


def _wrap(name: str, text: str, *, old: bool) -> str:
    sanitized = ' sanitized="true"' if old else ""
    return f'<tool_output name="{name}"{sanitized}>\n{text}\n</tool_output>'


def _cut(text: str, size: int) -> str:
    """Cut to bytes at a character, as IronClaw does."""
    encoded = text.encode()
    return text if len(encoded) <= size else encoded[:size].decode(errors="ignore") + "..."


def _pause(line: Line, before: Line | None, rng: Random) -> timedelta:
    """Return how long after ``before`` the line happens; rows of one turn may share their millisecond."""
    drawn = rng.random()
    if before is None:
        return timedelta()
    if line.pause is not None:
        return line.pause + timedelta(milliseconds=int(drawn * 900))
    if line.role == "user":
        return timedelta(seconds=25 + drawn * drawn * 400)
    if before.role == "tool_calls":
        return timedelta(milliseconds=int(drawn * 4))
    return timedelta(seconds=2 + drawn * (28 if line.calls else 9))

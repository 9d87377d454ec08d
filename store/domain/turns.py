"""Turns: a question, the tools called for it, its answer. Pure; says the same wherever a page was cut.

IronClaw 0.24 stores rows, not turns: ``user``, then ``tool_calls`` if any tool ran, then ``assistant``. Questions
without an answer, several rows of tool calls, answers that nobody asked for and roles of other programs are real.
Where a turn begins shows in two neighbouring rows, so no page edge can split or renumber one.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from datetime import timedelta
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from store.records import LiveState

USER, ASSISTANT, TOOL_CALLS = "user", "assistant", "tool_calls"

STALE_AFTER = timedelta(minutes=10)
"""How old a ``live_state`` may be (IronClaw 0.26 on)."""

_REJECTED = ("Tool '", "' was rejected")
_FILTERED = ("[Response filtered: ", "[Response blocked by hook policy: ")
_HEAD = 400


class Outcome(Enum):
    """What became of a turn; the value says it in words."""

    ANSWERED = "answered"
    REJECTED = "a tool was rejected"
    FILTERED = "filtered by a hook"
    NO_REPLY = "no reply stored"
    WAITING = "waiting for authorisation"
    WORKING = "still working"
    STALE = "no reply stored; work on it never ended"
    UNASKED = "tool calls without a question or an answer"


class Work(Enum):
    """What the agent is doing in a conversation, by its ``live_state``."""

    NONE = "none"
    WORKING = "working"
    STALE = "stale"


def work_of(live: LiveState | None, now: datetime) -> Work:
    """Return what the agent is doing; after ten minutes IronClaw itself takes a state for left behind."""
    if live is None:
        return Work.NONE
    is_fresh = live.started_at is not None and now - live.started_at < STALE_AFTER
    return Work.WORKING if is_fresh else Work.STALE


def begins_turn(previous: str | None, role: str) -> bool:
    """Tell whether a row begins a turn, by its role and that of the row before it, ``None`` at the start."""
    return previous is None or role == USER or previous == ASSISTANT


def outcome_of_answer(content: str) -> Outcome:
    """Return what an assistant's row says of its turn, by the texts that IronClaw 0.24 writes."""
    head = content[:_HEAD]
    if head.startswith(_REJECTED[0]) and _REJECTED[1] in head:
        return Outcome.REJECTED
    return Outcome.FILTERED if head.startswith(_FILTERED) else Outcome.ANSWERED


def outcome_without_answer(role: str, previous: str | None, work: Work = Work.NONE) -> Outcome | None:
    """Return what became of a turn whose last row is no answer.

    Args:
        role: The role of that row.
        previous: The role of the row before it, ``None`` if there is none or it is of another turn.
        work: What the agent is doing, if the turn is the conversation's last.

    Returns:
        ``None`` for a role that is no part of IronClaw's turns.
    """
    if role not in (USER, TOOL_CALLS):
        return None
    if work is Work.WORKING:
        return Outcome.WORKING
    if role == TOOL_CALLS:
        return Outcome.WAITING if previous in (USER, TOOL_CALLS) else Outcome.UNASKED
    return Outcome.STALE if work is Work.STALE else Outcome.NO_REPLY


class TurnNumbers:
    """Where the turns of a conversation begin, learnt from its oldest message on; 8 bytes a turn."""

    def __init__(self) -> None:
        self.known = 0
        """How many messages, from the oldest, were looked at."""
        self._starts = array("q")
        self._last: str | None = None

    def __len__(self) -> int:
        return len(self._starts)

    def append(self, roles: Sequence[str]) -> None:
        """Take in the roles of the messages that follow those known."""
        for position, role in enumerate(roles, self.known):
            if begins_turn(self._last, role):
                self._starts.append(position)
            self._last = role
        self.known += len(roles)

    def number(self, position: int) -> int | None:
        """Return the number of the turn that a message belongs to, from 1; ``None`` if it is not known."""
        return bisect_right(self._starts, position) if 0 <= position < self.known else None

    def start(self, number: int) -> int | None:
        """Return where a turn begins, by its number from 1; ``None`` if it is not known."""
        return self._starts[number - 1] if 0 < number <= len(self._starts) else None

    def step(self, position: int, direction: int) -> int | None:
        """Return where the next turn begins after a message, or before it (-1); ``None`` if there is none known."""
        index = bisect_right(self._starts, position) if direction > 0 else bisect_left(self._starts, position) - 1
        return self._starts[index] if 0 <= index < len(self._starts) else None

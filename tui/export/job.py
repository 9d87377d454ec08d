"""What an export is asked to do, and how whoever asked for it is told of it, or wants it no more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

from store.core.uninterrupted import to_completion
from store.domain.turns import TOOL_CALLS

if TYPE_CHECKING:
    from store.contract.stored_rows import RowSelection, StoredMessage
    from tui.export.export_format import Facts, Format

T = TypeVar("T")


class Stopped(Exception):
    """Whoever asked for it wants it no more; the text says what is there all the same, if anything is."""


@dataclass(frozen=True, slots=True)
class Job:
    """What to take along, and in what form."""

    selection: RowSelection
    kind: Format
    facts: Facts
    has_tools: bool = True
    """Whether tool calls are taken along."""

    @property
    def user_id(self) -> str:
        """Return whose conversations they are."""
        return self.facts.user_id

    def kept(self, messages: tuple[StoredMessage, ...]) -> tuple[StoredMessage, ...]:
        """Return those of some messages that are taken along."""
        if self.has_tools:
            return messages
        return tuple(each for each in messages if each.message.role != TOOL_CALLS)


Report = Callable[[int, int], None]
"""Told how many messages are done with, and of how many; may raise ``Stopped``."""


async def beside(work: Callable[[], T]) -> T:
    """Do some work on a thread; a cancel waits for its end, so that nothing is written to a file that is gone."""
    return await to_completion(asyncio.to_thread(work))

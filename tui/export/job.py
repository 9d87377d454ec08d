"""Export conversations: read them from the store, mask secrets where asked to, hand on the pieces of the file.

The work between two reads of the store is done on a thread, so that a screen stays responsive.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from store.contract.stored_rows import StoredConversation
from store.core.uninterrupted import to_completion
from store.domain.turns import TOOL_CALLS
from tui.export.export_format import Counts, Facts, Format
from tui.export.writers import writer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from store.contract.store import ConversationStore
    from store.contract.stored_rows import RowSelection, StoredMessage
    from tui.export.masking import Masker
    from tui.export.secret_review import Review

_TURN, _TURN_OF_HTML = 500, 25
"""Messages between two chances for the screen; Markdown takes its time to become HTML."""


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


Report = Callable[[int, int], None]
"""Told how many messages are done with, and of how many; may raise ``Stopped``."""


async def look_through(store: ConversationStore, job: Job, review: Review, report: Report) -> None:
    """Look for secrets in all that would be written; writes nothing.

    Args:
        store: Where the conversations are.
        job: What would be written.
        review: Collects what is found.
        report: Told of the progress after every few messages.

    Raises:
        Stopped: ``report`` raised it.
        StoreError: the store cannot be read.
    """
    async with store.take(job.user_id, job.selection) as taking:
        async for part in taking:
            for some in _turns(part, job):
                await _beside(partial(review.add, some))
                report(taking.done, taking.total)


async def write(
    store: ConversationStore,
    job: Job,
    put: Callable[[str], None],
    report: Report,
    masker: Masker | None = None,
) -> Counts:
    """Read, mask, and hand on the pieces of the file in their order; return what they hold.

    Args:
        store: Where the conversations are.
        job: What is written, and as what.
        put: Takes each piece of the file; called on a thread.
        report: Told of the progress after every few messages.
        masker: Masks secrets; ``None`` leaves everything as stored.

    Raises:
        Stopped: ``report`` raised it.
        StoreError: the store cannot be read.
    """
    facts = job.facts
    if masker is not None:
        facts = replace(facts, user_id=masker.text(facts.user_id), about=masker.text(facts.about))
    counts, pieces = Counts(), writer(job.kind, facts)
    before = Counter(masker.counts) if masker is not None else Counter()

    def convert(some: StoredConversation | tuple[StoredMessage, ...]) -> None:
        if isinstance(some, StoredConversation):
            counts.conversations += 1
            put("".join(pieces.conversation(masker.conversation(some) if masker else some)))
            return
        for message in some:
            counts.messages += 1
            put("".join(pieces.message(masker.message(message) if masker else message)))

    async with store.take(job.user_id, job.selection) as taking:
        put("".join(pieces.begin()))
        report(0, taking.total)
        async for part in taking:
            for some in _turns(part, job):
                await _beside(partial(convert, some))
                report(taking.done, taking.total)
    if masker is not None:
        counts.masked = Counter(masker.counts) - before
    put("".join(pieces.end(counts)))
    return counts


def _turns(
    part: StoredConversation | tuple[StoredMessage, ...], job: Job
) -> Iterator[StoredConversation | tuple[StoredMessage, ...]]:
    if isinstance(part, StoredConversation):
        yield part
    else:
        turn = _TURN_OF_HTML if job.kind is Format.HTML else _TURN
        if not job.has_tools:
            part = tuple(each for each in part if each.message.role != TOOL_CALLS)
        for start in range(0, len(part), turn):
            yield part[start : start + turn]


async def _beside(work: Callable[[], None]) -> None:
    """Do some work on a thread; a cancel waits for its end, so that nothing is written to a file that is gone."""
    await to_completion(asyncio.to_thread(work))

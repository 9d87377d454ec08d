"""Run an export: read rows from the store, mask secrets where asked to, hand on the pieces of the file.

The work between two reads of the store is done on a thread, so that a screen stays responsive.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from store.contract.stored_rows import StoredConversation
from tui.export.divided_run import is_worth_dividing, write_divided
from tui.export.export_format import Counts, Format
from tui.export.job import beside
from tui.export.text_buffer import TextBuffer
from tui.export.writers import writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from store.contract.store import ConversationStore
    from store.contract.stored_rows import RowStream, StoredMessage
    from tui.export.export_format import Writer
    from tui.export.job import Job, Report
    from tui.export.masking import Masker
    from tui.export.secret_review import Review

_TURN, _TURN_OF_HTML = 500, 25
"""Messages between two chances for the screen; Markdown takes its time to become HTML."""


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
                await beside(partial(review.add, some))
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
    pieces = writer(job.kind, facts)
    async with store.take(job.user_id, job.selection) as taking:
        put("".join(pieces.begin()))
        report(0, taking.total)
        # What is masked is numbered in its order, which takes one process.
        divisible = taking.divisible if masker is None and is_worth_dividing(job.kind, taking.total) else None
        counts = None if divisible is None else await write_divided(divisible, job, pieces, put, report)
        if counts is None:
            counts = await _write_alone(taking, job, pieces, put, report=report, masker=masker)
    put("".join(pieces.end(counts)))
    return counts


async def _write_alone(
    taking: RowStream, job: Job, pieces: Writer, put: Callable[[str], None], *, report: Report, masker: Masker | None
) -> Counts:
    """Write what comes between the beginning and the end, in this process; return what it holds.

    Args:
        taking: The rows.
        job: What is written, and as what.
        pieces: Makes the pieces of the file.
        put: Takes them, on a thread.
        report: Told of the progress after every few messages.
        masker: Masks secrets; ``None`` leaves everything as stored.
    """
    counts, before = Counts(), Counter(masker.counts) if masker is not None else Counter()

    def convert(some: StoredConversation | tuple[StoredMessage, ...]) -> None:
        if isinstance(some, StoredConversation):
            counts.conversations += 1
            put("".join(pieces.conversation(masker.conversation(some) if masker else some)))
            return
        counts.messages += len(some)
        together = TextBuffer()
        for row in map(masker.message, some) if masker else some:
            together.add("".join(pieces.message(row)))
            if together.is_full:
                put(together.taken())
        put(together.taken())

    async for part in taking:
        for some in _turns(part, job):
            await beside(partial(convert, some))
            report(taking.done, taking.total)
    if masker is not None:
        counts.masked = Counter(masker.counts) - before
    return counts


def _turns(
    part: StoredConversation | tuple[StoredMessage, ...], job: Job
) -> Iterator[StoredConversation | tuple[StoredMessage, ...]]:
    if isinstance(part, StoredConversation):
        yield part
    else:
        turn = _TURN_OF_HTML if job.kind is Format.HTML else _TURN
        part = job.kept(part)
        for start in range(0, len(part), turn):
            yield part[start : start + turn]

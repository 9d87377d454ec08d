"""Run a large export by several processes: they make the text, this one puts it in order and writes it.

What they are told, and read, is a file that nobody writes here; see ``worker_process`` for what they do.
"""

from __future__ import annotations

import asyncio
import os
from collections import deque
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from store.contract.stored_rows import StoredMessage
from tui.export.export_format import Counts, Format
from tui.export.job import beside
from tui.export.text_buffer import TextBuffer
from tui.export.worker_pool import WorkerPool
from tui.export.worker_process import Assignment, PortionEnd

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from store.contract.stored_rows import DivisibleRows, RowPortion
    from tui.export.export_format import Writer
    from tui.export.job import Job, Report
    from tui.export.worker_pool import Worker

_LEAST = {Format.JSON: 50_000, Format.JSONL: 50_000}
_LEAST_MARKUP = 5_000
"""Messages below which one process is done before another one has begun."""
_MOST_PROCESSES = 8
_BATCH = 1_000
_BATCH_PORTIONS = 100
"""Messages and portions that a process is handed at a time."""
_AHEAD = 32
"""Batches that are handed out before the first of them is written."""
_LOOK_S = 0.1
"""Seconds after which it is asked again whether the work shall go on."""


def is_worth_dividing(kind: Format, messages: int) -> bool:
    """Tell whether so many messages are done sooner by several processes."""
    return messages >= _LEAST.get(kind, _LEAST_MARKUP) and _cores() > 1


async def write_divided(
    rows: DivisibleRows, job: Job, pieces: Writer, put: Callable[[str], None], report: Report
) -> Counts | None:
    """Write what comes between the beginning and the end; return what it holds, ``None`` if no process can be made.

    Args:
        rows: The rows.
        job: What is written, and as what.
        pieces: Makes the pieces of the file that belong to no portion.
        put: Takes the pieces of the file in their order; called on a thread.
        report: Told of the progress after every few messages.

    Raises:
        Stopped: ``report`` raised it.
        StoreError: the store cannot be read, or a process was ended from outside.
    """
    output = _Output(pieces, put, report, rows.total)
    waiting: deque[_Batch] = deque()
    async with WorkerPool(Assignment(rows.path, job), min(_cores(), _MOST_PROCESSES)) as pool:
        if not pool.workers:
            return None
        number = 0
        async for portions in _batches(rows):
            worker = pool.workers[number % len(pool.workers)]
            number += 1
            await worker.send(portions)
            waiting.append(_Batch(worker, portions))
            if len(waiting) > _AHEAD:
                await output.take(waiting.popleft())
        while waiting:
            await output.take(waiting.popleft())
    await output.flush()
    return output.counts


class _Batch(NamedTuple):
    """Portions that a process was handed."""

    worker: Worker
    portions: list[RowPortion]


class _Output:
    """Puts the text of portions in order, and between it what depends on what came before.

    Args:
        pieces: Makes that.
        put: Takes the text; called on a thread.
        report: Told of the progress.
        total: How many messages there are.
    """

    def __init__(self, pieces: Writer, put: Callable[[str], None], report: Report, total: int) -> None:
        self.counts = Counts()
        self._pieces = pieces
        self._put = put
        self._report = report
        self._total = total
        self._done = 0
        self._held = TextBuffer()

    async def take(self, batch: _Batch) -> None:
        """Put what a process made of its portions."""
        for portion in batch.portions:
            if portion.is_first:
                self.counts.conversations += 1
                await self._hold("".join(self._pieces.conversation(portion.conversation)))
            while not isinstance(part := await self._received(batch.worker), PortionEnd):
                await self._hold(await self._text(part) if isinstance(part, StoredMessage) else str(part))
            self.counts.messages += part.messages
            if part.last is not None:
                self._pieces.follow(part.last)
            self._done += len(portion.ties)
            self._report(self._done, self._total)

    async def _text(self, first: StoredMessage) -> str:
        """Return the text of the first message of a portion in the middle: only here it is known what came before."""
        return await beside(lambda: "".join(self._pieces.message(first)))

    async def _received(self, worker: Worker) -> Any:
        """Return what a process says next; whoever wants no more need not wait for that."""
        coming = asyncio.ensure_future(worker.receive())
        try:
            while not (await asyncio.wait([coming], timeout=_LOOK_S))[0]:
                self._report(self._done, self._total)
            return await coming
        finally:
            coming.cancel()
            await asyncio.wait([coming])

    async def flush(self) -> None:
        """Put what is held."""
        await beside(partial(self._put, self._held.taken()))

    async def _hold(self, text: str) -> None:
        self._held.add(text)
        if self._held.is_full:
            await self.flush()


async def _batches(rows: DivisibleRows) -> AsyncIterator[list[RowPortion]]:
    """Yield portions by the batch."""
    batch: list[RowPortion] = []
    size = 0
    async for portion in rows.portions():
        batch.append(portion)
        size += len(portion.ties)
        if size >= _BATCH or len(batch) >= _BATCH_PORTIONS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _cores() -> int:
    """Return how many processors this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1

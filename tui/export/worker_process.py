"""A process that makes text of rows for the one that started it, which is all that it talks to.

It has a store of its own over the same file, for reading only. Its stdin brings portions, its stdout takes what
becomes of them: texts, and of each portion the end. As soon as stdin ends, whatever else it does, it ends too, so
that it never outlives the process that started it, however that came to its end.
"""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
import threading
from dataclasses import replace
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from store import open_store
from store.contract.stored_rows import RowSelection
from store.errors import StoreError
from tui.export.text_buffer import TextBuffer
from tui.export.writers import writer

if TYPE_CHECKING:
    from pathlib import Path

    from store.contract.stored_rows import DivisibleRows, RowPortion, StoredMessage
    from store.records import Message
    from tui.export.job import Job

HEAD = 8
"""Bytes before each thing that is sent, which say how many bytes it takes."""


class Assignment(NamedTuple):
    """What a process is told first."""

    path: Path
    """The file."""
    job: Job


class PortionEnd(NamedTuple):
    """What a portion ends with."""

    messages: int
    """How many were written, with the one that was sent instead."""
    last: Message | None
    """The last one without its text; ``None`` if none was written."""


def packed(thing: object) -> bytes:
    """Return something as it is sent."""
    body = pickle.dumps(thing, pickle.HIGHEST_PROTOCOL)
    return len(body).to_bytes(HEAD, "big") + body


def main() -> None:
    """Work until stdin ends."""
    received, output = sys.stdin.buffer, sys.stdout.buffer
    # Nothing that prints may come between.
    sys.stdout = sys.stderr
    tasks: SimpleQueue[Any] = SimpleQueue()
    threading.Thread(target=_receive, args=(received, tasks), daemon=True).start()
    try:
        asyncio.run(_work(tasks, output))
    except BrokenPipeError:
        pass
    except StoreError as error:
        _send(output, error)
    except Exception as error:
        # Nobody sees what this process prints: whoever started it tells of the fault.
        _send(output, StoreError(f"A process that helped with the export failed ({type(error).__name__})."))
    finally:
        # Python would wait for the thread, which waits for stdin.
        os._exit(1)


def _receive(received: IO[bytes], tasks: SimpleQueue[Any]) -> None:
    """Hand on what comes, and end the process with stdin."""
    try:
        while len(head := received.read(HEAD)) == HEAD:
            tasks.put(pickle.loads(received.read(int.from_bytes(head, "big"))))
    finally:
        os._exit(1)


def _send(output: IO[bytes], thing: object) -> None:
    output.write(packed(thing))
    output.flush()


async def _work(tasks: SimpleQueue[Any], output: IO[bytes]) -> None:
    """Open the store, say so, and make text of one portion after the other.

    Raises:
        StoreError: the store cannot be read.
    """
    assignment: Assignment = tasks.get()
    job = assignment.job
    async with (
        open_store(assignment.path, read_only=True) as store,
        store.take(job.user_id, RowSelection(ids=())) as taking,
    ):
        rows = taking.divisible
        assert rows is not None, "it was divisible for the process that asks"
        _send(output, True)
        while True:
            # Nothing else is to be done in the loop.
            for portion in tasks.get():
                await _serve(rows, portion, job, output)


async def _serve(rows: DivisibleRows, portion: RowPortion, job: Job, output: IO[bytes]) -> None:
    """Send the text of a portion; of one in the middle of a conversation the first message is sent as it is.

    How that looks depends on the one before, which may lie far back.
    """
    pieces = writer(job.kind, job.facts)
    for _ in pieces.conversation(portion.conversation):
        pass
    count = 0
    last: StoredMessage | None = None
    together = TextBuffer()
    async for found in rows.read(portion):
        for row in job.kept(found):
            count, last = count + 1, row
            if count == 1 and not portion.is_first:
                pieces.follow(row.message)
                output.write(packed(row))
                continue
            together.add("".join(pieces.message(row)))
            if together.is_full:
                output.write(packed(together.taken()))
    output.write(packed(together.taken()))
    _send(output, PortionEnd(count, None if last is None else replace(last.message, content="")))

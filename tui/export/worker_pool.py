"""The processes that help with an export: started, talked to, and always ended."""

from __future__ import annotations

import asyncio
import os
import pickle
import sys
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Self

from store.core.uninterrupted import to_completion
from store.errors import StoreError
from tui.export.worker_process import HEAD, packed

if TYPE_CHECKING:
    from types import TracebackType

    from tui.export.worker_process import Assignment

_CODE = "import sys; sys.path[:] = sys.argv[1:]; from tui.export.worker_process import main; main()"
"""The same modules are found, wherever this process found them."""
_BUFFER = 4 << 20
"""Bytes that are read ahead of each process; twice as many at most."""


class Worker:
    """One process.

    Args:
        process: It.
    """

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._process = process
        self._input, self._output = process.stdin, process.stdout

    async def send(self, thing: object) -> None:
        """Tell it something."""
        # One that has come to its end is noticed by what it does not say.
        with suppress(ConnectionError):
            self._input.write(packed(thing))
            await self._input.drain()

    async def receive(self) -> Any:
        """Return what it says next.

        Raises:
            StoreError: what it met, or that it came to its end.
        """
        try:
            size = int.from_bytes(await self._output.readexactly(HEAD), "big")
            said = pickle.loads(await self._output.readexactly(size))
        except asyncio.IncompleteReadError:
            raise StoreError("A process that helped with the export was ended from outside; export again.") from None
        if isinstance(said, StoreError):
            raise said
        return said

    async def end(self) -> None:
        """End it, whatever it does, and wait for that; it only reads."""
        with suppress(ProcessLookupError):
            self._process.kill()
        self._input.close()
        while await self._output.read(_BUFFER):
            pass
        await self._process.wait()


class WorkerPool:
    """Processes with the same assignment; ``async with`` ends them all.

    Args:
        assignment: What each is told first.
        size: How many there shall be.
    """

    def __init__(self, assignment: Assignment, size: int) -> None:
        self._assignment = assignment
        self._size = size
        self.workers: list[Worker] = []
        """Those that there are; none if the system allows for none."""

    async def __aenter__(self) -> Self:
        """Start them, and wait until each has opened the store.

        Raises:
            StoreError: one cannot open it.
        """
        try:
            await to_completion(self._start())
            for worker in self.workers:
                await worker.send(self._assignment)
            for worker in self.workers:
                await worker.receive()
        except BaseException:
            await self._end()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End them."""
        await self._end()

    async def _start(self) -> None:
        for _ in range(self._size if sys.executable else 0):
            with suppress(OSError):
                self.workers.append(Worker(await _started()))

    async def _end(self) -> None:
        workers, self.workers = self.workers, []
        await to_completion(asyncio.gather(*(worker.end() for worker in workers)))


def _import_path() -> list[str]:
    """Return where modules are looked for, the folder we are in by its name."""
    return [os.path.abspath(place) for place in sys.path]


async def _started() -> asyncio.subprocess.Process:
    # Apart from the keys of the terminal: what ctrl+c means is for this process to say.
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        _CODE,
        *_import_path(),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        limit=_BUFFER,
        process_group=0,
    )

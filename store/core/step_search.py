"""Run a long query as many short steps on connections of its own, and hand out the answers in order.

Engines let Python's other threads run while they work: two steps at a time take half the time, and pages are read
meanwhile. What is running is interrupted, never waited for.
"""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import aclosing
from itertools import cycle
from typing import TYPE_CHECKING, Any, Concatenate, Generic, ParamSpec, Protocol, Self, TypeVar

from store.core.matching import StoppedError
from store.core.uninterrupted import to_completion

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Awaitable, Callable, Coroutine, Iterator
    from types import TracebackType

Batch = TypeVar("Batch")
Connection = TypeVar("Connection")
Connection_co = TypeVar("Connection_co", covariant=True)
P = ParamSpec("P")
T = TypeVar("T")

_SCANNERS = 2
_AHEAD = 4
"""Steps that run, or wait for the caller, at a time."""


class Lane(Protocol[Connection_co]):
    """A connection that runs one function at a time."""

    async def run(self, function: Callable[Concatenate[Connection_co, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function with the connection and the arguments, and return its result."""
        ...

    async def close(self) -> None:
        """Stop what is running and disconnect. May be called twice."""
        ...


class StepSearch(ABC, Generic[Batch, Connection]):
    """Implements ``store.contract.searching.Running``; a subclass says what the steps are.

    Args:
        connect: Opens a connection for this search alone.
    """

    def __init__(self, connect: Callable[[], Awaitable[Lane[Connection]]]) -> None:
        self._open = connect
        self._lanes: list[Lane[Connection]] = []
        self._scanners: Iterator[Lane[Connection]] | None = None
        self._planner: asyncio.Task[None] | None = None
        self._room = asyncio.Semaphore(_AHEAD)
        self._answers: asyncio.Queue[asyncio.Task[Batch] | None] = asyncio.Queue()
        self._begun: set[asyncio.Task[Any]] = set()
        self._is_stopped = False

    @abstractmethod
    def _steps(self) -> AsyncGenerator[Coroutine[Any, Any, Batch], None]:
        """Yield what to run, in the order of the answers."""

    async def __aenter__(self) -> Self:
        """Connect."""
        try:
            await self._connect(1)
        except BaseException:
            await self.stop()
            raise
        self._planner = asyncio.create_task(self._plan())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    def __aiter__(self) -> Self:
        """Return itself."""
        return self

    async def __anext__(self) -> Batch:
        """Return the answer of the next step."""
        if self._is_stopped:
            raise StopAsyncIteration
        answer = await self._answers.get()
        try:
            if answer is not None:
                self._room.release()
                return await answer
            if self._planner is not None:
                await self._planner
        except Exception:
            # A stopped step may say anything.
            if not self._is_stopped:
                raise
        self._is_stopped = True
        raise StopAsyncIteration

    async def stop(self) -> None:
        """Interrupt what is running; the iteration ends. May be called twice, and is never cut short itself."""
        await to_completion(self._end_all())

    async def _end_all(self) -> None:
        self._is_stopped = True
        self._answers.put_nowait(None)
        self._room.release()
        await asyncio.gather(*(lane.close() for lane in self._lanes))
        await asyncio.gather(*self._begun, *filter(None, [self._planner]), return_exceptions=True)
        # The planner may just have been connecting.
        await asyncio.gather(*(lane.close() for lane in self._lanes))

    def is_stopped(self) -> bool:
        """Tell whether the caller wants no more."""
        return self._is_stopped

    async def _plan(self) -> None:
        """Begin the steps, as far as there is room for their answers."""
        try:
            async with aclosing(self._steps()) as steps:
                is_first = True
                async for step in steps:
                    answer = self._begin(step)
                    self._answers.put_nowait(answer)
                    await self._room.acquire()
                    if is_first:
                        # Nothing else may slow it down.
                        await asyncio.wait([answer])
                        is_first = False
                    if self._is_stopped:
                        break
        finally:
            self._answers.put_nowait(None)

    def _begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Run something beside what comes next."""
        task = asyncio.ensure_future(work)
        self._begun.add(task)
        task.add_done_callback(self._forget)
        return task

    def _forget(self, task: asyncio.Task[Any]) -> None:
        """Let go of a task; nobody may ask any more how it ended."""
        self._begun.discard(task)
        if not task.cancelled():
            task.exception()

    async def _ask(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function on the connection that scans nothing."""
        return await self._run(self._lanes[0], function, *args, **kwargs)

    async def _scan(self, function: Callable[Concatenate[Connection, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a function on the next of the connections that scan."""
        assert self._scanners is not None
        return await self._run(next(self._scanners), function, *args, **kwargs)

    async def _spread(self) -> None:
        """Open the connections that scan."""
        if self._scanners is None:
            await self._connect(_SCANNERS)
            self._scanners = cycle(self._lanes[1:])

    async def _connect(self, number: int) -> None:
        opening = [asyncio.ensure_future(self._open()) for _ in range(number)]
        try:
            await to_completion(asyncio.wait(opening))
        finally:
            self._lanes += [each.result() for each in opening if each.exception() is None]
        for each in opening:
            each.result()

    async def _run(
        self,
        lane: Lane[Connection],
        function: Callable[Concatenate[Connection, P], T],
        *args: P.args,
        **kwargs: P.kwargs,
    ) -> T:
        def work(connection: Connection) -> T:
            if self._is_stopped:
                raise StoppedError
            return function(connection, *args, **kwargs)

        return await lane.run(work)

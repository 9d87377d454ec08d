"""A unit of work goes on to its end, whoever is cancelled meanwhile."""

from __future__ import annotations

import asyncio

import pytest

from store.core.uninterrupted import to_completion


async def test_a_cancel_waits_for_the_end_of_the_work() -> None:
    ended = asyncio.Event()
    gate = asyncio.Event()

    async def work() -> None:
        await gate.wait()
        ended.set()

    task = asyncio.ensure_future(to_completion(work()))
    await asyncio.sleep(0)
    for _ in range(3):
        task.cancel()
        await asyncio.sleep(0)
    assert not task.done()
    gate.set()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert ended.is_set()

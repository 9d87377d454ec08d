"""An event loop never waits for the lock of another process; what could not be written then is written afterwards."""

from __future__ import annotations

import asyncio
import time
from typing import TYPE_CHECKING

from store.records import MessageCursor
from tests.tui.waiting import until
from tui.config.private_file import alone
from tui.config.seen import Seen
from tui.config.state import State

if TYPE_CHECKING:
    from pathlib import Path


async def test_a_loop_goes_on_while_another_process_has_the_lock(tmp_path: Path) -> None:
    state, seen = State(tmp_path / "state.json"), Seen(tmp_path / "seen.json", "/db", "ada")
    held, release = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def hold() -> None:
        with alone(tmp_path):
            loop.call_soon_threadsafe(held.set)
            asyncio.run_coroutine_threadsafe(release.wait(), loop).result()

    holding = asyncio.create_task(asyncio.to_thread(hold))
    await held.wait()
    seen.settle(3, ["c"])
    seen.see("c", MessageCursor(5, 1))
    begun = time.perf_counter()
    state.set("theme", "nord")
    assert not seen.save(now=7)
    assert time.perf_counter() - begun < 0.2, "a lock is waited for half a second"
    assert state.get("theme") == "nord"
    assert State(tmp_path / "state.json").get("theme") is None
    release.set()
    await holding
    await until(lambda: State(tmp_path / "state.json").get("theme") == "nord", "it is written")
    assert seen.save(now=7)
    again = Seen(tmp_path / "seen.json", "/db", "ada")
    assert (again.visited, again.place("c")) == (7, MessageCursor(5, 1))

"""One scenario of the screen in a process of its own: ``python -m tests.bench.paint SCENARIO FILE`` prints JSON.

The driver paints as a terminal's does, into nothing: a headless pilot would leave out the last step of a frame.
Frames are not held back to 60 a second, so that a time is the work of a frame and not the wait for its turn.
"""

from __future__ import annotations

import os

os.environ["TEXTUAL_FPS"] = "1000"
os.environ["TEXTUAL_ANIMATIONS"] = "none"

import asyncio
import gc
import json
import sys
import time
from contextlib import suppress
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.drivers.headless_driver import HeadlessDriver
from textual.geometry import Size

from store import open_store
from tests.bench.bare import BareApp
from tests.bench.data import GIANT, LARGE, ROUTINE, SMALL, USER
from tui.app import ClawbackApp
from tui.browser.screen import BrowserScreen
from tui.browser.session import Origin, Session, Start
from tui.config.settings import DEFAULTS
from tui.config.state import State
from tui.model.viewport import LAST_ROW, Place
from tui.widgets.conversation_list import ConversationList

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import App

    from tui.widgets.transcript import Transcript

SIZE = (140, 40)
BOUND_S = 60.0
FRAME_BYTES = 400
"""The least that a moved selection or a scrolled pane takes to draw; a line of captions takes less."""
KEYS = 120
ROUNDS = 15


class PaintDriver(HeadlessDriver):
    """A driver that takes every byte of a frame and tells when one was written."""

    written: asyncio.Event
    frames = 0
    last_at = 0.0

    @property
    def is_headless(self) -> bool:
        """Ask for whole frames."""
        return False

    def write(self, data: str) -> None:
        """Count what a terminal would show."""
        if len(data) >= FRAME_BYTES:
            type(self).frames += 1
            type(self).last_at = time.perf_counter()
            with suppress(AttributeError):
                type(self).written.set()


async def painted(condition: Callable[[], Any] = lambda: True, *, frames: int = 1) -> float:
    """Wait until at least so many further frames were written and a condition holds; return when the last one was."""
    goal = PaintDriver.frames + frames
    async with asyncio.timeout(BOUND_S):
        while PaintDriver.frames < goal or not condition():
            PaintDriver.written.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(PaintDriver.written.wait(), 0.05)
    return PaintDriver.last_at


async def quiet(seconds: float = 0.15) -> None:
    """Wait until nothing was painted for a while."""
    before = -1
    while before != PaintDriver.frames:
        before = PaintDriver.frames
        await asyncio.sleep(seconds)


async def press(app: App[Any], key: str, condition: Callable[[], Any] = lambda: True) -> tuple[float, float]:
    """Press a key; return the wall and the processor time until its frame was written, in ms."""
    wall, cpu = time.perf_counter(), time.process_time()
    app.post_message(events.Key(key, key if len(key) == 1 else None))
    end = await painted(condition)
    return (end - wall) * 1000, (time.process_time() - cpu) * 1000


class Hands:
    """A running browser and what a reader does with it."""

    def __init__(self, app: ClawbackApp) -> None:
        self.app = app

    @property
    def screen(self) -> BrowserScreen:
        """The browser."""
        screen = self.app.screen_stack[0]
        assert isinstance(screen, BrowserScreen)
        return screen

    @property
    def transcript(self) -> Transcript:
        """The transcript."""
        return self.screen.reading.transcript

    @property
    def is_there(self) -> bool:
        """Tell whether the list has come."""
        stack = self.app.screen_stack
        return bool(stack and self.screen.is_mounted and self.screen.list_pane.conversations.window.rows)

    @property
    def _has_text(self) -> bool:
        rows = self.transcript.visible_rows()
        return bool(rows[-1][2].strip() or len(rows) > 1)

    async def open(self, conversation_id: str) -> float:
        """Open a conversation as ``enter`` does; return ms until its newest messages are painted."""
        conversation = await self.screen.session.store.get_conversation(conversation_id, USER)
        self.screen.reading.close()
        await quiet()
        before = time.perf_counter()
        self.screen.post_message(ConversationList.Opened(conversation))

        def is_shown() -> bool:
            reader = self.screen.reading.reader
            return (
                reader.conversation is not None
                and reader.conversation.id == conversation_id
                and reader.total > 0
                and reader.seen[1] == reader.total - 1
                and (reader is not self.transcript or self._has_text)
            )

        end = await painted(is_shown)
        return (end - before) * 1000


def rss_mb() -> float:
    """Return the memory that the process holds."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


async def opening(hands: Hands) -> dict[str, Any]:
    """Open the giant, a small conversation and a routine's ledger in turn."""
    times: dict[str, list[float]] = {GIANT: [], SMALL: [], ROUTINE: []}
    await hands.open(ROUTINE)
    await quiet()
    for _ in range(ROUNDS):
        for conversation, taken in times.items():
            taken.append(await hands.open(conversation))
            await quiet()
    return {"giant": times[GIANT], "small": times[SMALL], "routine": times[ROUTINE]}


async def keys(hands: Hands) -> dict[str, Any]:
    """Press keys in the list and in the transcript."""
    await hands.open(GIANT)
    await complete(hands)
    found: dict[str, Any] = {}
    hands.transcript.action_half_pages(-20)
    for pane, names in (("list", ("j",)), ("transcript", ("k", "j", "pageup"))):
        (hands.screen.list_pane.conversations if pane == "list" else hands.transcript).focus()
        await quiet()
        for name in names:
            await press(hands.app, name)
            found[f"{pane} {name}"] = [await press(hands.app, name) for _ in range(KEYS)]
    return found


async def paging(hands: Hands) -> dict[str, Any]:
    """Hold PageUp through 5,000 messages, then walk on through 100,000; resize there."""
    await hands.open(GIANT)
    await complete(hands)
    opened = rss_mb()
    transcript, times, jumps = hands.transcript, [], 0
    transcript.focus()
    await quiet()
    goal = max(0, transcript.total - 5000)
    while transcript.seen[0] > goal:
        top = transcript.places[0]
        moved = partial(_has_moved, transcript, transcript.viewport.anchor)
        times.append((await press(hands.app, "pageup", moved))[0])
        if top.row == LAST_ROW:
            # It was not held yet: its last row is what stands still.
            top = Place(top.ordinal, (transcript.measure(top.ordinal) or 0) - 1)
        jumps += top not in transcript.places
    goal = max(0, transcript.total - 100_000)
    while transcript.seen[0] > goal:
        transcript.walk(-20 * transcript.viewport.height)
        await painted(lambda: not transcript.is_waiting, frames=0)
    await quiet()
    deep = rss_mb()
    sizes = [(100, 30), (140, 40), (90, 40), (140, 40)]
    resizes = []
    for width, height in sizes:
        before = time.perf_counter()
        hands.app.post_message(events.Resize(Size(width, height), Size(width, height)))
        end = await painted(partial(_is_drawn_at, hands, width))
        resizes.append((end - before) * 1000)
        await quiet()
    return {
        "times": times,
        "jumps": jumps,
        "opened_mb": opened,
        "deep_mb": deep,
        "resizes": resizes,
        "behind": transcript.total - transcript.seen[1],
    }


def _has_moved(transcript: Transcript, anchor: Place) -> bool:
    return transcript.viewport.anchor != anchor


def _is_drawn_at(hands: Hands, width: int) -> bool:
    return hands.app.size.width == width and not hands.transcript.is_waiting


async def dear(hands: Hands) -> dict[str, Any]:
    """Open the large conversation and go to each of its dear messages: three bombs of Markdown, four of 5 MB."""
    await hands.open(LARGE)
    await complete(hands)
    times = []
    for ordinal in range(30, 37):
        hands.transcript.action_first()
        await quiet()
        before = time.perf_counter()
        hands.transcript.viewport.seek(ordinal)
        hands.transcript.changed()
        times.append((await painted(lambda: not hands.transcript.is_waiting) - before) * 1000)
    return {"times": times}


async def idle(hands: Hands) -> dict[str, Any]:
    """Do nothing for a while."""
    await hands.open(GIANT)
    await complete(hands)
    # Garbage of the opening is collected once, when nobody has pressed a key for a moment.
    await asyncio.sleep(4)
    cpu, wall = time.process_time(), time.perf_counter()
    await asyncio.sleep(10)
    return {"share": (time.process_time() - cpu) / (time.perf_counter() - wall)}


async def complete(hands: Hands) -> None:
    """Wait until the order of the open conversation is known."""
    await painted(lambda: hands.screen.reading.loader.is_complete, frames=0)
    await quiet()


async def bare() -> dict[str, Any]:
    """Press keys in the bare application."""
    app = BareApp()
    found: dict[str, Any] = {}

    async def drive(_: object) -> None:
        await quiet()
        gc.disable()
        for name, back in (("down", "down"), ("pagedown", "pageup")):
            await press(app, name)
            found[name] = [await press(app, name if number % 2 else back) for number in range(KEYS)]
        app.exit()

    await _run(app, drive)
    return found


async def _run(app: App[Any], drive: Callable[[Any], Awaitable[None]]) -> None:
    PaintDriver.written = asyncio.Event()
    app.driver_class = PaintDriver
    await app.run_async(headless=False, size=SIZE, auto_pilot=drive)  # type: ignore[arg-type]  # takes any awaitable


async def scenario(name: str, path: Path) -> dict[str, Any]:
    """Run a scenario on the browser."""
    found: dict[str, Any] = {}
    async with open_store(path, read_only=True) as store:
        app = ClawbackApp(
            Session(
                store=store,
                state=State(None),
                settings=DEFAULTS,
                origin=Origin("bench"),
                start=Start(USER),
                now=lambda: datetime.now(UTC),
                tz=UTC,
            )
        )

        async def drive(_: object) -> None:
            hands = Hands(app)
            await painted(lambda: hands.is_there, frames=0)
            await quiet()
            found.update(await SCENARIOS[name](hands))
            app.exit()

        await _run(app, drive)
    return found


SCENARIOS: dict[str, Callable[[Hands], Awaitable[dict[str, Any]]]] = {
    "opening": opening,
    "keys": keys,
    "paging": paging,
    "dear": dear,
    "idle": idle,
}


def main() -> None:
    """Run the scenario named on the command line."""
    name, path = sys.argv[1:]
    print(json.dumps(asyncio.run(bare() if name == "bare" else scenario(name, Path(path)))))


if __name__ == "__main__":
    main()

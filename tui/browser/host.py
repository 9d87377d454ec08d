"""What panes and features work with: a host that runs, says and asks, and a browser that shows something else."""

from __future__ import annotations

import asyncio
from time import monotonic
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from store.errors import DatabaseReplaced, StoreError, StoreLost
from tui.text.visible import visible, without_hidden
from tui.widgets.fault_boundary import FaultReporter
from tui.widgets.key_queue import KeyQueue
from tui.widgets.paint import read_style_sheet

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection

    from textual.app import App
    from textual.screen import Screen
    from textual.timer import Timer
    from textual.widget import Widget

    from store.records import Conversation
    from tui.modals.sheet import Sheet
    from tui.model.listed_view import ListedView

T = TypeVar("T")

NO_CONVERSATION = "No conversation is selected."
"""What to say where a key acts on the conversation and there is none."""
FOR_PROGRAM = "program"
"""Group of the work of reading what another program is to get."""
LAST_S = 5.0
"""How long, in seconds, work may take to end when the browser is closed."""
EXPLAINED_S = 2.0
"""How long, in seconds, it is shown why a key did nothing."""
WAIT_S = 1.0
"""How long a write may take before its wait is told."""


class Browser(Protocol):
    """What is listed and read, and how to change it."""

    @property
    def view(self) -> ListedView:
        """Return what is listed: user, channel, machine threads, filter."""
        ...

    @property
    def current(self) -> Conversation | None:
        """Return the conversation that keys act on: the one being read, else the selected one."""
        ...

    def open(self, conversation: Conversation, then: Callable[[], None] | None = None) -> None:
        """Read a conversation, whether the list holds it or not, and do something once it is open."""

    def list_view(self, view: ListedView) -> None:
        """List what a view is about."""

    def reload(self) -> None:
        """Read again what is listed and what is open."""

    async def renew(self, conversation_id: str) -> None:
        """Show a conversation by what is stored of it now, where it is listed or read."""


class Host:
    """Runs work beside a screen, says and asks something over it. A fault of our own ends that work alone.

    Args:
        screen: The screen.
    """

    def __init__(self, screen: Screen[Any]) -> None:
        self._screen = screen
        self._under_way: dict[asyncio.Task[Any], str] = {}
        """What runs, with its group."""
        self._explained = ""
        """Why a key did nothing, as it was said last."""
        self._explained_until = 0.0
        """Until when, by the monotonic clock, that is shown."""
        self.gate: Callable[[], Awaitable[None]] | None = None
        """What is awaited before any work, so that it finds an open store."""
        self.on_lost: Callable[[StoreLost], None] | None = None
        """Takes the word that what was opened is gone; without it that is said in passing."""

    @property
    def app(self) -> App[Any]:
        """Return the application, which has the terminal."""
        return self._screen.app

    def run(
        self,
        work: Callable[[], Awaitable[object]],
        *,
        group: str,
        exclusive: bool = False,
        owner: Widget | None = None,
        holds_keys: bool = False,
    ) -> None:
        """Run work; an error of the store is told.

        Args:
            work: Makes what is awaited.
            group: What it is stopped by.
            exclusive: Whether it takes the place of its group's work that still runs.
            owner: The widget that shows its answer, and with which it ends; by default the screen.
            holds_keys: Whether keys wait for its end, since they are meant for what it leads to.
        """
        app, holder = self.app, object()

        async def to_its_end() -> None:
            task = asyncio.current_task()
            assert task is not None
            self._under_way[task] = group
            task.add_done_callback(self._under_way.pop)
            try:
                await self.ready()
                await work()
            except StoreLost as error:
                self.report_lost(error)
            except StoreError as error:
                self.say(str(error), is_error=True)
            except Exception as error:
                if not isinstance(app, FaultReporter):
                    raise
                app.report_fault(owner or self._screen, error)
            finally:
                if holds_keys and isinstance(app, KeyQueue):
                    app.release_keys(holder)

        if holds_keys and isinstance(app, KeyQueue):
            app.hold_keys(holder)
        # The function, not its coroutine: one that is cancelled before it began would be complained about at the end.
        worker: Any = to_its_end
        (owner or self._screen).run_worker(worker, group=group, exclusive=exclusive)

    def write(self, work: Callable[[], Awaitable[object]]) -> None:
        """Run work that writes: it is never cut short, and says so if another program keeps it waiting."""

        async def patiently() -> None:
            waits = "Another program has the file locked; waiting for it …"
            notice = self.later(WAIT_S, lambda: self.say(waits))
            try:
                await work()
            finally:
                notice.stop()

        self.run(patiently, group="write")

    async def ready(self) -> None:
        """Wait until the store may be asked.

        Raises:
            StoreError: it cannot be opened again.
        """
        if self.gate is not None:
            await self.gate()

    def is_working(self, *, besides: Collection[str]) -> bool:
        """Tell whether work of any other groups is under way."""
        return any(group not in besides for group in self._under_way.values())

    def stop(self, group: str, *, owner: Widget | None = None) -> bool:
        """Stop the work of a group; return whether there was any."""
        return bool(self._screen.workers.cancel_group(owner or self._screen, group))

    async def end(self) -> None:
        """Stop all work, and wait until none uses the store any more."""
        running = list(self._under_way)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=LAST_S)

    def report_lost(self, error: StoreLost) -> None:
        """Tell that what was opened is gone."""
        if self.on_lost is not None:
            self.on_lost(error)
        else:
            self.say(str(error), is_error=True)

    def report_if_out_of_reach(self, error: StoreError) -> bool:
        """Tell that a server hung up, if that is what an error says; return whether it is."""
        if not isinstance(error, StoreLost) or isinstance(error, DatabaseReplaced):
            return False
        self.report_lost(error)
        return True

    def say(self, sentence: str, *, is_error: bool = False, seconds: float = 3) -> None:
        """Say something in passing."""
        if is_error:
            self.app.notify(visible(sentence), severity="error", markup=False, timeout=8)
        else:
            self.app.notify(visible(sentence), markup=False, timeout=seconds)

    def explain(self, why: str) -> None:
        """Say why a key did nothing; pressed again and again, once for as long as that is shown."""
        if self._explained != why or monotonic() > self._explained_until:
            self._explained, self._explained_until = why, monotonic() + EXPLAINED_S
            self.say(why, seconds=EXPLAINED_S)

    def take_away_said(self) -> bool:
        """Take away what was said in passing; return whether any of it was on the screen."""
        if not self._screen.query("Toast"):
            return False
        self._explained = ""
        self.app.clear_notifications()
        return True

    def ask(
        self,
        sheet: Sheet[T],
        then: Callable[[T | None], None] | None = None,
        *,
        fill: Callable[[], Awaitable[object]] | None = None,
    ) -> None:
        """Show a sheet at once, fill it when what it shows is known, and take its answer.

        Args:
            sheet: The sheet.
            then: Takes its result, ``None`` if it was left.
            fill: Reads what it shows and hands it over; an error of the store closes the sheet and is told.
        """
        sheet.answer = then
        # Read by Textual, it would have the whole screen styled anew.
        read_style_sheet(self.app, sheet.CSS_PATH)
        self.app.push_screen(sheet)

        async def fill_or_close() -> None:
            try:
                if fill is not None:
                    await fill()
            except StoreError:
                sheet.give_up()
                raise

        if fill is not None:
            self.run(fill_or_close, group="fill", owner=sheet)

    def later(self, seconds: float, call: Callable[[], None]) -> Timer:
        """Call something after some seconds."""
        return self._screen.set_timer(seconds, call)

    def copy(self, text: str, what: str) -> None:
        """Put a text, made harmless, on the clipboard and say what it was."""
        harmless, hidden = without_hidden(text)
        self.app.copy_to_clipboard(harmless)
        left_out = f"; {hidden:,} hidden character{'s were' if hidden > 1 else ' was'} left out" if hidden else ""
        self.say(f"Copied {what}, {len(harmless):,} characters{left_out}.")

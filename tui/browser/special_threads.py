"""The threads that the assistant keeps: finds them, and makes one that is missing once its owner said so.

Looking writes nothing.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.records import Kind
from tui.browser.captions import special_label

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from store.records import SpecialThread
    from tui.browser.host import Browser, Host
    from tui.browser.session import Session
    from tui.modals.routines_screen import RoutinesScreen, RoutineThread

ASSISTANT_CHANNEL = "gateway"
"""Where IronClaw itself keeps the assistant's thread."""
GROUP = "open"
"""Group of the work of opening a thread, the last one that was asked for."""
LISTED = 50
"""Threads of one kind that are offered at most."""


class SpecialThreads:
    """The threads of routines, heartbeat and assistant.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        browser: Shows something else.
    """

    def __init__(self, session: Session, host: Host, browser: Browser) -> None:
        self._session = session
        self._store = session.store
        self._host = host
        self._browser = browser

    def open_heartbeat(self) -> None:
        """Open the heartbeat thread; ask before one is made."""
        self._run(partial(self._open, Kind.HEARTBEAT))

    def open_assistant(self) -> None:
        """Open the assistant thread of the channel, or list those of all; ask before one is made."""
        self._run(partial(self._open, Kind.ASSISTANT))

    async def _open(self, kind: Kind) -> None:
        user, channel = self._browser.view.user, self._browser.view.channel
        if kind is Kind.HEARTBEAT or channel in (Kind.ROUTINE, Kind.HEARTBEAT):
            channel = None
        threads = await self._store.list_special_threads(user)
        found = [each for each in threads if each.kind is kind and channel in (None, each.channel)]
        if user != self._browser.view.user:
            return
        if len(found) == 1:
            await self._show(found[0].id, user)
        elif found:
            self._pick(found, user)
        elif kind is Kind.HEARTBEAT:
            create = partial(self._store.get_or_create_heartbeat_conversation, user)
            self._offer("the heartbeat", "It gets one with its next beat.", user, create)
        else:
            channel = channel or ASSISTANT_CHANNEL
            create = partial(self._store.get_or_create_assistant_conversation, user, channel)
            why = "IronClaw makes one when its web page is opened."
            self._offer(f"the assistant on {channel}", why, user, create)

    def open_routines(self) -> None:
        """List the routines, and open the thread of the one that is picked."""
        from tui.modals.routines_screen import RoutinesScreen

        user = self._browser.view.user
        sheet: RoutinesScreen = RoutinesScreen(self._session.now(), self._session.tz)

        async def fill() -> None:
            sheet.fill(await self._store.list_routines(user))

        self._host.ask(sheet, partial(self._take_routine, user), fill=fill)

    def _take_routine(self, user: str, picked: RoutineThread | None) -> None:
        if picked is None:
            return
        if picked.conversation_id is not None:
            self._run(partial(self._show, picked.conversation_id, user))
            return
        routine = picked.routine
        create = partial(self._store.get_or_create_routine_conversation, routine.id, routine.name, user)
        self._offer(f"the routine {routine.name}", "It gets one with its next run.", user, create)

    def _pick(self, threads: Sequence[SpecialThread], user: str) -> None:
        """Offer several threads of one kind: of several channels, or made twice by a race of IronClaw's own."""
        from tui.modals.picker import Picker

        picker = Picker(f"{threads[0].kind.value.capitalize()} threads")

        async def fill() -> None:
            choices = []
            for thread in threads[:LISTED]:
                conversation = await self._store.get_conversation(thread.id, user)
                choices.append((thread.id, special_label(conversation, is_duplicate=thread.is_duplicate)))
            picker.fill(choices)

        def take(picked: str | None) -> None:
            if picked is not None:
                self._run(partial(self._show, picked, user))

        self._host.ask(picker, take, fill=fill)

    def _offer(self, name: str, why: str, user: str, create: Callable[[], Awaitable[str]]) -> None:
        """Ask whether to make a missing thread, and make it only then.

        Args:
            name: Whose thread it is.
            why: What makes it otherwise.
            user: The user who gets it.
            create: Makes it and returns its id.
        """
        from tui.modals.question import Question

        if self._session.is_read_only:
            self._host.say(f"There is no thread of {name} yet.")
            return
        if len(self._session.ids_of(user)) > 1:
            self._host.say(f"There is no thread of {name} yet. U shows one of your ids; it can be made for that.")
            return

        def take(is_wanted: bool | None) -> None:
            if is_wanted:
                self._host.write(partial(self._make, name, user, create))

        text = f"There is no thread of {name} yet. {why}\n\nMake an empty one now, in {self._session.origin.shown}?"
        self._host.ask(Question("No such thread yet", text, yes="Make it", no="Leave it"), take)

    async def _make(self, name: str, user: str, create: Callable[[], Awaitable[str]]) -> None:
        await self._show(await create(), user)
        self._host.say(f"Made the thread of {name}.")

    async def _show(self, conversation_id: str, user: str) -> None:
        conversation = await self._store.get_conversation(conversation_id, user)
        if user == self._browser.view.user:
            self._browser.open(conversation)

    def _run(self, work: Callable[[], Awaitable[object]]) -> None:
        self._host.run(work, group=GROUP, exclusive=True, holds_keys=True)

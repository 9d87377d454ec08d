"""The threads that the assistant keeps: finds them, and makes one that is missing once its owner said so.

The browser screen's right hand for routines, the heartbeat and the assistant; it alone calls this, as work beside the
screen. Errors of the store pass through to it. Looking writes nothing.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.records import Kind
from tui.browser import captions as horizon

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from store.contract.store import ConversationStore
    from store.records import Conversation, SpecialThread
    from tui.browser.screen import BrowserScreen
    from tui.modals.facts import FactsScreen, Group
    from tui.modals.routines import RoutineThread

ASSISTANT_CHANNEL = "gateway"
"""Where IronClaw itself keeps the assistant's thread."""
COUNTING = "count"
"""Group of the work of counting what a conversation took."""
LISTED = 50
"""Threads of one kind that are offered at most."""


class SpecialThreads:
    """The way from keys to the threads of routines, heartbeat and assistant.

    Args:
        store: Where they are.
        browser: The screen that shows them.
    """

    def __init__(self, store: ConversationStore, browser: BrowserScreen) -> None:
        self._store = store
        self._browser = browser

    async def open(self, kind: Kind) -> None:
        """Open the thread of a kind, or offer what there is."""
        if kind is Kind.ROUTINE:
            await self._offer_routines()
            return
        user, channel = self._browser.user, self._browser.channel
        if kind is Kind.HEARTBEAT or channel in (Kind.ROUTINE, Kind.HEARTBEAT):
            channel = None
        threads = await self._store.list_special_threads(user)
        found = [each for each in threads if each.kind is kind and channel in (None, each.channel)]
        if len(found) == 1:
            await self._show(found[0].id)
        elif found:
            await self._pick(found)
        elif kind is Kind.HEARTBEAT:
            create = partial(self._store.get_or_create_heartbeat_conversation, user)
            self._offer("the heartbeat", "It gets one with its next beat.", create)
        else:
            channel = channel or ASSISTANT_CHANNEL
            create = partial(self._store.get_or_create_assistant_conversation, user, channel)
            self._offer(f"the assistant on {channel}", "IronClaw makes one when its web page is opened.", create)

    async def _offer_routines(self) -> None:
        from tui.modals.routines import RoutinesScreen  # noqa: PLC0415 - deferred until asked for

        routines = await self._store.list_routines(self._browser.user)
        screen = RoutinesScreen(routines, self._browser.now, self._browser.tz)
        self._browser.app.push_screen(screen, self._take_routine)

    def _take_routine(self, picked: RoutineThread | None) -> None:
        if picked is None:
            return
        if picked.conversation_id is not None:
            self._browser.do(partial(self._show, picked.conversation_id))
            return
        routine, user = picked.routine, self._browser.user
        create = partial(self._store.get_or_create_routine_conversation, routine.id, routine.name, user)
        self._offer(f"the routine {routine.name}", "It gets one with its next run.", create)

    async def show_facts(self, conversation: Conversation) -> None:
        """Show what is known of a conversation, and of the routine behind it."""
        from tui.modals.facts import FactsScreen, conversation_facts, routine_facts  # noqa: PLC0415 - deferred

        browser = self._browser
        groups: list[Group] = [("Conversation", conversation_facts(conversation, browser.tz))]
        groups.append(("File", [("path", browser.path), ("read-only", self._store.read_only_reason or "no")]))
        if conversation.routine is not None:
            for routine in await self._store.list_routines(browser.user):
                if routine.id == conversation.routine.id:
                    groups.insert(0, ("Routine", routine_facts(routine, browser.now, browser.tz)))
        screen = FactsScreen(conversation.title, [*groups, ("Messages", [("", "counting …")])])

        def stop(_: None) -> None:
            browser.workers.cancel_group(browser, COUNTING)

        browser.app.push_screen(screen, stop)
        count = partial(self._count, conversation, screen, groups)
        browser.work(count, group=COUNTING, exclusive=True)

    async def _count(self, conversation: Conversation, screen: FactsScreen, groups: Sequence[Group]) -> None:
        """Show in a panel of facts what the conversation took; a big one takes a while to count."""
        from tui.modals.usage_facts import usage_groups  # noqa: PLC0415 - deferred until asked for

        browser = self._browser
        usage = await self._store.usage(conversation.id, browser.user, tz=browser.tz)
        took = usage_groups(usage, browser.tz, is_routine=conversation.routine is not None)
        screen.show([*groups, *took])

    async def _pick(self, threads: Sequence[SpecialThread]) -> None:
        """Offer several threads of one kind: of several channels, or made twice by a race of IronClaw's own."""
        from tui.modals.picker import Picker  # noqa: PLC0415 - deferred until asked for

        choices = []
        for thread in threads[:LISTED]:
            conversation = await self._store.get_conversation(thread.id, self._browser.user)
            choices.append((thread.id, horizon.special_label(conversation, is_duplicate=thread.is_duplicate)))

        def take(picked: str | None) -> None:
            if picked is not None:
                self._browser.do(partial(self._show, picked))

        self._browser.app.push_screen(Picker(f"{threads[0].kind.value.capitalize()} threads", choices), take)

    def _offer(self, name: str, why: str, create: Callable[[], Awaitable[str]]) -> None:
        """Ask whether to make a missing thread, and make it only then.

        Args:
            name: Whose thread it is.
            why: What makes it otherwise.
            create: Makes it and returns its id.
        """
        from tui.modals.question import Question  # noqa: PLC0415 - deferred until asked for

        if self._browser.is_read_only:
            self._browser.tell(f"There is no thread of {name} yet.")
            return

        def take(is_wanted: bool | None) -> None:
            if is_wanted:
                self._browser.do(partial(self._make, name, create), is_write=True)

        text = f"There is no thread of {name} yet. {why}\n\nMake an empty one now, in {self._browser.path}?"
        self._browser.app.push_screen(Question("No such thread yet", text, yes="Make it", no="Leave it"), take)

    async def _make(self, name: str, create: Callable[[], Awaitable[str]]) -> None:
        await self._show(await create())
        self._browser.tell(f"Made the thread of {name}.")

    async def _show(self, conversation_id: str) -> None:
        self._browser.show(await self._store.get_conversation(conversation_id, self._browser.user))

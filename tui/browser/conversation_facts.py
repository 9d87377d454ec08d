"""What is known of a conversation: its records at once, what it took when that is counted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.contract.capability import Capability
from tui.browser.host import NO_CONVERSATION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.records import Conversation
    from tui.browser.host import Browser, Host
    from tui.browser.session import Session
    from tui.modals.facts import FactsScreen, Group


class ConversationFacts:
    """The panel of facts.

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

    def show(self) -> None:
        """Show what is known of the current conversation, and of the routine that writes to it."""
        from tui.modals.facts import FactsScreen, conversation_facts

        conversation = self._browser.current
        if conversation is None:
            self._host.explain(NO_CONVERSATION)
            return
        why_read_only = self._store.capabilities[Capability.WRITE]
        known: list[Group] = [
            ("Conversation", conversation_facts(conversation, self._session.tz)),
            ("File", [("path", self._session.origin.shown), ("read-only", why_read_only or "no")]),
        ]
        sheet = FactsScreen(conversation.title, [*known, ("Messages", [("", "counting …")])])
        self._host.ask(sheet, fill=partial(self._fill, sheet, conversation, known))

    async def _fill(self, sheet: FactsScreen, conversation: Conversation, known: Sequence[Group]) -> None:
        from tui.modals.facts import conversation_facts, routine_facts
        from tui.modals.usage_facts import usage_groups

        session = self._session
        routine_groups: list[Group] = []
        if conversation.routine is not None:
            for routine in await self._store.list_routines(conversation.user_id):
                if routine.id == conversation.routine.id:
                    routine_groups = [("Routine", routine_facts(routine, session.now(), session.tz))]
            sheet.show([*routine_groups, *known, ("Messages", [("", "counting …")])])
        usage = await self._store.usage(conversation.id, conversation.user_id, tz=session.tz)
        counted: Group = ("Conversation", conversation_facts(conversation, session.tz, usage.messages))
        taken = usage_groups(usage, session.tz, is_routine=conversation.routine is not None)
        sheet.show([*routine_groups, counted, *known[1:], *taken])

"""Marks on conversations of the list, for what acts on several: export, seen, copy; kept until taken away."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.domain.timestamps import instant
from store.errors import ConversationNotFound
from tui.browser.host import NO_CONVERSATION
from tui.config.reader_facts import MARKS_FILE, ReaderFacts
from tui.text.units import counted

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.records import Conversation
    from tui.browser.host import Browser, Host
    from tui.browser.list_pane import ListPane
    from tui.browser.session import Session

NOTHING = "Nothing is marked; m marks the selected conversation."


class ConversationMarks:
    """The conversations that are marked.

    Args:
        session: What the browser works with; beside its state the marks are kept.
        host: Runs, says and asks.
        browser: Shows something else.
        list_pane: Has the list that shows the marks.
    """

    def __init__(self, session: Session, host: Host, browser: Browser, list_pane: ListPane) -> None:
        self._session = session
        self._store = session.store
        self._host = host
        self._browser = browser
        self._list = list_pane.conversations
        self._state = session.state.beside(MARKS_FILE)

    @property
    def ids(self) -> list[str]:
        """Return the marked conversations of the user who is shown, in the order in which they were marked."""
        return [conversation_id for _, conversation_id in self._marked]

    async def conversations(self) -> list[Conversation]:
        """Return the marked conversations as they are stored now; those that are gone lose their marks."""
        found = []
        for user, conversation_id in self._marked:
            try:
                found.append(await self._store.get_conversation(conversation_id, user))
            except ConversationNotFound:
                self._facts.take(user, conversation_id)
        self.show()
        return found

    def show(self) -> None:
        """Show the marks in the list."""
        self._list.show_marked(self.ids)

    def toggle(self) -> None:
        """Mark the selected conversation, or take its mark away, and select the next one."""
        selected = self._list.highlighted
        if selected is None:
            self._host.explain(NO_CONVERSATION)
            return
        if self._facts.take(selected.user_id, selected.id) is None:
            # Of those that are marked at one time, the last comes last.
            last = max(map(_number, self._facts.all().values()), default=0)
            self._facts.set(f"{max(instant(self._session.now()), last + 1)}", selected.user_id, selected.id)
        self.show()
        self._list.select_index(self._list.selected + 1)

    def list_marked(self) -> None:
        """Show what is marked."""
        from tui.modals.marked_list import MarkedScreen

        if not self.ids:
            self._host.explain(NOTHING)
            return
        session = self._session
        sheet = MarkedScreen(session.now(), session.tz, unmark=self._unmark, clear=self._clear)

        async def fill() -> None:
            sheet.fill(await self.conversations())

        self._host.ask(sheet, self._take, fill=fill)

    def copy_titles(self) -> None:
        """Copy the titles of the marked conversations, a line each, else that of the selected one."""
        self._copy(lambda each: each.title, "title")

    def copy_ids(self) -> None:
        """Copy the ids of the marked conversations, a line each, else that of the selected one."""
        self._copy(lambda each: each.shown_id, "id")

    def _copy(self, text_of: Callable[[Conversation], str], what: str) -> None:
        selected = self._list.highlighted
        if self.ids:
            self._host.run(partial(self._copy_marked, text_of, what), group="copy", exclusive=True)
        elif selected is not None:
            self._host.copy(text_of(selected), f"the {what}")
        else:
            self._host.explain(NO_CONVERSATION)

    async def _copy_marked(self, text_of: Callable[[Conversation], str], what: str) -> None:
        found = await self.conversations()
        if found:
            plural = "s" if len(found) > 1 else ""
            self._host.copy("\n".join(map(text_of, found)), f"the {what}{plural} of {len(found):,} marked")

    def _unmark(self, conversation: Conversation) -> None:
        self._facts.take(conversation.user_id, conversation.id)
        self.show()

    def _clear(self) -> None:
        marked = self._marked
        for about in marked:
            self._facts.take(*about)
        self.show()
        self._host.say(f"{counted(len(marked), 'mark')} taken away.")

    def _take(self, conversation: Conversation | None) -> None:
        if conversation is not None:
            self._browser.open(conversation)

    @property
    def _marked(self) -> list[tuple[str, ...]]:
        """Return user and id of what is marked, in the order in which it was marked."""
        found = self._facts.all()
        return sorted(found, key=lambda about: (_number(found[about]), about))

    @property
    def _facts(self) -> ReaderFacts:
        return ReaderFacts(self._state, self._session.origin.key, self._session.ids_of(self._browser.view.user))


def _number(text: str) -> int:
    """Return when something was marked, 0 where the text does not tell."""
    return int(text) if text.isdecimal() and len(text) < 20 else 0

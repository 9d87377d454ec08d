"""The other history, where there are several: goes there, and comes back to where the reader was."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.errors import ConversationNotFound
from tui.model.history_place import HistoryPlace
from tui.widgets.key_queue import KeyQueue
from tui.widgets.shared_messages import HistoryWanted

if TYPE_CHECKING:
    from store.records import Conversation
    from tui.browser.host import Browser, Host
    from tui.browser.list_pane import ListPane
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.session import Session

HOLDER = "history"
"""For what keys wait while another history is being opened."""
NOTICE_S = 12.0
"""How long, in seconds, it is said that there are several."""
MOST_ROWS = 500
"""Conversations that are listed at most to come back to a selected one."""


class HistorySwitch:
    """The histories of this machine, of which one is shown.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        browser: Shows something else.
        list_pane: The pane with the selected conversation.
        reading: The pane with the open one.
    """

    def __init__(
        self, session: Session, host: Host, browser: Browser, list_pane: ListPane, reading: ReadingPane
    ) -> None:
        self._session = session
        self._host = host
        self._browser = browser
        self._list = list_pane
        self._reading = reading

    def switch(self) -> None:
        """Show the other history, or offer those that there are."""
        offered = self._session.histories.offered if self._session.histories is not None else ()
        others = [each for each in offered if each.name != self._session.name]
        if len(offered) < 2:
            self._host.say("There is one history here; 'clawback paths' tells where it was looked for.")
        elif len(others) == 1:
            self._show(others[0].name)
        else:
            from tui.modals.picker import Picker

            choices = [(each.name, f"{each.name} · {each.kind} · {each.shown}") for each in offered]
            self._host.ask(Picker("Histories", choices, self._session.name), self._take)

    def place(self) -> HistoryPlace:
        """Return where the reader is."""
        conversations, shown = self._list.conversations, self._reading.conversation
        self._reading.places.remember()
        selected = conversations.highlighted
        return HistoryPlace(
            view=self._browser.view,
            rows=min(conversations.window.first + conversations.selected + 1, MOST_ROWS),
            selected=selected.id if selected is not None else None,
            opened=shown.id if shown is not None else None,
            is_reading=self._browser.current is shown and shown is not None,
            conversations=self._reading.places.known,
        )

    def begin(self) -> None:
        """Open what was open when the history was left, the list comes back by itself; say what is to be said."""
        start = self._session.start
        if start.notice:
            self._host.say(start.notice, seconds=NOTICE_S)
        place = start.place
        if place is None:
            return
        self._reading.places.take_over(place.conversations)
        if place.opened is not None and (place.is_reading or place.opened != place.selected):
            self._host.run(partial(self._open, place.opened, place.is_reading), group="open", holds_keys=True)

    async def _open(self, conversation_id: str, is_reading: bool) -> None:
        try:
            conversation: Conversation = await self._session.store.get_conversation(
                conversation_id, self._browser.view.user
            )
        except ConversationNotFound:
            return
        if is_reading:
            self._browser.open(conversation)
        else:
            self._reading.open(conversation)

    def _take(self, name: str | None) -> None:
        if name is not None and name != self._session.name:
            self._show(name)

    def _show(self, name: str) -> None:
        app = self._host.app
        if isinstance(app, KeyQueue):
            # They are for the history that comes; whoever shows it lets them go.
            app.hold_keys(HOLDER)
        self._list.post_message(HistoryWanted(name))

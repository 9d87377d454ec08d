"""What is new since the reader last looked: counts it, marks it, leads to it, and notes what is being seen.

The browser screen's right hand for all that; it alone calls this. Nothing of it is written into the database.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.domain.timestamps import UNREADABLE, instant, moment_of
from store.errors import ConversationNotFound
from store.records import Machines
from tui.config.seen import Seen
from tui.model.conversation_window import belongs

if TYPE_CHECKING:
    from pathlib import Path

    from textual.timer import Timer

    from store.contract.feed import News
    from store.contract.store import ConversationStore
    from store.records import Conversation
    from tui.browser.screen import BrowserScreen
    from tui.modals.away import Entry

LOOKED_AT = 1000
"""Conversations looked at when the browser starts, the newest."""
PAGE = 200
SAVE_SECONDS = 1.0
"""How long what was seen is gathered before it is written down."""
COUNTED = 99


class Unseen:
    """The conversations of one user that have something new.

    Args:
        store: Where they are.
        browser: The screen that marks them.
        path: Where what was seen is kept.
        database: The path of the database.
    """

    def __init__(self, store: ConversationStore, browser: BrowserScreen, path: Path | None, database: str) -> None:
        self._store = store
        self._browser = browser
        self._path = path
        self._database = database
        self._seen = Seen(None, database, browser.user)
        self._counts: dict[str, int] = {}
        self._conversations: dict[str, Conversation] = {}
        self._saving: Timer | None = None

    async def start(self, *, tells: bool = False) -> None:
        """Count what is new for the user who is shown; ``tells`` shows a board of it if there is something."""
        user = self._browser.user
        seen = Seen(self._path, self._database, user)
        page = await self._store.list_conversations(user, machines=Machines.FOLDED, limit=1)
        newest = [each.cursor.instant for each in page.conversations if each.cursor.instant != UNREADABLE]
        since, now = seen.since, instant(self._browser.now)
        upto = min(max([*newest, since or 0]), now) if newest else (since or now)
        self._seen, self._counts, self._conversations = seen, {}, {}
        if since is not None:
            await self._count(seen, since)
        seen.settle(upto, self._counts)
        seen.save()
        self._show()
        self.opened()
        if tells and since is not None:
            await self._tell(since)

    async def _count(self, seen: Seen, since: int) -> None:
        """Find the conversations with messages that were not seen."""
        user = self._browser.user
        known: dict[str, Conversation] = {}
        after = None
        while len(known) < LOOKED_AT:
            page = await self._store.list_conversations(user, machines=Machines.FOLDED, after=after, limit=PAGE)
            fresh = [each for each in page.conversations if since < each.cursor.instant != UNREADABLE]
            known |= {each.id: each for each in fresh}
            if not page.has_older or len(fresh) < len(page.conversations):
                break
            after = page.conversations[-1].cursor
        places = {each: seen.place(each) for each in [*known, *seen.places]}
        counts = await self._store.count_unseen(user, places, cap=COUNTED)
        for conversation_id, count in counts.items():
            if conversation_id not in known:
                try:
                    known[conversation_id] = await self._store.get_conversation(conversation_id, user)
                except ConversationNotFound:
                    continue
            if belongs(known[conversation_id], None, Machines.FOLDED):
                self._counts[conversation_id] = count.value
                self._conversations[conversation_id] = known[conversation_id]

    def take_in(self, news: News) -> None:
        """Count the messages that have just come; those on the screen are noted as seen when they are drawn."""
        known = {each.id: each for each in news.conversations if belongs(each, None, Machines.FOLDED)}
        for message in news.messages:
            conversation = known.get(message.conversation_id)
            if conversation is not None and message.cursor > self._seen.place(conversation.id):
                self._conversations[conversation.id] = conversation
                self._counts[conversation.id] = self._counts.get(conversation.id, 0) + 1
        for conversation_id in news.gone:
            self._counts.pop(conversation_id, None)
        self.look()
        if self._browser.transcript.new_after is None:
            self.opened()
        self._show()

    def opened(self) -> None:
        """Draw a line above the first new message of the conversation that was opened."""
        shown = self._browser.transcript.conversation
        is_new = shown is not None and bool(self._counts.get(shown.id))
        self._browser.reading.view.mark_new(self._seen.place(shown.id) if shown is not None and is_new else None)

    def look(self) -> None:
        """Note as seen what is on the screen of somebody who reads it."""
        reader = self._browser.reading.view.reader
        shown, cursor = reader.conversation, reader.last_seen_cursor
        if shown is None or cursor is None or not reader.has_focus:
            return
        left = reader.total - 1 - reader.seen[1]
        if left < self._counts.get(shown.id, 0):
            self._counts[shown.id] = left
            if left <= 0:
                del self._counts[shown.id]
            self._show()
        if not self._seen.see(shown.id, cursor):
            return
        if self._saving is None:
            self._saving = self._browser.set_timer(SAVE_SECONDS, self.save)

    def save(self) -> None:
        """Write down what was seen."""
        self._saving = None
        self._seen.save()

    def go_to_next(self) -> None:
        """Select the next conversation with something new, around the end; read it if the list does not hold it."""
        listed = self._browser.conversations
        rows, window = listed.window.rows, listed.window
        start = listed.selected - window.first + 1
        for row in [*rows[start:], *rows[:start]]:
            if self._counts.get(row.id):
                listed.choose(row.id)
                return
        rest = sorted(self._counts, key=lambda each: -self._conversations[each].cursor.instant)
        if rest:
            self._browser.show(self._conversations[rest[0]])
        else:
            self._browser.tell("Nothing new.")

    def go_to_first(self) -> None:
        """Go to the first new message of the open conversation."""
        if self._browser.transcript.new_after is None:
            self._browser.tell("Nothing is new here.")
        else:
            self._browser.work(self._go_to_first, group="go-to", exclusive=True)

    async def _go_to_first(self) -> None:
        supply, place = self._browser.reading.supply, self._browser.transcript.new_after
        if place is None:
            return
        position = await supply.seek(place)
        if position is None:
            moment = moment_of(place.instant + 1)
            position = await supply.seek(moment) if moment is not None else None
        else:
            position += 1
        if position is not None:
            self._browser.reading.view.reader.go_to(min(position, self._browser.transcript.total - 1))

    def _show(self) -> None:
        """Mark what is new in the list and in the channel bar."""
        self._browser.conversations.mark_unseen(self._counts)
        channels: dict[str, int] = {}
        for conversation_id in self._counts:
            channel = self._conversations[conversation_id].channel
            channels[channel] = channels.get(channel, 0) + 1
        self._browser.channel_bar.mark_unseen(channels)

    async def _tell(self, since: int) -> None:
        """Show the board of what happened while the reader was away, if anything did."""
        from tui.modals.away import AwayScreen, entries  # noqa: PLC0415 - deferred until asked for

        browser = self._browser
        routines = await self._store.list_routines(browser.user)
        fresh = [(self._conversations[each], count) for each, count in self._counts.items()]
        found = entries(routines, fresh, since)
        if found:
            browser.app.push_screen(AwayScreen(found, moment_of(since), browser.now, browser.tz), self._take)

    def _take(self, entry: Entry | None) -> None:
        if entry is None:
            return
        if entry.conversation_id is not None:
            self._browser.do(partial(self._open, entry.conversation_id))

    async def _open(self, conversation_id: str) -> None:
        self._browser.show(await self._store.get_conversation(conversation_id, self._browser.user))

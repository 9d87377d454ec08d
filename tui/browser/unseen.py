"""What is new since the reader last looked: counts it, marks it, leads to it, and notes what is being seen.

Nothing of it is written into the database.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from store.domain.timestamps import instant, moment_of
from store.errors import ConversationNotFound
from store.records import UNREADABLE, Count, Machines
from tui.config.seen import Seen
from tui.model.conversation_window import belongs

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from textual.timer import Timer

    from store.contract.feed import News
    from store.records import Conversation
    from tui.browser.host import Browser, Host
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.session import Session
    from tui.modals.away import Entry
    from tui.widgets.conversation_list import ConversationList

LOOKED_AT = 1000
"""Conversations looked at when the browser starts, the newest."""
PAGE = 200
SAVE_SECONDS = 1.0
"""How long what was seen is gathered before it is written down."""
COUNTED = 99


class UnseenMarks:
    """The conversations of one user that have something new.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        browser: Shows something else.
        conversations: The list that marks them.
        reading: The pane that shows one of them.
        on_counted: Takes how many conversations of each channel have something new.
    """

    def __init__(
        self,
        session: Session,
        host: Host,
        browser: Browser,
        *,
        conversations: ConversationList,
        reading: ReadingPane,
        on_counted: Callable[[Mapping[str, int]], None],
    ) -> None:
        self._session = session
        self._store = session.store
        self._host = host
        self._browser = browser
        self._list = conversations
        self._reading = reading
        self._on_counted = on_counted
        self._seen = Seen(None, session.origin.key, session.start.user)
        self._counts: dict[str, int] = {}
        self._conversations: dict[str, Conversation] = {}
        self._saving: Timer | None = None

    async def start(self, *, tells: bool = False) -> None:
        """Count what is new for the user who is shown; ``tells`` shows a board of it if there is something."""
        user = self._browser.view.user
        self.save()
        seen = Seen(self._session.state.seen, self._session.origin.key, user)
        page = await self._store.list_conversations(user, machines=Machines.FOLDED, limit=1)
        newest = [each.cursor.instant for each in page.conversations if each.cursor.instant != UNREADABLE]
        since, now = seen.since, instant(self._session.now())
        upto = min(max(newest), now) if newest else (since or now)
        counted = await self._count(user, seen, since) if since is not None else {}
        if user != self._browser.view.user:
            return
        self._seen = seen
        self._conversations = {each.id: each for each, _ in counted.values()}
        self._counts = {name: count.value for name, (_, count) in counted.items()}
        visited = moment_of(min(seen.visited, now)) if seen.visited is not None else None
        seen.settle(upto, self._counts)
        self.save()
        self._show()
        self.mark_open()
        if tells and since is not None:
            capped = {name for name, (_, count) in counted.items() if count.capped}
            await self._show_board(user, since, capped, visited)

    async def _count(self, user: str, seen: Seen, since: int) -> dict[str, tuple[Conversation, Count]]:
        """Return the conversations with messages that were not seen, each with how many, by id."""
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
        found = {}
        for conversation_id, count in (await self._store.count_unseen(user, places, cap=COUNTED)).items():
            if conversation_id not in known:
                try:
                    known[conversation_id] = await self._store.get_conversation(conversation_id, user)
                except ConversationNotFound:
                    continue
            if belongs(known[conversation_id], None, Machines.FOLDED):
                found[conversation_id] = known[conversation_id], count
        return found

    def apply_news(self, news: News) -> None:
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
        if self._reading.transcript.new_after is None:
            self.mark_open()
        self._show()

    def mark_open(self) -> None:
        """Draw a line above the first new message of the conversation that is open."""
        shown = self._reading.conversation
        is_new = shown is not None and bool(self._counts.get(shown.id))
        self._reading.view.mark_new(self._seen.place(shown.id) if shown is not None and is_new else None)

    def look(self) -> None:
        """Note as seen what is on the screen of somebody who reads it."""
        reader = self._reading.reader
        shown, cursor = reader.conversation, reader.last_seen_cursor
        if shown is None or cursor is None or not reader.has_focus or shown.user_id != self._browser.view.user:
            return
        left = reader.total - 1 - reader.seen[1]
        if left < self._counts.get(shown.id, 0):
            self._counts[shown.id] = left
            if left <= 0:
                del self._counts[shown.id]
            self._show()
        if self._seen.see(shown.id, cursor) and self._saving is None:
            self._saving = self._host.later(SAVE_SECONDS, self.save)

    def save(self) -> None:
        """Write down what was seen; once more later if another process is writing."""
        self._saving = None
        if not self._seen.save(instant(self._session.now())):
            self._saving = self._host.later(SAVE_SECONDS, self.save)

    async def end(self) -> None:
        """Write down what was seen, waiting for another process that is writing."""
        await asyncio.to_thread(self._seen.save, instant(self._session.now()))

    def go_to_next(self) -> None:
        """Select the next conversation with something new, around the end; read it if the list does not hold it."""
        window = self._list.window
        start = self._list.selected - window.first + 1
        for row in [*window.rows[start:], *window.rows[:start]]:
            if self._counts.get(row.id):
                self._list.choose(row.id)
                return
        rest = sorted(self._counts, key=lambda each: -self._conversations[each].cursor.instant)
        if rest:
            self._browser.open(self._conversations[rest[0]])
        else:
            self._host.say("Nothing new.")

    def go_to_first(self) -> None:
        """Go to the first new message of the open conversation."""
        if self._reading.transcript.new_after is None:
            self._host.say("Nothing is new here.")
        else:
            self._host.run(self._go_to_first, group="go-to", exclusive=True, owner=self._reading, holds_keys=True)

    async def _go_to_first(self) -> None:
        place = self._reading.transcript.new_after
        if place is None:
            return
        position = await self._reading.loader.seek(place) if place.tie is not None else None
        if position is not None:
            position += 1
        else:
            after = place.instant if place.tie is None else min(place.instant + 1, UNREADABLE)
            moment = moment_of(after)
            position = await self._reading.loader.seek(moment) if moment is not None else None
        if position is not None:
            self._reading.reader.go_to(min(position, self._reading.transcript.total - 1))

    def _show(self) -> None:
        """Mark what is new in the list and in the channel bar."""
        self._list.mark_unseen(self._counts)
        channels: dict[str, int] = {}
        for conversation_id in self._counts:
            channel = self._conversations[conversation_id].channel
            channels[channel] = channels.get(channel, 0) + 1
        self._on_counted(channels)

    async def _show_board(self, user: str, since: int, capped: Collection[str], visited: datetime | None) -> None:
        """Show what happened while the reader was away, if anything did.

        Args:
            user: Whose conversations.
            since: The instant up to which everything is seen.
            capped: The conversations that have more that is new than was counted.
            visited: When the reader was here last.
        """
        from tui.modals.away import AwayScreen, entries

        routines = await self._store.list_routines(user)
        fresh = [(self._conversations[each], Count(count, each in capped)) for each, count in self._counts.items()]
        found = entries(routines, fresh, since)
        if found and user == self._browser.view.user:
            sheet = AwayScreen(found, self._session.now(), self._session.tz, visited=visited)
            self._host.ask(sheet, partial(self._take, user))

    def _take(self, user: str, entry: Entry | None) -> None:
        if entry is not None and entry.conversation_id is not None:
            self._host.run(
                partial(self._open, entry.conversation_id, user), group="open", exclusive=True, holds_keys=True
            )

    async def _open(self, conversation_id: str, user: str) -> None:
        self._browser.open(await self._store.get_conversation(conversation_id, user))

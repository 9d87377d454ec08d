"""What is new since the reader last looked: counts it, marks it, leads to it, and notes what is being seen.

What was never on the screen stays new: of a conversation only that is seen which the reader came to without a gap.

Nothing of it is written into the database.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from store.domain.timestamps import instant, moment_of
from store.errors import ConversationNotFound
from store.records import UNREADABLE, Count, Machines, MessageCursor
from tui.config.seen import Seen
from tui.model.conversation_window import belongs
from tui.model.seen_stretches import SeenStretches

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime

    from textual.timer import Timer

    from store.contract.feed import News
    from store.records import Conversation
    from tui.browser.host import Browser, Host
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.session import Session
    from tui.widgets.conversation_list import ConversationList

LOOKED_AT = 1000
"""Conversations looked at when the browser starts, the newest."""
PAGE = 200
SAVE_SECONDS = 1.0
"""How long what was seen is gathered before it is written down."""
COUNTED = 99


class Absence(NamedTuple):
    """What came while a reader was away."""

    user: str
    since: int
    """The instant up to which everything was seen."""
    visited: datetime | None
    """When the reader was here last, ``None`` if that is not known."""
    fresh: list[tuple[Conversation, Count]]
    """The conversations with something new, each with how many messages."""


class Passed(NamedTuple):
    """What was marked as seen of a conversation, to be taken back."""

    conversation: Conversation
    before: MessageCursor
    """The last message that was seen before."""
    upto: MessageCursor
    """Up to where it was marked."""
    messages: int
    """How many messages that were."""


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
        self._latest: dict[str, MessageCursor] = {}
        """The newest message that was told of conversations, which may be ahead of what their records say."""
        self._stretches = SeenStretches()
        self._saving: Timer | None = None

    @property
    def found(self) -> list[tuple[Conversation, int]]:
        """Return the conversations of the shown user with something new, each with how many messages."""
        users = self._session.ids_of(self._browser.view.user)
        found = ((self._conversations[name], count) for name, count in self._counts.items())
        return [(conversation, count) for conversation, count in found if conversation.user_id in users]

    def new_after(self, conversation: Conversation) -> MessageCursor | None:
        """Return the place after which a conversation is new, ``None`` if nothing of it is."""
        return self._seen.place(conversation.id) if self._counts.get(conversation.id) else None

    async def start(self) -> Absence | None:
        """Count what is new for the user who is shown; return what came while they were away, if they ever were."""
        user = self._browser.view.user
        self.save()
        seen = Seen(self._session.state.seen, self._session.origin.key, user)
        page = await self._store.list_conversations(user, machines=Machines.FOLDED, limit=1)
        newest = [each.cursor.instant for each in page.conversations if each.cursor.instant != UNREADABLE]
        since, now = seen.since, instant(self._session.now())
        upto = min(max(newest), now) if newest else (since or now)
        counted = await self._count(user, seen, since) if since is not None else {}
        if user != self._browser.view.user:
            return None
        self._seen = seen
        self._conversations = {each.id: each for each, _ in counted.values()}
        self._counts = {name: count.value for name, (_, count) in counted.items()}
        visited = moment_of(min(seen.visited, now)) if seen.visited is not None else None
        seen.settle(upto, self._counts)
        self.save()
        self._show()
        self.mark_open()
        if self._reading.view.follows and not self._reading.reader.has_focus:
            # What was opened before this was known begins at what is new, too.
            await self._reading.view.go_to_first_new(unless_in_sight=True)
        return Absence(user, since, visited, list(counted.values())) if since is not None else None

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
                self._latest[conversation.id] = message.cursor
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
        self._reading.view.mark_new(self.new_after(shown) if shown is not None else None)

    def look(self) -> None:
        """Note as seen what is on the screen of somebody who reads it, once nothing before it is left out."""
        reader = self._reading.reader
        shown, cursor = reader.conversation, reader.last_seen_cursor
        if shown is None or cursor is None or not reader.has_focus:
            return
        if shown.user_id not in self._session.ids_of(self._browser.view.user):
            return
        order = shown.id, self._reading.transcript.revision
        _, last, cursor = self._stretches.add(order, *reader.seen, cursor)
        if cursor <= (place := self._seen.place(shown.id)) or not reader.goes_on_from(place):
            return
        left = reader.total - 1 - last
        if left < self._counts.get(shown.id, 0):
            self._counts[shown.id] = left
            if left <= 0:
                del self._counts[shown.id]
            self._show()
        if self._seen.see(shown.id, cursor):
            self._save_soon()

    def mark_seen(self, conversation_ids: Iterable[str]) -> dict[str, Passed]:
        """Count all that is new in some conversations as seen; return what that was."""
        passed = {}
        for name in conversation_ids:
            if count := self._counts.pop(name, 0):
                conversation = self._conversations[name]
                passed[name] = Passed(conversation, self._seen.place(name), self._end_of(conversation), count)
                self._seen.see(name, passed[name].upto)
        self._after_marking()
        return passed

    def take_back(self, passed: Mapping[str, Passed]) -> list[str]:
        """Make new again what was marked as seen; return the conversations of which no more was seen since."""
        kept = [name for name, each in passed.items() if self._seen.put_back(name, each.before, each.upto)]
        for name in kept:
            self._conversations[name] = passed[name].conversation
            self._counts[name] = self._counts.get(name, 0) + passed[name].messages
        self._after_marking()
        return kept

    def _end_of(self, conversation: Conversation) -> MessageCursor:
        """Return a place after every message of a conversation that is known of."""
        preview, latest = conversation.preview, self._latest.get(conversation.id)
        instants = (
            conversation.cursor.instant,
            instant(preview.created_at) if preview is not None else UNREADABLE,
            latest.instant if latest is not None else UNREADABLE,
        )
        readable = (each for each in instants if each != UNREADABLE)
        return MessageCursor.at(max(readable, default=instant(self._session.now())) + 1)

    def _after_marking(self) -> None:
        self.mark_open()
        self._show()
        self._save_soon()

    def _save_soon(self) -> None:
        if self._saving is None:
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
            work = self._reading.view.go_to_first_new
            self._host.run(work, group="go-to", exclusive=True, owner=self._reading, holds_keys=True)

    def _show(self) -> None:
        """Mark what is new in the list and in the channel bar."""
        self._list.mark_unseen(self._counts)
        channels: dict[str, int] = {}
        for conversation_id in self._counts:
            channel = self._conversations[conversation_id].channel
            channels[channel] = channels.get(channel, 0) + 1
        self._on_counted(channels)

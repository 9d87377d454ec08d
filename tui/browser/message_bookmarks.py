"""Bookmarks on messages: sets and takes them away, lists them with what their messages say now, goes to one."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.domain.timestamps import instant, moment_of
from store.errors import ConversationNotFound
from store.records import Message
from tui.config.bookmarks import BookmarkedMessage, Bookmarks
from tui.config.reader_facts import BOOKMARKS_FILE, ReaderFacts

if TYPE_CHECKING:
    from store.records import Conversation
    from tui.browser.host import Browser, Host
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.session import Session
    from tui.modals.bookmark_list import BookmarksScreen

HEAD_BYTES = 600
"""Bytes of a message that are read for the list."""
STEP = 20
"""Bookmarks that are looked up before they are shown."""
GONE = "That message is gone."


class MessageBookmarks:
    """The bookmarks of the user who is shown.

    Args:
        session: What the browser works with; beside its state the bookmarks are kept.
        host: Runs, says and asks.
        browser: Shows something else.
        reading: The pane that has the message.
    """

    def __init__(self, session: Session, host: Host, browser: Browser, reading: ReadingPane) -> None:
        self._session = session
        self._store = session.store
        self._host = host
        self._browser = browser
        self._reading = reading
        self._state = session.state.beside(BOOKMARKS_FILE)
        self._taken_away: dict[tuple[str, str, str], BookmarkedMessage] = {}
        """Those that were taken away, whose notes come back with them."""

    def show(self) -> None:
        """Show in transcript and ledger which messages are bookmarked."""
        notes = {(each.conversation_id, each.cursor): each.note for each in self._kept.all()}
        self._reading.view.show_bookmarks(notes)

    def toggle(self) -> None:
        """Bookmark the current message, or take its bookmark away."""
        message, ledger = self._reading.transcript.current_message, self._reading.view.ledger
        if ledger is not None:
            work = partial(self._toggle_run, ledger.selected)
            self._host.run(work, group="bookmark", owner=self._reading, holds_keys=True)
        elif message is None:
            self._host.explain("There is no message here.")
        else:
            self._toggle(message)

    def list_all(self) -> None:
        """List the bookmarks, the newest first; the picked one leads to its message."""
        from tui.modals.bookmark_list import BookmarksScreen

        kept = self._kept.all()
        if not kept:
            self._host.explain("Nothing is bookmarked; b in a conversation bookmarks a message.")
            return
        session = self._session
        sheet = BookmarksScreen(kept, session.now(), session.tz, put=self._put, remove=self._remove)
        self._host.ask(sheet, self._take, fill=partial(self._describe, sheet, kept))

    async def _toggle_run(self, position: int) -> None:
        timeline = self._reading.loader.timeline
        found = (await timeline.slice(position, position + 1)).messages if timeline is not None else ()
        if found:
            self._toggle(found[0])

    def _toggle(self, message: Message) -> None:
        shown = self._reading.conversation
        if shown is None:
            return
        key = shown.user_id, shown.id, message.id
        kept = self._kept.get(*key)
        if kept is not None:
            self._remove(kept)
            self._host.say("No longer bookmarked.")
            return
        last = max((each.made_at for each in self._kept.all()), default=0)
        made_at = max(instant(self._session.now()), last + 1)
        self._put(self._taken_away.pop(key, BookmarkedMessage(*key, message.cursor, made_at)))
        self._host.say("Bookmarked. B lists the bookmarks; e there writes a note.")

    def _put(self, bookmark: BookmarkedMessage) -> None:
        self._kept.put(bookmark)
        self.show()

    def _remove(self, bookmark: BookmarkedMessage) -> None:
        self._taken_away[bookmark.key] = bookmark
        self._kept.remove(bookmark)
        self.show()

    async def _describe(self, sheet: BookmarksScreen, kept: list[BookmarkedMessage]) -> None:
        """Hand the list what the messages say now, some at a time."""
        user = self._browser.view.user
        conversations: dict[str, Conversation | None] = {}
        for start in range(0, len(kept), STEP):
            found = {}
            for bookmark in kept[start : start + STEP]:
                key = bookmark.conversation_id
                if key not in conversations:
                    conversations[key] = await self._conversation(key, user)
                conversation = conversations[key]
                message = await self._message(bookmark) if conversation is not None else None
                found[bookmark.key] = conversation, message
            sheet.describe(found)

    async def _conversation(self, conversation_id: str, user: str) -> Conversation | None:
        try:
            return await self._store.get_conversation(conversation_id, user)
        except ConversationNotFound:
            return None

    async def _message(self, bookmark: BookmarkedMessage) -> Message | None:
        written = moment_of(bookmark.cursor.instant)
        known = Message(bookmark.message_id, bookmark.conversation_id, "", "", written, bookmark.cursor)
        try:
            return await self._store.read_message(known, limit=HEAD_BYTES)
        except ConversationNotFound:
            return None

    def _take(self, bookmark: BookmarkedMessage | None) -> None:
        if bookmark is not None:
            work = partial(self._open, bookmark, self._browser.view.user)
            self._host.run(work, group="open", exclusive=True, holds_keys=True)

    async def _open(self, bookmark: BookmarkedMessage, user: str) -> None:
        conversation = await self._conversation(bookmark.conversation_id, user)
        if conversation is None:
            self._host.say("That conversation is gone.")
        elif user == self._browser.view.user:
            is_there = await self._message(bookmark) is not None
            self._browser.open(conversation, partial(self._go, bookmark) if is_there else None)
            if not is_there:
                self._host.say(GONE)

    def _go(self, bookmark: BookmarkedMessage) -> None:
        async def work() -> None:
            position = await self._reading.loader.seek(bookmark.cursor)
            if position is not None:
                self._reading.reader.go_to(position)

        self._host.run(work, group="go-to", exclusive=True, owner=self._reading, holds_keys=True)

    @property
    def _kept(self) -> Bookmarks:
        return Bookmarks(
            ReaderFacts(self._state, self._session.origin.key, self._session.ids_of(self._browser.view.user))
        )

"""Find in the open conversation: all of it, not only what is loaded; walks the matches and comes back.

The browser screen's right hand for the find line; it alone calls this. Errors of the store pass through to it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.domain.query import parse_query
from store.domain.search_results import Places
from store.errors import NotUnderstood
from tui.widgets.find_bar import FindBar

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from store.domain.query import Query
    from store.records import Conversation, MessageCursor
    from tui.browser.screen import BrowserScreen
    from tui.widgets.transcript import Bookmark

GROUP = "find"
"""Group of the work of looking, of which there is one at a time."""


class Finder:
    """One search in one conversation.

    Args:
        store: Where messages are looked for.
        browser: The screen that shows them.
    """

    def __init__(self, store: ConversationStore, browser: BrowserScreen) -> None:
        self._store = store
        self._browser = browser
        self._transcript = browser.transcript
        self._bar = browser.query_one(FindBar)
        self._places = Places()
        self._here: MessageCursor | None = None
        self._origin: Bookmark | None = None
        self._from: MessageCursor | None = None
        self._progress = ""

    @property
    def is_active(self) -> bool:
        """Tell whether matches are shown, or being asked for."""
        return self._bar.has_class("-shown")

    def open(self) -> None:
        """Ask what to find; remember where the reader is."""
        if self._transcript.conversation is None:
            return
        self._browser.reading.view.show_plain()
        if not self.is_active:
            self._origin = self._transcript.bookmark
            self._from = self._transcript.last_seen_cursor
            self._bar.tell("")
            self._bar.put("")
        self._bar.add_class("-shown")
        self._bar.entry.focus()

    def adopt(self, conversation: Conversation, query: Query, hit: MessageCursor) -> None:
        """Show a hit of a search over all conversations, its neighbours being one key away."""
        self._browser.reading.view.show_plain()
        self._origin, self._from = None, hit
        self._bar.put(query.typed)
        self._bar.add_class("-shown")
        self._look(query, conversation)

    def type(self, text: str) -> None:
        """Look for something else, from where the reader was; what is running is stopped."""
        self._stop()
        if not text.strip():
            self._bar.tell("")
            self._transcript.mark(None)
            return
        try:
            query = parse_query(text, self._browser.now, self._browser.tz)
        except NotUnderstood as error:
            self._bar.tell(str(error), is_error=True)
            self._transcript.mark(None)
            return
        if self._transcript.conversation is not None:
            self._look(query, self._transcript.conversation)

    def accept(self) -> None:
        """Leave the field to walk the matches; an empty one is given up."""
        if self._bar.entry.value.strip():
            self._transcript.focus()
        else:
            self.leave()

    def step(self, direction: int) -> None:
        """Go to the next match towards the start, or towards the end (-1), around the ends."""
        if not self.is_active or not len(self._places) or self._here is None:
            self._browser.tell("Nothing is being looked for; / finds." if not self.is_active else "No match.")
            return
        following = self._places.older(self._here) if direction > 0 else self._places.newer(self._here)
        if following is not None:
            self._browser.work(partial(self._go, following), group="find-step", exclusive=True)

    def leave(self) -> None:
        """Stop finding, and go back to where the reader was."""
        origin = self._origin
        self.forget()
        self._transcript.focus()
        if origin is not None:
            self._transcript.restore(origin)

    def forget(self) -> None:
        """Stop finding, as when another conversation is opened."""
        self._stop()
        self._origin = None
        self._bar.remove_class("-shown")
        self._transcript.mark(None)

    def _stop(self) -> None:
        self._browser.workers.cancel_group(self._browser, GROUP)
        self._places, self._here = Places(), None

    def _look(self, query: Query, conversation: Conversation) -> None:
        self._stop()
        self._transcript.mark(query)
        self._progress = " …"
        self._tell()
        self._browser.work(partial(self._run, query, conversation.id), group=GROUP, exclusive=True)

    async def _run(self, query: Query, conversation_id: str) -> None:
        places = self._places
        async with self._store.find(query, conversation_id, self._browser.user) as running:
            async for batch in running:
                places.add(batch.hits)
                of = f" of {batch.total:,}" if batch.total is not None else ""
                self._progress = f" · {batch.searched:,}{of} searched"
                await self._settle_on_first(places)
                self._tell()
        self._progress = ""
        await self._settle_on_first(places, is_done=True)
        self._tell()

    async def _settle_on_first(self, places: Places, *, is_done: bool = False) -> None:
        """Go to the match nearest to where the reader was: the next one back, else the next one on."""
        if self._here is not None or not len(places):
            return
        number = places.number(self._from) if self._from is not None else 0
        if number < len(places) or is_done:
            await self._go(places[min(number, len(places) - 1)])

    async def _go(self, cursor: MessageCursor) -> None:
        """Bring a match onto the screen, wherever it is."""
        self._here = cursor
        self._tell()
        position = await self._browser.reading.supply.seek(cursor)
        if position is not None and self._here == cursor:
            self._transcript.show_match(position, cursor)

    def _tell(self) -> None:
        if self._here is not None:
            text = f"{self._places.number(self._here) + 1:,}/{len(self._places):,}"
        else:
            text = "no match" if not self._progress else "0"
        self._bar.tell(text + self._progress)

"""Watches the open database and hands on what is written: to the list, the reading pane, the newsroom.

The browser screen's right hand for all that happens by itself; it alone calls this. It never moves what is read.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from store.errors import ConversationNotFound, DatabaseReplaced, StoreError
from tui.model.arrivals import Arrivals
from tui.text.visible import visible

if TYPE_CHECKING:
    from store.contract.feed import Feed, News
    from store.contract.store import ConversationStore
    from store.records import Conversation
    from tui.browser.screen import BrowserScreen
    from tui.modals.newsroom import Newsroom

WATCH = "watch"
"""Group of the work that never ends by itself."""
AGAIN_S = 2.0
"""How long to wait, in seconds, before a feed that failed is asked for again."""


class Following:
    """The way from what other programs write to what is on the screen.

    Args:
        store: The store of the database.
        browser: The screen that shows it.
        seconds: How often to look; 0 never does.
    """

    def __init__(self, store: ConversationStore, browser: BrowserScreen, seconds: float) -> None:
        self._store = store
        self._browser = browser
        self._seconds = seconds
        self.arrivals = Arrivals()
        """What has come since the browser was started."""
        self._newsroom: Newsroom | None = None
        self._is_indexing = False

    @property
    def is_on(self) -> bool:
        """Tell whether the database is watched at all."""
        return self._seconds > 0

    def start(self) -> None:
        """Watch from now on: the file that is open, and the user who is shown."""
        if self.is_on:
            self._browser.work(self._watch, group=WATCH, exclusive=True)
            self._browser.work(self._update_index, group="index", exclusive=True)

    async def open_newsroom(self) -> None:
        """Show all that arrived and arrives; the picked line leads to its conversation."""
        from tui.modals.newsroom import Newsroom  # noqa: PLC0415 - deferred until asked for

        browser = self._browser
        if not self.is_on:
            browser.tell("The database is not being watched.")
            return
        self._newsroom = Newsroom(self.arrivals, browser.tz)
        browser.app.push_screen(self._newsroom, self._leave_newsroom)

    def _leave_newsroom(self, picked: Conversation | None) -> None:
        self._newsroom = None
        if picked is not None:
            self._browser.do(lambda: self._show(picked))

    async def _show(self, picked: Conversation) -> None:
        try:
            conversation = await self._store.get_conversation(picked.id, self._browser.user)
        except ConversationNotFound:
            self._browser.tell("That conversation is gone.")
        else:
            self._browser.show(conversation)

    async def _watch(self) -> None:
        told = ""
        while True:
            try:
                async with self._store.feed(self._browser.user) as feed:
                    told = ""
                    await self._follow(feed)
            except DatabaseReplaced as error:
                self._browser.lose(error)
                return
            except StoreError as error:
                if str(error) != told:
                    told = str(error)
                    self._browser.app.notify(visible(told), severity="error", markup=False, timeout=8)
                await asyncio.sleep(AGAIN_S)

    async def _follow(self, feed: Feed) -> None:
        while True:
            news = await feed.poll(self._watched())
            if news:
                await self._take_in(news)
            if not news.has_more:
                await asyncio.sleep(self._seconds)

    def _watched(self) -> list[str]:
        """Return the ids of the conversations on the screen."""
        watched = self._browser.conversations.on_screen
        opened = self._browser.transcript.conversation
        return [*watched, opened.id] if opened is not None and opened.id not in watched else watched

    async def _take_in(self, news: News) -> None:
        browser = self._browser
        fresh = self.arrivals.add(news)
        if news.is_missing_some:
            browser.read_list()
        else:
            browser.listing.take_in(news)
        await browser.reading.take_in(news)
        browser.unseen.take_in(news)
        if fresh and self._newsroom is not None:
            self._newsroom.take_in(fresh)
        if fresh and not self._is_indexing:
            self._is_indexing = True
            browser.work(self._update_index, group="index")

    async def _update_index(self) -> None:
        """Add what was written to the full-text index, if there is one, in steps that nobody feels."""
        try:
            has_more = True
            while has_more:
                has_more = await self._store.update_index()
                await asyncio.sleep(self._seconds)
        finally:
            self._is_indexing = False

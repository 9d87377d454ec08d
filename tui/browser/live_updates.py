"""Watches the open database and hands on what other programs write; shows all that arrives."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from store.errors import ConversationNotFound, StoreError, StoreLost
from tui.model.arrivals import Arrivals

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from store.contract.feed import Feed, News
    from store.records import Conversation
    from tui.browser.host import Browser, Host
    from tui.browser.session import Session
    from tui.modals.newsroom import ArrivalsScreen

WATCH = "watch"
"""Group of the work that never ends by itself."""
INDEX = "index"
"""Group of the work of adding what was written to the full-text index."""
AGAIN_S = 2.0
"""How long to wait, in seconds, before a feed that failed is asked for again."""


class LiveUpdates:
    """The feed of one user's conversations.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        browser: Shows something else.
        watched: Returns the ids of the conversations on the screen.
        on_news: Takes what was written.
        on_lost: Takes the word that what was opened is gone.
    """

    def __init__(
        self,
        session: Session,
        host: Host,
        browser: Browser,
        *,
        watched: Callable[[], list[str]],
        on_news: Callable[[News], Awaitable[None]],
        on_lost: Callable[[StoreLost], None],
    ) -> None:
        self._session = session
        self._store = session.store
        self._host = host
        self._browser = browser
        self._watched = watched
        self._on_news = on_news
        self._on_lost = on_lost
        self._seconds = session.watch_seconds
        self.arrivals = Arrivals()
        """What has come since the browser was started."""
        self._shown: ArrivalsScreen | None = None
        self._is_indexing = False
        self._is_stopped = False

    @property
    def is_on(self) -> bool:
        """Tell whether the database is watched."""
        return self._seconds > 0 and not self._is_stopped

    def stop(self) -> None:
        """Watch no more."""
        self._is_stopped = True
        for group in (WATCH, INDEX):
            self._host.stop(group)

    def start(self) -> None:
        """Watch from now on: the file that is open, and the user who is shown."""
        self._is_stopped = False
        if self.is_on:
            self._host.run(self._watch, group=WATCH, exclusive=True)
            self._host.run(self._update_index, group=INDEX, exclusive=True)

    def show_arrivals(self) -> None:
        """Show all that arrived and arrives; the picked line leads to its conversation."""
        from tui.modals.newsroom import ArrivalsScreen

        if not self.is_on:
            self._host.say("The database is not being watched.")
            return
        self._shown = ArrivalsScreen(self.arrivals, self._session.tz)
        self._host.ask(self._shown, self._leave)

    def _leave(self, picked: Conversation | None) -> None:
        self._shown = None
        if picked is not None:
            self._host.run(partial(self._open, picked), group="open", exclusive=True, holds_keys=True)

    async def _open(self, picked: Conversation) -> None:
        try:
            conversation = await self._store.get_conversation(picked.id, picked.user_id)
        except ConversationNotFound:
            self._host.say("That conversation is gone.")
        else:
            self._browser.open(conversation)

    async def _watch(self) -> None:
        told = ""
        user = self._browser.view.user
        while True:
            try:
                async with self._store.feed(user) as feed:
                    told = ""
                    await self._follow(feed)
            except StoreLost as error:
                self._on_lost(error)
                return
            except StoreError as error:
                if str(error) != told:
                    told = str(error)
                    self._host.say(told, is_error=True)
                await asyncio.sleep(AGAIN_S)

    async def _follow(self, feed: Feed) -> None:
        while True:
            news = await feed.poll(self._watched())
            if news:
                await self._take(news)
            if not news.has_more:
                await asyncio.sleep(self._seconds)

    async def _take(self, news: News) -> None:
        fresh = self.arrivals.add(news)
        await self._on_news(news)
        if fresh and self._shown is not None:
            self._shown.append(fresh)
        if fresh and not self._is_indexing:
            self._is_indexing = True
            self._host.run(self._update_index, group=INDEX)

    async def _update_index(self) -> None:
        """Add what was written to the full-text index, if there is one, in steps that nobody feels."""
        try:
            has_more = True
            while has_more:
                has_more = await self._store.update_index()
                await asyncio.sleep(self._seconds)
        finally:
            self._is_indexing = False

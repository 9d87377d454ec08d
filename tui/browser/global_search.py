"""Search everything: runs the query that is typed, streams what it finds to the screen, opens what is picked.

The browser screen's right hand for search; it alone calls this. Errors of the store are told on the search screen.
"""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from store.domain.query import parse_query
from store.domain.search_results import Findings, Way
from store.errors import ConversationNotFound, NotUnderstood, StoreError

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from store.domain.query import Query
    from tui.browser.screen import BrowserScreen
    from tui.modals.search import Picked, SearchScreen

GROUP = "search"
"""Group of the work of searching, of which there is one at a time."""
DRAWN_S = 0.08
"""How long, in seconds, what is found is gathered before it is drawn; the first of it is drawn at once."""
DRAWN_SHARE = 5
"""So many times as long as drawing took is waited at least, so that many findings leave time for keys."""


class SearchDesk:
    """The way from what is typed to what is read.

    Args:
        store: What is searched.
        browser: The screen that shows it.
    """

    def __init__(self, store: ConversationStore, browser: BrowserScreen) -> None:
        self._store = store
        self._browser = browser
        self._screen: SearchScreen | None = None
        self.typed = ""
        """What was looked for last."""
        self._is_running = False

    def open(self, text: str | None = None) -> None:
        """Search; by default for what was looked for the last time."""
        from tui.modals.search import SearchScreen  # noqa: PLC0415 - deferred until asked for

        browser = self._browser
        self._screen = SearchScreen(
            self.typed if text is None else text,
            ask=self._ask,
            stop=self._stop,
            want=self._want,
            now=browser.now,
            tz=browser.tz,
        )
        browser.app.push_screen(self._screen, self._take)

    def _ask(self, text: str) -> None:
        screen = self._screen
        if screen is None:
            return
        self._stop()
        self.typed = text
        if not text.strip():
            screen.clear()
            return
        try:
            query = parse_query(text, self._browser.now, self._browser.tz)
        except NotUnderstood as error:
            screen.refuse(str(error))
            return
        self._is_running = True
        self._browser.work(partial(self._run, query, screen), group=GROUP, exclusive=True)

    def _stop(self) -> bool:
        was_running, self._is_running = self._is_running, False
        self._browser.workers.cancel_group(self._browser, GROUP)
        return was_running

    async def _run(self, query: Query, screen: SearchScreen) -> None:
        from tui.modals.search import Progress  # noqa: PLC0415 - deferred until asked for

        findings = Findings()
        progress = Progress(0, None, Way.NO_INDEX, "running")
        due = 0.0
        try:
            async with self._store.search(query, self._browser.user) as running:
                async for batch in running:
                    had = findings.hits
                    findings.add(batch)
                    progress = Progress(batch.searched, batch.total, batch.way, "running")
                    begun = monotonic()
                    if begun > due or (findings.hits and not had):
                        screen.show(query, findings, progress)
                        due = monotonic() + max(DRAWN_S, DRAWN_SHARE * (monotonic() - begun))
        except StoreError as error:
            screen.refuse(str(error))
            self._is_running = False
        except BaseException:
            # Another query may be shown already; this one is told of only if the reader stopped it.
            if self.typed == query.typed and screen.is_attached:
                screen.show(query, findings, progress._replace(state="stopped"))
            raise
        else:
            self._is_running = False
            screen.show(query, findings, progress._replace(state="done"))

    def _want(self, ids: list[str]) -> None:
        self._browser.work(partial(self._describe, ids), group="search-rows")

    async def _describe(self, ids: list[str]) -> None:
        known = {}
        for conversation_id in ids:
            try:
                known[conversation_id] = await self._store.get_conversation(conversation_id, self._browser.user)
            except ConversationNotFound:
                continue
        if self._screen is not None and self._screen.is_attached:
            self._screen.results.describe(known)

    def _take(self, picked: Picked | None) -> None:
        self._stop()
        self._screen = None
        if picked is not None:
            self._browser.do(partial(self._open, picked))

    async def _open(self, picked: Picked) -> None:
        finding, browser = picked.finding, self._browser
        conversation = await self._store.get_conversation(finding.conversation_id, browser.user)
        if finding.newest is None:
            browser.show(conversation)
        else:
            browser.show(conversation, partial(browser.finder.adopt, conversation, picked.query, finding.newest))

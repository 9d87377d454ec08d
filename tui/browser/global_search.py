"""Search everything: runs the query that is typed, streams what it finds to the screen, opens what is picked."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from store.domain.query import parse_query
from store.domain.search_results import Findings, Way
from store.errors import ConversationNotFound, NotUnderstood, StoreError
from tui.config.date_order import date_order
from tui.text.visible import one_line

if TYPE_CHECKING:
    from store.domain.query import Query
    from tui.browser.host import Browser, Host
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.session import Session
    from tui.modals.search_screen import Picked, SearchScreen

GROUP = "search"
"""Group of the work of searching, of which there is one at a time."""
DRAWN_S = 0.08
"""How long, in seconds, what is found is gathered before it is drawn; the first of it is drawn at once."""
DRAWN_SHARE = 5
"""So many times as long as drawing took is waited at least, so that many findings leave time for keys."""


class GlobalSearch:
    """One search over all conversations of a user.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        browser: Shows something else.
        reading: The pane that shows what is picked.
    """

    def __init__(self, session: Session, host: Host, browser: Browser, reading: ReadingPane) -> None:
        self._session = session
        self._store = session.store
        self._host = host
        self._browser = browser
        self._reading = reading
        self.typed = ""
        """What was looked for last."""
        self._findings = Findings()
        self._opened: Picked | None = None
        """What was picked last."""
        self._is_running = False

    def open(self, typed: str | None = None) -> None:
        """Search for a text, by default for what was looked for the last time."""
        from tui.modals.search_screen import SearchScreen

        if typed is not None:
            self.typed = typed
        user = self._browser.view.user
        opened = self._opened if self._opened is not None and self._opened.query.typed == self.typed else None
        sheet = SearchScreen(
            self.typed,
            ask=lambda typed: self._ask(sheet, user, typed),
            stop=self._stop,
            want=lambda ids: self._want(sheet, user, ids),
            now=self._session.now(),
            tz=self._session.tz,
            opened=opened.finding.conversation_id if opened is not None else None,
        )
        self._host.ask(sheet, partial(self._take, user))

    def _ask(self, sheet: SearchScreen, user: str, text: str) -> None:
        self._stop()
        self.typed = text
        if not text.strip():
            sheet.clear()
            return
        try:
            query = parse_query(text, self._session.now(), self._session.tz, date_order())
        except NotUnderstood as error:
            sheet.refuse(str(error))
            return
        self._is_running = True
        self._host.run(partial(self._run, query, user, sheet), group=GROUP, exclusive=True)

    def _stop(self) -> bool:
        was_running, self._is_running = self._is_running, False
        self._host.stop(GROUP)
        return was_running

    async def _run(self, query: Query, user: str, sheet: SearchScreen) -> None:
        from tui.modals.search_screen import Progress

        self._findings = findings = Findings()
        progress = Progress(0, None, Way.NO_INDEX, "running")
        due = 0.0
        try:
            async with self._store.search(query, user) as running:
                async for batch in running:
                    had = findings.hits
                    findings.add(batch)
                    progress = Progress(batch.searched, batch.total, batch.way, "running")
                    begun = monotonic()
                    if begun > due or (findings.hits and not had):
                        sheet.show(query, findings, progress)
                        due = monotonic() + max(DRAWN_S, DRAWN_SHARE * (monotonic() - begun))
        except StoreError as error:
            sheet.refuse(str(error))
            self._is_running = False
        except BaseException:
            # Another query may be shown already; this one is told of only if the reader stopped it.
            if self.typed == query.typed:
                sheet.show(query, findings, progress._replace(state="stopped"))
            raise
        else:
            self._is_running = False
            sheet.show(query, findings, progress._replace(state="done"))

    def _want(self, sheet: SearchScreen, user: str, ids: list[str]) -> None:
        self._host.run(partial(self._describe, sheet, user, ids), group="search-rows")

    async def _describe(self, sheet: SearchScreen, user: str, ids: list[str]) -> None:
        known = {}
        for conversation_id in ids:
            try:
                known[conversation_id] = await self._store.get_conversation(conversation_id, user)
            except ConversationNotFound:
                continue
        sheet.results.describe(known)

    def _take(self, user: str, picked: Picked | None) -> None:
        self._stop()
        if picked is not None:
            self._go(user, picked, is_oldest=False)

    def _go(self, user: str, picked: Picked, *, is_oldest: bool, told: str = "") -> None:
        """Open a finding at its newest hit, or its oldest, and say something."""
        self._opened = picked
        work = partial(self._open, user, picked, is_oldest=is_oldest, told=told)
        self._host.run(work, group="open", exclusive=True, holds_keys=True)

    async def _open(self, user: str, picked: Picked, *, is_oldest: bool, told: str) -> None:
        finding, query = picked
        conversation = await self._store.get_conversation(finding.conversation_id, user)
        if user != self._browser.view.user:
            return
        if told:
            self._host.say(f"{one_line(conversation.title)}: {told}")
        if finding.newest is None:
            self._browser.open(conversation)
            return
        find, hit = self._reading.find_in_conversation, None if is_oldest else finding.newest
        beyond = partial(self._go_beyond, user, picked, self._findings)
        self._browser.open(conversation, partial(find.show_hit, conversation, query, hit, beyond))

    def _go_beyond(self, user: str, picked: Picked, findings: Findings, direction: int) -> bool:
        """Go from the last hit of a conversation to the next one with hits; return whether there is one."""
        found = [finding for finding in findings.conversations() if finding.newest is not None]
        ids = [finding.conversation_id for finding in found]
        here = picked.finding.conversation_id
        place = ids.index(here) + direction if here in ids else -1
        if not 0 <= place < len(found):
            return False
        told = f"conversation {place + 1:,} of {len(found):,} with hits"
        self._go(user, picked._replace(finding=found[place]), is_oldest=direction < 0, told=told)
        return True

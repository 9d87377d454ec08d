"""The board that begins a session: what happened while the reader was away, and all of it marked as seen by a key."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.browser.host import Browser, Host
    from tui.browser.mark_seen import MarkSeen
    from tui.browser.session import Session
    from tui.browser.unseen import UnseenMarks
    from tui.modals.away import Entry


class AwayBoard:
    """What is new since the last visit.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        browser: Shows something else.
        unseen: Counts what is new.
        seen: Marks it as seen.
    """

    def __init__(self, session: Session, host: Host, browser: Browser, unseen: UnseenMarks, seen: MarkSeen) -> None:
        self._session = session
        self._store = session.store
        self._host = host
        self._browser = browser
        self._unseen = unseen
        self._seen = seen

    async def begin(self) -> None:
        """Count what is new, and show the board if anything happened."""
        absence = await self._unseen.start()
        if absence is None:
            return
        from tui.modals.away import AwayScreen, entries

        user, session = absence.user, self._session
        found = entries(await self._store.list_routines(user), absence.fresh, absence.since)
        if found and user == self._browser.view.user:
            sheet = AwayScreen(
                found, session.now(), session.tz, mark_all=self._seen.mark_all, visited=absence.visited
            )
            self._host.ask(sheet, partial(self._take, user))

    def _take(self, user: str, entry: Entry | None) -> None:
        if entry is not None and entry.conversation_id is not None:
            work = partial(self._open, entry.conversation_id, user)
            self._host.run(work, group="open", exclusive=True, holds_keys=True)

    async def _open(self, conversation_id: str, user: str) -> None:
        self._browser.open(await self._store.get_conversation(conversation_id, user))

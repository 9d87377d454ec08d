"""What runs beside the panes of one browser, and what of it begins once the first frame is painted."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.browser.database_state import DatabaseState
    from tui.browser.features import Features
    from tui.browser.host import Host
    from tui.browser.live_updates import LiveUpdates
    from tui.browser.session import Session
    from tui.browser.unseen import UnseenMarks

UNSEEN = "unseen"
"""Group of the work of counting what is new."""


class BackgroundWork:
    """The feed, the count of what is new, the look through the file, and what the start and the reader asked for.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        live: The feed.
        unseen: Counts what is new.
        database: Looks through the file.
        features: Has the board of what is new, what shows marks, saved views, the other histories.
    """

    def __init__(
        self,
        session: Session,
        host: Host,
        *,
        live: LiveUpdates,
        unseen: UnseenMarks,
        database: DatabaseState,
        features: Features,
    ) -> None:
        self._session = session
        self._host = host
        self._live = live
        self._unseen = unseen
        self._database = database
        self._features = features

    def begin(self) -> None:
        """Start all of it."""
        session = self._session
        if session.histories is not None:
            self._features["histories"].begin()
        if session.idle_seconds:
            self._features["idle"].start()
        if session.settings.view:
            self._features["views"].begin(session.settings.view)
        self._host.run(self._count_unseen, group=UNSEEN, exclusive=True)
        self._live.start()
        if session.start.checks_file:
            self._host.run(self._database.check, group="check")
        self._show_kept()

    def change_user(self) -> None:
        """Start again what is about one user, after another one was chosen."""
        self._live.start()
        self._show_kept()
        self._host.run(self._unseen.start, group=UNSEEN, exclusive=True)

    async def _count_unseen(self) -> None:
        """Count what is new, and tell of it if the start asks for that."""
        if self._session.start.tells_news:
            await self._features["away"].begin()
        else:
            await self._unseen.start()

    def _show_kept(self) -> None:
        """Show what the reader marked and bookmarked."""
        self._features["marks"].show()
        self._features["bookmarks"].show()

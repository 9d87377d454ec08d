"""The statistics of the history: counts it in steps, shows what was counted so far, lists the day that is picked."""

from __future__ import annotations

from functools import partial
from time import monotonic
from typing import TYPE_CHECKING

from store.errors import StoreError

if TYPE_CHECKING:
    from datetime import date

    from store.contract.statistics import StatisticsBatch
    from tui.browser.global_search import GlobalSearch
    from tui.browser.host import Browser, Host
    from tui.browser.session import Session
    from tui.modals.statistics_screen import PickedDay, StatisticsScreen

GROUP = "statistics"
"""Group of the work of counting, of which there is one at a time."""
DRAWN_S = 0.1
"""How long, in seconds, what is counted is gathered before it is drawn."""


class HistoryStatistics:
    """A picture of what a user's history holds.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        browser: Knows whose history is shown.
        search: Lists the conversations of a day.
    """

    def __init__(self, session: Session, host: Host, browser: Browser, search: GlobalSearch) -> None:
        self._session = session
        self._host = host
        self._browser = browser
        self._search = search
        self._chosen: date | None = None
        """The day that was picked the last time."""

    def show(self) -> None:
        """Show the statistics of the user whose conversations are listed."""
        from tui.modals.statistics_screen import StatisticsScreen

        today = self._session.now().astimezone(self._session.tz).date()
        sheet = StatisticsScreen(
            today,
            self._chosen,
            stop=lambda: self._host.stop(GROUP, owner=sheet),
            read=lambda: self._begin(sheet, anew=True),
        )
        self._host.ask(sheet, self._take)
        self._begin(sheet, anew=False)

    def _begin(self, sheet: StatisticsScreen, *, anew: bool) -> None:
        self._host.run(partial(self._count, sheet, anew), group=GROUP, exclusive=True, owner=sheet)

    async def _count(self, sheet: StatisticsScreen, anew: bool) -> None:
        user, tz = self._browser.view.user, self._session.tz
        batch: StatisticsBatch | None = None
        due = 0.0
        try:
            async with self._session.store.statistics(user, tz=tz, anew=anew) as running:
                async for batch in running:
                    if batch.is_complete or monotonic() > due:
                        sheet.show(batch.statistics, batch.share, "done" if batch.is_complete else "running")
                        due = monotonic() + DRAWN_S
        except StoreError as error:
            sheet.refuse(str(error))
        except BaseException:
            if batch is not None and not batch.is_complete:
                sheet.show(batch.statistics, batch.share, "stopped")
            raise

    def _take(self, picked: PickedDay | None) -> None:
        """List the conversations that have a message of the day that was picked."""
        if picked is None:
            return
        self._chosen = picked.day
        day = picked.day.isoformat()
        channel = f' channel:"{picked.channel}"' if picked.channel and '"' not in picked.channel else ""
        self._search.open(f"since:{day} until:{day}{channel}")

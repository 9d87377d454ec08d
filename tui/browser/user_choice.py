"""Whose conversations are shown: a user's, or those of all the ids that the reader says are theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.config.people import ME, keep_me, people_of
from tui.model.listed_view import ListedView

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tui.browser.host import Browser, Host
    from tui.browser.session import Session


class UserChoice:
    """The users of the store, and who of them the reader is.

    Args:
        session: What the browser works with; its state keeps who the reader is.
        host: Runs, says and asks.
        browser: Shows something else.
    """

    def __init__(self, session: Session, host: Host, browser: Browser) -> None:
        self._session = session
        self._store = session.store
        self._host = host
        self._browser = browser

    def begin(self) -> None:
        """Choose whose conversations to read, since nobody said so and there are none of the user who is shown."""
        self._offer(lambda user: self._browser.reload() if user is None else self._take(user))

    def offer(self) -> None:
        """Choose whose conversations to read."""
        self._offer(self._take)

    def _offer(self, then: Callable[[str | None], None]) -> None:
        from tui.modals.users import UsersScreen

        session = self._session
        sheet = UsersScreen(session.now(), session.tz, keep=self._keep)

        async def fill() -> None:
            users = [each for each in await self._store.list_users() if each.id not in session.people]
            sheet.fill(users, session.people.get(ME, ()), self._browser.view.user)

        self._host.ask(sheet, then, fill=fill)

    def _keep(self, ids: Sequence[str]) -> None:
        session, shown = self._session, self._browser.view.user
        before = session.people.get(ME, ())
        keep_me(session.state, session.origin.key, ids)
        session.people.clear()
        session.people.update(people_of(session.state, session.origin.key))
        if shown == ME and ME in session.people:
            self._browser.reload()
        elif shown == ME:
            self._take(before[0])

    def _take(self, user: str | None) -> None:
        if user is not None and user != self._browser.view.user:
            self._session.state.set(f"user:{self._session.origin.shown}", user)
            self._browser.list_view(ListedView(user, machines=self._browser.view.machines))

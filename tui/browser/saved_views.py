"""Views: keeps what is listed under a name, and shows it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.model.listed_view import ListedView, from_json, words

if TYPE_CHECKING:
    from tui.browser.global_search import GlobalSearch
    from tui.browser.host import Browser, Host
    from tui.browser.session import Session

PREFIX = "view:"
"""What the names of views begin with in the state."""


class SavedViews:
    """What is listed, under names.

    Args:
        session: What the browser works with; its state keeps the views.
        host: Runs, says and asks.
        browser: Shows something else.
        search: What is searched for is part of a view.
    """

    def __init__(self, session: Session, host: Host, browser: Browser, search: GlobalSearch) -> None:
        self._state = session.state
        self._host = host
        self._browser = browser
        self._search = search

    @property
    def named(self) -> dict[str, ListedView]:
        """Return the views by their names, in order."""
        found = {}
        for name in self._state.names(PREFIX):
            view = from_json(self._state.get(name) or "")
            if view is not None:
                found[name.removeprefix(PREFIX)] = view
        return found

    def ask_name(self) -> None:
        """Ask for a name, and keep what is listed under it."""
        from tui.modals.save_view import NameViewScreen

        view = self._browser.view._replace(query=self._search.typed)

        def keep(name: str | None) -> None:
            if name is not None:
                self._state.set(f"{PREFIX}{name}", view.to_json())
                self._host.say(f"Saved as {name}; W shows it again.")

        about = words(view) or "everything"
        self._host.ask(NameViewScreen(f"{view.user} · {about}", set(self.named)), keep)

    def offer(self) -> None:
        """Offer the views by name."""
        from tui.modals.picker import Picker

        named = self.named
        if not named:
            self._host.say("No view was saved yet; w saves one.")
            return
        choices = [(name, f"{name} · {view.user} · {words(view) or 'everything'}") for name, view in named.items()]
        self._host.ask(Picker("Views", choices), self._take)

    def show(self, name: str) -> None:
        """List what was kept under a name, and search again if that was part of it."""
        view = self.named.get(name)
        if view is None:
            return
        self._browser.list_view(view)
        if view.query:
            self._search.open(view.query)

    def begin(self, name: str) -> None:
        """List what a setting asks for at the start, or say that nothing was kept under that name."""
        if name in self.named:
            self.show(name)
        else:
            self._host.say("The view that the configuration names was not saved yet; w saves one.")

    def _take(self, name: str | None) -> None:
        if name is not None:
            self.show(name)

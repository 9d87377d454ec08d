"""Views: keeps what is listed under a name, and shows it again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.model.listed_view import ListedView, from_json, words

if TYPE_CHECKING:
    from tui.browser.host import Browser, Host
    from tui.browser.session import Session

PREFIX = "view:"
"""What the names of views begin with in the state."""


class SavedViews:
    """What is listed, under names.

    Args:
        session: What the browser works with; its state keeps the views.
        host: Runs, says and asks.
        browser: Lists something else.
    """

    def __init__(self, session: Session, host: Host, browser: Browser) -> None:
        self._state = session.state
        self._host = host
        self._browser = browser

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
        from tui.modals.name_view import NameViewScreen

        view = self._browser.view

        def keep(name: str | None) -> None:
            if name is not None:
                self._state.set(f"{PREFIX}{name}", view.to_json())
                self._host.say(f"Saved as {name}; W shows it again.")

        self._host.ask(NameViewScreen("Save this view", about(view), set(self.named)), keep)

    def offer(self) -> None:
        """Offer the views by name, to show, rename or delete one."""
        from tui.modals.views import ViewsScreen

        if not self.named:
            self._host.say("No view was saved yet; w saves one.")
        else:
            self._host.ask(ViewsScreen(self._told, rename=self._rename, delete=self._delete), self._take)

    def show(self, name: str) -> None:
        """List what was kept under a name."""
        view = self.named.get(name)
        if view is not None:
            self._browser.list_view(view)

    def begin(self, name: str) -> None:
        """List what a setting asks for at the start, or say that nothing was kept under that name."""
        if name in self.named:
            self.show(name)
        else:
            self._host.say("The view that the configuration names was not saved yet; w saves one.")

    def _take(self, name: str | None) -> None:
        if name is not None:
            self.show(name)

    def _told(self) -> dict[str, str]:
        """Return what the views are about, by their names."""
        return {name: about(view) for name, view in self.named.items()}

    def _rename(self, old: str, new: str) -> None:
        kept = self._state.take(f"{PREFIX}{old}")
        if kept is not None:
            self._state.set(f"{PREFIX}{new}", kept)

    def _delete(self, name: str) -> None:
        self._state.take(f"{PREFIX}{name}")


def about(view: ListedView) -> str:
    """Return what a view is about in words."""
    return f"{view.user} · {words(view) or 'everything'}"

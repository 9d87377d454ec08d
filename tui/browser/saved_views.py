"""Views: keeps what is listed under a name, and shows it again.

The browser screen's right hand for that; it and the palette call this. Views are kept with the state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.model import listed_view as views
from tui.model.listed_view import View

if TYPE_CHECKING:
    from tui.browser.screen import BrowserScreen
    from tui.config.state import State

PREFIX = "view:"
"""What the names of views begin with in the state."""


class Views:
    """The way from names to what is listed.

    Args:
        state: Where views are kept.
        browser: The screen that shows them.
    """

    def __init__(self, state: State, browser: BrowserScreen) -> None:
        self._state = state
        self._browser = browser

    @property
    def current(self) -> View:
        """Return what is listed now."""
        browser = self._browser
        return View(browser.user, browser.channel, browser.machines, browser.search.typed)

    @property
    def named(self) -> dict[str, View]:
        """Return the views by their names, in order."""
        found = {}
        for name in self._state.names(PREFIX):
            view = views.from_json(self._state.get(name) or "")
            if view is not None:
                found[name.removeprefix(PREFIX)] = view
        return found

    def ask_name(self) -> None:
        """Ask for a name, and keep what is listed under it."""
        from tui.modals.save_view import NameViewScreen  # noqa: PLC0415 - deferred until asked for

        view = self.current
        about = views.words(view) or "everything"
        self._browser.app.push_screen(NameViewScreen(f"{view.user} · {about}", set(self.named)), self._keep)

    def offer(self) -> None:
        """Offer the views by name."""
        from tui.modals.picker import Picker  # noqa: PLC0415 - deferred until asked for

        named = self.named
        if not named:
            self._browser.tell("No view was saved yet; w saves one.")
            return
        choices = [
            (name, f"{name} · {view.user} · {views.words(view) or 'everything'}") for name, view in named.items()
        ]
        self._browser.app.push_screen(Picker("Views", choices), self._recall)

    def show(self, name: str) -> None:
        """List what was kept under a name, and search again if that was part of it."""
        view, browser = self.named.get(name), self._browser
        if view is None:
            return
        browser.take_view(view)
        if view.query:
            browser.search.open(view.query)

    def begin(self, name: str) -> None:
        """List what a setting asks for at the start, or say that nothing was kept under that name."""
        if name in self.named:
            self.show(name)
        else:
            self._browser.tell("The view that the configuration names was not saved yet; w saves one.")

    def _recall(self, name: str | None) -> None:
        if name is not None:
            self.show(name)

    def _keep(self, name: str | None) -> None:
        if name is None:
            return
        self._state.set(f"{PREFIX}{name}", self.current.to_json())
        self._browser.tell(f"Saved as {name}; W shows it again.")

"""The palette: offers what works here by its name, what fits the focused pane first, and runs what is picked."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple, Protocol

from tui.commands import COMMANDS, Scope, keys_label
from tui.modals.palette import PaletteEntry, PaletteSheet
from tui.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from textual.dom import DOMNode

    from tui.browser.host import Host
    from tui.browser.list_pane import ListPane
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.saved_views import SavedViews
    from tui.browser.session import Session
    from tui.commands import Command

OTHERS = (
    ("pick_theme", "theme", "Change the colours."),
    ("take_screenshot", "screenshot", "Write what is on the screen to a picture."),
)
"""Commands that have no key: action, title, help."""


class Panes(Protocol):
    """Where commands work, and whether they do."""

    list_pane: ListPane
    reading: ReadingPane

    def reason_against(self, command: str) -> str | None:
        """Return in one sentence why the store cannot do what a command needs; ``None`` if it can."""
        ...


class Offer(NamedTuple):
    """What can be picked, and what runs it."""

    entry: PaletteEntry
    run: Callable[[], object]


class CommandPalette:
    """The commands of the browser.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        panes: Where commands work.
        views: The views that were saved.
    """

    def __init__(self, session: Session, host: Host, panes: Panes, views: SavedViews) -> None:
        self._keymap = session.settings.keymap
        self._host = host
        self._panes = panes
        self._views = views

    def open(self) -> None:
        """Find a command by its name, and run it."""
        offers = {offer.entry.id: offer for offer in self._offers()}

        def run(name: str | None) -> None:
            if name in offers:
                self._host.app.call_later(offers[name].run)

        self._host.ask(PaletteSheet([offer.entry for offer in offers.values()]), run)

    def _offers(self) -> Iterator[Offer]:
        """Yield what works here: the commands of the focused pane, the views, the other commands."""
        list_, reader = self._panes.list_pane.conversations, self._panes.reading.reader
        places: dict[Scope, DOMNode] = {Scope.BROWSER: list_.screen, Scope.LIST: list_, Scope(reader.id): reader}
        here = Scope(reader.id) if reader.has_focus else Scope.LIST
        working = [
            command
            for command in COMMANDS
            if command.scope in places and self._panes.reason_against(command.target) is None
        ]
        yield from (self._command(each, places[each.scope]) for each in working if each.scope is here)
        for name in self._views.named:
            text = "List what was kept under this name."
            entry = PaletteEntry(f"view {name}", f"view: {one_line(name)}", "", text, is_stored=True)
            yield Offer(entry, partial(self._views.show, name))
        yield from (self._command(each, places[each.scope]) for each in working if each.scope is not here)
        for action, title, text in OTHERS:
            yield Offer(PaletteEntry(action, title, "", text), partial(self._host.app.run_action, action))

    def _command(self, command: Command, place: DOMNode) -> Offer:
        entry = PaletteEntry(command.id, command.title, keys_label(command, self._keymap), command.help)
        return Offer(entry, partial(self._host.app.run_action, command.textual_action, place))

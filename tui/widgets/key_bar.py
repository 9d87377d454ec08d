"""The line of keys at the bottom: those that work now, painted as one text; a click presses one."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from rich.cells import cell_len
from textual.content import Content
from textual.reactive import var
from textual.widget import Widget
from textual.widgets import Input

from tui.widgets.fault_boundary import FaultBoundary

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textual import events
    from textual.screen import Screen


class KeyHint(NamedTuple):
    """A key that works now."""

    key: str
    """Its name, as it is pressed."""
    shown: str
    """How it is written."""
    description: str
    works: bool
    is_help: bool

    @property
    def width(self) -> int:
        """The cells that it takes."""
        return cell_len(f"{self.shown} {self.description}")

    @property
    def content(self) -> Content:
        """What is painted."""
        key, words = ("bold", "") if self.works else ("bold dim", "dim")
        return Content.assemble((self.shown, key), (f" {self.description}", words))


class KeyBar(FaultBoundary, Widget, can_focus=False):
    """The keys that work now, in the order of their bindings; that of help stands at the end and is always whole."""

    ALLOW_SELECT = False

    hints: var[tuple[KeyHint, ...]] = var(())
    """The keys that are shown."""

    def on_mount(self) -> None:
        """Follow the bindings of the screen."""
        self.screen.bindings_updated_signal.subscribe(self, self._on_bindings_changed)

    def _on_bindings_changed(self, screen: Screen[object]) -> None:
        if screen is self.screen and screen.app.app_focus:
            self.call_after_refresh(self._renew)

    def _renew(self) -> None:
        if self.is_attached:
            self.hints = tuple(self._working())

    def _working(self) -> Iterator[KeyHint]:
        """Yield a key for each action; what types a character into a field is left out there."""
        is_typing = isinstance(self.screen.focused, Input)
        actions = set()
        for _, binding, works, _ in self.screen.active_bindings.values():
            shown = self.app.get_key_display(binding)
            if not binding.show or binding.action in actions or (is_typing and len(shown) == 1 and shown.isascii()):
                continue
            actions.add(binding.action)
            is_help = binding.action.split(".")[-1].startswith("help")
            yield KeyHint(binding.key, shown, binding.description, works, is_help)

    def watch_hints(self) -> None:
        """Paint the keys."""
        self.refresh()

    def render(self) -> Content:
        """Return the keys that have room, that of help at the right end."""
        help_ = self._help
        room = self.size.width - (help_.width + 2 if help_ else 0)
        line = Content(" ").join(hint.content for hint, _, end in self._places() if end <= room)
        return line if help_ is None else Content.assemble(line.truncate(max(0, room), pad=True), " ", help_.content)

    @property
    def _help(self) -> KeyHint | None:
        return next((each for each in self.hints if each.is_help), None)

    def _places(self) -> Iterator[tuple[KeyHint, int, int]]:
        """Yield the keys but that of help, each with the columns at which it begins and ends."""
        start = 0
        for hint in self.hints:
            if not hint.is_help:
                yield hint, start, start + hint.width
                start += hint.width + 1

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Press the key under the pointer."""
        hint = self._at(event.x)
        if hint is None:
            return
        if hint.works:
            self.app.simulate_key(hint.key)
        else:
            self.app.bell()

    def _at(self, x: int) -> KeyHint | None:
        if self._help is not None and x > self.size.width - self._help.width - 2:
            return self._help
        return next((hint for hint, start, end in self._places() if start <= x < end), None)

"""One line to name a view: what is listed now, or one that was kept before."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.modals.sheet import Sheet
from tui.model.listed_view import LONGEST
from tui.text.visible import one_line
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.widgets import Input


class NameViewScreen(Sheet[str]):
    """Asks for a name; returns it.

    Args:
        title: What is done.
        about: What is kept under the name.
        taken: Names that are taken already.
        name: The name that it has.
    """

    def __init__(self, title: str, about: str, taken: Collection[str], name: str = "") -> None:
        field = Entry(one_line(name), placeholder="a name")
        super().__init__("name-view", title, "{window-pick} saves · {window-close} leaves it", field=field)
        self._about = one_line(about)
        self._taken = taken
        self.say(self._about)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say whether the name replaces another view."""
        is_taken = _name(event.value) in self._taken
        self.say(f"Replaces the view of that name: {self._about}" if is_taken else self._about)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return the name, if there is one."""
        if name := _name(event.value):
            self.dismiss(name)


def _name(typed: str) -> str:
    return one_line(typed)[:LONGEST].strip()

"""One line to name what is listed."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.model.listed_view import LONGEST
from tui.text.visible import one_line
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Collection

    from textual.app import ComposeResult
    from textual.widgets import Input


class NameViewScreen(ModalScreen[str | None]):
    """Asks for a name; returns it.

    Args:
        about: What will be kept.
        taken: Names that are taken already.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "dismiss(None)", "close", show=False)]

    def __init__(self, about: str, taken: Collection[str]) -> None:
        super().__init__()
        self._about = one_line(about)
        self._taken = taken

    def compose(self) -> ComposeResult:
        """Lay the line out."""
        with Vertical(id="name-view", classes="sheet"):
            yield Entry(placeholder="a name")
            yield Static(Content(self._about), classes="facts")

    def on_mount(self) -> None:
        """Name the frame and go to the line."""
        frame = self.query_one("#name-view", Vertical)
        frame.border_title = Content("Save this view")
        frame.border_subtitle = Content("enter saves · esc leaves it")
        self.query_one(Entry).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say whether the name replaces another view."""
        is_taken = _name(event.value) in self._taken
        text = f"Replaces the view of that name: {self._about}" if is_taken else self._about
        self.query_one(".facts", Static).update(Content(text))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return the name, if there is one."""
        if name := _name(event.value):
            self.dismiss(name)


def _name(typed: str) -> str:
    return one_line(typed)[:LONGEST].strip()

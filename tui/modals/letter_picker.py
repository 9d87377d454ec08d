"""A modal that offers a few things, each by a letter; enter, or the key that opened it, takes the selected one."""

from __future__ import annotations

from string import ascii_letters
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from tui.modals.sheet import Sheet
from tui.widgets.row_table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult

COLUMNS = (Column("", 1), Column("", 14, share=2), Column("", 10, share=1, style="muted"))


class Offer(NamedTuple):
    """Something that can be picked."""

    letter: str
    what: str
    about: str = ""


class LetterPicker(Sheet[str]):
    """A short list; returns the letter of what was picked.

    Args:
        name: What the style sheet calls the frame.
        title: What is being picked.
        offers: What there is, the likeliest first.
        key: The key that opened it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        *(Binding(letter, f"take({letter!r})", show=False) for letter in ascii_letters),
    ]

    def __init__(self, name: str, title: str, offers: Sequence[Offer], key: str) -> None:
        self._letters = {offer.letter for offer in offers}
        self._key = key
        self.table = Table(*COLUMNS)
        super().__init__(
            name, title, f"{{window-pick}} or {key} takes it · {{window-close}} closes", field=self.table
        )
        self.table.show([Row(offer, id=offer.letter) for offer in offers])

    def compose(self) -> ComposeResult:
        """Lay the list out."""
        with self.frame:
            yield self.table

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Take the letters that are offered and the key that opened the list; all others are the window's."""
        if action == "take":
            return parameters[0] in {*self._letters, self._key}
        return super().check_action(action, parameters)

    def action_take(self, letter: str) -> None:
        """Pick by letter, or what is selected by the key that opened the list."""
        chosen = self.table.selected_id
        if letter in self._letters:
            self.dismiss(letter)
        elif isinstance(chosen, str):
            self.dismiss(chosen)

    def on_table_picked(self, event: Table.Picked) -> None:
        """Return the letter of the picked row."""
        if isinstance(event.row_id, str):
            self.dismiss(event.row_id)

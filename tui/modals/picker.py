"""A modal that offers a few things by name and returns the one picked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widgets.option_list import Option

from tui.modals.options import Options
from tui.modals.sheet import Sheet
from tui.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.app import ComposeResult
    from textual.widgets import OptionList


class Picker(Sheet[str]):
    """A short list of choices; returns the key of the one that was picked.

    Args:
        title: What is being picked.
        choices: Pairs of a key to return and the text to show; without them it is filled later.
        picked: The key that is highlighted first.
    """

    def __init__(
        self, title: str, choices: Sequence[tuple[str, str]] | None = None, picked: str | None = None
    ) -> None:
        self.options = Options()
        super().__init__(
            "picker", title, "{window-pick} picks · {window-close} closes", field=self.options, is_filled=False
        )
        if choices is not None:
            self.fill(choices, picked)

    def compose(self) -> ComposeResult:
        """Lay the list out."""
        with self.frame:
            yield self.options

    def fill(self, choices: Sequence[tuple[str, str]], picked: str | None = None) -> None:
        """Show the choices, and highlight one, by default the first."""
        keys = [key for key, _ in choices]
        self.options.set_options(Option(Content(one_line(text)), key) for key, text in choices)
        self.options.highlighted = keys.index(picked) if picked in keys else 0 if keys else None
        self.filled()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the key of the picked choice."""
        self.dismiss(event.option_id)

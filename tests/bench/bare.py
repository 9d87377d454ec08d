"""The least that a Textual application of this kind is: header, footer, one list. It knows nothing of clawback."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import App
from textual.widgets import Footer, Header, OptionList

if TYPE_CHECKING:
    from textual.app import ComposeResult


class BareApp(App[None]):
    """Two hundred options."""

    def compose(self) -> ComposeResult:
        """Lay it out."""
        yield Header()
        yield OptionList(*(f"option {number}" for number in range(200)))
        yield Footer()


if __name__ == "__main__":
    BareApp().run()

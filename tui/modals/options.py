"""A list of texts that may take several lines, one of them highlighted."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList

from tui.widgets.fault_boundary import FaultBoundary


class Options(FaultBoundary, OptionList):
    """Textual's own list without markup; j and k move it, too."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", show=False),
        Binding("k", "cursor_up", show=False),
    ]

    def __init__(self) -> None:
        super().__init__(markup=False)

    def action_page_up(self) -> None:
        """Move a page up; before the texts are laid out, to the first."""
        if self.scrollable_content_region:
            super().action_page_up()  # type: ignore[no-untyped-call]  # Textual leaves it untyped
        else:
            self.action_first()

    def action_page_down(self) -> None:
        """Move a page down; before the texts are laid out, to the last."""
        if self.scrollable_content_region:
            super().action_page_down()  # type: ignore[no-untyped-call]  # Textual leaves it untyped
        else:
            self.action_last()

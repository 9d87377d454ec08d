"""A list of texts that may take several lines, one of them highlighted."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.widgets import OptionList

from tui.commands import Scope, bindings
from tui.widgets.fault_boundary import FaultBoundary

if TYPE_CHECKING:
    from textual.binding import BindingType


class Options(FaultBoundary, OptionList):
    """Textual's own list without markup, with the keys of our lists."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.ROWS)]

    def __init__(self) -> None:
        super().__init__(markup=False)

    def action_move(self, step: int) -> None:
        """Highlight the next or previous text."""
        if step > 0:
            self.action_cursor_down()
        else:
            self.action_cursor_up()

    def action_half_pages(self, count: int) -> None:
        """Move the highlight by half pages."""
        if abs(count) > 1:
            self.action_page_down() if count > 0 else self.action_page_up()
        elif self.option_count:
            room = max(1, self.scrollable_content_region.height // 2)
            self.highlighted = min(max(0, (self.highlighted or 0) + count * room), self.option_count - 1)

    def action_end(self, direction: int) -> None:
        """Highlight the last text, or the first (-1)."""
        if direction > 0:
            self.action_last()
        else:
            self.action_first()

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

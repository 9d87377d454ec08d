"""The last step before text is painted: signs of uncertain width as signs of a certain one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.segment import Segment
from textual.filter import LineFilter

from tui.text.steady_widths import is_steady, steady

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.color import Color


class SteadyWidths(LineFilter):
    """Paints what no terminal measures differently; what is selected, searched and copied stays as it is.

    Args:
        then: The filters that come after it. One filter for all of them costs a line once.
    """

    def __init__(self, then: Sequence[LineFilter] = ()) -> None:
        super().__init__()
        self.then = then

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """Return the segments with their text made steady, cell for cell, and filtered further."""
        if not is_steady("".join([segment.text for segment in segments])):
            segments = [Segment(steady(text), style, control) for text, style, control in segments]
        for each in self.then:
            segments = each.apply(segments, background)
        return segments

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

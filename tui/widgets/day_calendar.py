"""A year of days, a column a week, each as full as it has messages; one is chosen and can be picked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.commands import Scope, bindings
from tui.model.day_grid import LABEL, SIGNS, WEEKS, DayGrid, label, month_names
from tui.widgets.fault_boundary import FaultBoundary
from tui.widgets.paint import Palette, painted_row
from tui.widgets.painted_widget import PaintedWidget
from tui.widgets.shared_messages import NewestMessage

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from rich.segment import Segment
    from textual import events
    from textual.binding import BindingType
    from textual.geometry import Size
    from textual.strip import Strip

CHOSEN = "◆"
"""Stands for the day that is chosen."""
HEIGHT = 8
"""The names of the months, and seven days."""


class DayCalendar(FaultBoundary, PaintedWidget, can_focus=True):
    """The calendar.

    Args:
        grid: Its days.
    """

    ALLOW_SELECT = False
    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.CALENDAR)]

    @dataclass
    class Chosen(NewestMessage):
        """Another day is chosen."""

        day: date

    @dataclass
    class Picked(Message):
        """The reader picked a day."""

        day: date

    def __init__(self, grid: DayGrid) -> None:
        super().__init__()
        self.grid = grid
        self._palette = Palette(self, "days")

    def show(self, counts: Mapping[date, int]) -> None:
        """Show how many messages days have."""
        self.grid.show(counts)
        self.refresh()

    def pick(self) -> None:
        """Say that the chosen day was picked."""
        self.post_message(self.Picked(self.grid.chosen))

    def action_move(self, days: int) -> None:
        """Choose a day so many days later."""
        self.grid.move(days)
        self._tell()

    def action_end(self, direction: int) -> None:
        """Choose the first or the last day with a message."""
        self.grid.move_to_end(direction)
        self._tell()

    def on_click(self, event: events.Click) -> None:
        """Choose the clicked day; a second click picks it."""
        weeks, cell = self._columns()
        column, row = (event.x - LABEL) // cell, event.y - 1
        is_day = event.x >= LABEL and 0 <= column < len(weeks) and 0 <= row < 7
        day = self.grid.day(weeks[column], row) if is_day else None
        if day is None:
            return
        is_again = day == self.grid.chosen
        self.grid.choose(day)
        self._tell()
        if is_again or event.chain > 1:
            self.pick()

    def notify_style_update(self) -> None:
        """Forget the styles when the theme or the focus changed."""
        super().notify_style_update()
        self._palette.clear()

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """Return the height of the months and the days."""
        return HEIGHT

    def render_line(self, y: int) -> Strip:
        """Return the names of the months, or a day of every week."""
        weeks, cell = self._columns()
        if not y:
            line = [self._palette.segment(month_names(weeks, cell), "name")]
        else:
            line = [self._palette.segment(label(y - 1), "name")]
            for week in weeks:
                line += self._day(week, y - 1, cell)
        return painted_row(line, self.size.width, self._palette())

    def _columns(self) -> tuple[list[date], int]:
        """Return the weeks that are shown, and how many cells each has."""
        room = max(1, self.size.width - LABEL)
        cell = 2 if room >= 2 * WEEKS else 1
        return self.grid.weeks(room // cell), cell

    def _day(self, week: date, weekday: int, cell: int) -> list[Segment]:
        day = self.grid.day(week, weekday)
        if day is None:
            return [self._palette.segment(" " * cell)]
        if day == self.grid.chosen:
            sign = self._palette.segment(CHOSEN, "chosen")
        else:
            level = self.grid.level(day)
            sign = self._palette.segment(SIGNS[level], f"level-{level}")
        return [sign, self._palette.segment(" " * (cell - 1))] if cell > 1 else [sign]

    def _tell(self) -> None:
        self.refresh()
        self.post_message(self.Chosen(self.grid.chosen))

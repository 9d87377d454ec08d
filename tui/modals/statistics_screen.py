"""A picture of the history: a year as a calendar of messages a day, channels, models by week, routines."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.content import Content
from textual.widgets import Static

from tui.commands import Scope, bindings
from tui.modals.sheet import Sheet
from tui.modals.statistics_rows import (
    CHANNEL_COLUMNS,
    ROUTINE_COLUMNS,
    WEEK_COLUMNS,
    channel_rows,
    routine_rows,
    week_rows,
)
from tui.model.day_grid import DayGrid
from tui.model.statistics_words import date_words, legend, summary
from tui.text.times import WEEKDAYS
from tui.text.units import counted
from tui.text.visible import one_line
from tui.widgets.day_calendar import DayCalendar
from tui.widgets.row_table import Table

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from store.contract.statistics import Statistics

DAYS, CHANNELS, MODELS, ROUTINES = "days", "channels", "models", "routines"
PAGES = (DAYS, CHANNELS, MODELS, ROUTINES)
_NEXT = "{statistics-next} next page"
_HINTS = {
    DAYS: f"{{window-pick}} lists the day · {_NEXT} · {{statistics-channel}} channel",
    CHANNELS: f"{{window-pick}} shows its days · {_NEXT}",
    MODELS: _NEXT,
    ROUTINES: _NEXT,
}
"""What keys do on each page."""
_ENDS = {
    "running": "{window-close} stops",
    "stopped": "{statistics-read} counts all · {window-close} closes",
    "done": "{window-close} closes",
}
"""What they do while it is counted, and afterwards."""
_TITLE = "Statistics"
_MUTED = "$foreground 55%"


class PickedDay(NamedTuple):
    """A day whose conversations are wanted."""

    day: date
    channel: str | None
    """Only those on this channel; ``None`` for all."""


class StatisticsScreen(Sheet[PickedDay]):
    """The pages; returns the day that was picked.

    Args:
        today: The reader's day.
        chosen: The day that is chosen first; ``None`` for today.
        stop: Stops the counting; tells whether any was under way.
        read: Counts all anew.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.STATISTICS)]

    def __init__(
        self, today: date, chosen: date | None, *, stop: Callable[[], bool], read: Callable[[], None]
    ) -> None:
        self._stop = stop
        self._read = read
        self._statistics: Statistics | None = None
        self._channel: str | None = None
        self._state = "running"
        self.page = DAYS
        """The page that is shown."""
        self.calendar = DayCalendar(DayGrid(today, chosen))
        self.tables = {CHANNELS: Table(*CHANNEL_COLUMNS), MODELS: Table(*WEEK_COLUMNS)}
        self.tables[ROUTINES] = Table(*ROUTINE_COLUMNS)
        self._tabs = Static(id="statistics-pages")
        self._day = Static(id="statistics-day")
        self._legend = Static(id="statistics-legend")
        super().__init__("statistics", f"{_TITLE} · ⋯", field=self.calendar)
        self.status.id = "statistics-status"
        self._show_page()

    def compose(self) -> ComposeResult:
        """Lay the pages out, of which one is seen."""
        with self.frame:
            yield self._tabs
            yield self.calendar
            yield self._day
            yield self._legend
            yield from self.tables.values()
            yield self.status

    # What the browser tells.

    def show(self, statistics: Statistics) -> None:
        """Show what was counted so far."""
        self._statistics = statistics
        self._fill_page()
        self.say(summary(statistics))

    def tell(self, state: str, share: float) -> None:
        """Tell how far the counting is.

        Args:
            state: ``running``, ``stopped`` or ``done``.
            share: How much of the history was read, 0 to 1.
        """
        self._state = state
        read = {"running": f" · ⋯ {share:.0%} read", "stopped": f" · stopped at {share:.0%}"}.get(state, "")
        self.set_title(f"{_TITLE}{read}")
        self._say_keys()

    def refuse(self, sentence: str) -> None:
        """Say why nothing more can be counted."""
        self.say(f"✗ {sentence}", is_error=True)

    # What keys do.

    def action_page(self, step: int) -> None:
        """Show the next or the previous page."""
        self.page = PAGES[(PAGES.index(self.page) + step) % len(PAGES)]
        self._show_page()
        self._fill_page()
        self.set_focus(self._shown)

    def action_channel(self, step: int) -> None:
        """Show the days of the next or the previous channel, or of all."""
        if self._statistics is not None and self.page == DAYS:
            names = [None, *(each.name for each in self._statistics.channels)]
            place = names.index(self._channel) if self._channel in names else 0
            self._pick_channel(names[(place + step) % len(names)])

    def action_pick(self) -> None:
        """Return the chosen day, or show the days of the chosen channel."""
        if self.page == DAYS:
            self.dismiss(PickedDay(self.calendar.grid.chosen, self._channel))
        elif self.page == CHANNELS and isinstance(name := self.tables[CHANNELS].selected_id, str):
            self.action_page(-1)
            self._pick_channel(name)

    def action_read(self) -> None:
        """Count all anew."""
        self._stop()
        self._read()

    def action_close(self) -> None:
        """Stop the counting, else leave."""
        if not self._stop():
            self.dismiss(None)

    def on_day_calendar_chosen(self) -> None:
        """Say what there is of the chosen day."""
        self._say_day()

    def on_day_calendar_picked(self) -> None:
        """Return the day that was clicked twice."""
        self.action_pick()

    def on_table_picked(self) -> None:
        """Show the days of a channel that was clicked twice."""
        self.action_pick()

    # Within.

    @property
    def _shown(self) -> Widget:
        return self.calendar if self.page == DAYS else self.tables[self.page]

    def _show_page(self) -> None:
        for name, widget in ((DAYS, self.calendar), (DAYS, self._day), (DAYS, self._legend), *self.tables.items()):
            widget.display = name == self.page
        tabs = [(f"▪{page}", "bold") if page == self.page else (f" {page}", _MUTED) for page in PAGES]
        self._tabs.update(Content("  ").join(map(Content.assemble, tabs)))
        self._say_keys()

    def _say_keys(self) -> None:
        self.set_hint(f"{_HINTS[self.page]} · {_ENDS[self._state]}")

    def _pick_channel(self, name: str | None) -> None:
        self._channel = name
        self._fill_page()

    def _fill_page(self) -> None:
        """Show what was counted on the page that is seen."""
        found = self._statistics
        if found is None:
            return
        if self.page == DAYS:
            self._show_days(found)
        elif self.page == CHANNELS:
            self.tables[CHANNELS].show(channel_rows(found.channels))
        elif self.page == MODELS:
            self.tables[MODELS].show(week_rows(found.weeks))
        else:
            self.tables[ROUTINES].show(routine_rows(found.routines))

    def _show_days(self, found: Statistics) -> None:
        days, channel = found.days, self._channel
        self.calendar.show(
            {day: sum(many.values()) if channel is None else many.get(channel, 0) for day, many in days.items()}
        )
        self._legend.update(Content.assemble((legend(self.calendar.grid.bounds), _MUTED)))
        self._say_day()

    def _say_day(self) -> None:
        day = self.calendar.grid.chosen
        of_day = self._statistics.days.get(day, {}) if self._statistics is not None else {}
        many = sum(of_day.values()) if self._channel is None else of_day.get(self._channel, 0)
        on = f" on {one_line(self._channel) or '(none)'}" if self._channel is not None else ""
        parts = [f"{WEEKDAYS[day.weekday()]} {date_words(day)}", f"{counted(many, 'message')}{on}"]
        if self._channel is None:
            fullest = sorted(of_day.items(), key=lambda each: (-each[1], each[0]))
            parts += [f"{one_line(name) or '(none)'} {number:,}" for name, number in fullest]
        self._day.update(Content.assemble((parts[0], "bold"), *(f" · {part}" for part in parts[1:])))

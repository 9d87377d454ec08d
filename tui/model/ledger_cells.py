"""Say an entry of the ledger in cells: day, time, sign, text, what it took. Pure; every cell is safe to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from tui.text import times
from tui.text.message.layout_options import ROLES
from tui.text.message.preview import preview_text
from tui.text.routine.run_reports import LEVELS, SIGNS
from tui.text.routine.schedule import span
from tui.text.visible import one_line
from tui.text.zone import TwelveHours

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime, tzinfo

    from tui.model.run_window import Detail, Fold, Run, Silence

ROOMY = 64
"""Columns from which days and times are written in full."""
TOOK_FROM = 76
"""Columns from which a line tells what its run took."""
DAY, SHORT_DAY = 11, 8
"""Columns of the day."""
CLOCK, LONG_CLOCK = 5, 8
"""Columns of a time of day, counted to 24 or to 12 hours."""
_LEAST_BARS = 8


class Cells(NamedTuple):
    """An entry in words."""

    day: str
    time: str
    sign: str
    status: str
    """The status the sign stands for, which names its style; empty for none."""
    text: str
    took: str = ""


class Frame(NamedTuple):
    """What lines are written for."""

    width: int
    """The columns of the ledger."""
    tz: tzinfo
    """The reader's zone."""
    year: str
    """The year that days need not name."""

    @property
    def is_roomy(self) -> bool:
        """Tell whether days and times are written in full."""
        return self.width >= ROOMY

    @property
    def day_width(self) -> int:
        """Return the columns of the day."""
        return DAY if self.is_roomy else SHORT_DAY

    @property
    def time_width(self) -> int:
        """Return the columns of the time, which is from when to when where there is room."""
        one = LONG_CLOCK if isinstance(self.tz, TwelveHours) else CLOCK
        return 2 * one + 1 if self.is_roomy else one

    def clock(self, moment: datetime | None) -> str:
        """Return a time of day, nothing for one that cannot be read."""
        return "" if moment is None else times.short_clock(moment, self.tz)

    def day(self, moment: datetime | None) -> str:
        """Return a day in at most ``day_width`` columns."""
        if moment is None:
            return times.NO_DATE if self.is_roomy else "?"
        weekday, day, month, year = times.day(moment, self.tz).split()
        if year != self.year:
            return f"{day} {month} {year}" if self.is_roomy else f"{month} {year}"
        return f"{weekday} {day} {month}" if self.is_roomy else f"{day} {month}"


def fold_cells(entry: Fold, oldest: Run, newest: Run, frame: Frame, *, is_cut: bool, detail: Detail | None) -> Cells:
    """Return runs that said the same in words.

    Args:
        entry: Which runs.
        oldest: The first of them.
        newest: The last of them.
        frame: What the line is for.
        is_cut: Whether there may be more of the like beyond what is held.
        detail: What is on record of a single run.
    """
    day, time = frame.day(oldest.created_at), frame.clock(oldest.created_at)
    # A clock column has no room for the offset of an hour that comes twice.
    offset, end_offset = (times.repeated_offset(each.created_at, frame.tz) for each in (oldest, newest))
    words = [offset] if offset else []
    words += [f"×{entry.runs:,}{'+' if is_cut else ''}"] if entry.runs > 1 else []
    words.append(_said(oldest))
    if entry.runs > 1 and newest.created_at is not None:
        until = times.clock(newest.created_at, frame.tz)
        newest_day = frame.day(newest.created_at)
        if newest_day != day:
            words.append(f"· until {newest_day} {until}")
        elif frame.is_roomy and not end_offset:
            time = f"{time}–{until}"
        else:
            words.append(f"· until {until}")
    took = _took(detail) if detail is not None and frame.width >= TOOK_FROM else ""
    return Cells(day, time, SIGNS.get(oldest.status, " "), oldest.status, " ".join(words), took)


def silence_cells(entry: Silence, words: str) -> Cells:
    """Return a silence in words; ``words`` say how often runs were expected."""
    return Cells("", "", "┄", "silence", f"silent {span(entry.length)}: expected {one_line(words)}")


def year_of(moment: datetime | None, tz: tzinfo) -> str:
    """Return the year of a time, empty if it cannot be read."""
    return "" if moment is None else times.day(moment, tz).split()[-1]


def strip_cells(recent: Sequence[str], width: int) -> tuple[Sequence[str], str]:
    """Return the statuses to draw as a sparkline, and their numbers in words after it, within a width."""
    reports = [status for status in recent if status]
    if not reports:
        return (), ""
    counts = " · ".join(f"{SIGNS[each]} {reports.count(each):,}" for each in LEVELS if each in reports)
    for words in (f"  {counts} of the last {len(reports)}", f"  {counts}"):
        room = width - len(words)
        if room >= min(len(recent), _LEAST_BARS):
            return recent[-room:], words
    return (), counts


def _said(run: Run) -> str:
    text = preview_text(run.role, run.text)
    if not run.status:
        return text if run.role == "assistant" else f"{one_line(ROLES.get(run.role, run.role))}: {text}"
    text = text or run.status
    return text if run.trigger == "cron" else f"{run.trigger} · {text}"


def _took(detail: Detail) -> str:
    duration = span(detail.duration) if detail.duration is not None else ""
    tokens = f"{detail.tokens:,} tok" if detail.tokens is not None else ""
    return f"{duration:>6}  {tokens:>9}" if duration or tokens else ""

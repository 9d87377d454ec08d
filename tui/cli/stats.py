"""``clawback stats``: a whole history in numbers, lines for people or one JSON object for programs."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from dataclasses import asdict
from datetime import UTC, datetime
from shutil import get_terminal_size
from typing import TYPE_CHECKING, Any

import click

from store import open_store
from tui.cli.output import is_terminal, say
from tui.cli.stopping import STOPPED, stopping
from tui.config.state import index_folder
from tui.model.day_grid import LABEL, SIGNS, WEEKS, DayGrid, label, month_names
from tui.model.statistics_words import legend, summary, week_words
from tui.text.money import dollars
from tui.text.visible import one_line
from tui.text.zone import SystemZone

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date, tzinfo

    from store.contract.statistics import Statistics
    from store.environment.source import Source

SHOWN_WEEKS = 8
"""Weeks of calls to models that people are shown, the newest; programs get all."""
_BAR = 1000


async def print_statistics(source: Source, *, as_json: bool, anew: bool) -> int | None:
    """Print what a history holds; return the exit status.

    Args:
        source: Where the history lies, and whose is counted.
        as_json: Whether to print one JSON object.
        anew: Take nothing of what was counted before.

    Raises:
        StoreError: the database cannot be opened or read.
    """
    zone = SystemZone()
    found = await _count(source, zone, anew=anew)
    if found is None:
        return STOPPED
    if as_json:
        say(json.dumps(_facts(found)))
        return None
    for line in _lines(found, datetime.now(UTC).astimezone(zone).date()):
        say(line)
    return None


async def _count(source: Source, zone: tzinfo, *, anew: bool) -> Statistics | None:
    """Return what was counted, ``None`` if it was stopped; how far it got is told on stderr."""
    found = None
    bar: Any = nullcontext()
    if sys.stderr.isatty():
        bar = click.progressbar(length=_BAR, label="Counting", show_pos=False, file=sys.stderr)
    async with open_store(source.target, read_only=True, index_folder=index_folder()) as store:
        with stopping() as stop, bar as shown:
            async with store.statistics(source.owner, tz=zone, anew=anew) as running:
                async for batch in running:
                    if stop.is_set():
                        return None
                    if shown is not None:
                        shown.update(int(_BAR * batch.share) - shown.pos)
                    found = batch.statistics
    return found


def _facts(found: Statistics) -> dict[str, object]:
    weeks, routines = found.weeks, found.routines
    return {
        "messages": found.messages,
        "conversations": found.conversations,
        "undated": found.undated,
        "days": [{"day": day.isoformat(), "channels": dict(many)} for day, many in found.days.items()],
        "channels": [asdict(each) for each in found.channels],
        "weeks": None if weeks is None else [asdict(each) | {"cost": f"{each.cost:f}"} for each in weeks],
        "routines": None if routines is None else [asdict(each) | {"runs": dict(each.runs)} for each in routines],
    }


def _lines(found: Statistics, today: date) -> Iterator[str]:
    """Yield lines for people."""
    yield summary(found)
    yield ""
    yield from _calendar(found, today)
    yield ""
    for channel in found.channels:
        name = one_line(channel.name) or "(none)"
        yield f"{name:<16}  {channel.messages:>10,} messages  {channel.conversations:>8,} conversations"
    shown = list(dict.fromkeys((each.year, each.week) for each in found.weeks or ()))[:SHOWN_WEEKS]
    if shown:
        yield ""
    for each in found.weeks or ():
        if (each.year, each.week) in shown:
            week = week_words(each.year, each.week)
            tokens = f"{each.input_tokens:>12,} in {each.output_tokens:>12,} out"
            model = one_line(each.model) or "?"
            yield f"{week:<8}  {model:<24}  {each.calls:>8,} calls {tokens}  {dollars(each.cost)}"
    if found.routines:
        yield ""
    for routine in found.routines or ():
        ended = " · ".join(f"{one_line(status)} {many:,}" for status, many in routine.runs.items())
        yield f"{one_line(routine.name):<24}  {routine.total:>8,} runs  {ended}".rstrip()


def _calendar(found: Statistics, today: date) -> Iterator[str]:
    """Yield the last year as a calendar, as far as the terminal has room for it."""
    grid = DayGrid(today)
    grid.show({day: sum(many.values()) for day, many in found.days.items()})
    weeks = grid.weeks(get_terminal_size().columns - LABEL if is_terminal() else WEEKS)
    yield month_names(weeks, 1)
    for weekday in range(7):
        days = (grid.day(week, weekday) for week in weeks)
        signs = (SIGNS[grid.level(day)] if day is not None else " " for day in days)
        yield (label(weekday) + "".join(signs)).rstrip()
    yield legend(grid.bounds)

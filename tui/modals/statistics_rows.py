"""What the statistics of a history say, as rows of tables: channels, models by week, routines."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tui.text.bars import bar, counted
from tui.text.money import dollars, total
from tui.widgets.row_table import Column, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.contract.statistics import ChannelUse, ModelWeek, RoutineUse

BAR = 10
"""Cells of a bar."""
CHANNEL_COLUMNS = (
    Column("channel", 8, share=1),
    Column("", BAR, style="bar"),
    Column("messages", 9, align="right"),
    Column("conversations", 13, style="muted", align="right", from_width=52),
)
WEEK_COLUMNS = (
    Column("model", 12, share=2),
    Column("provider", 8, share=1, style="muted", from_width=84),
    Column("calls", 7, style="muted", align="right", from_width=50),
    Column("tokens in", 11, style="muted", align="right", from_width=64),
    Column("tokens out", 11, style="muted", align="right", from_width=64),
    Column("cost", 12, align="right"),
)
ROUTINE_COLUMNS = (
    Column("routine", 10, share=1),
    Column("", BAR, style="bar", from_width=50),
    Column("success", 7, align="right"),
    Column("ok", 6, style="muted", align="right", from_width=64),
    Column("attention", 9, style="muted", align="right", from_width=64),
    Column("failed", 7, align="right"),
    Column("running", 7, style="muted", align="right", from_width=80),
)
_STATUSES = ("ok", "attention", "failed", "running")
NO_CALLS = "There is no record of model calls here."
NO_RUNS = "There is no record of routine runs here."
_NOTHING_YET = "Nothing yet."


def channel_rows(channels: Sequence[ChannelUse]) -> list[Row]:
    """Return the rows of channels, the fullest first."""
    most = max((each.messages for each in channels), default=0)
    return [
        Row(
            (each.name, bar(each.messages, most, BAR), f"{each.messages:,}", f"{each.conversations:,}"),
            id=each.name,
        )
        for each in channels
    ]


def week_rows(weeks: Sequence[ModelWeek] | None) -> list[Row]:
    """Return the rows of weeks, the newest first: a heading with its sums, then its models."""
    if not weeks:
        return [Row((NO_CALLS if weeks is None else _NOTHING_YET,), is_fixed=True)]
    rows = []
    for (year, number), group in groupby(weeks, key=lambda each: (each.year, each.week)):
        uses = list(group)
        rows.append(Row((_week_words(year, number, uses),), is_fixed=True))
        rows += [
            Row(
                (
                    each.model or "?",
                    each.provider or "?",
                    f"{each.calls:,}",
                    f"{each.input_tokens:,}",
                    f"{each.output_tokens:,}",
                    f"{dollars(each.cost)}{' + ?' * bool(each.unreadable)}",
                ),
                id=(year, number, each.provider, each.model),
            )
            for each in uses
        ]
    return rows


def _week_words(year: int, number: int, uses: Sequence[ModelWeek]) -> str:
    tokens = sum(each.input_tokens + each.output_tokens for each in uses)
    week = f"{year}-W{number:02}" if year else "no date"
    cost = dollars(total(each.cost for each in uses))
    return f"{week} · {cost} · {counted(tokens, 'token')} · {counted(sum(each.calls for each in uses), 'call')}"


def routine_rows(routines: Sequence[RoutineUse] | None) -> list[Row]:
    """Return the rows of routines: how many of their runs that ended did not fail."""
    if not routines:
        return [Row((NO_RUNS if routines is None else _NOTHING_YET,), is_fixed=True)]
    rows = []
    for each in routines:
        ended = each.total - each.runs.get("running", 0)
        failed = each.runs.get("failed", 0)
        share = f"{int(100 * (ended - failed) / ended)} %" if ended else "–"
        many = [f"{each.runs.get(status, 0):,}" for status in _STATUSES]
        many[2] = f"✗ {many[2]}" if failed else many[2]
        rows.append(Row((each.name, bar(ended - failed, ended, BAR), share, *many), id=each.id))
    return rows

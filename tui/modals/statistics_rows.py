"""What the statistics of a history say, as rows of tables: channels, models by week, routines."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from tui.model.statistics_words import week_words
from tui.text.money import dollars, total
from tui.text.units import counted
from tui.widgets.row_table import Column, Row

if TYPE_CHECKING:
    from collections.abc import Sequence

    from store.contract.statistics import ChannelUse, ModelWeek, RoutineUse

CHANNEL_COLUMNS = (
    Column("channel", 9, share=1),
    Column("", 8, share=3, style="bar", is_bar=True),
    Column("messages", 9, align="right"),
    Column("conversations", 13, style="muted", align="right", from_width=52),
)
WEEK_COLUMNS = (
    Column("model", 12, share=2),
    Column("provider", 8, share=1, style="muted", from_width=84),
    Column("", 6, share=3, style="bar", from_width=70, is_bar=True),
    Column("calls", 7, style="muted", align="right", from_width=50),
    Column("tokens in", 11, style="muted", align="right", from_width=64),
    Column("tokens out", 11, style="muted", align="right", from_width=64),
    Column("cost", 12, align="right"),
)
ROUTINE_COLUMNS = (
    Column("routine", 10, share=3),
    Column("", 8, share=2, style="bar", from_width=44, is_bar=True),
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
            (each.name, _share(each.messages, most), f"{each.messages:,}", f"{each.conversations:,}"),
            id=each.name,
        )
        for each in channels
    ]


def week_rows(weeks: Sequence[ModelWeek] | None) -> list[Row]:
    """Return the rows of weeks, the newest first: a heading with its sums, then its models."""
    if not weeks:
        return [Row((NO_CALLS if weeks is None else _NOTHING_YET,), is_fixed=True)]
    rows = []
    by_week = {key: list(group) for key, group in groupby(weeks, key=lambda each: (each.year, each.week))}
    most = max(map(_tokens, weeks))
    for (year, number), uses in by_week.items():
        rows.append(Row((_heading(year, number, uses),), is_fixed=True))
        rows += [
            Row(
                (
                    each.model or "?",
                    each.provider or "?",
                    _share(_tokens(each), most),
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


def _heading(year: int, number: int, uses: Sequence[ModelWeek]) -> str:
    cost = dollars(total(each.cost for each in uses))
    calls = sum(each.calls for each in uses)
    tokens = sum(map(_tokens, uses))
    return f"{week_words(year, number)} · {cost} · {counted(tokens, 'token')} · {counted(calls, 'call')}"


def _tokens(use: ModelWeek) -> int:
    return use.input_tokens + use.output_tokens


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
        rows.append(Row((each.name, _share(ended - failed, ended), share, *many), id=each.id))
    return rows


def _share(value: int, most: int) -> str:
    """Return a share as the cell of a bar."""
    return f"{value / most:.4f}" if most > 0 else ""

"""An entry of the ledger in words: its columns stand still, whatever the reader's clock and the year."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from rich.cells import cell_len

from store.records import MessageCursor
from tui.model.ledger_cells import Frame, fold_cells, silence_cells, strip_cells
from tui.model.run_window import Detail, Fold, Run, Silence
from tui.text.zone import TwelveHours

AT = datetime(2026, 6, 18, 9, 5, tzinfo=UTC)


def run(at: datetime | None = AT, text: str = "", status: str = "ok", trigger: str = "cron") -> Run:
    return Run(MessageCursor(0, 1), at, "assistant", trigger, status, text, 0)


def said(entry: Fold, oldest: Run, newest: Run, width: int = 120, **options: object) -> tuple[str, ...]:
    detail = options.get("detail")
    assert detail is None or isinstance(detail, Detail)
    frame = Frame(width, UTC, str(options.get("year", "2026")))
    return tuple(fold_cells(entry, oldest, newest, frame, is_cut=bool(options.get("is_cut")), detail=detail))


def test_runs_of_one_day_tell_from_when_to_when() -> None:
    later = run(AT + timedelta(hours=6))
    assert said(Fold(0, 46), run(), later)[:5] == ("Thu 18 Jun", "09:05–15:05", "✓", "ok", "×47 ok")
    assert said(Fold(0, 46), run(), later, 50)[:5] == ("18 Jun", "09:05", "✓", "ok", "×47 ok · until 15:05")


def test_runs_over_days_tell_until_which_and_more_than_is_held_is_marked() -> None:
    later = run(AT + timedelta(days=3))
    assert said(Fold(0, 4095), run(), later, is_cut=True)[4] == "×4,096+ ok · until Sun 21 Jun 09:05"


def test_another_year_is_named() -> None:
    assert said(Fold(0, 0), run(), run(), year="2027")[0] == "18 Jun 2026"
    assert said(Fold(0, 0), run(), run(), 50, year="2027")[0] == "Jun 2026"


def test_a_trigger_other_than_the_schedule_is_told() -> None:
    assert said(Fold(0, 0), run(text="by **hand**", trigger="manual"), run())[4] == "manual · by hand"


def test_what_a_run_took_is_told_where_there_is_room() -> None:
    detail = Detail(timedelta(seconds=4.9), 1478)
    assert said(Fold(0, 0), run(), run(), detail=detail)[5] == " 4.9 s  1,478 tok"
    assert not said(Fold(0, 0), run(), run(), 60, detail=detail)[5]


def test_a_silence_is_told_with_what_was_expected() -> None:
    cells = silence_cells(Silence(3, timedelta(hours=3)), "every \x1b5 minutes")
    assert cells.text == "silent 3 h: expected every ␛5 minutes"


@pytest.mark.parametrize("zone", [UTC, TwelveHours()], ids=["24h", "12h"])
@pytest.mark.parametrize("width", [40, 120])
@pytest.mark.parametrize("at", [AT, AT + timedelta(hours=3), None, datetime(1, 1, 1, tzinfo=UTC)])
def test_days_and_times_fit_their_columns(zone: TwelveHours, width: int, at: datetime | None) -> None:
    frame = Frame(width, zone, "2026")
    cells = fold_cells(Fold(0, 1), run(at), run(at), frame, is_cut=False, detail=None)
    assert cell_len(cells.day) <= frame.day_width
    assert cell_len(cells.time) <= frame.time_width


def test_a_sparkline_gives_way_to_its_numbers() -> None:
    recent = ["ok"] * 58 + ["failed", "attention"]
    shown, words = strip_cells(recent, 100)
    assert (len(shown), words) == (60, "  ✓ 58 · ! 1 · ✗ 1 of the last 60")
    shown, words = strip_cells(recent, 30)
    assert (shown[-2:], words) == (["failed", "attention"], "  ✓ 58 · ! 1 · ✗ 1")
    assert strip_cells(recent, 10) == ((), "✓ 58 · ! 1 · ✗ 1")
    assert strip_cells(["", ""], 100) == ((), "")

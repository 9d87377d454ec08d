"""A reply stays behind the question it was written after, whatever clock stamped it; imported rows stay in place."""

from __future__ import annotations

import asyncio
from random import Random

import pytest

from store.core.message_order import KeyRun, MessageOrder, key_run
from store.core.reading_order import later_instants

Row = tuple[int, str]
"""When a message is stamped, and its role; the order of rows is that of writing."""
U, T, A = "user", "tool_calls", "assistant"


def read_order(rows: list[Row]) -> list[int]:
    """Return the numbers of the rows in the order in which they are read."""

    async def read(run: KeyRun) -> list[str] | None:
        return [rows[tie][1] for tie in run.ties]

    run = key_run([(instant, tie) for tie, (instant, _) in enumerate(rows)])
    order = MessageOrder(0)
    order.append(list(zip(*run, strict=True)))
    order.read_later(asyncio.run(later_instants(order.in_time(), read)))
    assert order.in_time() == run
    found = list(order.span(0, order.total).ties)
    assert [order.position(rows[tie][0], tie) for tie in found] == list(range(len(rows)))
    return found


@pytest.mark.parametrize(
    "rows",
    [
        [(1000, U), (999, A)],
        [(0, U), (500, A), (1000, U), (999, A), (2000, U), (2001, A)],
        [(1000, U), (999, T), (1001, A)],
        [(1000, U), (999, T), (998, A)],
        [(1000, U), (1001, T), (999, A)],
        [(0, U), (500, A), (1000, U), (490, T), (520, T), (1010, A), (2000, U)],
        [(0, U), (500, A), (1000, U), (499, A)],
        [(0, U), (10, T), (500, A), (1000, U), (300, A), (1001, U), (1002, A)],
        [row for at in range(0, 9000, 100) for row in ((at, U), (at - 1, A))],
        [(10, U), (20, A), (12, U), (15, A)],
        [(11, U), (12, A), (10, U), (20, A)],
        [(10, U), (20, A), (12, U), (25, A)],
        [(10, U), (14, T), (20, A), (12, U), (13, T), (18, A), (16, U), (22, A)],
    ],
)
def test_a_reply_is_read_behind_its_question(rows: list[Row]) -> None:
    assert read_order(rows) == list(range(len(rows)))


def test_a_clock_that_is_set_back_by_an_hour_moves_what_comes_later_but_for_the_reply() -> None:
    rows = [(10_000, U), (10_010, A), (10_100, U), (6_500, T), (6_501, A), (6_600, U), (6_610, A)]
    assert read_order(rows) == [5, 6, 0, 1, 2, 3, 4]


def test_turns_that_a_clock_set_back_stamps_into_earlier_ones_come_behind_those() -> None:
    rows = [row for at in range(0, 1000, 100) for row in ((at, U), (at + 50, A))]
    rows += [(325, U), (330, A), (510, U), (560, A), (1000, U), (1050, A)]
    assert read_order(rows) == [*range(8), 20, 21, *range(8, 12), 22, 23, *range(12, 20), 24, 25]


@pytest.mark.parametrize("size", [2, 3, 300])
def test_rows_that_were_imported_in_another_order_stay_where_their_times_put_them(size: int) -> None:
    history = [(at, (U, T, A)[at % 3]) for at in range(3 * size)]
    for rows in (history[::-1], Random(size).sample(history, len(history))):
        assert [rows[row] for row in read_order(rows)] == history


@pytest.mark.parametrize(
    "rows",
    [
        [(5, A), (3, U)],
        [(5, U), (3, U)],
        [(5, U), (3, "system")],
        [(5, A), (3, A)],
        [(1, U), (9, U), (3, A)],
        [(2**63 - 1, U), (3, A)],
    ],
)
def test_what_is_no_reply_to_an_open_question_stays(rows: list[Row]) -> None:
    expected = sorted(range(len(rows)), key=lambda row: (rows[row][0], row))
    assert read_order(rows) == expected

"""Bars are as long as what they show, to an eighth of a cell."""

from __future__ import annotations

import pytest

from tui.text.bars import bar, counted


@pytest.mark.parametrize(
    ("value", "most", "drawn"),
    [
        (0, 8, ""),
        (8, 8, "████"),
        (20, 8, "████"),
        (4, 8, "██"),
        (1, 8, "▌"),
        (1, 10_000, "▏"),
        (3, 8, "█▌"),
        (1, 0, ""),
    ],
)
def test_a_bar_is_as_long_as_its_share(value: int, most: int, drawn: str) -> None:
    assert bar(value, most, 4) == drawn


def test_things_are_counted_in_words() -> None:
    assert [counted(number, "day") for number in (0, 1, 1204)] == ["0 days", "1 day", "1,204 days"]

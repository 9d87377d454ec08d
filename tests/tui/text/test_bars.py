"""Bars are as long as what they show, to an eighth of a cell."""

from __future__ import annotations

import pytest

from tui.text.bars import bar
from tui.text.units import counted


@pytest.mark.parametrize(
    ("share", "drawn"),
    [
        (0, ""),
        (1, "████"),
        (2.5, "████"),
        (1 / 2, "██"),
        (1 / 8, "▌"),
        (1 / 10_000, "▏"),
        (3 / 8, "█▌"),
        (-1, ""),
    ],
)
def test_a_bar_is_as_long_as_its_share(share: float, drawn: str) -> None:
    assert bar(share, 4) == drawn


def test_things_are_counted_in_words() -> None:
    assert [counted(number, "day") for number in (0, 1, 1204)] == ["0 days", "1 day", "1,204 days"]
    assert counted(1000, "message", "+") == "1,000+ messages"

"""Garbage goes in the pauses of the reader, the oldest too, and what a closed sheet had drawn goes with it."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest

from tests.tui.conftest import browse
from tui.widgets.idle_collector import FEW, FULL_S, MANY, YOUNG_S, IdleCollector

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Cycle:
    """What only a collection takes away."""

    def __init__(self) -> None:
        self.itself = self


class Reader:
    """A reader who rests or does not, and a clock that stands still."""

    def __init__(self) -> None:
        self.seconds = 100.0
        self.rest_s = 0.0
        self.collector = IdleCollector(lambda: self.rest_s, lambda: self.seconds)

    def look_after(self, seconds: float, *, rest_s: float) -> None:
        self.seconds += seconds
        self.rest_s = rest_s
        self.collector.look()


@pytest.fixture
def reader() -> Iterator[Reader]:
    gc.disable()
    yield Reader()
    gc.enable()


def cycle(beside: int = FEW + 1) -> weakref.ref[Cycle]:
    """Make garbage, beside as much else as is worth a collection."""
    some.extend([[] for _ in range(beside)])
    return weakref.ref(Cycle())


some: list[list[object]] = []


@pytest.fixture(autouse=True)
def _nothing_held() -> Iterator[None]:
    yield
    some.clear()


def test_what_is_young_goes_when_the_reader_rests(reader: Reader) -> None:
    garbage = cycle()
    reader.look_after(YOUNG_S, rest_s=0.0)
    assert garbage() is not None
    reader.look_after(0.0, rest_s=1.0)
    assert garbage() is None


def test_what_is_old_goes_when_the_reader_rests(reader: Reader) -> None:
    held = Cycle()
    garbage = weakref.ref(held)
    for _ in range(3):
        gc.collect(1)
    del held
    cycle()
    reader.look_after(YOUNG_S, rest_s=1.0)
    assert garbage() is not None
    reader.look_after(FULL_S, rest_s=1.0)
    assert garbage() is None


def test_nothing_is_collected_under_a_reader_who_never_rests_but_what_takes_much_memory(reader: Reader) -> None:
    garbage = cycle()
    reader.look_after(100 * FULL_S, rest_s=0.0)
    assert garbage() is not None
    cycle(MANY)
    reader.look_after(0.0, rest_s=0.0)
    assert garbage() is None


async def test_what_a_closed_sheet_had_drawn_goes_with_it(sample: Path, reader: Reader) -> None:
    async with browse(sample) as browser:
        await browser.press("question_mark")
        drawn = weakref.ref(browser.app.screen.query("Static").first()._styles_cache)
        await browser.press("escape", "j")
        cycle()
        reader.look_after(FULL_S, rest_s=1.0)
        assert drawn() is None

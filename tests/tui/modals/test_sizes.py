"""No modal fails at any size of the terminal, however it is resized."""

from __future__ import annotations

from functools import partial

import pytest

from tests.store.conftest import CAMPAIGN
from tests.tui.modals.sheets import MODALS, UNFILLED, Hands, hands

pytestmark = pytest.mark.paints

SIZES = [(1, 1), (4, 4), (40, 12), (200, 1)]
if CAMPAIGN > 1:
    SIZES += [(9, 2), (3, 40), (12, 8), (140, 40)]
MOVING = ("pagedown", "pageup", "end", "home", "down", "up")


@pytest.mark.parametrize("name", MODALS)
async def test_a_modal_is_drawn_and_moved_in_at_every_size(name: str) -> None:
    async with hands((1, 1)) as reader:
        await reader.opened(MODALS[name]())
        for width, height in [*SIZES[1:], (1, 1)]:
            await reader.pilot.resize_terminal(width, height)
            await reader.press(*MOVING)
            await reader.until(partial(_has_rows, reader, height))
            assert reader.app.faults == []
            assert reader.app.is_running


def _has_rows(reader: Hands, height: int) -> bool:
    return len(reader.text().split("\n")) == height


@pytest.mark.parametrize("name", UNFILLED)
async def test_a_modal_that_waits_is_drawn_at_every_size(name: str) -> None:
    async with hands((1, 1)) as reader:
        reader.app.open(UNFILLED[name]())
        for width, height in SIZES:
            await reader.pilot.resize_terminal(width, height)
            await reader.pilot.pause()
            assert reader.app.faults == []
            assert reader.app.is_running


@pytest.mark.parametrize("width", [1, 3, 9, 24])
async def test_the_editor_shows_both_views_however_narrow(width: int) -> None:
    async with hands((width, 12)) as reader:
        await reader.opened(MODALS["editor"]())
        for _ in range(3):
            await reader.press("tab")
            await reader.pilot.pause()
        assert reader.app.faults == []
        assert reader.app.is_running

"""Where keys have no room, the one that leads to help is the last to go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.tui.conftest import browse

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("columns", [30, 50, 80, 120])
@pytest.mark.parametrize("keys", [(), ("enter",)])
async def test_help_stays_in_the_footer(keys: tuple[str, ...], columns: int, sample: Path) -> None:
    async with browse(sample, size=(columns, 24)) as browser:
        await browser.press(*keys)
        last = browser.text().rstrip("\n").split("\n")[-1]
        assert last.rstrip().replace("  ", " ").endswith("? help")

"""Waiting for a condition, with one bound for every test of the screen."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

BOUND = 90.0
"""Seconds that a condition may take to come true, also on a machine that is busy with other things."""
LOOK_S = 0.01
"""Seconds between two looks."""


async def until(condition: Callable[[], Any], what: str = "") -> None:
    """Wait for a condition, fail loudly after the bound."""
    try:
        async with asyncio.timeout(BOUND):
            while not condition():  # noqa: ASYNC110 - any condition, no event to wait for
                await asyncio.sleep(LOOK_S)
    except TimeoutError:
        pytest.fail(f"never came true: {what or condition}")

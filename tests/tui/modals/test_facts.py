"""What a conversation took, as people read it: exact, aligned, and in words where the file does not know."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from store.contract.usage import ModelUse
from tests.tui.conftest import Browser, browse, open_long_thread
from tests.tui.desk import says
from tui.modals.facts import FactsScreen
from tui.modals.usage_facts import cost_facts
from tui.text.money import dollars, share, total

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Golden = Callable[[Browser, str], None]


@pytest.mark.parametrize(
    ("cost", "shown"),
    [
        ("0", "$0.00"),
        ("1204.5", "$1,204.50"),
        ("1E-7", "$0.0000001"),
        ("1E+3", "$1,000.00"),
        ("0.123456789", "≈ $0.12345679"),
        ("-0.5", "-$0.50"),
    ],
)
def test_money_is_plain_decimal(cost: str, shown: str) -> None:
    assert dollars(Decimal(cost)) == shown
    assert "E" not in dollars(Decimal(cost) * Decimal("1E-12"))


def test_a_share_of_money_has_the_places_that_are_shown() -> None:
    assert dollars(share(Decimal(1), 3)) == "$0.33333333"


def test_a_total_is_exact_however_far_its_parts_lie_apart() -> None:
    assert str(total([Decimal("1E+20"), Decimal("1E-20")])) == "100000000000000000000.00000000000000000001"


async def test_the_facts_of_a_conversation_tell_messages_and_cost(sample: Path, golden: Golden) -> None:
    async with browse(sample, size=(100, 46)) as browser:
        await open_long_thread(browser)
        await browser.press("i")
        await says(browser, "tokens out")
        text = browser.text()
        assert "glm-4.6 · nearai" in text
        assert "counting" not in text
        assert "1000+" not in text
        assert "E-" not in text
        golden(browser, "info-cost")


async def test_the_facts_of_a_routine_tell_its_runs(sample: Path) -> None:
    async with browse(sample, size=(100, 60)) as browser:
        await browser.press("r", *"backup", "enter", "i")
        await says(browser, "No model call of this conversation is on record.")
        assert "✗ failed" in browser.text()
        assert "2026-W25" in browser.text()


async def test_a_file_that_keeps_no_record_says_so(sample_copy: Path) -> None:
    with closing(sqlite3.connect(sample_copy)) as db:
        db.execute("DROP TABLE llm_calls")
        db.execute("DROP TABLE routine_runs")
    async with browse(sample_copy, size=(100, 60)) as browser:
        await browser.press("r", *"backup", "enter", "i")
        await says(browser, "This file keeps no record of model calls.")
        assert "This file keeps no record of this routine's runs." in browser.text()


async def test_on_a_narrow_terminal_the_facts_scroll(sample: Path) -> None:
    async with browse(sample, size=(40, 12)) as browser:
        await open_long_thread(browser)
        await browser.press("i")
        assert isinstance(browser.app.screen, FactsScreen)
        for _ in range(6):
            await browser.press("space")
        await says(browser, " in · ")


def test_models_are_a_table_with_a_row_each_and_a_sum() -> None:
    uses = [
        ModelUse("nearai", "glm-4.6", 1204, 3_000_000, 56, Decimal("1.5"), 2),
        ModelUse("openai", "a-model-with-a-very-long-name-that-is-cut", 7, 10, 3, Decimal("0.25")),
    ]
    lines = [value for _, value in cost_facts(uses, 60)]
    assert lines == [
        "model                    calls  tokens in  tokens out   cost",
        "glm-4.6 · nearai         1,204  3,000,000          56  $1.50",
        "a-model-with-a-very-lo…      7         10           3  $0.25",
        "in all                   1,211  3,000,010          59  $1.75",
        "The cost of 2 of the calls to glm-4.6 cannot be read.",
    ]
    assert [value for _, value in cost_facts(uses, 30)][:2] == [
        "glm-4.6 · nearai",
        "  1,204 calls · 3,000,000 in · 56 out · $1.50",
    ]

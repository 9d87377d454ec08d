"""n and N walk every match of every message, those deep in a long one too; each is on the screen and marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.store.conftest import add_conversation, add_message, make_database, plain
from tests.tui.browser.test_find import bar, find
from tests.tui.conftest import browse

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser

FILLER = "nothing to see in this line of the log\n" * 2500
"""Nearly 100 KB."""
LONG = f"needle 0 at the start\n{FILLER}needle 1 deep\n{FILLER}needle 2 and needle 3 deeper\n{FILLER}"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = make_database(tmp_path / "ironclaw.db")
    with plain(path) as db:
        made = add_conversation(db, user_id="default")
        for number, (role, content) in enumerate(
            [
                ("user", f"{FILLER}needle 4 beyond the head"),
                ("assistant", "no match"),
                ("user", "soft\u00adneedle\u200bs five, NEEDLE six\nand a line\n\nneedle seven"),
                ("assistant", LONG),
                ("user", "last words"),
            ]
        ):
            add_message(db, made, content, role=role, created_at=f"2026-01-01T00:00:0{number}.000Z")
    return path


def here(browser: Browser) -> str:
    """Return the row that has the match the reader is at, with brackets around that match."""
    for y, (_, _, text) in enumerate(browser.transcript.visible_rows()):
        strip = list(browser.transcript.render_line(y))
        if any(segment.style is not None and segment.style.reverse for segment in strip):
            return "".join(
                f"[{each.text}]" if each.style is not None and each.style.reverse else each.text for each in strip
            ).strip(" ▏▌")
        assert "[" not in text
    return ""


async def step(browser: Browser, key: str) -> tuple[str, str]:
    await browser.press(key)
    return bar(browser), here(browser)


WALK = [
    ("1/3 · 1 of 1+ in it", "[needle] 0 at the start"),
    ("1/3 · 2 of 2+ in it", "[needle] 1 deep"),
    ("1/3 · 3 of 4+ in it", "[needle] 2 and needle 3 deeper"),
    ("1/3 · 4 of 4+ in it", "needle 2 and [needle] 3 deeper"),
    ("2/3 · 1 of 3 in it", "soft<U+00AD>[needle]<U+200B>s five, NEEDLE six"),
    ("2/3 · 2 of 3 in it", "soft<U+00AD>needle<U+200B>s five, [NEEDLE] six"),
    ("2/3 · 3 of 3 in it", "[needle] seven"),
    ("3/3", "[needle] 4 beyond the head"),
]


async def test_every_match_of_every_message_is_walked_there_and_back(path: Path) -> None:
    async with browse(path, size=(100, 20)) as browser:
        await browser.press("enter")
        await find(browser, "needle")
        await browser.press("enter")
        assert (bar(browser), here(browser)) == WALK[0]
        for expected in WALK[1:]:
            assert await step(browser, "n") == expected
        said, _ = await step(browser, "n")
        assert said == "3/3 · no older match, again goes on from the newest"
        # All of the long message that matches was read by now.
        back = [(count.replace("1+", "4+").replace("2+", "4+"), text) for count, text in WALK]
        assert await step(browser, "n") == back[0]
        said, _ = await step(browser, "N")
        assert said.endswith("no newer match, again goes on from the oldest")
        for expected in reversed(back):
            assert await step(browser, "N") == expected


async def test_back_from_the_start_leads_to_the_last_match_of_a_long_message(path: Path) -> None:
    async with browse(path, size=(100, 20)) as browser:
        await browser.press("enter")
        await find(browser, "needle")
        await browser.press("enter", "N")
        assert await step(browser, "N") == WALK[-1]
        for expected in WALK[-2:-5:-1]:
            assert await step(browser, "N") == expected
        assert await step(browser, "N") == WALK[3]


async def test_hits_of_the_search_of_everything_are_walked_the_same_way(path: Path) -> None:
    async with browse(path, size=(100, 20)) as browser:
        await browser.press("slash", *"beyond", "enter")
        assert (bar(browser), here(browser)) == ("1/1", "needle 4 [beyond] the head")
        await browser.press("tab", "slash", *"needle")
        await browser.until(lambda: "3 hits" in browser.text(), "the search ends")
        await browser.press("enter")
        assert (bar(browser), here(browser)) == WALK[0]
        assert await step(browser, "n") == WALK[1]


async def test_a_phrase_over_a_line_break_is_marked_on_both_lines(path: Path) -> None:
    async with browse(path, size=(100, 20)) as browser:
        await browser.press("enter")
        await find(browser, '"six and a"')
        assert here(browser).endswith("NEEDLE [six]")
        assert bar(browser) == "1/1"

"""What is told is so: the board, views, hints, themes, and the README's example."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from store import open_store
from store.records import Count
from tests.tui.cli.test_cli import run, run_in_shell
from tests.tui.conftest import browse, open_long_thread
from tests.tui.waiting import BOUND
from tui.config.settings import Settings
from tui.config.state import State
from tui.modals.away import AwayScreen, entries
from tui.model.listed_view import ListedView, words

if TYPE_CHECKING:
    from tests.tui.conftest import Browser

ROOT = Path(__file__).parents[3]


def footer(browser: Browser) -> str:
    return browser.text().rstrip("\n").split("\n")[-1]


async def test_a_count_that_stopped_early_says_that_there_is_more(sample: Path) -> None:
    async with open_store(sample, read_only=True) as store:
        page = await store.list_conversations("default", limit=2)
    for count, told in ((Count(99, capped=True), "99+ messages"), (Count(99), "99 messages")):
        whole = [line.what for line in entries([], [(page.conversations[0], count)], 0)]
        assert whole == [f"1 conversation · {told}"]


def test_the_board_names_the_time_of_the_last_visit_and_no_other() -> None:
    now = datetime(2026, 3, 14, tzinfo=UTC)
    assert str(AwayScreen([], now, UTC, mark_all=lambda: None).frame.border_title) == "New since your last visit"
    sheet = AwayScreen([], now, UTC, mark_all=lambda: None, visited=datetime(2026, 3, 13, 21, 5, tzinfo=UTC))
    assert str(sheet.frame.border_title) == "New since your last visit, Fri 13 Mar 2026 21:05"


async def test_the_number_of_messages_that_is_known_is_shown_in_the_list(sample: Path) -> None:
    async with browse(sample) as browser:
        await open_long_thread(browser)
        total = f"{browser.transcript.total:,}"
        assert browser.transcript.total > 1000
        await browser.until(lambda: browser.text().count(total) >= 3, "in the list, the title, and below")
        assert "1,000+" not in browser.text()


def test_a_view_says_what_filters_its_list() -> None:
    assert words(ListedView("default", query="abc")) == "abc"


async def test_a_theme_that_the_configuration_names_is_not_remembered(sample: Path, tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    async with browse(sample, state=State(path), settings=Settings(theme="nord")) as browser:
        assert browser.app.theme == "nord"
        await browser.settled()
    assert State(path).get("theme") is None


async def test_a_field_offers_no_key_that_it_would_take_as_a_letter(sample: Path) -> None:
    async with browse(sample, size=(120, 30)) as browser:
        await browser.press("tab")
        assert "? help" in footer(browser).replace("  ", " ")
        await browser.press("slash")
        await browser.until(lambda: "? help" not in footer(browser).replace("  ", " "), "the key is gone")
        await browser.press("escape")
        await browser.until(lambda: "? help" in footer(browser).replace("  ", " "), "the key is back")


@pytest.mark.parametrize("command", ["keys", "config", "paths", "man", "completion bash", "--help"])
def test_a_reader_who_has_had_enough_is_no_failure(command: str, tmp_path: Path) -> None:
    done = run_in_shell(tmp_path, "| head -c 1; sleep 0", *command.split())
    assert len(done.stdout) == 1
    assert done.stderr == b""


def test_a_channel_that_is_not_there_names_the_channels(sample: Path, tmp_path: Path) -> None:
    done = run(tmp_path, "--db", str(sample), "--channel", "telegran", "list")
    assert b"the nearest is telegram; --channel takes one of: " in done.stderr
    assert b"--user" not in done.stderr


def test_an_id_that_is_not_there_is_said_to_be_none(sample: Path, tmp_path: Path) -> None:
    done = run(tmp_path, "--db", str(sample), "show", "zzz")
    assert done.stderr == b"clawback: No id of default's conversations begins with zzz.\n"


def test_the_example_of_the_readme_runs(sample: Path, tmp_path: Path) -> None:
    (code,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    (tmp_path / ".ironclaw").mkdir()
    (tmp_path / ".ironclaw" / "ironclaw.db").write_bytes(sample.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"HOME": str(tmp_path), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        timeout=BOUND,
        check=False,
    )
    assert done.stderr == b""
    assert len(done.stdout.splitlines()) > 10

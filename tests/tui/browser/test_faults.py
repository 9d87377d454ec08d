"""A fault of clawback's own ends one feature with one sentence; the browser goes on, and nothing typed is lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tui.browser.hands import CAMPAIGN, close_all, type_fast
from tests.tui.conftest import browse, open_long_thread
from tests.tui.desk import on
from tui.browser.features import FEATURES
from tui.browser.unseen import UnseenMarks
from tui.commands import COMMANDS, Scope
from tui.config.state import State
from tui.modals.rename import RenameScreen
from tui.modals.sheet import KEPT
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from pathlib import Path

    from tests.tui.conftest import Browser
    from tui.commands import Command

pytestmark = pytest.mark.paints

SECRET = "words of a message"
OF_FEATURES = {
    command.target: command
    for command in COMMANDS
    if "." in command.target and not command.target.startswith("app.") and command.scope is not Scope.LEDGER
}
"""A command for every method of a feature that one names."""
GUARDED = OF_FEATURES if CAMPAIGN > 1 else {target.partition(".")[0]: each for target, each in OF_FEATURES.items()}
"""A command for every feature; for a campaign, for every method."""


def broken(*_: Any, **__: Any) -> Any:
    raise RuntimeError(SECRET)


async def broken_later(*_: Any, **__: Any) -> Any:
    raise RuntimeError(SECRET)


async def press_in_its_place(browser: Browser, command: Command) -> None:
    """Press the key of a command where it works."""
    if command.scope is Scope.TRANSCRIPT:
        await browser.press("tab")
    await browser.press(command.keys.split(",")[0])


def is_told(browser: Browser, state_folder: Path) -> None:
    """Assert that one sentence tells of the fault, without any value, and where its report lies; forget it."""
    told = [said for said in browser.said if "fault of its own (RuntimeError)" in said]
    assert len(told) == 1, browser.said
    assert SECRET not in "".join(browser.said)
    report = state_folder / "fault.txt"
    assert str(report) in told[0]
    assert SECRET not in report.read_text()
    assert report.stat().st_mode & 0o777 == 0o600
    browser.said.clear()
    browser.app._told.clear()


async def goes_on(browser: Browser) -> None:
    """Assert that the browser still does what keys ask for."""
    await close_all(browser)
    await browser.press("question_mark")
    assert "Keys" in browser.text()
    await browser.press("escape")


def test_every_feature_has_a_command_but_what_a_timer_or_the_start_runs() -> None:
    assert set(FEATURES) - {"idle", "away"} <= {target.partition(".")[0] for target in OF_FEATURES}


async def test_a_fault_in_what_a_key_runs(sample_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    state = State(tmp_path / "state.json")
    async with browse(sample_copy, state=state, watch_seconds=0.05, size=(80, 24), allows_faults=True) as browser:
        for command in GUARDED.values():
            feature, _, method = command.target.partition(".")
            with monkeypatch.context() as patched:
                patched.setattr(type(browser.screen.features[feature]), method, broken)
                await press_in_its_place(browser, command)
                is_told(browser, tmp_path)
            await close_all(browser)
        await goes_on(browser)


READ = (
    "list_users", "list_channels", "list_conversations", "count_conversations", "get_conversation", "timeline",
    "read_message", "read_raw_message", "read_metadata", "list_special_threads", "list_routines", "usage",
)  # fmt: skip


async def test_a_fault_in_the_work_that_a_key_begins(
    sample_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = 0
    state = State(tmp_path / "state.json")
    async with browse(sample_copy, state=state, size=(80, 24), allows_faults=True) as browser:
        await open_long_thread(browser)
        for command in GUARDED.values():
            await browser.press("h")
            with monkeypatch.context() as patched:
                for call in READ:
                    patched.setattr(browser.store, call, broken_later)
                await press_in_its_place(browser, command)
            if browser.said and "fault of its own" in browser.said[-1]:
                is_told(browser, tmp_path)
                told += 1
            await close_all(browser)
        await goes_on(browser)
    assert told > (4 if CAMPAIGN == 1 else 10)


async def test_a_fault_in_a_timer(sample_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with browse(sample_copy, state=State(tmp_path / "state.json"), allows_faults=True) as browser:
        monkeypatch.setattr(browser.screen.reading.preview, "_open", broken)
        await type_fast(browser, "j")
        await browser.until(lambda: browser.said, "the preview's timer fails")
        is_told(browser, tmp_path)
        monkeypatch.undo()
        monkeypatch.setattr(UnseenMarks, "save", broken)
        browser.screen.unseen._saving = browser.screen.host.later(0.01, browser.screen.unseen.save)
        await browser.until(lambda: browser.said, "what was seen cannot be kept")
        is_told(browser, tmp_path)
        monkeypatch.undo()
        await goes_on(browser)


async def test_a_fault_in_what_takes_an_answer(
    sample_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with browse(sample_copy, state=State(tmp_path / "state.json"), allows_faults=True) as browser:
        await browser.press("U")
        monkeypatch.setattr(browser.screen, "list_view", broken)
        await type_fast(browser, "j", "<enter>")
        await browser.settled()
        is_told(browser, tmp_path)
        monkeypatch.undo()
        await goes_on(browser)


@pytest.mark.parametrize("method", ["on_input_submitted", "on_input_changed"])
async def test_what_was_typed_is_offered_again(
    method: str, sample_copy: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with browse(sample_copy, state=State(tmp_path / "state.json"), allows_faults=True) as browser:
        with monkeypatch.context() as patched:
            await browser.press("R")
            patched.setattr(RenameScreen, method, broken, raising=False)
            await type_fast(browser, " of two rivers", "<enter>")
            await browser.settled()
            assert "What you typed is kept" in browser.said[0]
            is_told(browser, tmp_path)
            assert browser.app.screen is browser.screen
    # Another browser, another day.
    async with browse(sample_copy, state=State(tmp_path / "state.json"), allows_faults=True) as browser:
        await browser.press("R")
        await on(browser, RenameScreen)
        typed = browser.app.screen.query_one(Entry).value
        assert typed.endswith(" of two rivers")
        assert KEPT in browser.text()
        await browser.press("escape", "y")
        await browser.press("R")
        assert not browser.app.screen.query_one(Entry).value, "it is offered once"

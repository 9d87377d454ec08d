"""One table of commands feeds bindings, palette, help, the command line and the page of keys."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from store import Capability
from tests.tui.browser.hands import close_all
from tests.tui.commands.effects import CASES
from tests.tui.conftest import browse
from tests.tui.desk import newest
from tui.commands import COMMANDS, Command, Scope, keys_label
from tui.commands.__main__ import key_tables
from tui.modals.help import help_text

if TYPE_CHECKING:
    from textual.dom import DOMNode

ROOT = Path(__file__).parents[3]
UNDISTINGUISHABLE = {"ctrl+m", "ctrl+i", "ctrl+j", "ctrl+h", "ctrl+s", "ctrl+q", "ctrl+z"}


def test_ids_are_unique_and_keys_do_not_clash() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    panes = (Scope.LIST, Scope.TRANSCRIPT, Scope.LEDGER)
    for scopes in (*({pane, Scope.BROWSER} for pane in panes), {Scope.EDITOR}):
        keys = [key for c in COMMANDS if c.scope in scopes for key in c.keys.split(",")]
        assert len(keys) == len(set(keys))
        assert not UNDISTINGUISHABLE & set(keys)


def test_the_help_and_the_page_of_keys_tell_every_command() -> None:
    helped = " ".join(help_text({}).plain.split())
    page = (ROOT / "KEYS.md").read_text(encoding="utf-8")
    assert page == key_tables(), "run python -m tui.commands"
    for command in COMMANDS:
        if not command.id.startswith("channel-") or command.id in ("channel-next", "channel-previous", "channel-0"):
            assert command.help in helped
            assert command.help in page


def test_the_twelve_keys_of_the_readme_are_keys() -> None:
    section = (ROOT / "README.md").read_text(encoding="utf-8").partition("## Twelve keys")[2].partition("##")[0]
    told = re.findall(r"\| `([^`]+)` \|", section)
    known = {key for command in COMMANDS for key in keys_label(command).split(" ")}
    assert len(told) == 12
    assert set(told) <= known


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.id)
def test_every_command_has_words_and_a_key(command: Command) -> None:
    assert keys_label(command)
    assert command.help.endswith(".")


@pytest.mark.parametrize("capability", Capability)
def test_what_a_store_cannot_do_is_not_offered(capability: Capability) -> None:
    everything = " ".join(help_text({}).plain.split())
    helped = " ".join(help_text({}, lacking={capability}).plain.split())
    for command in COMMANDS:
        is_needed = command.needs is capability or (capability is Capability.WRITE and command.scope is Scope.EDITOR)
        if command.help in everything:
            assert (command.help in helped) != is_needed, command.id


async def test_every_action_exists(sample: Path) -> None:
    async with browse(sample) as browser:
        await browser.press("H", "e")
        nodes: dict[Scope, DOMNode] = {
            Scope.BROWSER: browser.screen,
            Scope.LIST: browser.conversations,
            Scope.TRANSCRIPT: browser.transcript,
            Scope.LEDGER: browser.reader,
            Scope.EDITOR: browser.app.screen,
        }
        for command in COMMANDS:
            feature, _, method = command.target.rpartition(".")
            if feature == "app":
                assert hasattr(browser.app, f"action_{method}"), command.id
            elif feature:
                assert hasattr(browser.screen.features[feature], method), command.id
            else:
                assert hasattr(nodes[command.scope], f"action_{method}"), command.id
            bound = nodes[command.scope]._bindings.get_bindings_for_key(command.keys.split(",")[0])
            assert command.id in {binding.id for binding in bound}


def test_every_command_has_a_case() -> None:
    assert {*CASES, "quit"} == {command.id for command in COMMANDS}


@pytest.mark.parametrize("scope", Scope)
async def test_every_key_does_what_its_command_is_for(
    scope: Scope, sample_copy: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PAGER", "'")
    newest(sample_copy)
    async with browse(sample_copy, size=(120, 30), watch_seconds=1.0) as browser:
        for command in COMMANDS:
            if command.scope is not scope or command.id == "quit":
                continue
            for key in command.keys.split(","):
                case = CASES[command.id]
                await close_all(browser)
                await browser.press("g")
                if case.prepare is not None:
                    await case.prepare(browser)
                await browser.press(*case.before)
                browser.app._clipboard = ""
                holds = case.effect(browser)
                await browser.press_only(key)
                await browser.until(holds, f"{command.id} by {key}")
                await browser.settled()

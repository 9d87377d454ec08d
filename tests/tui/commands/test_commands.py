"""One table of commands feeds bindings, palette, help, the command line and the README."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from store import Capability
from tests.tui.conftest import browse
from tui.commands import COMMANDS, Command, Scope, keys_label
from tui.commands.__main__ import write_key_table
from tui.modals.help import help_text

if TYPE_CHECKING:
    from textual.dom import DOMNode

README = Path(__file__).parents[3] / "README.md"
UNDISTINGUISHABLE = {"ctrl+m", "ctrl+i", "ctrl+j", "ctrl+h", "ctrl+s", "ctrl+q", "ctrl+z"}


def test_ids_are_unique_and_keys_do_not_clash() -> None:
    assert len({command.id for command in COMMANDS}) == len(COMMANDS)
    panes = (Scope.LIST, Scope.TRANSCRIPT, Scope.LEDGER)
    for scopes in (*({pane, Scope.BROWSER} for pane in panes), {Scope.EDITOR}):
        keys = [key for c in COMMANDS if c.scope in scopes for key in c.keys.split(",")]
        assert len(keys) == len(set(keys))
        assert not UNDISTINGUISHABLE & set(keys)


def test_the_help_and_the_readme_tell_every_command() -> None:
    helped = " ".join(help_text({}).plain.split())
    readme = README.read_text(encoding="utf-8")
    assert write_key_table(readme) == readme, "run python -m tui.commands"
    for command in COMMANDS:
        if not command.id.startswith("channel-") or command.id in ("channel-next", "channel-previous", "channel-0"):
            assert command.help in helped
            assert command.help in readme


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


BEFORE: dict[str, tuple[str, ...]] = {
    "list-newest": ("j",),
    "list-previous": ("j",),
    "list-half-up": ("G",),
    "list-page-up": ("G",),
    "to-list": ("tab",),
    "message-next": ("tab", "K"),
    "reload": ("tab", "g"),
    "back": ("1",),
    "channel-0": ("1",),
    "plain-ledger": ("H", "L"),
    "run-open": (*"rrouter", "enter"),
    "run-fold": (*"rrouter", "enter"),
    "run-next": ("H", "k"),
    "run-half-down": ("H", "g"),
    "run-page-down": ("H", "g"),
}
"""Keys that bring the browser to where a command has something to do."""
STARTS: dict[Scope, tuple[str, ...]] = {
    Scope.TRANSCRIPT: ("H", "L", "pageup", "pageup"),
    Scope.LEDGER: ("H", "pageup"),
    Scope.EDITOR: ("e",),
}


@pytest.mark.parametrize("command", [c for c in COMMANDS if c.id != "quit"], ids=lambda c: c.id)
async def test_every_key_does_something(sample: Path, command: Command) -> None:
    async with browse(sample, size=(120, 30)) as browser:
        await browser.press(*BEFORE.get(command.id, STARTS.get(command.scope, ())))
        if command.id == "fold":
            browser.transcript.action_last()
            await browser.settled()

        def state() -> tuple[object, ...]:
            said = len(browser.said)
            return browser.text(), browser.app.clipboard, len(browser.app.screen_stack), browser.app.focused, said

        before = state()
        if command.id == "reload":
            browser.conversations.window.rows.clear()
        await browser.pilot.press(command.keys.split(",")[0])
        if command.id == "reload":
            await browser.until(lambda: browser.conversations.window.rows)
        else:
            await browser.until(lambda: state() != before, f"{command.id} changes something")

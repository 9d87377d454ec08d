"""A list of texts takes every key from the moment it has texts."""

from __future__ import annotations

import pytest
from textual.app import App, ComposeResult
from textual.widgets.option_list import Option

from tui.modals.options import Options


class OptionsApp(App[None]):
    """Two texts, and what moves in them before they were laid out."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.shown = Options()
        self.action = action

    def compose(self) -> ComposeResult:
        yield self.shown

    async def on_mount(self) -> None:
        self.shown.add_options([Option("one"), Option("two")])
        self.shown.highlighted = 0
        await self.shown.run_action(self.action)


@pytest.mark.parametrize("action", ["page_up", "page_down", "first", "last", "cursor_down"])
async def test_a_key_may_come_before_the_first_layout(action: str) -> None:
    app = OptionsApp(action)
    async with app.run_test(size=(20, 6)):
        assert app.shown.highlighted == int(action in ("page_down", "last", "cursor_down"))

"""A fault in a handler of a widget is reported; the widget and the program go on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.tui.waiting import until
from tests.tui.widgets.world import World, filled
from tui.widgets.channel_bar import ChannelBar
from tui.widgets.choice import Choice
from tui.widgets.conversation_list import ConversationList
from tui.widgets.ledger import Ledger
from tui.widgets.query_bar import QueryBar
from tui.widgets.raw_pane import RawPane
from tui.widgets.results import Results
from tui.widgets.row_table import Table
from tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from textual.widget import Widget


class Reporting(World):
    """Takes reports of faults."""

    faults: list[tuple[object, Exception]]

    def report_fault(self, where: object, error: Exception) -> None:
        self.faults.append((where, error))

    def keep_draft(self, name: str, typed: str) -> None:
        raise AssertionError

    def take_draft(self, name: str) -> str:
        raise AssertionError


LISTS = (ConversationList, Ledger, Results, Table, Transcript)


def made(kind: type[Any]) -> Widget:
    if kind in LISTS:
        return filled(kind)
    return Choice(("one", "two")) if kind is Choice else kind()


@pytest.mark.parametrize("kind", [*LISTS, RawPane, ChannelBar, QueryBar, Choice])
async def test_a_fault_is_reported_and_the_widget_goes_on(kind: type[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    app = Reporting(lambda: made(kind))
    app.faults = []
    async with app.run_test(size=(80, 24)) as pilot:

        def fail(self: object, event: object) -> None:
            raise KeyError

        monkeypatch.setattr(kind, "on_click", fail, raising=False)
        app.shown.add_class("-shown")
        await pilot.pause()
        await pilot.click(app.shown, offset=(1, 0))
        await until(lambda: app.faults)
        await pilot.click(app.shown, offset=(1, 0))
        await until(lambda: len(app.faults) == 2)
        where, error = app.faults[0]
        assert where is app.shown
        assert isinstance(error, KeyError)
        assert app.shown.is_running

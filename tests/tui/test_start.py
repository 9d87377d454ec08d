"""The first frame waits for nothing that it does not show."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.store.conftest import run_python

if TYPE_CHECKING:
    from pathlib import Path

LATER = {
    "markdown_it",
    "pygments",
    "tomllib",
    "http.client",
    "textual.widgets._markdown",
    "textual.widgets._text_area",
    "textual.widgets._data_table",
    "tui.text.message_view",
    "tui.text.prose",
    "tui.text.code",
    "tui.screens.help",
    "tui.screens.picker",
    "store.demo",
    "store.journal",
    "store.query",
    "store.sqlite.order_index",
    "store.sqlite.search",
    "store.sqlite.text_index",
    "tui.screens.editing",
    "tui.screens.finding",
    "tui.screens.searching",
    "tui.screens.special",
    "tui.ledger",
    "tui.screens.bookkeeping",
    "tui.widgets.ledger",
    "store.sqlite.runs",
    "store.sqlite.usage",
}
"""What is loaded only when somebody asks for it, or reads a message."""
LOOK = """
import asyncio, json, sys
from datetime import UTC, datetime
from pathlib import Path

path = Path(sys.argv[1])
sys.argv = ["clawback", "--db", str(path), "--user", "default"]

import tui.cli
from store import open_store
from store.records import Machines
from tui.app import ClawbackApp
from tui.start import Start
from tui.state import State
from tui.widgets.conversation_list import ConversationList

async def main():
    async with open_store(path) as store:
        page = asyncio.create_task(store.list_conversations("default", machines=Machines.FOLDED, limit=50))
        await page
        start = Start("x", "default", page=page)
        app = ClawbackApp(store, start, State(None), now=lambda: datetime.now(UTC), tz=UTC, refresh_seconds=0)
        frames = []
        draw = ConversationList.render_line

        def look(conversations, y):
            if y == conversations.size.height - 1:
                frames.append((len(conversations.window.rows), sorted(sys.modules)))
            return draw(conversations, y)

        ConversationList.render_line = look
        async with app.run_test(size=(140, 40)) as pilot:
            while not frames:
                await pilot.pause()
    print(json.dumps(frames[0]))

asyncio.run(main())
"""


def test_the_first_frame_has_the_list_and_loads_nothing_for_later(sample: Path) -> None:
    rows, modules = json.loads(run_python(LOOK, sample))
    assert rows == 50
    assert "tui.widgets.transcript" in modules
    assert not LATER & set(modules)

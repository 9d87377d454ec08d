"""The first frame waits for nothing that it does not show."""

from __future__ import annotations

import json
from importlib.util import find_spec
from typing import TYPE_CHECKING

from tests.store.conftest import run_python

if TYPE_CHECKING:
    from pathlib import Path

LATER = {
    "hashlib",
    "html.entities",
    "markdown_it",
    "pygments",
    "tomllib",
    "http.client",
    "textual.widgets._markdown",
    "textual.widgets._text_area",
    "textual.widgets._data_table",
    "tui.text.message.message_lines",
    "tui.text.markdown.blocks",
    "tui.text.markdown.code",
    "tui.modals.help",
    "tui.modals.picker",
    "store.demo",
    "store.editing.journal",
    "store.domain.query",
    "store.core.matching",
    "store.core.step_search",
    "store.ironclaw0.accounting",
    "store.ironclaw0.sqlite.import_rows",
    "store.ironclaw0.sqlite.order_index",
    "store.ironclaw0.sqlite.search",
    "store.ironclaw0.sqlite.text_index",
    "store.contract.feed",
    "store.core.index_tokens",
    "store.domain.moments",
    "store.domain.typed_days",
    "tui.browser.away_board",
    "tui.browser.background_work",
    "tui.browser.live_updates",
    "tui.browser.reading_pane",
    "tui.browser.transcript_loader",
    "tui.browser.unseen",
    "tui.modals.sheet",
    "tui.widgets.message_pane",
    "tui.widgets.transcript",
    "tui.browser.metadata_edits",
    "tui.browser.find_in_conversation",
    "tui.browser.global_search",
    "tui.browser.special_threads",
    "tui.model.run_window",
    "tui.browser.ledger_loader",
    "tui.widgets.ledger",
    "store.ironclaw0.sqlite.routine_runs",
    "store.ironclaw0.sqlite.usage",
}
"""What is loaded once the list is painted, when somebody asks for it, or reads a message."""
LOOK = """
import asyncio, json, sys
from datetime import UTC, datetime
from pathlib import Path

path = Path(sys.argv[1])
sys.argv = ["clawback", "--db", str(path), "--user", "default"]

import tui.cli.main
from store import open_store
from store.records import Machines
from tui.app import ClawbackApp
from tui.browser.session import Origin, Session, Start
from tui.config.settings import DEFAULTS
from tui.config.state import State
from tui.widgets.conversation_list import ConversationList

async def main():
    async with open_store(path) as store:
        page = asyncio.create_task(store.list_conversations("default", machines=Machines.FOLDED, limit=50))
        await page
        start = Start("default", page=page)
        session = Session(
            store, State(None), DEFAULTS, Origin("x"), start, lambda: datetime.now(UTC), UTC, refresh_seconds=0
        )
        app = ClawbackApp(session)
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
    assert "tui.widgets.conversation_list" in modules
    assert not LATER & set(modules)
    assert not {name for name in LATER if find_spec(name) is None}, "a name that is gone proves nothing"

"""Looks closely at one message: what is stored of it, and where it leads.

The browser screen's right hand for that; ``keys`` calls it.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from store.contract import ConversationStore
    from store.raw import RawMessage
    from store.records import Message
    from tui.screens.browser import BrowserScreen


class Inspector:
    """The way from a message to what is known of it.

    Args:
        store: Where messages come from.
        browser: The screen that shows them.
    """

    def __init__(self, store: ConversationStore, browser: BrowserScreen) -> None:
        self._store = store
        self._browser = browser

    async def show_raw(self, message: Message) -> None:
        """Show a message's row as it is stored."""
        from tui.screens.raw_view import RawScreen  # noqa: PLC0415 - deferred until asked for

        raw = await self._store.read_raw_message(message)
        self._browser.app.push_screen(RawScreen(message, raw, partial(self._read, message)))

    async def _read(self, message: Message, limit: int) -> RawMessage:
        return await self._store.read_raw_message(message, limit=limit)

"""Looks closely at one message: what is stored of it, and where it leads.

The browser screen's right hand for that; ``keys`` calls it.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from tui.widgets.messages import CopyWanted

if TYPE_CHECKING:
    from store.contract.raw_rows import RawMessage
    from store.contract.store import ConversationStore
    from store.records import Message
    from tui.browser.screen import BrowserScreen
    from tui.text.message.link_list import Link


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
        from tui.modals.raw_message import RawScreen  # noqa: PLC0415 - deferred until asked for

        raw = await self._store.read_raw_message(message)
        self._browser.app.push_screen(RawScreen(message, raw, partial(self._read, message)))

    def list_links(self, message: Message) -> None:
        """List every address in a message; nothing is opened before it was listed."""
        from tui.modals.links import LinksScreen  # noqa: PLC0415 - deferred until asked for
        from tui.text.message.link_list import links_in  # noqa: PLC0415 - deferred until asked for

        links = links_in(message)
        of = "the message" if message.is_whole else "the part shown"
        if links:
            self._browser.app.push_screen(LinksScreen(links, of, self._open, self._copy))
        else:
            self._browser.tell(f"There is no link in {of}.")

    def _open(self, link: Link) -> None:
        if link.url is None:
            self._browser.tell(f"{link.notes[0].capitalize()}; y copies it.")
        else:
            self._browser.work(partial(self._hand_to_browser, link.url, link.host), group="link", exclusive=True)

    async def _hand_to_browser(self, url: str, host: str) -> None:
        """Open an address with the system's web browser, on the terminal if it is one for terminals."""
        import webbrowser  # noqa: PLC0415 - when a link is opened

        app = self._browser.app
        try:
            found = webbrowser.get()
        except webbrowser.Error:
            self._browser.tell("There is no web browser here; y copies the address.")
            return
        if type(found) is webbrowser.GenericBrowser:
            from tui.browser.external_program import run  # noqa: PLC0415 - when a program is started

            said = run(app, [found.name, *(argument.replace("%s", url) for argument in found.args)])
        else:
            # Some wait for the browser to answer.
            await asyncio.to_thread(app.open_url, url)
            said = None
        self._browser.tell(said or f"Opened {host}.")

    def _copy(self, link: Link) -> None:
        self._browser.on_copy_wanted(CopyWanted(link.target if link.url is None else link.url, "the address"))

    async def _read(self, message: Message, limit: int) -> RawMessage:
        return await self._store.read_raw_message(message, limit=limit)

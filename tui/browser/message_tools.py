"""Looks closely at one message: what is stored of it, and where it leads."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from tui.text.markdown.urls import shell_proof

if TYPE_CHECKING:
    from store.contract.raw_rows import RawMessage
    from store.records import Message
    from tui.browser.host import Host
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.session import Session
    from tui.text.message.link_list import Link


class MessageTools:
    """What is known of the current message.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        reading: The pane that has the message.
    """

    def __init__(self, session: Session, host: Host, reading: ReadingPane) -> None:
        self._store = session.store
        self._host = host
        self._reading = reading

    def show_raw(self) -> None:
        """Show the message's row as it is stored."""
        from tui.modals.raw_message import RawScreen

        message = self._reading.transcript.current_message
        if message is None:
            return
        sheet = RawScreen(message, partial(self._read, message))

        async def fill() -> None:
            sheet.fill(await self._store.read_raw_message(message))

        self._host.ask(sheet, fill=fill)

    def list_links(self) -> None:
        """List every address in the message; nothing is opened before it was listed."""
        from tui.modals.links import LinksScreen
        from tui.text.message.link_list import links_in

        message = self._reading.transcript.current_message
        if message is None:
            return
        links = links_in(message)
        of = "the message" if message.is_whole else "the part shown"
        if links:
            self._host.ask(LinksScreen(links, of, self._open, self._copy))
        else:
            self._host.say(f"There is no link in {of}.")

    def copy_selection(self) -> None:
        """Copy the stored text of what is selected, also of messages that are not held."""
        self._host.run(self._copy_selection, group="copy", exclusive=True)

    async def _copy_selection(self) -> None:
        selected = await self._reading.loader.selected()
        if selected is not None and selected.text:
            of = f" of {selected.selected:,}" if selected.taken < selected.selected else ""
            messages = f"{selected.taken:,}{of} message{'s' if selected.selected != 1 else ''}"
            self._host.copy(selected.text, f"from {messages}")

    def _open(self, link: Link) -> None:
        if link.url is None:
            self._host.say(f"{link.notes[0].capitalize()}; y copies it.")
        else:
            self._host.run(partial(self._hand_to_browser, link.url, link.host), group="link", exclusive=True)

    async def _hand_to_browser(self, url: str, host: str) -> None:
        """Open an address with the system's web browser, on the terminal if it is one for terminals."""
        import webbrowser

        app = self._host.app
        try:
            found = webbrowser.get()
        except webbrowser.Error:
            self._host.say("There is no web browser here; y copies the address.")
            return
        arguments: list[str] = getattr(found, "args", [])
        # $BROWSER may be a shell with a command of its own.
        is_in_command = any("%s" in each and len(each.split()) > 1 for each in arguments)
        url = shell_proof(url, is_in_command=is_in_command)
        if type(found) is webbrowser.GenericBrowser:
            from tui.browser.external_program import run

            said = run(app, [found.name, *(argument.replace("%s", url) for argument in found.args)])
        else:
            # Some wait for the browser to answer.
            await asyncio.to_thread(app.open_url, url)
            said = None
        self._host.say(said or f"Opened {host}.")

    def _copy(self, link: Link) -> None:
        self._host.copy(link.target if link.url is None else link.url, "the address")

    async def _read(self, message: Message, limit: int) -> RawMessage:
        return await self._store.read_raw_message(message, limit=limit)

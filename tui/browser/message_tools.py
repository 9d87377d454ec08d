"""Takes one message: copies it, shows what is stored of it, where it leads, saves its pictures."""

from __future__ import annotations

import asyncio
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from store.domain.turns import TOOL_CALLS
from tui.text.markdown.urls import shell_proof
from tui.text.units import people_path

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
        self._session = session
        self._store = session.store
        self._host = host
        self._reading = reading

    def copy(self) -> None:
        """Copy the text of the message, as far as it is shown."""
        if (message := self._message) is not None:
            self._host.copy(message.content, "the message" if message.is_whole else "the part shown")

    def copy_link(self) -> None:
        """Copy the ids of the conversation and the message."""
        message, shown = self._message, self._reading.conversation
        if message is not None and shown is not None:
            self._host.copy(f"{shown.shown_id} {message.id}", "the ids")

    def show_raw(self) -> None:
        """Show the message's row as it is stored."""
        from tui.modals.raw_message import RawScreen

        message = self._message
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

        message = self._message
        if message is None:
            return
        links = links_in(message)
        of = "the message" if message.is_whole else "the part shown"
        if links:
            self._host.ask(LinksScreen(links, of, self._open, self._copy))
        else:
            self._host.say(f"There is no link in {of}.")

    def save_pictures(self) -> None:
        """Save every picture in the message to a private file of its own, in the folder that the program runs in."""
        if (message := self._message) is not None:
            self._host.run(partial(self._save_pictures, message), group="pictures", exclusive=True)

    @property
    def _message(self) -> Message | None:
        """Return the message that keys act on; say so if there is none."""
        message = self._reading.transcript.current_message
        if message is None:
            self._host.explain("There is no message here.")
        return message

    async def _save_pictures(self, message: Message) -> None:
        from store.domain.pictures import pictures_in, pictures_of_calls
        from tui.export.picture_file import save_picture

        whole = message if message.is_whole else await self._store.read_message(message)
        pictures = list((pictures_of_calls if message.role == TOOL_CALLS else pictures_in)(whole.content))
        if not pictures:
            self._host.say("There is no picture in the message.")
            return
        at = (message.created_at or self._session.now()).astimezone(self._session.tz)
        saved = []
        try:
            for picture in pictures:
                saved.append(await asyncio.to_thread(save_picture, picture, Path.cwd(), message.id, at))
        except (OSError, ValueError) as error:
            self._host.say(
                f"A picture could not be saved: {getattr(error, 'strerror', None) or error}.", is_error=True
            )
        if saved:
            more = f" and {len(saved) - 1:,} more" if len(saved) > 1 else ""
            self._host.say(f"Saved {people_path(saved[0])}{more}.")

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
        await self._host.ready()
        return await self._store.read_raw_message(message, limit=limit)

"""What is stored of a message, byte for byte: its row's columns, then its content, hidden characters told."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from store.contract.raw_rows import RAW_BYTES
from store.domain.sizes import people_size
from tui.commands import binding
from tui.modals.sheet import Sheet
from tui.text.escapes import Pieces
from tui.text.message.raw_facts import bytes_of, facts
from tui.widgets.raw_pane import RawPane

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.content import Content

    from store.contract.raw_rows import RawMessage
    from store.records import Message

GROWTH = 8
"""How many times as much is read on each further wish."""


class RawScreen(Sheet[None]):
    """A row of ``conversation_messages``; enter reads more of a long content.

    Args:
        message: The message, for what is wrong with it.
        read: Reads the row again with up to so many bytes of its content.
    """

    BINDINGS: ClassVar[list[BindingType]] = [binding("raw", action="close")]

    def __init__(self, message: Message, read: Callable[[int], Awaitable[RawMessage]]) -> None:
        self._message = message
        self._read = read
        self._limit = RAW_BYTES
        self._is_whole = True
        self.pane = RawPane()
        super().__init__("raw", "As stored", "{window-close} closes", field=self.pane, is_filled=False)

    def compose(self) -> ComposeResult:
        """Lay the row out."""
        with self.frame:
            yield self.pane

    def fill(self, raw: RawMessage) -> None:
        """Show the row."""
        content = raw.content
        pieces = Pieces(bytes_of(content), is_whole=content.is_whole)
        self.pane.show(facts(self._message, raw, pieces), pieces)
        self._is_whole = content.is_whole
        shown = people_size(len(bytes_of(content)))
        more = "" if content.is_whole else f"{shown} of {people_size(content.size)} · {{window-pick}} reads more · "
        self.set_hint(f"{more}{{window-close}} closes")
        self.filled()

    def say(self, text: str | Content, *, is_error: bool = False) -> None:
        """Say how things stand, on the lower edge: the whole frame is the row's."""
        self.set_hint(str(text))

    def action_pick(self) -> None:
        """Read more of the content."""
        if not self._is_whole:
            self._limit *= GROWTH
            self.run_guarded(self._read_more, exclusive=True)

    async def _read_more(self) -> None:
        self.fill(await self._read(self._limit))

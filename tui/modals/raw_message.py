"""What is stored of a message, byte for byte: its row's columns, then its content, hidden characters told."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from store.contract.raw_rows import RAW_BYTES
from store.errors import StoreError
from tui.text.escapes import Pieces
from tui.text.message.raw_facts import bytes_of, facts
from tui.text.units import people_size
from tui.text.visible import one_line
from tui.widgets.raw_pane import RawPane

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult

    from store.contract.raw_rows import RawMessage
    from store.records import Message

GROWTH = 8
"""How many times as much is read on each further wish."""


class RawScreen(ModalScreen[None]):
    """A row of ``conversation_messages``; enter reads more of a long content.

    Args:
        message: The message, for what is wrong with it.
        raw: Its row.
        read: Reads the row again with up to so many bytes of its content.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,s", "dismiss", "close", show=False),
        Binding("enter", "more", "read more", show=False),
    ]

    def __init__(self, message: Message, raw: RawMessage, read: Callable[[int], Awaitable[RawMessage]]) -> None:
        super().__init__()
        self._message = message
        self._raw = raw
        self._read = read
        self._limit = RAW_BYTES

    def compose(self) -> ComposeResult:
        """Lay the row out."""
        with Vertical(id="raw", classes="sheet"):
            yield RawPane()

    def on_mount(self) -> None:
        """Name the frame and show the row."""
        self.query_one("#raw", Vertical).border_title = Content("As stored")
        self.query_one(RawPane).focus()
        self._show()

    def action_more(self) -> None:
        """Read more of the content."""
        if not self._raw.content.is_whole:
            self._limit *= GROWTH
            self.run_worker(self._read_more(), exclusive=True)

    async def _read_more(self) -> None:
        try:
            self._raw = await self._read(self._limit)
        except StoreError as error:
            self._tell(str(error))
        else:
            self._show()

    def _show(self) -> None:
        content = self._raw.content
        pieces = Pieces(bytes_of(content), is_whole=content.is_whole)
        self.query_one(RawPane).show(facts(self._message, self._raw, pieces), pieces)
        if content.is_whole:
            self._tell("esc closes")
        else:
            shown = people_size(len(bytes_of(content)))
            self._tell(f"{shown} of {people_size(content.size)} · enter reads more · esc closes")

    def _tell(self, text: str) -> None:
        self.query_one("#raw", Vertical).border_subtitle = Content(one_line(text))

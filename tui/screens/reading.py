"""The reading pane: which conversation is open, when the selected one is shown, and what its two lines say.

The browser screen's right hand for the transcript; it alone calls this. The messages come by way of ``supply``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.errors import StoreError
from tui.messages import CopyWanted
from tui.screens import horizon
from tui.screens.listing import RETRY
from tui.screens.supply import TranscriptSupply
from tui.widgets.caption import Caption

if TYPE_CHECKING:
    from textual.selection import Selection
    from textual.timer import Timer

    from store.contract import ConversationStore
    from store.records import Conversation
    from tui.screens.browser import BrowserScreen

PREVIEW_SECONDS = 0.06
"""How long the selection must rest before its conversation is shown beside the list."""


class ReadingPane:
    """What is open, and the way to something else.

    Args:
        store: Where messages come from.
        browser: The screen that shows them.
    """

    def __init__(self, store: ConversationStore, browser: BrowserScreen) -> None:
        self._store = store
        self._browser = browser
        self._transcript = browser.transcript
        self.supply = TranscriptSupply(store, browser.transcript)
        """Where the transcript's messages come from."""
        self._preview: Timer | None = None
        self._is_opening = False
        self._wanted_id: str | None = None

    @property
    def is_at_rest(self) -> bool:
        """Tell whether no conversation is about to be opened."""
        return self._preview is None and not self._is_opening

    @property
    def is_wanted(self) -> bool:
        """Tell whether a conversation is open, or being opened."""
        return self._wanted_id is not None

    def preview(self, conversation: Conversation) -> None:
        """Show the selected conversation beside the list once the selection rests."""
        if self._preview is not None:
            self._preview.stop()
        if self._transcript.conversation is None:
            # The list is on the screen before its first conversation is read.
            self._is_opening = self._browser.call_after_refresh(self.open, conversation)
        else:
            self._preview = self._browser.set_timer(PREVIEW_SECONDS, lambda: self.open(conversation))

    def open(self, conversation: Conversation) -> None:
        """Show a conversation at its newest message, unless it is the one that is shown."""
        self._preview, self._is_opening = None, False
        shown = self._transcript.conversation
        if shown is not None and shown.id == conversation.id and self._wanted_id == conversation.id:
            return
        self._wanted_id = conversation.id
        self._browser.work(partial(self._read, conversation), group="transcript", exclusive=True)

    def read_again(self) -> None:
        """Take in what was written to the open conversation; open the selected one if none is."""
        if self.supply.is_open:
            self._browser.work(self._read_again, group="transcript", exclusive=True)
            return
        self._wanted_id = None
        if (selected := self._browser.conversations.highlighted) is not None:
            self.open(selected)

    def close(self) -> None:
        """Show nothing."""
        self._wanted_id = None
        self.supply.close()
        self._browser.query_one("#transcript-title", Caption).text = ""
        self._browser.face("transcript", "Nothing to read", "Pick a conversation in the list.")

    def tell(self) -> None:
        """Say which messages are on the screen, and what lies beyond."""
        supply = self.supply
        text = horizon.of_transcript(
            self._transcript, is_counted=supply.counted is not None, is_complete=supply.is_complete
        )
        self._browser.query_one("#transcript-horizon", Caption).text = text
        if (conversation := self._transcript.conversation) is not None:
            title = horizon.title_of(conversation, supply.counted)
            self._browser.query_one("#transcript-title", Caption).text = title

    async def copy(self, selection: Selection) -> None:
        """Put the stored text of what is selected on the clipboard, also of messages that are not held."""
        text, copied, selected = await self.supply.selected(selection)
        if text:
            of = f" of {selected:,}" if copied < selected else ""
            messages = f"{copied:,}{of} message{'s' if selected != 1 else ''}"
            self._browser.on_copy_wanted(CopyWanted(text, f"from {messages}"))

    async def _read(self, conversation: Conversation) -> None:
        try:
            await self.supply.open(conversation, self._browser.user)
        except StoreError as error:
            hint = f"{error}\n\n{RETRY}"
            self._browser.face("transcript", "Could not read this conversation", hint, is_error=True)
            return
        self._show_face()
        await self.supply.complete_order()
        self.tell()

    async def _read_again(self) -> None:
        await self.supply.read_again()
        self._show_face()
        await self.supply.complete_order()

    def _show_face(self) -> None:
        if self._transcript.total:
            self._browser.query_one("#transcript-pane").remove_class("-empty")
        else:
            self._browser.face("transcript", "No messages yet", "The assistant has not written here.")

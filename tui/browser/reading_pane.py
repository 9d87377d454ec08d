"""The reading pane: which conversation is open, when the selected one is shown, and what its two lines say.

The browser screen's right hand for the transcript; it alone calls this. The messages come by way of ``supply``.
"""

from __future__ import annotations

from collections import OrderedDict
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from store.domain.turns import work_of
from store.errors import ConversationNotFound, StoreError
from tui.browser import captions as horizon
from tui.browser.list_pane import RETRY
from tui.browser.transcript_loader import TranscriptSupply
from tui.browser.transcript_or_ledger import LedgerView
from tui.model.viewport import Place
from tui.widgets.caption import Caption
from tui.widgets.messages import CopyWanted
from tui.widgets.transcript import Bookmark

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.selection import Selection
    from textual.timer import Timer

    from store.contract.feed import News
    from store.contract.store import ConversationStore
    from store.domain.moments import Destination
    from store.records import Conversation, MessageCursor
    from tui.browser.screen import BrowserScreen

REMEMBERED = 200
"""Conversations of which it is remembered where they were left."""
PREVIEW_SECONDS = 0.06
"""How long the selection must rest before its conversation is shown beside the list."""


class Left(NamedTuple):
    """Where the reader left a conversation."""

    top: MessageCursor
    row: int
    """The row of that message that was on top."""
    current: MessageCursor


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
        self._left: OrderedDict[str, Left] = OrderedDict()
        self._preview: Timer | None = None
        self._wanted_id: str | None = None
        self._arrived = 0
        self.view = LedgerView(store, browser, self.supply)
        """Whether the open conversation is shown as a ledger, or plain."""

    @property
    def is_at_rest(self) -> bool:
        """Tell whether no conversation is about to be opened."""
        return self._preview is None

    @property
    def is_wanted(self) -> bool:
        """Tell whether a conversation is open, or being opened."""
        return self._wanted_id is not None

    def preview(self, conversation: Conversation) -> None:
        """Show the selected conversation once the selection rests; at the start, once the list is drawn."""
        if self._preview is not None:
            self._preview.stop()
        self._preview = self._browser.set_timer(PREVIEW_SECONDS, lambda: self.open(conversation))

    def open(self, conversation: Conversation, then: Callable[[], None] | None = None) -> None:
        """Show a conversation at its newest message, or where it was left, unless it is the one that is shown.

        Args:
            conversation: What to show.
            then: What to do once it is open.
        """
        self._preview = None
        shown = self._transcript.conversation
        if shown is not None and shown.id == conversation.id and self._wanted_id == conversation.id:
            if then is not None:
                then()
            return
        self._remember()
        self._wanted_id = conversation.id
        self._browser.finder.forget()
        self._browser.work(partial(self._read, conversation, then), group="transcript", exclusive=True)

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
        self._browser.finder.forget()
        self.supply.close()
        self.view.close()
        self._browser.query_one("#transcript-title", Caption).text = ""
        self._browser.face("transcript", "Nothing to read", "Pick a conversation in the list.")

    async def take_in(self, news: News) -> None:
        """Let the open conversation grow at its end, or tell that it is gone; what is being read stays."""
        shown = self._transcript.conversation
        if shown is None or self._wanted_id != shown.id:
            return
        if shown.id in news.gone:
            self._tell_gone()
            return
        changed = next((each for each in news.conversations if each.id == shown.id), None)
        if changed is not None:
            self.renew(changed)
        arrived = sum(message.conversation_id == shown.id for message in news.messages)
        if arrived or news.is_missing_some:
            try:
                await self.supply.read_again()
            except ConversationNotFound:
                self._tell_gone()
            else:
                self._arrived += arrived
                self._show_face()
                self.tell()
                # Beside the watch, which an order of a million rows would hold up.
                self._browser.work(self.supply.complete_order, group="order", exclusive=True)

    def renew(self, conversation: Conversation) -> None:
        """Show the open conversation by what is stored of it now."""
        self._transcript.conversation = conversation
        self.view.renew(conversation)
        self.tell()

    def _tell_gone(self) -> None:
        self.close()
        hint = "Another program deleted it while it was open."
        self._browser.face("transcript", "This conversation is gone", hint)

    def tell(self) -> None:
        """Say which messages are on the screen, and what lies beyond."""
        supply, reader, ledger = self.supply, self.view.reader, self.view.ledger
        is_counted, is_complete = supply.counted is not None, supply.is_complete
        is_at_end = self._transcript.viewport.is_at_end if ledger is None else ledger.is_at_end
        self._arrived = 0 if is_at_end else min(self._arrived, reader.total - 1 - reader.seen[1])
        told = {"is_counted": is_counted, "is_complete": is_complete}
        if ledger is None:
            text = horizon.of_transcript(self._transcript, arrived=self._arrived, **told)
        else:
            text = horizon.of_ledger(ledger, arrived=self._arrived, **told)
        self._browser.query_one("#transcript-horizon", Caption).text = text
        if (conversation := self._transcript.conversation) is not None:
            title = horizon.title_of(conversation, supply.counted)
            self._browser.query_one("#transcript-title", Caption).text = title
            self._transcript.show_work(work_of(conversation.live, self._browser.now))

    def ask_where_to(self) -> None:
        """Ask for a place in the open conversation, and go there."""
        from tui.modals.go_to import GoToScreen  # noqa: PLC0415 - deferred until asked for

        browser = self._browser
        if self._transcript.total:
            total = self.supply.counted or self._transcript.total
            browser.app.push_screen(GoToScreen(total, browser.now, browser.tz), self._take_place)

    def _take_place(self, place: Destination | None) -> None:
        if place is not None:
            self._browser.work(partial(self._go_to, place), group="go-to", exclusive=True)

    async def _go_to(self, place: Destination) -> None:
        position = await self.supply.seek(place)
        if position is None:
            return
        if position >= self._transcript.total - 1:
            self.view.reader.action_last()
            if position >= self._transcript.total:
                self._browser.tell("Nothing was written after that; this is the end.")
        else:
            self.view.reader.go_to(position)

    async def copy(self, selection: Selection) -> None:
        """Put the stored text of what is selected on the clipboard, also of messages that are not held."""
        text, copied, selected = await self.supply.selected(selection)
        if text:
            of = f" of {selected:,}" if copied < selected else ""
            messages = f"{copied:,}{of} message{'s' if selected != 1 else ''}"
            self._browser.on_copy_wanted(CopyWanted(text, f"from {messages}"))

    async def _read(self, conversation: Conversation, then: Callable[[], None] | None) -> None:
        books = await self.view.prepare(conversation)
        try:
            newest = await self.supply.open(conversation, self._browser.user)
        except StoreError as error:
            hint = f"{error}\n\n{RETRY}"
            self._browser.face("transcript", "Could not read this conversation", hint, is_error=True)
            return
        self._arrived = 0
        self.view.open(conversation, newest, books)
        self._browser.unseen.opened()
        self._show_face()
        if then is not None:
            then()
        elif books is None:
            await self._resume(conversation.id)
        if books is not None:
            await books.learn(conversation, newest)
            if not newest.total and (recorded := await books.count_on_record(conversation)):
                runs = f"{recorded:,} run{'' if recorded == 1 else 's'}"
                hint = f"The file has {runs} of this routine on record, but none in its thread; i tells of them."
                self._browser.face("transcript", "No messages yet", hint)
        await self.supply.complete_order()
        self.tell()

    def _remember(self) -> None:
        """Keep where the reader leaves the open conversation; at its end there is nothing to keep."""
        transcript = self._transcript
        shown, top, current = transcript.conversation, transcript.anchor_message, transcript.current_message
        if shown is None or self.view.ledger is not None:
            return
        self._left.pop(shown.id, None)
        if not transcript.viewport.follows and top is not None and current is not None:
            self._left[shown.id] = Left(top.cursor, transcript.viewport.anchor.row, current.cursor)
            if len(self._left) > REMEMBERED:
                self._left.popitem(last=False)

    async def _resume(self, conversation_id: str) -> None:
        """Go to where the reader left the conversation, unless they moved on meanwhile."""
        left, transcript = self._left.get(conversation_id), self._transcript
        if left is None:
            return
        top, current = await self.supply.seek(left.top), await self.supply.seek(left.current)
        if top is not None and current is not None and transcript.viewport.follows:
            transcript.restore(Bookmark(Place(top, left.row), current, follows=False, revision=transcript.revision))

    async def _read_again(self) -> None:
        await self.supply.read_again()
        self._show_face()
        await self.supply.complete_order()

    def _show_face(self) -> None:
        if self._transcript.total:
            self._browser.query_one("#transcript-pane").remove_class("-empty")
        else:
            self._browser.face("transcript", "No messages yet", "The assistant has not written here.")

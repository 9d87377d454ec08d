"""As a ledger, or plain: which of the two shows the open conversation, and the ways from one to the other.

The reading pane's right hand for threads that the assistant writes by itself; the pane and the screen call this.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.model.message_pages import PAGE

if TYPE_CHECKING:
    from textual.widget import Widget

    from store.contract.store import ConversationStore
    from store.records import Conversation, MessageCursor, MessageSlice
    from tui.browser.ledger_loader import Bookkeeper
    from tui.browser.screen import BrowserScreen
    from tui.browser.transcript_loader import TranscriptSupply
    from tui.widgets.ledger import Ledger
    from tui.widgets.transcript import Transcript


class LedgerView:
    """The ledger beside the transcript; one of them is shown.

    Args:
        store: Where runs come from.
        browser: The screen that shows them.
        supply: Who opens conversations.
    """

    def __init__(self, store: ConversationStore, browser: BrowserScreen, supply: TranscriptSupply) -> None:
        self._store = store
        self._browser = browser
        self._supply = supply
        self._transcript = browser.transcript
        self._ledger: Ledger | None = None
        self.books: Bookkeeper | None = None
        """Who supplies the ledger; ``None`` as long as there was no need of one."""
        self._prefers_plain = False
        self.is_visiting = False
        """Whether the plain transcript is shown for now, and the reader came to it from the ledger."""

    @property
    def ledger(self) -> Ledger | None:
        """Return the ledger if it is what is shown."""
        return self._ledger if self._ledger is not None and self._pane.has_class("-ledger") else None

    @property
    def reader(self) -> Transcript | Ledger:
        """Return the widget that shows the open conversation."""
        return self.ledger or self._transcript

    @property
    def follows(self) -> bool:
        """Tell whether what is shown stays with the end."""
        ledger = self.ledger
        return self._transcript.viewport.follows if ledger is None else ledger.follows

    async def prepare(self, conversation: Conversation) -> Bookkeeper | None:
        """Return who will supply the ledger, ``None`` if a conversation is to be shown plain."""
        if not conversation.kind.is_machine or self._prefers_plain:
            return None
        books, _ = await self._bookkeeper()
        return books

    def open(self, conversation: Conversation, newest: MessageSlice, books: Bookkeeper | None) -> None:
        """Show the conversation that was opened, as ``prepare`` said."""
        self.is_visiting = False
        if books is not None:
            books.open(conversation, newest)
        self._show(is_ledger=books is not None)

    def renew(self, conversation: Conversation) -> None:
        """Take in what is stored of the open conversation now."""
        ledger = self._ledger
        if ledger is not None and ledger.conversation is not None and ledger.conversation.id == conversation.id:
            ledger.conversation = conversation

    def close(self) -> None:
        """Show nothing."""
        if self._ledger is not None:
            self._ledger.close()

    def mark_new(self, after: MessageCursor | None) -> None:
        """Mark what came after a place as new, ``None`` for nothing."""
        self._transcript.mark_new(after)
        if self._ledger is not None:
            self._ledger.mark_new(after)

    def open_run(self, position: int) -> None:
        """Show a run in the plain transcript; escape leads back to the ledger."""
        self.show_plain()
        self._transcript.go_to(position)

    def show_plain(self) -> None:
        """Show the plain transcript for now."""
        if self.ledger is not None:
            self.is_visiting = True
            self._show(is_ledger=False)

    def toggle(self) -> None:
        """Show a thread of the assistant's own plain, or as a ledger, from now on."""
        shown, ledger = self._transcript.conversation, self.ledger
        if shown is None or not shown.kind.is_machine:
            self._browser.tell("Only threads of routines and the heartbeat have a ledger.")
        elif ledger is None:
            self.back_to_ledger()
        else:
            self._prefers_plain = True
            self._show(is_ledger=False)
            if not ledger.follows:
                self._transcript.go_to(ledger.selected)

    def back_to_ledger(self) -> None:
        """Show the ledger again."""
        self._prefers_plain = self.is_visiting = False
        self._browser.work(self._to_ledger, group="ledger", exclusive=True)

    async def _to_ledger(self) -> None:
        shown, timeline = self._transcript.conversation, self._supply.timeline
        if shown is None or timeline is None:
            return
        books, ledger = await self._bookkeeper()
        if not books.is_open(shown):
            newest = await timeline.slice(max(0, timeline.total - PAGE), timeline.total)
            books.open(shown, newest)
            await books.learn(shown, newest)
        follows, position = self._transcript.viewport.follows, self._transcript.current
        self._browser.finder.forget()
        self._show(is_ledger=True)
        if not follows:
            ledger.go_to(position)

    def _show(self, *, is_ledger: bool) -> None:
        had_focus = self._browser.focused in (self._transcript, self._ledger)
        self._pane.set_class(is_ledger, "-ledger")
        if had_focus:
            self._browser.set_focus(self.reader)
        self._browser.reading.tell()
        self._browser.show_badges()

    async def _bookkeeper(self) -> tuple[Bookkeeper, Ledger]:
        """Return the ledger and who supplies it, made when the first thread of the kind is opened."""
        from tui.browser.ledger_loader import Bookkeeper  # noqa: PLC0415 - when a ledger is needed
        from tui.widgets.ledger import Ledger  # noqa: PLC0415 - when a ledger is needed

        if self._ledger is None or self.books is None:
            browser = self._browser
            self._ledger = Ledger(lambda: browser.now, browser.tz, id="ledger")
            self.books = Bookkeeper(self._store, self._browser, self._supply, self._ledger)
            await self._pane.mount(self._ledger, before="#transcript-empty")
        return self.books, self._ledger

    @property
    def _pane(self) -> Widget:
        return self._browser.query_one("#transcript-pane")

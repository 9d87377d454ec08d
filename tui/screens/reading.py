"""The reading pane: which conversation is open, when the selected one is shown, and what its two lines say.

The browser screen's right hand for the transcript; it alone calls this. The messages come by way of ``supply``.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.errors import ConversationNotFound, StoreError
from tui.messages import CopyWanted
from tui.pages import PAGE
from tui.screens import horizon
from tui.screens.listing import RETRY
from tui.screens.supply import TranscriptSupply
from tui.widgets.caption import Caption

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from textual.selection import Selection
    from textual.timer import Timer
    from textual.widget import Widget

    from store.contract import ConversationStore
    from store.news import News
    from store.records import Conversation, MessageCursor
    from tui.screens.bookkeeping import Bookkeeper
    from tui.screens.browser import BrowserScreen
    from tui.widgets.ledger import Ledger
    from tui.widgets.transcript import Transcript

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
        self._wanted_id: str | None = None
        self._arrived = 0
        self._ledger: Ledger | None = None
        self._books: Bookkeeper | None = None
        self._prefers_plain = False
        self._is_visiting = False

    @property
    def books(self) -> Bookkeeper | None:
        """Return who supplies the ledger; ``None`` as long as there was no need of one."""
        return self._books

    @property
    def is_ledger(self) -> bool:
        """Tell whether the open conversation is shown as a ledger."""
        return self._ledger is not None and self._pane.has_class("-ledger")

    @property
    def reader(self) -> Transcript | Ledger:
        """Return the widget that shows the open conversation."""
        return self._ledger if self._ledger is not None and self.is_ledger else self._transcript

    @property
    def is_visiting(self) -> bool:
        """Tell whether the plain transcript is shown for now, and the reader came to it from the ledger."""
        return self._is_visiting

    @property
    def follows(self) -> bool:
        """Tell whether what is shown stays with the end."""
        if self._ledger is not None and self.is_ledger:
            return self._ledger.follows
        return self._transcript.viewport.follows

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
        """Show a conversation at its newest message, unless it is the one that is shown.

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
        if self._ledger is not None:
            self._ledger.close()
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

    def renew(self, conversation: Conversation) -> None:
        """Show the open conversation by what is stored of it now."""
        self._transcript.conversation = conversation
        ledger = self._ledger
        if ledger is not None and ledger.conversation is not None and ledger.conversation.id == conversation.id:
            ledger.conversation = conversation
        self.tell()

    def _tell_gone(self) -> None:
        self.close()
        hint = "Another program deleted it while it was open."
        self._browser.face("transcript", "This conversation is gone", hint)

    def tell(self) -> None:
        """Say which messages are on the screen, and what lies beyond."""
        supply, reader = self.supply, self.reader
        ledger = self._ledger if self.is_ledger else None
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

    def ask_where_to(self) -> None:
        """Ask for a place in the open conversation, and go there."""
        from tui.screens.go_to import GoToScreen  # noqa: PLC0415 - deferred until asked for

        browser = self._browser
        if self._transcript.total:
            total = self.supply.counted or self._transcript.total
            browser.app.push_screen(GoToScreen(total, browser.now, browser.tz), self._take_place)

    def _take_place(self, place: int | datetime | None) -> None:
        if place is not None:
            self._browser.work(partial(self._go_to, place), group="go-to", exclusive=True)

    async def _go_to(self, place: int | datetime) -> None:
        position = await self.supply.seek(place)
        if position is None:
            return
        if position >= self._transcript.total - 1:
            self.reader.action_last()
            if position >= self._transcript.total:
                self._browser.tell("Nothing was written after that; this is the end.")
        else:
            self.reader.go_to(position)

    # As ledger, or plain.

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
        self._is_visiting = self._is_visiting or self.is_ledger
        self._show_as(is_ledger=False)

    def toggle_ledger(self) -> None:
        """Show a thread of the assistant's own plain, or as a ledger, from now on."""
        shown = self._transcript.conversation
        if shown is None or not shown.kind.is_machine:
            self._browser.tell("Only threads of routines and the heartbeat have a ledger.")
        elif self.is_ledger:
            self._prefers_plain = True
            position, follows = self.reader.seen[0], self.follows
            if self._ledger is not None and self._ledger.current_run is not None:
                position = self._ledger.selected
            self._show_as(is_ledger=False)
            if not follows:
                self._transcript.go_to(position)
        else:
            self.back_to_ledger()

    def back_to_ledger(self) -> None:
        """Show the ledger again."""
        self._prefers_plain = self._is_visiting = False
        self._browser.work(self._to_ledger, group="ledger", exclusive=True)

    async def _to_ledger(self) -> None:
        shown, timeline = self._transcript.conversation, self.supply.timeline
        if shown is None or timeline is None:
            return
        books, ledger = await self._bookkeeper()
        if not books.is_open(shown):
            newest = await timeline.slice(max(0, timeline.total - PAGE), timeline.total)
            books.open(shown, newest)
            await books.learn(shown, newest)
        follows, position = self._transcript.viewport.follows, self._transcript.current
        self._browser.finder.forget()
        self._show_as(is_ledger=True)
        if not follows:
            ledger.go_to(position)

    def _show_as(self, *, is_ledger: bool) -> None:
        had_focus = self._browser.focused in (self._transcript, self._ledger)
        self._pane.set_class(is_ledger, "-ledger")
        if had_focus:
            self._browser.set_focus(self.reader)
        self.tell()
        self._browser.show_badges()

    async def _bookkeeper(self) -> tuple[Bookkeeper, Ledger]:
        """Return the ledger and who supplies it, made when the first thread of the kind is opened."""
        from tui.screens.bookkeeping import Bookkeeper  # noqa: PLC0415 - when a ledger is needed
        from tui.widgets.ledger import Ledger  # noqa: PLC0415 - when a ledger is needed

        if self._ledger is None or self._books is None:
            ledger = Ledger(self._browser.tz, id="ledger")
            self._books = Bookkeeper(self._store, self._browser, self.supply, ledger)
            self._ledger = ledger
            await self._pane.mount(ledger, before="#transcript-empty")
        return self._books, self._ledger

    @property
    def _pane(self) -> Widget:
        return self._browser.query_one("#transcript-pane")

    async def copy(self, selection: Selection) -> None:
        """Put the stored text of what is selected on the clipboard, also of messages that are not held."""
        text, copied, selected = await self.supply.selected(selection)
        if text:
            of = f" of {selected:,}" if copied < selected else ""
            messages = f"{copied:,}{of} message{'s' if selected != 1 else ''}"
            self._browser.on_copy_wanted(CopyWanted(text, f"from {messages}"))

    async def _read(self, conversation: Conversation, then: Callable[[], None] | None) -> None:
        books = None
        if conversation.kind.is_machine and not self._prefers_plain:
            books, _ = await self._bookkeeper()
        try:
            newest = await self.supply.open(conversation, self._browser.user)
        except StoreError as error:
            hint = f"{error}\n\n{RETRY}"
            self._browser.face("transcript", "Could not read this conversation", hint, is_error=True)
            return
        self._arrived = 0
        self._is_visiting = False
        if books is not None:
            books.open(conversation, newest)
        self._show_as(is_ledger=books is not None)
        self._browser.unseen.opened()
        self._show_face()
        if then is not None:
            then()
        if books is not None:
            await books.learn(conversation, newest)
            if not newest.total and (recorded := await books.count_on_record(conversation)):
                runs = f"{recorded:,} run{'' if recorded == 1 else 's'}"
                hint = f"The file has {runs} of this routine on record, but none in its thread; i tells of them."
                self._browser.face("transcript", "No messages yet", hint)
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

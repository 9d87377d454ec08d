"""Which of the two shows the open conversation, the plain transcript or the ledger, and the ways between them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.model.message_pages import PAGE
from tui.widgets.conversation_list import ConversationList
from tui.widgets.shared_messages import TranscriptMoved

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.widget import Widget

    from store.contract.timeline import Timeline
    from store.records import Conversation, MessageCursor, MessageSlice
    from tui.browser.host import Host
    from tui.browser.ledger_loader import LedgerLoader
    from tui.browser.session import Session
    from tui.browser.transcript_loader import TranscriptLoader
    from tui.widgets.ledger import Ledger
    from tui.widgets.transcript import Transcript

ABOVE = "#transcript-empty"
"""What the ledger stands before."""


class TranscriptOrLedger:
    """The ledger beside the transcript; one of them is shown.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        pane: The widget that both lie in.
        transcript: The plain transcript.
        loader: What opens conversations.
        on_ledger: Called before the reader goes back to the ledger.
    """

    def __init__(
        self,
        session: Session,
        host: Host,
        *,
        pane: Widget,
        transcript: Transcript,
        loader: TranscriptLoader,
        on_ledger: Callable[[], None],
    ) -> None:
        self._session = session
        self._host = host
        self._pane = pane
        self._transcript = transcript
        self._loader = loader
        self._on_ledger = on_ledger
        self._ledger: Ledger | None = None
        self.runs: LedgerLoader | None = None
        """What loads the ledger; ``None`` as long as there was no need of one."""
        self._bookmarks: Mapping[tuple[str, MessageCursor], str] = {}
        self._prefers_plain = False
        self._is_ledger = False
        self._is_hidden = False
        self._first_new: int | None = None
        """Position of the first new message, as long as no size tells what is in sight."""
        self.is_visiting = False
        """Whether the plain transcript is shown for now, and the reader came to it from the ledger."""

    @property
    def ledger(self) -> Ledger | None:
        """Return the ledger if it is what is shown."""
        return self._ledger if self._is_ledger else None

    @property
    def reader(self) -> Transcript | Ledger:
        """Return the widget that shows the open conversation."""
        return self.ledger or self._transcript

    @property
    def follows(self) -> bool:
        """Tell whether what is shown stays with the end."""
        ledger = self.ledger
        return self._transcript.viewport.follows if ledger is None else ledger.follows

    @property
    def is_at_end(self) -> bool:
        """Tell whether the end of the conversation is on the screen."""
        ledger = self.ledger
        return self._transcript.viewport.is_at_end if ledger is None else ledger.is_at_end

    async def prepare(self, conversation: Conversation) -> LedgerLoader | None:
        """Return what will load the ledger, ``None`` if a conversation is to be shown plain."""
        if not conversation.has_ledger or self._prefers_plain:
            return None
        runs, _ = await self._ledger_loader()
        return runs

    def open(self, conversation: Conversation, newest: MessageSlice, runs: LedgerLoader | None) -> None:
        """Show the conversation that was opened, as ``prepare`` said."""
        self.is_visiting = False
        self._first_new = None
        if runs is not None:
            runs.open(conversation, newest)
        self._show(is_ledger=runs is not None)

    def renew(self, conversation: Conversation) -> None:
        """Take in what is stored of the open conversation now."""
        ledger = self._ledger
        if ledger is not None and ledger.conversation is not None and ledger.conversation.id == conversation.id:
            ledger.conversation = conversation

    async def catch_up(self, timeline: Timeline, fresh: MessageSlice | None) -> None:
        """Let the ledger take in that messages came last, or that positions moved."""
        if self.runs is not None:
            await self.runs.catch_up(timeline, fresh)

    def close(self) -> None:
        """Show nothing."""
        self._first_new = None
        if self._ledger is not None:
            self._ledger.close()

    def hide(self, *, is_hidden: bool) -> None:
        """Leave the place to something else, or take it again."""
        if is_hidden is not self._is_hidden:
            self._is_hidden = is_hidden
            self._lay_out()

    def mark_new(self, after: MessageCursor | None) -> None:
        """Mark what came after a place as new, ``None`` for nothing."""
        self._transcript.mark_new(after)
        if self._ledger is not None:
            self._ledger.mark_new(after)

    def show_bookmarks(self, notes: Mapping[tuple[str, MessageCursor], str]) -> None:
        """Show which messages are bookmarked: their notes by conversation and place."""
        self._bookmarks = notes
        self._transcript.show_bookmarks(notes)
        if self._ledger is not None:
            self._ledger.show_bookmarks(notes)

    async def go_to_first_new(self, *, unless_in_sight: bool = False) -> bool:
        """Go to the first message that is marked as new; return whether there is one.

        Args:
            unless_in_sight: Whether to stay where the reader is if it is on the screen.
        """
        place = self._transcript.new_after
        position = await self._loader.seek_after(place) if place is not None else None
        if position is None:
            return False
        if unless_in_sight and self.reader.seen[1] < 0:
            self._first_new = position
        else:
            self._go_to_new(position, unless_in_sight=unless_in_sight)
        return True

    def look_for_new(self) -> None:
        """Go to the first new message of a conversation that was opened before there was a size, unless in sight."""
        position = self._first_new
        if position is not None and self.reader.seen[1] >= 0:
            self._first_new = None
            if self.follows:
                self._go_to_new(position, unless_in_sight=True)

    def _go_to_new(self, position: int, *, unless_in_sight: bool) -> None:
        reader = self.reader
        first, last = reader.seen
        # The line above it is to be seen, too.
        if not (unless_in_sight and first < position <= last):
            reader.go_to(min(position, reader.total - 1))

    async def open_run(self, cursor: MessageCursor) -> None:
        """Show a run in the plain transcript, from which escape leads back, or the thread that it wrote."""
        position, timeline = await self._loader.seek(cursor), self._loader.timeline
        if position is None or timeline is None or self.ledger is None:
            return
        shown, part = self._transcript.conversation, await timeline.slice(position, position + 1)
        thread = part.messages[0].leads_to if part.messages else None
        if thread is not None and shown is not None:
            found = await self._session.store.get_conversation(thread, shown.user_id)
            self._pane.post_message(ConversationList.Opened(found))
        elif self.ledger is not None:
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
        if shown is None or not shown.has_ledger:
            self._host.say("Only threads of routines and the heartbeat have a ledger.")
        elif ledger is None:
            self.back_to_ledger()
        else:
            self._prefers_plain = True
            self._show(is_ledger=False)
            if not ledger.follows:
                self._transcript.go_to(ledger.selected)

    def back_to_ledger(self) -> None:
        """Show the ledger again."""
        self._on_ledger()
        self._prefers_plain = self.is_visiting = False
        self._host.run(self._to_ledger, group="ledger", exclusive=True, owner=self._pane, holds_keys=True)

    def leave_visit(self) -> bool:
        """Go back to the ledger that the reader came from; return whether that was so."""
        if not self.is_visiting or self._pane.screen.focused is not self._transcript:
            return False
        self.back_to_ledger()
        return True

    async def _to_ledger(self) -> None:
        shown, timeline = self._transcript.conversation, self._loader.timeline
        if shown is None or timeline is None:
            return
        runs, ledger = await self._ledger_loader()
        if not runs.is_open(shown):
            newest = await timeline.slice(max(0, timeline.total - PAGE), timeline.total)
            if timeline is not self._loader.timeline:
                return
            runs.open(shown, newest)
            await runs.load_schedule(shown, newest)
        if timeline is not self._loader.timeline:
            return
        follows, position = self._transcript.viewport.follows, self._transcript.current
        self._show(is_ledger=True)
        if not follows:
            ledger.go_to(position)

    def _show(self, *, is_ledger: bool) -> None:
        screen = self._pane.screen
        had_focus = screen.focused in (self._transcript, self._ledger)
        self._is_ledger = is_ledger
        self._lay_out()
        if had_focus:
            screen.set_focus(self.reader)
        self._pane.post_message(TranscriptMoved())

    def _lay_out(self) -> None:
        # Not by classes of the pane: they would style all of it anew at every opening.
        self._transcript.display = not self._is_hidden and not self._is_ledger
        if self._ledger is not None:
            self._ledger.display = not self._is_hidden and self._is_ledger

    async def _ledger_loader(self) -> tuple[LedgerLoader, Ledger]:
        """Return the ledger and what loads it, made when the first thread of the kind is opened."""
        from tui.browser.ledger_loader import LedgerLoader
        from tui.widgets.ledger import Ledger

        if self._ledger is None or self.runs is None:
            self._ledger = Ledger(self._session.now, self._session.tz, id="ledger")
            self._ledger.show_bookmarks(self._bookmarks)
            self.runs = LedgerLoader(self._session, self._host, self._loader, self._ledger)
            await self._pane.mount(self._ledger, before=ABOVE)
        return self.runs, self._ledger

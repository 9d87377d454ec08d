"""The right pane: one conversation as a transcript or a ledger, find, and the lines that say what is shown.

It owns what loads it. Each opening has a number; answers of earlier ones are dropped.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.containers import Vertical

from store.domain.turns import work_of
from store.errors import ConversationNotFound, StoreError
from tui.browser import captions
from tui.browser.places_left import PlacesLeft
from tui.browser.preview import Preview
from tui.browser.transcript_loader import TranscriptLoader
from tui.browser.transcript_or_ledger import TranscriptOrLedger
from tui.text.message.layout_options import Markup, Options, Times, Tools
from tui.widgets.empty_state import EmptyState
from tui.widgets.fault_boundary import FaultBoundary
from tui.widgets.query_bar import QueryBar
from tui.widgets.shared_messages import TranscriptMoved
from tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult

    from store.contract.feed import News
    from store.contract.timeline import Timeline
    from store.records import Conversation, MessageCursor, MessageSlice
    from tui.browser.find_in_conversation import FindInConversation
    from tui.browser.host import Host
    from tui.browser.session import Session
    from tui.widgets.ledger import Ledger
    from tui.widgets.shared_messages import MessagesWanted, RunsWanted

NO_MESSAGES = "No messages yet"
FAILURE = "failure"  # Group of the work of looking for a failed run.


class ReadingPane(FaultBoundary, Vertical):
    """What is open, and what opens something else.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
    """

    BLANK = True

    def __init__(self, session: Session, host: Host) -> None:
        super().__init__(id="transcript-pane", classes="pane")
        self._session = session
        self._host = host
        settings = session.settings
        self._captions = captions.ReadingCaptions(session.people)
        options = Options(session.tz, Times(settings.times), Tools(settings.tools), Markup(settings.markup))
        self.transcript = Transcript(options, id="transcript")
        self._empty = EmptyState(id="transcript-empty")
        self._find_bar = QueryBar()
        self.loader = TranscriptLoader(session.store, self.transcript, self._catch_up)
        self.view = TranscriptOrLedger(
            session, host, pane=self, transcript=self.transcript, loader=self.loader, on_ledger=self._forget_matches
        )
        self._find: FindInConversation | None = None
        self.places = PlacesLeft(self.transcript, self.loader)
        self.preview = Preview(self, partial(self._open, then=None, holds_keys=False))
        self.new_after: Callable[[Conversation], MessageCursor | None] = lambda _conversation: None
        """Returns the place after which a conversation is new to the reader."""
        self._opening = 0
        self._wanted_id: str | None = None

    def compose(self) -> ComposeResult:
        """Lay the pane out."""
        yield self._captions.title
        yield self.transcript
        yield self._empty
        yield self._find_bar
        yield self._captions.horizon

    def on_mount(self) -> None:
        """Let the lines above and below change in the frame in which the transcript moves."""
        self.watch(self.transcript, "moves", self._update_captions, init=False)

    # What others may read.

    @property
    def reader(self) -> Transcript | Ledger:
        """Return the widget that shows the open conversation: the transcript, or the ledger."""
        return self.view.reader

    @property
    def conversation(self) -> Conversation | None:
        """Return the open conversation."""
        return self.transcript.conversation

    @property
    def is_opening(self) -> bool:
        """Tell whether a conversation is about to be shown that is not there yet."""
        shown = self.conversation
        return self.preview.is_pending or self._wanted_id != (shown.id if shown is not None else None)

    @property
    def is_wanted(self) -> bool:
        """Tell whether a conversation is open, or being opened."""
        return self._wanted_id is not None

    @property
    def find_in_conversation(self) -> FindInConversation:
        """Return the search in the open conversation."""
        if self._find is None:
            from tui.browser.find_in_conversation import FindInConversation

            self._find = FindInConversation(
                self._session,
                self._host,
                bar=self._find_bar,
                transcript=self.transcript,
                loader=self.loader,
                show_plain=self.view.show_plain,
            )
        return self._find

    # Opening.

    def open(self, conversation: Conversation, then: Callable[[], None] | None = None) -> None:
        """Show a conversation at what is new, where it was left, or at its end, unless it is the one that is shown.

        Keys wait until it is there, since they are meant for it.
        """
        self._open(conversation, then, holds_keys=True)

    def _open(self, conversation: Conversation, then: Callable[[], None] | None, *, holds_keys: bool) -> None:
        self.preview.stop()
        shown = self.conversation
        if shown is not None and shown.id == conversation.id and self._wanted_id == conversation.id:
            if then is not None:
                then()
            return
        if self.view.ledger is None:
            self.places.remember()
        self._wanted_id = conversation.id
        self._forget_matches()
        self._opening += 1
        work = partial(self._read, conversation, then, self._opening)
        self._run(work, "transcript", holds_keys=holds_keys)

    def close(self) -> None:
        """Show nothing."""
        self._show_nothing("Nothing to read", "Pick a conversation in the list.")

    def read_again(self, *, is_reconnected: bool = False) -> None:
        """Take in what was written to the open conversation; on a connection that was made anew, find it there."""
        shown = self.conversation
        if shown is not None and shown.id == self._wanted_id:
            read = self.loader.reconnect if is_reconnected else self.loader.read_again
            self._run(partial(self._read_again, read), "transcript")
        else:
            self._wanted_id = None

    async def apply_news(self, news: News) -> None:
        """Let the open conversation grow at its end, or tell that it is gone; what is being read stays."""
        shown = self.conversation
        if shown is None or self._wanted_id != shown.id:
            return
        if shown.id in news.gone:
            self._show_gone()
            return
        changed = next((each for each in news.conversations if each.id == shown.id), None)
        if changed is not None:
            self.renew(changed)
        arrived = sum(message.conversation_id == shown.id for message in news.messages)
        if not arrived and not news.is_missing_some:
            return
        if await self._is_read(self.loader.read_again):
            self._captions.arrived += arrived
            self._show_face()
            self._complete_order()

    def renew(self, conversation: Conversation) -> None:
        """Show the open conversation by what is stored of it now."""
        self.transcript.conversation = conversation
        self.view.renew(conversation)
        self.post_message(TranscriptMoved())

    # What keys do.

    def leave_search(self) -> bool:
        """Leave find, or stop looking for a failure; return whether there was either."""
        if self._find is not None and self._find.is_active:
            self._find.leave()
            return True
        if self._host.stop(FAILURE, owner=self):
            self._host.say("Stopped looking for a failure.")
            return True
        return False

    # What the widgets say.

    def on_messages_wanted(self, event: MessagesWanted) -> None:
        """Read messages for the transcript."""
        self._host.run(partial(self.loader.fill, event), group="messages", owner=self)

    def on_runs_wanted(self, event: RunsWanted) -> None:
        """Read runs for the ledger."""
        if self.view.runs is not None:
            self._host.run(partial(self.view.runs.fill, event), group="messages", owner=self)

    def on_ledger_run_opened(self, event: Ledger.RunOpened) -> None:
        """Show a run in the plain transcript."""
        self._run(partial(self.view.open_run, event.cursor), "ledger", holds_keys=True)

    def on_ledger_diff_wanted(self, event: Ledger.DiffWanted) -> None:
        """Compare a run with the one before it."""
        if self.view.runs is not None:
            self.view.runs.show_difference(event.cursor)

    def on_ledger_failure_wanted(self, event: Ledger.FailureWanted) -> None:
        """Look for a failure; escape stops that."""
        if self.view.runs is not None:
            self._run(partial(self.view.runs.go_to_failure, event.cursor), FAILURE)

    def on_ledger_run_copy_wanted(self, event: Ledger.RunCopyWanted) -> None:
        """Copy a run."""
        if self.view.runs is not None:
            self._run(partial(self.view.runs.copy, event.cursor, is_link=event.is_link), "copy")

    def on_transcript_more_text_wanted(self, event: Transcript.MoreTextWanted) -> None:
        """Read more of a long message."""
        self._run(partial(self.loader.read_more, event.message), "more")

    def on_query_bar_typed(self, event: QueryBar.Typed) -> None:
        """Find something in the open conversation."""
        self.find_in_conversation.look_for(event.text)

    def on_query_bar_accepted(self) -> None:
        """Go from the find line to the matches."""
        self.find_in_conversation.accept()

    def on_transcript_moved(self) -> None:
        """Say which messages are on the screen, what lies beyond, and what the agent is doing."""
        self.view.look_for_new()
        self._update_captions()
        if (conversation := self.conversation) is not None:
            self.transcript.show_work(work_of(conversation.live, self._session.now()))
        if self._find is not None:
            self._find.look_deeper()
        if (cut := self.transcript.take_cut_in_picture()) is not None:
            self._run(partial(self.loader.read_more, cut, cut.size), f"behind picture {cut.id}")

    # Reading.

    async def _read(self, conversation: Conversation, then: Callable[[], None] | None, opening: int) -> None:
        runs = await self.view.prepare(conversation)
        try:
            timeline, newest = await self.loader.newest(conversation, conversation.user_id)
        except StoreError as error:
            self._host.report_if_out_of_reach(error)
            if opening == self._opening:
                self.show_empty("Could not read this conversation", f"{error}\n\n{captions.RETRY}", is_error=True)
            return
        if opening != self._opening:
            return
        self._captions.arrived = 0
        # Asked before what is shown counts as seen.
        new_after = self.new_after(conversation)
        self.loader.open(conversation, timeline, newest)
        self.view.open(conversation, newest, runs)
        self.view.mark_new(new_after)
        self._show_face()
        if then is not None:
            then()
        elif not await self.view.go_to_first_new(unless_in_sight=True) and runs is None:
            await self.places.resume(conversation.id)
        if runs is not None and opening == self._opening:
            hint = await runs.load_schedule(conversation, newest)
            if hint and opening == self._opening:
                self.show_empty(NO_MESSAGES, hint)
        if opening == self._opening:
            self._complete_order()

    async def _read_again(self, read: Callable[[], Awaitable[None]]) -> None:
        if await self._is_read(read):
            self._show_face()
            self._complete_order()

    def _complete_order(self) -> None:
        """Learn the positions of all messages, beside what waits for the newest: a million rows take their time."""

        async def work() -> None:
            await self.loader.complete_order()
            self.post_message(TranscriptMoved())

        self._run(work, "order")

    async def _is_read(self, read: Callable[[], Awaitable[None]]) -> bool:
        """Read on in the open conversation; tell whether it is there, and is still the one that is open."""
        opening = self._opening
        try:
            await read()
        except ConversationNotFound:
            if opening == self._opening:
                self._show_gone()
            return False
        return opening == self._opening

    async def _catch_up(self, timeline: Timeline, fresh: MessageSlice | None) -> None:
        await self.view.catch_up(timeline, fresh)

    def _update_captions(self) -> None:
        counted, is_complete = self.loader.counted, self.loader.is_complete
        self._captions.update(self.transcript, self.view.ledger, counted=counted, is_complete=is_complete)

    def show_empty(self, title: str, hint: str, *, is_error: bool = False) -> None:
        """Say why there is nothing to read, and what to do."""
        self._empty.say(title, hint, is_error=is_error)
        self._empty.display = True
        self.view.hide(is_hidden=True)

    def _show_face(self) -> None:
        if self.transcript.total:
            self._empty.display = False
            self.view.hide(is_hidden=False)
        else:
            self.show_empty(NO_MESSAGES, "The assistant has not written here.")

    def _show_gone(self) -> None:
        self._show_nothing("This conversation is gone", "Another program deleted it while it was open.")

    def _show_nothing(self, title: str, hint: str) -> None:
        self.preview.stop()
        self._opening += 1
        self._wanted_id = None
        self._forget_matches()
        self.loader.close()
        self.view.close()
        self._captions.title.text = ""
        self.show_empty(title, hint)

    def _forget_matches(self) -> None:
        if self._find is not None:
            self._find.forget()

    def _run(self, work: Callable[[], Awaitable[object]], group: str, *, holds_keys: bool = False) -> None:
        self._host.run(work, group=group, exclusive=True, owner=self, holds_keys=holds_keys)

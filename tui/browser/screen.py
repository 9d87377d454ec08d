"""The controller: holds the state, asks the store, hands records to the widgets. All I/O of the browser is here.

The work is done by right hands, each in a file beside this one; ``keys`` has what keys do.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from textual.containers import Horizontal, Vertical
from textual.css.query import NoMatches
from textual.getters import query_one

from store.errors import DatabaseReplaced, StoreError
from store.records import Machines
from tui.browser.keys import FAILURE, BrowserKeys
from tui.browser.list_pane import Listing
from tui.browser.live_updates import Following
from tui.browser.reading_pane import ReadingPane
from tui.browser.saved_views import Views
from tui.browser.unseen import Unseen
from tui.commands import WRITING, Scope, bindings
from tui.model.conversation_window import End
from tui.model.listed_view import View
from tui.text.message.options import Options, Times, Tools
from tui.text.visible import visible, without_hidden
from tui.widgets.caption import Caption
from tui.widgets.channel_bar import ChannelBar
from tui.widgets.conversation_list import ConversationList
from tui.widgets.empty_state import EmptyState
from tui.widgets.find_bar import FindBar
from tui.widgets.key_bar import KeyBar
from tui.widgets.status_bar import StatusBar
from tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from datetime import datetime, tzinfo

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from store.contract.store import ConversationStore
    from store.records import Conversation
    from tui.browser.session import Start
    from tui.config.state import State
    from tui.widgets.messages import (
        ChannelPicked,
        ConversationHighlighted,
        ConversationOpened,
        ConversationsWanted,
        CopyWanted,
        FailureWanted,
        ListEndWanted,
        ListMoved,
        MessagesWanted,
        MoreTextWanted,
        RunCopyWanted,
        RunDiffWanted,
        RunOpened,
        RunsWanted,
        TranscriptMoved,
    )

LAST_S = 5.0
"""How long, in seconds, work may take to end when the browser is closed."""
PARTS = (StatusBar, ChannelBar, ConversationList, Transcript, EmptyState, FindBar, KeyBar)
"""What the screen is made of, beside its captions; some are missing while it is being taken down."""
CAPTIONS = 4
"""Lines above and below the panes."""


class BrowserScreen(BrowserKeys):
    """The channel bar, the list, the transcript, and the lines that say what is shown of what."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.BROWSER)]
    BINDING_GROUP_TITLE = "Browser"
    AUTO_FOCUS = "#list"

    status = query_one(StatusBar)

    def __init__(
        self,
        store: ConversationStore,
        start: Start,
        state: State,
        *,
        now: Callable[[], datetime],
        tz: tzinfo,
        refresh_seconds: float,
        watch_seconds: float = 0.0,
    ) -> None:
        super().__init__(store, start, state)
        self._now = now
        self._tz = tz
        self._refresh_seconds = refresh_seconds
        self._watch_seconds = watch_seconds
        self._marks: tuple[str, ...] = ()
        self._is_replaced = False
        self._under_way: set[asyncio.Task[Any]] = set()
        self.set_reactive(BrowserScreen.user, start.user)
        self.set_reactive(BrowserScreen.channel, start.channel)
        self.set_reactive(BrowserScreen.machines, Machines(start.settings.machines))

    def compose(self) -> ComposeResult:
        """Lay the browser out."""
        yield StatusBar()
        yield ChannelBar()
        with Horizontal(id="panes"):
            with Vertical(id="list-pane", classes="pane"):
                yield Caption("Conversations", id="list-title", classes="title")
                yield ConversationList(self._now, self._tz, id="list")
                yield EmptyState(id="list-empty")
                yield Caption(id="list-horizon")
            with Vertical(id="transcript-pane", classes="pane"):
                yield Caption(id="transcript-title", classes="title")
                settings = self.settings
                options = Options(self._tz, Times(settings.times), Tools(settings.tools))
                yield Transcript(options, id="transcript")
                yield EmptyState(id="transcript-empty")
                yield FindBar()
                yield Caption(id="transcript-horizon")
        yield KeyBar(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show what the start asks for."""
        self.listing = Listing(self._store, self)
        self.reading = ReadingPane(self._store, self)
        self.status.path = self._start.path
        self.status.user = self.user
        self.following = Following(self._store, self, self._watch_seconds)
        self.views = Views(self._state, self)
        self.unseen = Unseen(self._store, self, self._state.seen, self._start.file)
        self._marks = ("read-only",) if self.is_read_only else ()
        self.show_badges()
        page = self._start.page
        if page is not None and page.done() and page.exception() is None:
            self.listing.show(page.result())
        self.work(partial(self.listing.read_first, self._start), group="list", exclusive=True)
        self.work(partial(self.unseen.start, tells=self._start.tells_news), group="unseen", exclusive=True)
        self.following.start()
        if self.settings.view:
            self.call_after_refresh(self.views.begin, self.settings.view)
        if self._start.checks_file:
            self.work(self._check_file, group="check")
        if self._refresh_seconds:
            self.set_interval(self._refresh_seconds, self._tick)

    def _tick(self) -> None:
        """Draw ages anew, and what was working too long."""
        with self._while_whole():
            self.conversations.refresh()
            self.reading.tell()

    async def on_unmount(self) -> None:
        """Keep what was seen; let what is running hand back its connections."""
        self.unseen.save()
        running = list(self._under_way)
        for task in running:
            task.cancel()
        if running:
            await asyncio.wait(running, timeout=LAST_S)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what would write where nothing may be written."""
        return not (action in WRITING and self.is_read_only)

    async def _check_file(self) -> None:
        """Look for damage; a damaged file is read on, and written no more."""
        if await self._store.check():
            self._marks = ("damaged", "read-only")
            self.show_badges()
            self.refresh_bindings()
            self.app.notify(
                f"SQLite finds damage in {visible(self._start.path)}; reading goes on, keep a copy of the file.",
                severity="warning",
                markup=False,
                timeout=10,
            )

    @property
    def _is_whole(self) -> bool:
        """Tell whether every part is there: the screen is not being taken down."""
        return all(self.query(part) for part in PARTS) and len(self.query(Caption)) == CAPTIONS

    @contextmanager
    def _while_whole(self) -> Iterator[None]:
        """Do what needs the parts of the screen; what comes while it is being taken down is dropped."""
        try:
            yield
        except NoMatches:
            if self._is_whole:
                raise

    # What widgets say.

    def on_conversations_wanted(self, event: ConversationsWanted) -> None:
        """Read the list on at one end."""
        self.work(partial(self.listing.extend, event.end), group="list-page", exclusive=True)

    def on_list_end_wanted(self, event: ListEndWanted) -> None:
        """Go to the newest or the oldest conversation, loading only that end."""
        read = partial(self.listing.read, oldest=event.end is End.OLDER)
        self.work(read, group="list", exclusive=True)

    def on_list_moved(self, _: ListMoved) -> None:
        """Say what of the list is held, left and hidden."""
        with self._while_whole():
            self.listing.tell()

    def on_conversation_highlighted(self, event: ConversationHighlighted) -> None:
        """Show the selected conversation beside the list."""
        if not self.has_class("-narrow"):
            self.reading.preview(event.conversation)

    def on_conversation_opened(self, event: ConversationOpened) -> None:
        """Read a conversation."""
        self.show(event.conversation)

    def on_messages_wanted(self, event: MessagesWanted) -> None:
        """Read messages for the transcript."""
        self.work(partial(self.reading.supply.fill, event), group="messages")

    def on_runs_wanted(self, event: RunsWanted) -> None:
        """Read runs for the ledger."""
        if self.reading.view.books is not None:
            self.work(partial(self.reading.view.books.fill, event), group="messages")

    def on_run_opened(self, event: RunOpened) -> None:
        """Show a run in the plain transcript."""
        self.reading.view.open_run(event.position)

    def on_run_diff_wanted(self, event: RunDiffWanted) -> None:
        """Compare a run with the one before it."""
        if self.reading.view.books is not None:
            self.do(partial(self.reading.view.books.show_difference, event))

    def on_failure_wanted(self, event: FailureWanted) -> None:
        """Look for a failure; escape stops that."""
        if self.reading.view.books is not None:
            self.work(partial(self.reading.view.books.go_to_failure, event), group=FAILURE, exclusive=True)

    def on_run_copy_wanted(self, event: RunCopyWanted) -> None:
        """Copy a run."""
        if self.reading.view.books is not None:
            self.work(partial(self.reading.view.books.copy, event), group="copy", exclusive=True)

    def on_more_text_wanted(self, event: MoreTextWanted) -> None:
        """Read more of a long message."""
        self.work(partial(self.reading.supply.read_more, event), group="more", exclusive=True)

    def on_transcript_moved(self, _: TranscriptMoved) -> None:
        """Say which messages are on the screen, and what lies beyond."""
        with self._while_whole():
            self.reading.tell()
            self.unseen.look()
            self.show_badges()

    def on_find_bar_typed(self, event: FindBar.Typed) -> None:
        """Find something in the open conversation."""
        self.finder.type(event.text)

    def on_find_bar_accepted(self) -> None:
        """Go from the find line to the matches."""
        self.finder.accept()

    def on_descendant_focus(self) -> None:
        """Note as seen what the reader turns to."""
        with self._while_whole():
            self.unseen.look()

    def on_channel_picked(self, event: ChannelPicked) -> None:
        """Show the picked channel."""
        self.pick_channel(event.channel)

    def on_copy_wanted(self, event: CopyWanted) -> None:
        """Put sanitised text on the clipboard and say so."""
        text, hidden = without_hidden(event.text)
        self.app.copy_to_clipboard(text)
        left_out = f"; {hidden:,} hidden character{'s were' if hidden > 1 else ' was'} left out" if hidden else ""
        self.tell(f"Copied {event.what}, {len(text):,} characters{left_out}.")

    # What its right hands need.

    @property
    def now(self) -> datetime:
        """Return the time."""
        return self._now()

    @property
    def tz(self) -> tzinfo:
        """Return the reader's time zone."""
        return self._tz

    @property
    def is_at_rest(self) -> bool:
        """Tell whether no conversation is about to be opened."""
        return self.reading.is_at_rest

    @property
    def is_replaced(self) -> bool:
        """Tell whether another file took the place of ours, and the reader was told."""
        return self._is_replaced

    async def see_to_the_file(self) -> bool:
        """Tell a file that took the place of ours, not read past it; open it when the reader asks again.

        Returns:
            Whether another file was opened.
        """
        was_replaced, self._is_replaced = self._is_replaced, False
        if was_replaced:
            await self._store.reopen()
            self.reading.close()
            self.refresh_bindings()
            self.show_badges()
            self.following.start()
        try:
            await self._store.change_token()
        except DatabaseReplaced:
            self._is_replaced = True
            raise
        return was_replaced

    def lose(self, error: DatabaseReplaced) -> None:
        """Tell that another file took the place of ours; it is opened when the reader asks."""
        self._is_replaced = True
        self.show_badges()
        self.app.notify(visible(f"{error} ctrl+r opens it."), severity="error", markup=False, timeout=8)

    def show_badges(self) -> None:
        """Show in what mode the browser is."""
        follows = self.following.is_on and self.transcript.conversation is not None
        follows = follows and self.reading.view.follows and not self._is_replaced
        replaced = ("replaced",) if self._is_replaced else ()
        self.status.badges = (*self._marks, *replaced, *(("following",) if follows else ()))

    async def renew(self, conversation_id: str) -> None:
        """Show a conversation by what is stored of it now, where it is listed or read."""
        conversation = await self._store.get_conversation(conversation_id, self.user)
        self.conversations.renew(conversation)
        shown = self.transcript.conversation
        if shown is not None and shown.id == conversation_id:
            self.reading.renew(conversation)

    def work(self, work: Callable[[], Awaitable[object]], *, group: str, exclusive: bool = False) -> None:
        """Do I/O beside the screen: tell what fails, drop answers that come while the screen is being taken down."""

        async def to_its_end() -> None:
            task = asyncio.current_task()
            assert task is not None
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
            try:
                with self._while_whole():
                    await work()
            except StoreError as error:
                self.app.notify(visible(str(error)), severity="error", markup=False, timeout=8)

        # The function, not its coroutine: one that is cancelled before it began would be complained about at the end.
        self.run_worker(to_its_end, group=group, exclusive=exclusive)  # type: ignore[arg-type]  # fits two overloads

    def show(self, conversation: Conversation, then: Callable[[], None] | None = None) -> None:
        """Read a conversation, whether the list holds it or not, and do something once it is open."""
        self.add_class("-reading")
        self.reading.open(conversation, then)
        self.conversations.select(conversation.id)
        self.set_focus(self.reader)

    def face(self, pane: str, title: str, hint: str, *, is_error: bool = False) -> None:
        """Say in an empty pane, ``list`` or ``transcript``, why it is empty and what to do."""
        self.query_one(f"#{pane}-empty", EmptyState).say(title, hint, is_error=is_error)
        self.query_one(f"#{pane}-pane").add_class("-empty")

    def take_user(self, user: str | None) -> None:
        """Show the conversations of another user; ``None`` if the reader picked none."""
        if user is None or user == self.user:
            if not self.conversations.window.rows:
                self.read_list()
            return
        self.take_view(View(user, machines=self.machines))
        self._state.set(f"user:{self._start.path}", user)

    def take_view(self, view: View) -> None:
        """List what a view is about."""
        is_other_user = view.user != self.user
        self.user, self.channel, self.machines = view.user, view.channel, view.machines
        self.status.user = view.user
        if is_other_user:
            self.reading.close()
            self.following.start()
            self.work(self.unseen.start, group="unseen", exclusive=True)
        self.work(self.listing.read, group="list", exclusive=True)

    def tell(self, text: str) -> None:
        """Say something in passing."""
        self.app.notify(visible(text), markup=False, timeout=3)

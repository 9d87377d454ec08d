"""The controller: holds the state, asks the store, hands records to the widgets. All I/O of the browser is here."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.containers import Horizontal, Vertical
from textual.css.query import NoMatches
from textual.getters import query_one
from textual.reactive import var
from textual.screen import Screen
from textual.widgets import Footer

from store.errors import DatabaseReplaced, StoreError
from store.records import Kind, Machines
from tui.commands import WRITING, Scope, bindings
from tui.messages import (
    ChannelPicked,
    ConversationHighlighted,
    ConversationOpened,
    ConversationsWanted,
    CopyWanted,
    ListEndWanted,
    ListMoved,
    MessagesWanted,
    MoreTextWanted,
    TranscriptMoved,
)
from tui.screens import horizon
from tui.screens.editing import EditingDesk
from tui.screens.special import SpecialThreads
from tui.screens.supply import TranscriptSupply
from tui.text.options import Options
from tui.text.visible import visible
from tui.widgets.caption import Caption
from tui.widgets.channel_bar import ChannelBar
from tui.widgets.conversation_list import ConversationList
from tui.widgets.empty_state import EmptyState
from tui.widgets.status_bar import StatusBar
from tui.widgets.transcript import Transcript
from tui.window import PAGE_OF_LIST, End, treated

if TYPE_CHECKING:
    from asyncio import Task
    from collections.abc import Awaitable, Callable
    from datetime import datetime, tzinfo

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.selection import Selection
    from textual.timer import Timer

    from store.contract import ConversationStore
    from store.records import Channel, Conversation, ConversationPage
    from tui.state import State

RETRY = "ctrl+r reads again"
CAPTIONS = 4
"""Lines above and below the panes; fewer are there while the screen is being taken down."""
PREVIEW_SECONDS = 0.06
"""How long the selection must rest before its conversation is shown beside the list."""


class Start(NamedTuple):
    """What the browser shows first."""

    path: str
    """The database, as people write it."""
    user: str
    channel: str | None = None
    is_user_explicit: bool = True
    """Whether another user must not be offered at the start."""
    checks_file: bool = False
    """Whether to look for damage in the background."""
    file: str = ""
    """The path of the database; edits are kept under it."""
    page: Task[ConversationPage] | None = None
    """The first page of the list, if it was asked for before the screen was laid out."""


class BrowserScreen(Screen[None]):
    """The channel bar, the list, the transcript, and the lines that say what is shown of what."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.BROWSER)]
    BINDING_GROUP_TITLE = "Browser"
    AUTO_FOCUS = "#list"

    status = query_one(StatusBar)
    channel_bar = query_one(ChannelBar)
    conversations = query_one("#list", ConversationList)
    transcript = query_one("#transcript", Transcript)

    user: var[str] = var("")
    """Whose conversations are shown."""
    channel: var[str | None] = var(None)
    """The picked channel; ``None`` for all."""
    machines: var[Machines] = var(Machines.FOLDED)
    """How routine and heartbeat threads are treated."""

    def __init__(
        self,
        store: ConversationStore,
        start: Start,
        state: State,
        *,
        now: Callable[[], datetime],
        tz: tzinfo,
        refresh_seconds: float,
    ) -> None:
        super().__init__()
        self._store = store
        self._start = start
        self._state = state
        self._now = now
        self._tz = tz
        self._refresh_seconds = refresh_seconds
        self._channels: list[Channel] = []
        self._preview: Timer | None = None
        self._is_opening = False
        self._wanted_id: str | None = None
        self._is_replaced = False
        self.set_reactive(BrowserScreen.user, start.user)
        self.set_reactive(BrowserScreen.channel, start.channel)

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
                yield Transcript(Options(self._tz), id="transcript")
                yield EmptyState(id="transcript-empty")
                yield Caption(id="transcript-horizon")
        yield Footer(compact=True, show_command_palette=False)

    def on_mount(self) -> None:
        """Show what the start asks for."""
        self._supply = TranscriptSupply(self._store, self.transcript)
        self._special = SpecialThreads(self._store, self)
        self._desk = EditingDesk(self._store, self._state.journal, self._start.file, self)
        self.status.path = self._start.path
        self.status.user = self.user
        self.status.badges = ("read-only",) if self.is_read_only else ()
        page = self._start.page
        if page is not None and page.done() and page.exception() is None:
            self._show_page(page.result())
        self._work(self._read_first_list, group="list", exclusive=True)
        if self._start.checks_file:
            self._work(self._check_file, group="check")
        if self._refresh_seconds:
            self.set_interval(self._refresh_seconds, self.conversations.refresh)

    @property
    def is_read_only(self) -> bool:
        """Tell whether nothing may be written."""
        return self._store.read_only_reason is not None

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what would write where nothing may be written."""
        return not (action in WRITING and self.is_read_only)

    @property
    def is_at_rest(self) -> bool:
        """Tell whether no conversation is about to be opened."""
        return self._preview is None and not self._is_opening

    def _work(self, work: Callable[[], Awaitable[object]], *, group: str, exclusive: bool = False) -> None:
        """Do I/O beside the screen: tell what fails, drop answers that come while the screen is being taken down."""

        async def to_its_end() -> None:
            try:
                await work()
            except StoreError as error:
                self._complain(error)
            except NoMatches:
                if len(self.query(Caption)) == CAPTIONS:
                    raise

        # The function, not its coroutine: one that is cancelled before it began would be complained about at the end.
        self.run_worker(to_its_end, group=group, exclusive=exclusive)  # type: ignore[arg-type]  # fits two overloads

    async def _check_file(self) -> None:
        """Look for damage; a damaged file is read on, and written no more."""
        if await self._store.check():
            self.status.badges = ("damaged", "read-only")
            self.refresh_bindings()
            self.app.notify(
                f"SQLite finds damage in {visible(self._start.path)}; reading goes on, keep a copy of the file.",
                severity="warning",
                markup=False,
                timeout=10,
            )

    # The list.

    def _load_list(self, *, select: str | None = None, oldest: bool = False) -> None:
        self._work(partial(self._read_list, select, oldest), group="list", exclusive=True)

    async def _read_list(self, select: str | None, oldest: bool) -> None:
        try:
            await self.see_to_the_file()
            self._show_page(await self._page(oldest=oldest), select=select)
            await self._count_list()
        except StoreError as error:
            self._list_failed(error)

    async def _read_first_list(self) -> None:
        try:
            page = await (self._start.page or self._page())
            if not page.conversations and not self._start.is_user_explicit and await self._offer_users():
                return
            if not self.conversations.window.rows:
                self._show_page(page)
            await self._count_list()
        except StoreError as error:
            self._list_failed(error)

    def _show_page(self, page: ConversationPage, *, select: str | None = None) -> None:
        self.conversations.start(page, select=select)
        self._show_list_face(page)

    async def _count_list(self) -> None:
        self._channels = await self._store.list_channels(self.user)
        self.channel_bar.show(self._channels, self.channel)
        total = await self._store.count_conversations(self.user, channel=self.channel, machines=self._machines())
        self.conversations.set_total(total)

    def _list_failed(self, error: StoreError) -> None:
        self._face("list", "Could not read the conversations", f"{error}\n\n{RETRY}", is_error=True)

    def _machines(self) -> Machines:
        return treated(self.channel, self.machines)

    async def _page(self, *, end: End | None = None, oldest: bool = False) -> ConversationPage:
        rows = self.conversations.window.rows
        return await self._store.list_conversations(
            self.user,
            channel=self.channel,
            machines=self._machines(),
            after=rows[-1].cursor if end is End.OLDER else None,
            before=rows[0].cursor if end is End.NEWER else None,
            oldest=oldest,
            limit=PAGE_OF_LIST,
        )

    def _show_list_face(self, page: ConversationPage) -> None:
        if page.conversations:
            self.query_one("#list-pane").remove_class("-empty")
            if self.focused is None:
                self.conversations.focus()
            return
        is_filtered = self.channel is not None or self.machines is Machines.ONLY
        if is_filtered:
            self._face("list", "No conversation here", "esc shows every channel again")
        else:
            self._face("list", f"{self.user} has no conversations yet", "U shows other users · ctrl+r reads again")
        self._close_transcript()

    def _face(self, pane: str, title: str, hint: str, *, is_error: bool = False) -> None:
        self.query_one(f"#{pane}-empty", EmptyState).say(title, hint, is_error=is_error)
        self.query_one(f"#{pane}-pane").add_class("-empty")

    async def on_conversations_wanted(self, event: ConversationsWanted) -> None:
        """Read the list on at one end."""
        self._work(partial(self._extend_list, event.end), group="list-page", exclusive=True)

    async def _extend_list(self, end: End) -> None:
        edge = self.conversations.window.edge(end)
        try:
            page = await self._page(end=end)
        except StoreError:
            self.conversations.answer_failed()
            raise
        if edge is self.conversations.window.edge(end):
            self.conversations.extend(end, page)

    def on_list_end_wanted(self, event: ListEndWanted) -> None:
        """Go to the newest or the oldest conversation, loading only that end."""
        self._load_list(oldest=event.end is End.OLDER)

    def on_list_moved(self, _: ListMoved) -> None:
        """Say what of the list is held, left and hidden."""
        text = horizon.of_list(self.conversations.window, self._channels, self.channel, self._machines(), self._tz)
        self.query_one("#list-horizon", Caption).text = text

    # The transcript.

    def on_conversation_highlighted(self, event: ConversationHighlighted) -> None:
        """Show the selected conversation beside the list once the selection rests."""
        if self.has_class("-narrow"):
            return
        if self._preview is not None:
            self._preview.stop()
        if self.transcript.conversation is None:
            # The list is on the screen before its first conversation is read.
            self._is_opening = self.call_after_refresh(self._open, event.conversation)
        else:
            self._preview = self.set_timer(PREVIEW_SECONDS, lambda: self._open(event.conversation))

    def on_conversation_opened(self, event: ConversationOpened) -> None:
        """Read a conversation."""
        self.add_class("-reading")
        self._open(event.conversation)
        self.transcript.focus()

    def _open(self, conversation: Conversation) -> None:
        self._preview, self._is_opening = None, False
        shown = self.transcript.conversation
        if shown is not None and shown.id == conversation.id and self._wanted_id == conversation.id:
            return
        self._wanted_id = conversation.id
        self._work(partial(self._read_conversation, conversation), group="transcript", exclusive=True)

    async def _read_conversation(self, conversation: Conversation) -> None:
        try:
            await self._supply.open(conversation, self.user)
        except StoreError as error:
            self._face("transcript", "Could not read this conversation", f"{error}\n\n{RETRY}", is_error=True)
            return
        self._show_transcript_face()
        await self._supply.complete_order()
        self.on_transcript_moved(TranscriptMoved())

    def _show_transcript_face(self) -> None:
        if self.transcript.total:
            self.query_one("#transcript-pane").remove_class("-empty")
        else:
            self._face("transcript", "No messages yet", "The assistant has not written here.")

    def on_messages_wanted(self, event: MessagesWanted) -> None:
        """Read messages for the transcript."""
        self._work(partial(self._supply.fill, event), group="messages")

    def on_more_text_wanted(self, event: MoreTextWanted) -> None:
        """Read more of a long message."""
        self._work(partial(self._supply.read_more, event), group="more", exclusive=True)

    def on_transcript_moved(self, _: TranscriptMoved) -> None:
        """Say which messages are on the screen, and what lies beyond."""
        supply = self._supply
        text = horizon.of_transcript(
            self.transcript, is_counted=supply.counted is not None, is_complete=supply.is_complete
        )
        self.query_one("#transcript-horizon", Caption).text = text
        if (conversation := self.transcript.conversation) is not None:
            self.query_one("#transcript-title", Caption).text = horizon.title_of(conversation, supply.counted)

    def _close_transcript(self) -> None:
        self._wanted_id = None
        self._supply.close()
        self.query_one("#transcript-title", Caption).text = ""
        self._face("transcript", "Nothing to read", "Pick a conversation in the list.")

    # What keys do.

    def action_other_pane(self) -> None:
        """Go to the other pane."""
        if self.transcript.has_focus:
            self.action_to_list()
        else:
            self.action_to_transcript()

    def action_to_list(self) -> None:
        """Go to the list."""
        self.remove_class("-reading", "-no-list")
        self.conversations.focus()

    def action_to_transcript(self) -> None:
        """Go to the transcript, opening the selected conversation on narrow terminals."""
        if self.has_class("-narrow") and self.conversations.highlighted is not None:
            self._open(self.conversations.highlighted)
        if self._wanted_id is not None:
            self.add_class("-reading")
            self.transcript.focus()

    def action_channel(self, step: int) -> None:
        """Show the next or previous channel, around the ends."""
        names = self.channel_bar.names
        index = names.index(self.channel) if self.channel in names else 0
        self._pick_channel(names[(index + step) % len(names)])

    def action_channel_at(self, number: int) -> None:
        """Show a channel by its number in the bar; 0 is all."""
        names = self.channel_bar.names
        if number < len(names):
            self._pick_channel(names[number])

    def on_channel_picked(self, event: ChannelPicked) -> None:
        """Show the picked channel."""
        self._pick_channel(event.channel)

    def _pick_channel(self, channel: str | None) -> None:
        if channel == self.channel:
            return
        self.channel = channel
        self.channel_bar.show(self._channels, channel)
        self._load_list(select=self._selected_id())

    def action_machines(self) -> None:
        """Fold, show, or show only the threads that the assistant writes by itself."""
        ways = list(Machines)
        self.machines = ways[(ways.index(self.machines) + 1) % len(ways)]
        self._load_list(select=self._selected_id())
        self._notify(f"Routine and heartbeat threads: {self.machines.value}.")

    def action_users(self) -> None:
        """Choose whose conversations to read."""
        self._work(self._offer_users, group="users", exclusive=True)

    async def _offer_users(self) -> bool:
        """Offer the users of the file; return whether there was anybody to offer."""
        from tui.screens.picker import Picker  # noqa: PLC0415 - deferred until asked for

        users = await self._store.list_users()
        if not users:
            return False
        choices = [(user.id, f"{user.id or '(no user)'} · {user.conversations:,} conversations") for user in users]
        self.app.push_screen(Picker("Whose conversations?", choices, self.user), self._take_user)
        return True

    def _take_user(self, user: str | None) -> None:
        if user is None or user == self.user:
            if not self.conversations.window.rows:
                self._load_list()
            return
        self.user, self.channel = user, None
        self.status.user = user
        self._state.set(f"user:{self._start.path}", user)
        self._close_transcript()
        self._load_list()

    def action_open_special(self, kind: str) -> None:
        """Open a thread that the assistant keeps, or list them if there are many; asks before one is made."""
        self.do(partial(self._special.open, Kind(kind)))

    def action_edit(self) -> None:
        """Edit the metadata of the conversation."""
        if self.current is not None:
            self.do(partial(self._desk.edit, self.current))

    def action_rename(self) -> None:
        """Give the conversation another title."""
        if self.current is not None:
            self.do(partial(self._desk.rename, self.current))

    def action_undo(self) -> None:
        """Undo the last edit."""
        self.do(self._desk.undo, is_write=True)

    def action_edits(self) -> None:
        """List past edits, to undo or redo one of them."""
        self.do(self._desk.list_edits)

    def action_info(self) -> None:
        """Show what is known of the conversation, and of the routine that writes to it."""
        if self.current is not None:
            self.do(partial(self._special.show_facts, self.current))

    def action_tools(self) -> None:
        """Show tool calls folded or full."""
        options = self.transcript.options
        self.transcript.set_options(options._replace(opens_tools=not options.opens_tools))

    def action_times(self) -> None:
        """Show times as clock, in full, or not at all."""
        options = self.transcript.options
        self.transcript.set_options(options._replace(times=options.times.following))

    def action_toggle_list(self) -> None:
        """Hide or show the list."""
        self.toggle_class("-no-list")
        if self.has_class("-no-list"):
            self.action_to_transcript()
            if not self.transcript.has_focus:
                self.remove_class("-no-list")

    def action_reload(self) -> None:
        """Read the file again, keeping the selection and the place in the transcript."""
        self._load_list(select=self._selected_id())
        if self._is_replaced:
            return
        if self._supply.is_open:
            self._work(self._read_again, group="transcript", exclusive=True)
        else:
            self._wanted_id = None
            if self.conversations.highlighted is not None:
                self._open(self.conversations.highlighted)

    async def _read_again(self) -> None:
        await self._supply.read_again()
        self._show_transcript_face()
        await self._supply.complete_order()

    def action_help(self) -> None:
        """Show every key."""
        from tui.screens.help import HelpScreen  # noqa: PLC0415 - deferred until asked for

        self.app.push_screen(HelpScreen(can_write=not self.is_read_only))

    def action_back(self) -> None:
        """Leave what is open, one layer at a time: selection, transcript, channel, machine threads."""
        if self.selections:
            self.clear_selection()
        elif self.has_class("-reading") or self.transcript.has_focus:
            self.action_to_list()
        elif self.channel is not None:
            self._pick_channel(None)
        elif self.machines is not Machines.FOLDED:
            self.machines = Machines.FOLDED
            self._load_list(select=self._selected_id())

    # What its right hands need.

    @property
    def current(self) -> Conversation | None:
        """Return the conversation that keys act on: the one being read, else the selected one."""
        return self.transcript.conversation if self.transcript.has_focus else self.conversations.highlighted

    @property
    def path(self) -> str:
        """Return the database, as people write it."""
        return self._start.path

    @property
    def now(self) -> datetime:
        """Return the time."""
        return self._now()

    @property
    def tz(self) -> tzinfo:
        """Return the reader's time zone."""
        return self._tz

    async def see_to_the_file(self) -> bool:
        """Tell a file that took the place of ours, not read past it; open it when the reader asks again.

        Returns:
            Whether another file was opened.
        """
        was_replaced, self._is_replaced = self._is_replaced, False
        if was_replaced:
            await self._store.reopen()
            self._close_transcript()
            self.refresh_bindings()
        try:
            await self._store.change_token()
        except DatabaseReplaced:
            self._is_replaced = True
            raise
        return was_replaced

    async def renew(self, conversation_id: str) -> None:
        """Show a conversation by what is stored of it now, where it is listed or read."""
        conversation = await self._store.get_conversation(conversation_id, self.user)
        self.conversations.renew(conversation)
        shown = self.transcript.conversation
        if shown is not None and shown.id == conversation_id:
            self.transcript.conversation = conversation
            self.on_transcript_moved(TranscriptMoved())

    def do(self, work: Callable[[], Awaitable[object]], *, is_write: bool = False) -> None:
        """Do I/O beside the screen, in place of what was asked for before; a write is never cut short."""
        self._work(work, group="write" if is_write else "special", exclusive=not is_write)

    def show(self, conversation: Conversation) -> None:
        """Read a conversation, whether the list holds it or not."""
        self.on_conversation_opened(ConversationOpened(conversation))

    def tell(self, text: str) -> None:
        """Say something in passing."""
        self._notify(text)

    def on_copy_wanted(self, event: CopyWanted) -> None:
        """Put sanitised text on the clipboard and say so."""
        text = visible(event.text)
        self.app.copy_to_clipboard(text)
        self._notify(f"Copied {event.what}, {len(text):,} characters.")

    def action_copy_text(self) -> None:
        """Copy what is selected: of the transcript the stored text, also of messages that are not held."""
        selection = self.transcript.text_selection
        if selection is None:
            super().action_copy_text()
        else:
            self._work(partial(self._copy_selection, selection), group="copy", exclusive=True)

    async def _copy_selection(self, selection: Selection) -> None:
        text, copied, selected = await self._supply.selected(selection)
        if text:
            of = f" of {selected:,}" if copied < selected else ""
            messages = f"{copied:,}{of} message{'s' if selected != 1 else ''}"
            self.on_copy_wanted(CopyWanted(text, f"from {messages}"))

    def _selected_id(self) -> str | None:
        highlighted = self.conversations.highlighted
        return highlighted.id if highlighted is not None else None

    def _complain(self, error: StoreError) -> None:
        self.app.notify(visible(str(error)), severity="error", markup=False, timeout=8)

    def _notify(self, text: str) -> None:
        self.app.notify(visible(text), markup=False, timeout=3)

"""What keys do in the browser: one short action each, which hands the work to the screen's right hands.

The base of ``BrowserScreen``, which has the layout and what the right hands need. ``tui.commands`` says which keys.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textual.getters import query_one
from textual.reactive import var

from store.records import Kind, Machines
from tui.browser.hands import RightHands
from tui.commands import Scope
from tui.widgets.channel_bar import ChannelBar
from tui.widgets.conversation_list import ConversationList
from tui.widgets.transcript import Transcript

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from store.records import Conversation
    from tui.browser.list_pane import Listing
    from tui.browser.live_updates import Following
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.saved_views import Views
    from tui.browser.unseen import Unseen
    from tui.widgets.ledger import Ledger


FAILURE = "failure"
"""Group of the work of looking for a failed run."""
HANDING = "handing"
"""Group of the work of reading what another program is to get."""
WAIT_S = 1.0
"""How long a write may take before its wait is told."""


class BrowserKeys(RightHands):
    """The actions of the browser."""

    channel_bar = query_one(ChannelBar)
    conversations = query_one("#list", ConversationList)
    transcript = query_one("#transcript", Transcript)

    listing: Listing
    reading: ReadingPane
    following: Following
    unseen: Unseen
    views: Views

    user: var[str] = var("")
    """Whose conversations are shown."""
    channel: var[str | None] = var(None)
    """The picked channel; ``None`` for all."""
    machines: var[Machines] = var(Machines.FOLDED)
    """How routine and heartbeat threads are treated."""

    # What the screen gives.

    @property
    def is_replaced(self) -> bool:
        """Tell whether another file took the place of ours, and the reader was told."""
        raise NotImplementedError

    @property
    def reader(self) -> Transcript | Ledger:
        """Return the widget that shows the open conversation: the transcript, or the ledger."""
        return self.reading.view.reader

    @property
    def current(self) -> Conversation | None:
        """Return the conversation that keys act on: the one being read, else the selected one."""
        return self.transcript.conversation if self.focused is self.reader else self.conversations.highlighted

    def work(self, work: Callable[[], Awaitable[object]], *, group: str, exclusive: bool = False) -> None:
        """Do I/O beside the screen."""
        raise NotImplementedError

    def do(self, work: Callable[[], Awaitable[object]], *, is_write: bool = False) -> None:
        """Do I/O beside the screen, in place of what was asked for before; a write is never cut short."""
        if is_write:
            self.work(partial(self._patiently, work), group="write")
        else:
            self.work(work, group="special", exclusive=True)

    async def _patiently(self, write: Callable[[], Awaitable[object]]) -> None:
        """Write, and say so if another program keeps it waiting."""
        notice = self.set_timer(WAIT_S, lambda: self.tell("Another program has the file locked; waiting for it …"))
        try:
            await write()
        finally:
            notice.stop()

    def tell(self, text: str) -> None:
        """Say something in passing."""
        raise NotImplementedError

    def show(self, conversation: Conversation) -> None:
        """Read a conversation."""
        raise NotImplementedError

    def read_list(self) -> None:
        """Read the list anew, keeping the selection."""
        highlighted = self.conversations.highlighted
        select = highlighted.id if highlighted is not None else None
        self.work(partial(self.listing.read, select), group="list", exclusive=True)

    # Panes. Focus moves at once, so that the next key of a fast typist finds it there.

    def action_read(self) -> None:
        """Read the selected conversation."""
        if self.conversations.highlighted is not None:
            self.show(self.conversations.highlighted)

    def action_other_pane(self) -> None:
        """Go to the other pane."""
        if self.focused is self.reader:
            self.action_to_list()
        else:
            self.action_to_transcript()

    def action_to_list(self) -> None:
        """Go to the list."""
        self.remove_class("-reading", "-no-list")
        self.set_focus(self.conversations)

    def action_to_transcript(self) -> None:
        """Go to the transcript, opening the selected conversation on narrow terminals."""
        if self.has_class("-narrow") and self.conversations.highlighted is not None:
            self.reading.open(self.conversations.highlighted)
        if self.reading.is_wanted:
            self.add_class("-reading")
            self.set_focus(self.reader)

    def action_toggle_list(self) -> None:
        """Hide or show the list."""
        self.toggle_class("-no-list")
        if self.has_class("-no-list"):
            self.action_to_transcript()
            if self.focused is not self.reader:
                self.remove_class("-no-list")

    def action_back(self) -> None:
        """Leave what is open, one layer at a time: selection, find, transcript, channel, machine threads."""
        if self.selections:
            self.clear_selection()
        elif self.finder.is_active:
            self.finder.leave()
        elif self.workers.cancel_group(self, FAILURE):
            self.tell("Stopped looking for a failure.")
        elif self.workers.cancel_group(self, HANDING):
            self.tell("Stopped reading; nothing was handed over.")
        elif self.reading.view.is_visiting and self.focused is self.transcript:
            self.reading.view.back_to_ledger()
        elif self.has_class("-reading") or self.focused is self.reader:
            self.action_to_list()
        elif self.channel is not None:
            self.pick_channel(None)
        elif self.machines.value != self.settings.machines:
            self.machines = Machines(self.settings.machines)
            self.read_list()

    # What is listed.

    def action_channel(self, step: int) -> None:
        """Show the next or previous channel, around the ends."""
        names = self.channel_bar.names
        index = names.index(self.channel) if self.channel in names else 0
        self.pick_channel(names[(index + step) % len(names)])

    def action_channel_at(self, number: int) -> None:
        """Show a channel by its number in the bar; 0 is all."""
        names = self.channel_bar.names
        if number < len(names):
            self.pick_channel(names[number])

    def pick_channel(self, channel: str | None) -> None:
        """Show a channel, ``None`` for all."""
        if channel == self.channel:
            return
        self.channel = channel
        self.channel_bar.show(self.listing.channels, channel)
        self.read_list()

    def action_machines(self) -> None:
        """Fold, show, or show only the threads that the assistant writes by itself."""
        ways = list(Machines)
        self.machines = ways[(ways.index(self.machines) + 1) % len(ways)]
        self.read_list()

    def action_search(self) -> None:
        """Search every conversation."""
        self.search.open()

    def action_next_unseen(self) -> None:
        """Go to the next conversation with something new."""
        self.unseen.go_to_next()

    def action_first_new(self) -> None:
        """Go to the first new message."""
        self.unseen.go_to_first()

    def action_save_view(self) -> None:
        """Keep what is listed under a name."""
        self.views.ask_name()

    def action_views(self) -> None:
        """Show what was kept under a name."""
        self.views.offer()

    def action_users(self) -> None:
        """Choose whose conversations to read."""
        self.work(self.listing.offer_users, group="users", exclusive=True)

    def action_reload(self) -> None:
        """Read the file again, keeping the selection and the place in the transcript."""
        self.read_list()
        if not self.is_replaced:
            self.reading.read_again()

    # What is read.

    def action_find(self) -> None:
        """Find in the conversation."""
        self.finder.open()

    def action_go_to(self) -> None:
        """Go to a date, a time or a position."""
        self.reading.ask_where_to()

    def action_match(self, direction: int) -> None:
        """Go to the next match towards the start, or towards the end (-1)."""
        self.finder.step(direction)

    def action_ledger(self) -> None:
        """Show a thread of the assistant's own as a ledger of its runs, or plain."""
        self.reading.view.toggle()

    def action_tools(self) -> None:
        """Show tool calls folded, by a line each, or in full."""
        options = self.transcript.options
        self.transcript.set_options(options._replace(tools=options.tools.following))

    def action_times(self) -> None:
        """Show times as clock, in full, or not at all."""
        options = self.transcript.options
        self.transcript.set_options(options._replace(times=options.times.following))

    def action_copy_text(self) -> None:
        """Copy what is selected: of the transcript the stored text, also of messages that are not held."""
        selection = self.transcript.text_selection
        if selection is None:
            super().action_copy_text()
        else:
            self.work(partial(self.reading.copy, selection), group="copy", exclusive=True)

    def action_links(self) -> None:
        """List the links of the message."""
        if (message := self.transcript.current_message) is not None:
            self.inspector.list_links(message)

    def action_raw(self) -> None:
        """Show what is stored of the message, byte for byte."""
        if (message := self.transcript.current_message) is not None:
            self.do(partial(self.inspector.show_raw, message))

    def action_pipe(self) -> None:
        """Pipe what is current to a command."""
        self.handing.ask_command()

    def action_pager(self) -> None:
        """Open what is current in a pager."""
        self.handing.page()

    # What is known, opened and edited.

    def action_open_special(self, kind: str) -> None:
        """Open a thread that the assistant keeps, or list them if there are many; asks before one is made."""
        self.do(partial(self.special.open, Kind(kind)))

    def action_info(self) -> None:
        """Show what is known of the conversation, and of the routine that writes to it."""
        if self.current is not None:
            self.do(partial(self.special.show_facts, self.current))

    def action_edit(self) -> None:
        """Edit the metadata of the conversation."""
        if self.current is not None:
            self.do(partial(self.desk.edit, self.current))

    def action_rename(self) -> None:
        """Give the conversation another title."""
        if self.current is not None:
            self.do(partial(self.desk.rename, self.current))

    def action_undo(self) -> None:
        """Undo the last edit."""
        self.do(self.desk.undo, is_write=True)

    def action_edits(self) -> None:
        """List past edits, to undo or redo one of them."""
        self.do(self.desk.list_edits)

    def action_export(self) -> None:
        """Take conversations along as a file."""
        self.do(partial(self.exporter.open, self.current, self.transcript.text_selection))

    def action_newsroom(self) -> None:
        """Show all that arrives, on every channel."""
        self.do(self.following.open_newsroom)

    def action_help(self) -> None:
        """Show every key."""
        from tui.modals.help import HelpScreen  # noqa: PLC0415 - deferred until asked for

        where = Scope.LIST if self.focused is self.conversations else Scope(self.reader.id)
        self.app.push_screen(HelpScreen(self.settings.keymap, where, can_write=not self.is_read_only))

"""The left pane: the list of conversations, read page by page, and the lines that say what it holds.

It is handed what to list by binding, and reads it anew whenever that changes.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.message import Message
from textual.reactive import var

from store.errors import StoreError
from store.records import Count, Machines
from tui.browser import captions
from tui.model.conversation_window import End, belongs, treated
from tui.model.listed_view import ListedView, words
from tui.widgets.caption import Caption
from tui.widgets.conversation_list import ConversationList
from tui.widgets.empty_state import EmptyState
from tui.widgets.fault_boundary import FaultBoundary

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.timer import Timer

    from store.contract.feed import News
    from store.records import Channel, Conversation, ConversationPage
    from tui.browser.host import Browser, Host
    from tui.browser.session import Session

COUNT_SECONDS = 0.5
"""How long after something came or went everything is counted anew."""


class ListPane(FaultBoundary, Vertical):
    """The conversations of one user.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        browser: Shows something else.
        reopen: Opens the file that took the place of ours, if the reader was told of it.
    """

    @dataclass
    class Emptied(Message):
        """There is nothing to list."""

    @dataclass
    class Counted(Message):
        """The channels were counted."""

        channels: tuple[Channel, ...]

    listed: var[ListedView | None] = var(None, init=False)
    """What is listed."""

    def __init__(
        self, session: Session, host: Host, browser: Browser, reopen: Callable[[], Awaitable[object]]
    ) -> None:
        super().__init__(id="list-pane", classes="pane")
        self._session = session
        self._store = session.store
        self._host = host
        self._browser = browser
        self._reopen = reopen
        self._title = Caption("Conversations", id="list-title", classes="title")
        self.conversations = ConversationList(session.now, session.tz, id="list")
        self._empty = EmptyState(id="list-empty")
        self._horizon = Caption(id="list-horizon")
        self._channels: tuple[Channel, ...] = ()
        self._counting: Timer | None = None
        self._request = 0
        """The number of the newest reading; answers of earlier ones are dropped."""

    def compose(self) -> ComposeResult:
        """Lay the pane out."""
        yield self._title
        yield self.conversations
        yield self._empty
        yield self._horizon

    # What is listed.

    def begin(self) -> None:
        """Show the first page, which may have come before the screen, or read it; offer users if it is empty."""
        page = self._session.start.page
        if page is not None and page.done() and not page.cancelled() and page.exception() is None:
            self._show(page.result(), select=self._session.start.selected)
        self._run(partial(self._read_first, self._next_request()), "list")

    def watch_listed(self, old: ListedView | None, new: ListedView | None) -> None:
        """Read the list anew when something else is to be listed."""
        if old is not None and new is not None:
            self._read_anew(None if old.user != new.user else self._selected_id, holds_keys=True)

    def reload(self) -> None:
        """Read the list again, keeping the selection."""
        self._read_anew(self._selected_id)

    def catch_up(self) -> None:
        """Take in what was written while nothing could be read; whoever is far down the list stays there."""
        place = self.conversations.window.first + self.conversations.selected
        self.reload() if place < self._session.settings.page_size else self._count_again()

    def apply_news(self, news: News) -> None:
        """Show what was written meanwhile, and count anew if a conversation came or went."""
        window, channel = self.conversations.window, self._view.channel
        changed = [each for each in news.conversations if belongs(each, channel, self._machines)]
        strangers = {each.id for each in news.conversations} - {each.id for each in changed}
        gone = [each for each in (*news.gone, *strangers) if window.index_of(each) is not None]
        is_counted = not gone and all(window.index_of(each.id) is not None for each in news.conversations)
        if news.is_missing_some or (not window.rows and changed):
            self.reload()
            return
        selected = self.conversations.highlighted
        if changed or gone:
            self.conversations.apply_news(changed, gone)
        following = self.conversations.highlighted
        is_lost = selected is not None and selected.id in gone
        # Somebody who reads it is told that it is gone, and stays there.
        if is_lost and following is not None and self.screen.focused is self.conversations:
            self.conversations.post_message(ConversationList.Highlighted(following))
        if not is_counted and self._counting is None:
            self._counting = self.set_timer(COUNT_SECONDS, self._count_again)

    # What keys do.

    def show_count(self, conversation: Conversation | None, counted: int | None) -> None:
        """Show how many messages a listed conversation has, once that is known better than up to a cap."""
        index = None if conversation is None else self.conversations.window.index_of(conversation.id)
        row = None if index is None else self.conversations.window.get(index)
        if row is not None and row.total.capped and counted is not None:
            self.conversations.renew(replace(row, total=Count(counted)))

    def step_channel(self, step: int) -> None:
        """Show the next or previous channel, around the ends."""
        names, channel = self._channel_names, self._view.channel
        self.pick_channel(names[((names.index(channel) if channel in names else 0) + step) % len(names)])

    def pick_channel_at(self, number: int) -> None:
        """Show a channel by its number in the bar; 0 is all."""
        names = self._channel_names
        if number < len(names):
            self.pick_channel(names[number])
        else:
            self._host.explain(f"There is no channel number {number}.")

    def pick_channel(self, channel: str | None) -> None:
        """Show a channel, ``None`` for all."""
        if channel == self._view.channel:
            self._host.explain("Every channel is listed." if channel is None else "That channel is listed.")
        self._browser.list_view(self._view._replace(channel=channel))

    def step_machines(self) -> None:
        """Fold, show, or show only the threads that the assistant writes by itself."""
        ways = list(Machines)
        machines = ways[(ways.index(self._view.machines) + 1) % len(ways)]
        self._browser.list_view(self._view._replace(machines=machines))

    def widen(self) -> bool:
        """List every channel again, then machine threads as the settings say; return whether anything changed."""
        machines = Machines(self._session.settings.machines)
        if self._view.channel is not None:
            self.pick_channel(None)
        elif self._view.machines is not machines:
            self._browser.list_view(self._view._replace(machines=machines))
        else:
            return False
        return True

    def offer_users(self) -> None:
        """Choose whose conversations to read."""
        from tui.modals.picker import Picker

        picker = Picker("Whose conversations?")

        async def fill() -> None:
            users = await self._store.list_users()
            choices = [
                (user.id, f"{user.id or '(no user)'} · {user.conversations:,} conversations") for user in users
            ]
            picker.fill(choices, self._view.user)

        self._host.ask(picker, self._take_user, fill=fill)

    # What the list says.

    def on_conversation_list_more_wanted(self, event: ConversationList.MoreWanted) -> None:
        """Read the list on at one end."""
        self._run(partial(self._extend, event.end, self._request), "list-page")

    def on_conversation_list_end_wanted(self, event: ConversationList.EndWanted) -> None:
        """Go to the newest or the oldest conversation, loading only that end."""
        work = partial(self._read, self._next_request(), oldest=event.end is End.OLDER)
        self._run(work, "list", holds_keys=True)

    def on_conversation_list_moved(self) -> None:
        """Say what of the list is held, left and hidden."""
        view = self._view
        self._horizon.text = captions.of_list(
            self.conversations.window,
            self._channels,
            view.channel,
            self._machines,
            self._session.tz,
            new_above=self.conversations.new_above,
            marked=len(self.conversations.marked),
        )
        self._title.text = " · ".join(filter(None, ("Conversations", words(view))))

    # Reading.

    async def _read_first(self, request: int) -> None:
        try:
            page = await (self._session.start.page or self._page())
            if not page.conversations and not self._session.start.is_user_explicit:
                has_any = await self._store.list_channels(self._view.user)
                if not has_any and await self._store.list_users() and request == self._request:
                    self._show(page)
                    self.offer_users()
                    return
            if request != self._request:
                return
            if not self.conversations.window.rows:
                self._show(page, select=self._session.start.selected)
            await self._count(request)
        except StoreError as error:
            self._fail(request, error)

    async def _read(self, request: int, select: str | None = None, *, oldest: bool = False) -> None:
        """Read the list anew from one end, and select a conversation of it, by default the one at that end."""
        try:
            await self._reopen()
            page = await self._page(oldest=oldest)
            if request == self._request:
                self._show(page, select=select)
                await self._count(request)
        except StoreError as error:
            self._fail(request, error)

    async def _extend(self, end: End, request: int) -> None:
        edge = self.conversations.window.edge(end)
        is_taken = False
        try:
            page = await self._page(end=end)
            is_taken = request == self._request and edge is not None and edge is self.conversations.window.edge(end)
        finally:
            if not is_taken:
                self.conversations.answer_failed()
        if is_taken:
            self.conversations.extend(end, page)

    async def _count(self, request: int) -> None:
        """Count the channels and the list."""
        view = self._view
        channels = tuple(await self._store.list_channels(view.user))
        total = await self._store.count_conversations(view.user, channel=view.channel, machines=self._machines)
        if request != self._request:
            return
        self._channels = channels
        self.post_message(self.Counted(channels))
        self.conversations.set_total(total)
        has_rows = bool(self.conversations.window.rows)
        if not has_rows and view.channel is None and any(each.folded for each in channels):
            self.show_empty("Only routine and heartbeat threads here", "a shows them")

    async def _page(self, *, end: End | None = None, oldest: bool = False) -> ConversationPage:
        window, view = self.conversations.window, self._view
        edge = window.edge(end) if end is not None else None
        cursor = edge.cursor if edge is not None else None
        return await self._store.list_conversations(
            view.user,
            channel=view.channel,
            machines=self._machines,
            after=cursor if end is End.OLDER else None,
            before=cursor if end is End.NEWER else None,
            oldest=oldest,
            limit=self._session.settings.page_size,
        )

    # Showing.

    def show_empty(self, title: str, hint: str, *, is_error: bool = False) -> None:
        """Say why there is no list, and what to do."""
        self._empty.say(title, hint, is_error=is_error)
        self.add_class("-empty")

    def _show(self, page: ConversationPage, *, select: str | None = None) -> None:
        """Show a page at one end of the list, or say why there is nothing to show."""
        self.conversations.start(page, select=select)
        view = self._view
        if page.conversations:
            self.remove_class("-empty")
            return
        if view.channel is not None or view.machines is Machines.ONLY:
            self.show_empty("No conversation here", "esc shows every channel again")
        else:
            self.show_empty(f"{view.user} has no conversations yet", "U shows other users · ctrl+r reads again")
        self.post_message(self.Emptied())

    def _fail(self, request: int, error: StoreError) -> None:
        is_kept = self._host.report_if_out_of_reach(error) and self.conversations.window.rows
        if request == self._request and not is_kept:
            self.show_empty("Could not read the conversations", f"{error}\n\n{captions.RETRY}", is_error=True)

    def _take_user(self, user: str | None) -> None:
        if user is not None and user != self._view.user:
            self._session.state.set(f"user:{self._session.origin.shown}", user)
            self._browser.list_view(ListedView(user, machines=self._view.machines))
        elif not self.conversations.window.rows:
            self.reload()

    def _count_again(self) -> None:
        self._counting = None
        self._run(partial(self._count, self._request), "count")

    def _read_anew(self, select: str | None, *, holds_keys: bool = False) -> None:
        self._run(partial(self._read, self._next_request(), select), "list", holds_keys=holds_keys)

    def _next_request(self) -> int:
        self._request += 1
        return self._request

    def _run(self, work: Callable[[], Awaitable[object]], group: str, *, holds_keys: bool = False) -> None:
        self._host.run(work, group=group, exclusive=True, owner=self, holds_keys=holds_keys)

    @property
    def _view(self) -> ListedView:
        return self._browser.view

    @property
    def _machines(self) -> Machines:
        return treated(self._view.channel, self._view.machines)

    @property
    def _selected_id(self) -> str | None:
        return selected.id if (selected := self.conversations.highlighted) is not None else None

    @property
    def _channel_names(self) -> list[str | None]:
        """Return what can be picked, in order: all, then each channel."""
        return [None, *(channel.name for channel in self._channels)]

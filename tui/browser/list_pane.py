"""The left pane: the list of conversations, read page by page, and the lines that say what it holds.

It is handed what to list by binding, and reads it anew whenever that changes.
"""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from textual.containers import Vertical
from textual.message import Message
from textual.reactive import var

from store.errors import NotUnderstood, StoreError
from store.records import ConversationPage, Count, Machines
from tui.browser import captions
from tui.browser.list_reader import ListReader
from tui.browser.view_choice import ViewChoice
from tui.config.date_order import date_order
from tui.model.conversation_window import End
from tui.model.listed_filter import ListedFilter, filter_of
from tui.model.listed_view import ListedView, words
from tui.widgets.caption import Caption
from tui.widgets.conversation_list import ConversationList
from tui.widgets.empty_state import EmptyState
from tui.widgets.fault_boundary import FaultBoundary
from tui.widgets.query_bar import QueryBar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.timer import Timer

    from store.contract.feed import News
    from store.records import Channel, Conversation
    from tui.browser.host import Browser, Host
    from tui.browser.session import Session

NOTHING = ConversationPage((), has_newer=False, has_older=False)
CLEARS = "esc clears the filter"
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

    class Emptied(Message):
        """There is nothing to list."""

    class UsersWanted(Message):
        """Nobody said whose conversations to list, and this user has none."""

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
        self._filter_bar = QueryBar("filter", "filter", "the list")
        self._horizon = Caption(id="list-horizon")
        self.choice = ViewChoice(
            session,
            host,
            browser,
            bar=self._filter_bar,
            conversations=self.conversations,
            reload=partial(self.reload, holds_keys=True),
        )
        self._reader = ListReader(session.store, ListedFilter(browser.view), session.settings.page_size)
        self._counting: Timer | None = None
        self._offers_users = not session.start.is_user_explicit
        """Whether other users are offered if this one has nothing."""
        self._request = 0
        """The number of the newest reading; answers of earlier ones are dropped."""

    def compose(self) -> ComposeResult:
        """Lay the pane out."""
        yield self._title
        yield self.conversations
        yield self._empty
        yield self._filter_bar
        yield self._horizon

    # What is listed.

    def begin(self) -> None:
        """Show the first page, which may have come before the screen, or read it; offer users if it is empty."""
        page = self._session.start.page if not self._view.query else None
        if page is not None and page.done() and not page.cancelled() and page.exception() is None:
            self._show(page.result(), select=self._session.start.selected)
        # Keys are meant for what is listed.
        holds_keys = not self.conversations.window.rows
        self._run(partial(self._read_first, self._next_request()), "list", holds_keys=holds_keys)

    def watch_listed(self, old: ListedView | None, new: ListedView | None) -> None:
        """Read the list anew when something else is to be listed."""
        if old is not None and new is not None:
            # While a filter is typed, keys are for its field.
            holds_keys = not self._filter_bar.entry.has_focus
            self._read_anew(None if old.user != new.user else self._selected_id, holds_keys=holds_keys)

    def reload(self, *, holds_keys: bool = False) -> None:
        """Read the list again, keeping the selection."""
        self._read_anew(self._selected_id, holds_keys=holds_keys)

    def catch_up(self) -> None:
        """Take in what was written while nothing could be read; whoever is far down the list stays there."""
        place = self.conversations.window.first + self.conversations.selected
        self.reload() if place < self._session.settings.page_size else self._count_again()

    def apply_news(self, news: News) -> None:
        """Show what was written meanwhile, and count anew if a conversation came or went."""
        window = self.conversations.window
        changed = [each for each in news.conversations if self._reader.chosen.holds(each)]
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
        self._horizon.text = captions.of_list(
            self.conversations.window,
            self.choice.channels,
            self._reader.chosen,
            self._session.tz,
            new_above=self.conversations.new_above,
            marked=len(self.conversations.marked),
            looked=self._looked if self.conversations.window.in_flight is not None else "",
        )
        self._title.text = " · ".join(filter(None, ("Conversations", words(self._view))))

    def on_query_bar_typed(self, event: QueryBar.Typed) -> None:
        """Filter the list by what is typed."""
        self.choice.type_filter(event.text)

    def on_query_bar_accepted(self) -> None:
        """Go from the field to the list."""
        self.choice.accept_filter()

    # Reading.

    async def _read_first(self, request: int) -> None:
        start = self._session.start
        if start.page is None or self._view.query:
            await self._read(request, start.selected)
            return
        try:
            page = await start.page
            if request == self._request and not self.conversations.window.rows:
                self._show(page, select=start.selected)
            await self._count(request)
        except StoreError as error:
            self._fail(request, error)

    async def _read(self, request: int, select: str | None = None, *, oldest: bool = False) -> None:
        """Read the list anew from one end, and select a conversation of it, by default the one at that end."""
        try:
            await self._reopen()
            settings = self._session.settings
            chosen = filter_of(self._view, self._session.now(), self._session.tz, date_order())
            self._reader = ListReader(self._store, chosen, settings.page_size)
            async with aclosing(self._reader.pages(End.NEWER if oldest else End.OLDER)) as pages:
                async for page in pages:
                    if request != self._request:
                        return
                    self._show(page, select=select)
            await self._count(request)
        except NotUnderstood as error:
            self.conversations.start(NOTHING)
            self.show_empty("This is no filter", f"{error}\n\nesc lists everything · c changes it", is_error=True)
        except StoreError as error:
            self._fail(request, error)

    async def _extend(self, end: End, request: int) -> None:
        """Read the list on at an end, until something is found or nothing is left."""
        edge = self.conversations.window.edge(end)
        found: ConversationPage | None = None
        try:
            if edge is not None:
                async with aclosing(self._reader.pages(end, edge)) as pages:
                    async for page in pages:
                        found = page if request == self._request and self._ends_with(edge, end) else None
                        if found is None:
                            break
                        self.on_conversation_list_moved()
        finally:
            if found is None:
                self.conversations.answer_failed()
        if found is not None:
            self.conversations.extend(end, found)

    async def _count(self, request: int) -> None:
        """Count the channels and the list."""
        reader = self._reader
        channels = tuple(await self._store.list_channels(self._view.user))
        total = await reader.count()
        if request != self._request:
            return
        self.choice.channels = channels
        self.post_message(self.Counted(channels))
        if reader.chosen.query is None:
            self.conversations.set_total(total)
        if self._offers_users and not channels and await self._store.list_users():
            self.post_message(self.UsersWanted())
        self._offers_users = False
        has_rows = bool(self.conversations.window.rows)
        is_all = reader.chosen.channel is None and reader.chosen.query is None
        if not has_rows and is_all and any(each.folded for each in channels):
            self.show_empty("Only routine and heartbeat threads here", "a shows them")

    # Showing.

    def show_empty(self, title: str, hint: str, *, is_error: bool = False) -> None:
        """Say why there is no list, and what to do."""
        self._empty.say(title, hint, is_error=is_error)
        self.add_class("-empty")

    def _show(self, page: ConversationPage, *, select: str | None = None) -> None:
        """Show a page at one end of the list, or say why there is nothing to show."""
        view = self._view
        if view.query:
            # How many match is known only at the end.
            self.conversations.window.total = None
        self.conversations.start(page, select=select)
        if page.conversations:
            self.remove_class("-empty")
            return
        if page.has_older or page.has_newer:
            self.show_empty("No match yet", f"{self._looked}\n\n{CLEARS}")
            return
        if view.query:
            self.show_empty("No conversation matches", CLEARS)
        elif view.channel is not None or view.machines is Machines.ONLY:
            self.show_empty("No conversation here", "esc shows every channel again")
        else:
            self.show_empty(f"{view.user} has no conversations yet", "U shows other users · ctrl+r reads again")
        self.post_message(self.Emptied())

    def _fail(self, request: int, error: StoreError) -> None:
        is_kept = self._host.report_if_out_of_reach(error) and self.conversations.window.rows
        if request == self._request and not is_kept:
            self.show_empty("Could not read the conversations", f"{error}\n\n{captions.RETRY}", is_error=True)

    def _count_again(self) -> None:
        self._counting = None
        self._run(partial(self._count, self._request), "count")

    def _read_anew(self, select: str | None, *, holds_keys: bool = False) -> None:
        self._run(partial(self._read, self._next_request(), select), "list", holds_keys=holds_keys)

    def _next_request(self) -> int:
        self._host.stop("list-page", owner=self)
        self._request += 1
        return self._request

    def _run(self, work: Callable[[], Awaitable[object]], group: str, *, holds_keys: bool = False) -> None:
        self._host.run(work, group=group, exclusive=True, owner=self, holds_keys=holds_keys)

    @property
    def _view(self) -> ListedView:
        return self._browser.view

    @property
    def _looked(self) -> str:
        """Return how far a filtered list was looked through."""
        reader = self._reader
        of = f" of {reader.total:,}" if reader.total is not None else ""
        return f"⋯ {reader.looked:,}{of} looked at" if reader.chosen.query is not None else ""

    def _ends_with(self, conversation: Conversation, end: End) -> bool:
        """Tell whether a conversation still is the last one held at an end."""
        edge = self.conversations.window.edge(end)
        return edge is not None and edge.id == conversation.id

    @property
    def _selected_id(self) -> str | None:
        return selected.id if (selected := self.conversations.highlighted) is not None else None

"""The list's supply: reads pages, counts and users from the store, and says why the pane is empty.

The browser screen's right hand for the list; it alone calls this, as work beside the screen. Errors of the store pass
through to it, except that the list's own are told in its pane.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import StoreError
from store.records import Machines
from tui.browser import captions as horizon
from tui.model.conversation_window import End, belongs, treated
from tui.model.listed_view import View, words
from tui.widgets.caption import Caption
from tui.widgets.messages import ConversationHighlighted

if TYPE_CHECKING:
    from textual.timer import Timer

    from store.contract.feed import News
    from store.contract.store import ConversationStore
    from store.records import Channel, ConversationPage
    from tui.browser.screen import BrowserScreen
    from tui.browser.session import Start

RETRY = "ctrl+r reads again"
COUNT_SECONDS = 0.5
"""How long after something came or went everything is counted anew."""


class Listing:
    """The way from one store to the list and the channel bar.

    Args:
        store: Where conversations come from.
        browser: The screen that shows them.
    """

    def __init__(self, store: ConversationStore, browser: BrowserScreen) -> None:
        self._store = store
        self._browser = browser
        self._list = browser.conversations
        self.channels: list[Channel] = []
        """The channels of the user with their counts."""
        self._counting: Timer | None = None

    async def read(self, select: str | None = None, *, oldest: bool = False) -> None:
        """Read the list anew from one end, and select a conversation of it.

        Args:
            select: Its id; by default the one at that end.
            oldest: Start from the oldest.
        """
        try:
            await self._browser.see_to_the_file()
            self.show(await self._page(oldest=oldest), select=select)
            await self.count()
        except StoreError as error:
            self._fail(error)

    async def read_first(self, start: Start) -> None:
        """Read the first list, or take the page that was asked for before; offer users if it is empty."""
        try:
            page = await (start.page or self._page())
            if not page.conversations and not start.is_user_explicit:
                has_any = await self._store.list_channels(self._browser.user)
                if not has_any and await self.offer_users():
                    return
            if not self._list.window.rows:
                self.show(page)
            await self.count()
        except StoreError as error:
            self._fail(error)

    def show(self, page: ConversationPage, *, select: str | None = None) -> None:
        """Show a page at one end of the list, or say why there is nothing to show."""
        self._list.start(page, select=select)
        browser = self._browser
        if page.conversations:
            browser.query_one("#list-pane").remove_class("-empty")
            if browser.focused is None:
                self._list.focus()
            return
        if browser.channel is not None or browser.machines is Machines.ONLY:
            browser.face("list", "No conversation here", "esc shows every channel again")
        else:
            hint = "U shows other users · ctrl+r reads again"
            browser.face("list", f"{browser.user} has no conversations yet", hint)
        browser.reading.close()

    async def count(self) -> None:
        """Count the channels and the list."""
        browser = self._browser
        self.channels = await self._store.list_channels(browser.user)
        browser.channel_bar.show(self.channels, browser.channel)
        total = await self._store.count_conversations(browser.user, channel=browser.channel, machines=self._machines)
        self._list.set_total(total)
        if not self._list.window.rows and browser.channel is None and any(each.folded for each in self.channels):
            browser.face("list", "Only routine and heartbeat threads here", "a shows them")

    async def extend(self, end: End) -> None:
        """Read the list on at one end."""
        edge = self._list.window.edge(end)
        try:
            page = await self._page(end=end)
        except StoreError:
            self._list.answer_failed()
            raise
        if edge is self._list.window.edge(end):
            self._list.extend(end, page)

    def take_in(self, news: News) -> None:
        """Show what was written meanwhile, and count anew if a conversation came or went."""
        window, channel = self._list.window, self._browser.channel
        changed = [each for each in news.conversations if belongs(each, channel, self._machines)]
        strangers = {each.id for each in news.conversations} - {each.id for each in changed}
        gone = [each for each in (*news.gone, *strangers) if window.index_of(each) is not None]
        is_counted = not gone and all(window.index_of(each.id) is not None for each in news.conversations)
        if not window.rows and changed:
            self._browser.read_list()
            return
        selected = self._list.highlighted
        if changed or gone:
            self._list.take_in(changed, gone)
        following = self._list.highlighted
        is_lost = selected is not None and selected.id in gone
        if is_lost and following is not None and not self._browser.reader.has_focus:
            self._browser.post_message(ConversationHighlighted(following))
        if not is_counted and self._counting is None:
            self._counting = self._browser.set_timer(COUNT_SECONDS, self._count_again)

    def _count_again(self) -> None:
        self._counting = None
        self._browser.work(self.count, group="count", exclusive=True)

    def tell(self) -> None:
        """Say what of the list is held, left and hidden."""
        browser = self._browser
        text = horizon.of_list(
            self._list.window,
            self.channels,
            browser.channel,
            self._machines,
            browser.tz,
            new_above=self._list.new_above,
        )
        browser.query_one("#list-horizon", Caption).text = text
        filters = words(View(browser.user, browser.channel, browser.machines))
        browser.query_one("#list-title", Caption).text = f"Conversations · {filters}" if filters else "Conversations"

    async def offer_users(self) -> bool:
        """Offer the users of the file; return whether there was anybody to offer."""
        from tui.modals.picker import Picker  # noqa: PLC0415 - deferred until asked for

        users = await self._store.list_users()
        if not users:
            return False
        choices = [(user.id, f"{user.id or '(no user)'} · {user.conversations:,} conversations") for user in users]
        browser = self._browser
        browser.app.push_screen(Picker("Whose conversations?", choices, browser.user), browser.take_user)
        return True

    @property
    def _machines(self) -> Machines:
        return treated(self._browser.channel, self._browser.machines)

    async def _page(self, *, end: End | None = None, oldest: bool = False) -> ConversationPage:
        rows = self._list.window.rows
        return await self._store.list_conversations(
            self._browser.user,
            channel=self._browser.channel,
            machines=self._machines,
            after=rows[-1].cursor if end is End.OLDER else None,
            before=rows[0].cursor if end is End.NEWER else None,
            oldest=oldest,
            limit=self._browser.settings.page_size,
        )

    def _fail(self, error: StoreError) -> None:
        self._browser.face("list", "Could not read the conversations", f"{error}\n\n{RETRY}", is_error=True)

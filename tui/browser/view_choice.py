"""What keys choose to be listed: the channel, machine threads, and the filter that is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from store.errors import NotUnderstood
from store.records import Machines
from tui.config.date_order import date_order
from tui.model.listed_filter import filter_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from store.records import Channel
    from tui.browser.host import Browser, Host
    from tui.browser.session import Session
    from tui.model.listed_view import ListedView
    from tui.widgets.conversation_list import ConversationList
    from tui.widgets.query_bar import QueryBar

HINT = "words -without channel: kind: since: until:"


class ViewChoice:
    """The choice of what is listed.

    Args:
        session: What the browser works with.
        host: Runs, says and asks.
        browser: Lists something else.
        bar: Where a filter is typed.
        conversations: What is listed.
        reload: Lists the same again, keys waiting for it.
    """

    def __init__(
        self,
        session: Session,
        host: Host,
        browser: Browser,
        *,
        bar: QueryBar,
        conversations: ConversationList,
        reload: Callable[[], None],
    ) -> None:
        self._session = session
        self._host = host
        self._browser = browser
        self._bar = bar
        self._conversations = conversations
        self._reload = reload
        self._filter_before = ""
        self.channels: tuple[Channel, ...] = ()
        """The channels of the user, in the order of their numbers."""

    # Channels and machine threads.

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
        """Let go of the filter, else of the channel, else of how machine threads are shown; return whether of any."""
        machines = Machines(self._session.settings.machines)
        if self._view.query:
            self._bar.remove_class("-shown")
            self._browser.list_view(self._view._replace(query=""))
        elif self._view.channel is not None:
            self.pick_channel(None)
        elif self._view.machines is not machines:
            self._browser.list_view(self._view._replace(machines=machines))
        else:
            return False
        return True

    # The filter.

    def ask_filter(self) -> None:
        """Ask what the list is to be filtered by."""
        self._filter_before = self._view.query
        self._bar.put(self._view.query)
        self._bar.entry.action_select_all()
        self._bar.say(HINT)
        self._bar.add_class("-shown")
        self._bar.screen.set_focus(self._bar.entry)

    def type_filter(self, text: str) -> bool:
        """Filter the list by what is typed, or say why it is no filter; return whether it is one."""
        view = self._view._replace(query=text.strip())
        try:
            filter_of(view, self._session.now(), self._session.tz, date_order())
        except NotUnderstood as error:
            self._bar.say(str(error), is_error=True)
            return False
        self._bar.say(HINT)
        self._browser.list_view(view)
        return True

    def accept_filter(self) -> None:
        """Go from the field to the list, unless what is typed is no filter."""
        if self.type_filter(self._bar.entry.value):
            self._close_field()
            self._reload()

    def leave_filter(self) -> bool:
        """Go from the field to the list as it was before; return whether a filter was being typed."""
        if not self._bar.entry.has_focus:
            return False
        self._close_field()
        self._browser.list_view(self._view._replace(query=self._filter_before))
        return True

    def close_left_field(self) -> None:
        """Take the field away if something else has the focus; what was typed stays the filter."""
        if self._bar.screen.focused is not self._bar.entry:
            self._bar.remove_class("-shown")

    def _close_field(self) -> None:
        self._bar.remove_class("-shown")
        self._bar.screen.set_focus(self._conversations)

    @property
    def _view(self) -> ListedView:
        return self._browser.view

    @property
    def _channel_names(self) -> list[str | None]:
        """Return what can be picked, in order: all, then each channel."""
        return [None, *(channel.name for channel in self.channels)]

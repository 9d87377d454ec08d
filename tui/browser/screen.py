"""The browser: lays out its two panes, holds what several parts show, and finds the feature that a command names."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.containers import Vertical
from textual.reactive import Reactive, var
from textual.screen import Screen

from store.records import Machines
from tui.browser.database_state import DatabaseState
from tui.browser.host import FOR_PROGRAM, Host
from tui.browser.list_pane import ListPane
from tui.browser.parts import Part, parts_of
from tui.commands import NEEDS, Scope, bindings
from tui.model.listed_view import ListedView
from tui.widgets.channel_bar import ChannelBar
from tui.widgets.fault_boundary import FaultBoundary
from tui.widgets.key_bar import KeyBar
from tui.widgets.key_queue import KeyQueue
from tui.widgets.panes import Panes
from tui.widgets.shared_messages import TranscriptMoved
from tui.widgets.status_bar import StatusBar

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

    from store.contract.feed import News
    from store.records import Channel, Conversation
    from tui.browser.background_work import BackgroundWork
    from tui.browser.catch_up import CatchUp
    from tui.browser.features import Features
    from tui.browser.live_updates import LiveUpdates
    from tui.browser.pane_focus import PaneFocus
    from tui.browser.reading_pane import ReadingPane
    from tui.browser.session import Session
    from tui.browser.unseen import UnseenMarks
    from tui.widgets.conversation_list import ConversationList
    from tui.widgets.shared_messages import NoEffect


class BrowserScreen(FaultBoundary, Screen[None]):
    """The channel bar, the list, the transcript, and the lines that say what is shown of what.

    Args:
        session: What the browser works with.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.BROWSER)]
    BINDING_GROUP_TITLE = "Browser"
    BLANK = True
    focused: Reactive[Widget | None] = Reactive(None, repaint=False)
    """What has the focus; panes show it, so that the screen need not be painted whole."""
    AUTO_FOCUS = ""

    listed: var[ListedView] = var(ListedView(""), init=False)
    """What is listed."""
    badges: var[tuple[str, ...]] = var(())
    """In what mode the browser is."""
    user: var[str] = var("")
    channel: var[str | None] = var(None)
    channels: var[tuple[Channel, ...]] = var(())
    """The channels of the user with their counts."""
    unseen_counts: var[Mapping[str, int]] = var({})
    """How many conversations of each channel have something new."""

    reading: Part[ReadingPane] = Part()
    panes: Part[PaneFocus] = Part()
    live: Part[LiveUpdates] = Part()
    unseen: Part[UnseenMarks] = Part()
    catch_up: Part[CatchUp] = Part()
    features: Part[Features] = Part()
    beside: Part[BackgroundWork] = Part()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        start = session.start
        view = ListedView(start.user, start.channel, Machines(session.settings.machines))
        self.set_reactive(BrowserScreen.listed, start.place.view if start.place is not None else view)
        self._has_parts = False
        self.takes_keys = False
        """Whether keys may be handed to it; the queue of keys asks."""
        self.status = StatusBar()
        self.channel_bar = ChannelBar()
        self.host = Host(self)
        self.database = DatabaseState(session, self.host, on_change=self._show_database, on_reopened=self._begin_anew)
        self.host.on_lost = self.database.report_lost
        self.list_pane = ListPane(session, self.host, self, self.database.reopen_if_lost)
        self.both_panes = Panes(id="panes")
        self._gap = Vertical(id="gap", classes="pane")
        """Where what is read will be."""
        self._key_bar = KeyBar()

    def compose(self) -> ComposeResult:
        """Lay the browser out."""
        yield self.status.data_bind(BrowserScreen.user, BrowserScreen.badges)
        yield self.channel_bar.data_bind(
            BrowserScreen.channels, picked=BrowserScreen.channel, unseen=BrowserScreen.unseen_counts
        )
        with self.both_panes:
            yield self.list_pane.data_bind(BrowserScreen.listed)
            yield self._gap
        yield self._key_bar

    def on_mount(self) -> None:
        """Show the list; all else comes once it is painted."""
        self.status.path = self.session.title
        self.set_focus(self.list_pane.conversations)
        self.update_badges()
        self.list_pane.begin()
        self.call_after_refresh(self.make_parts)

    def on_screen_suspend(self) -> None:
        """Wait no longer for a first frame that something else covers."""
        self.make_parts()

    def make_parts(self) -> None:
        """Make what lies beside the list, once."""
        if self._has_parts:
            return
        self._has_parts = True
        vars(self).update(parts_of(self)._asdict())
        # Nothing is attached any more to a program that was told to leave.
        if self.both_panes.is_attached:
            self._gap.display = False
            self.both_panes.mount(self.reading)
            self._gap.remove()
        self.database.on_reconnected = self.catch_up.run
        # At once: of moves that come faster than frames, a message tells the last.
        self.watch(self.reading.transcript, "moves", self.unseen.look, init=False)
        if self.session.refresh_seconds:
            self.set_interval(self.session.refresh_seconds, self._draw_ages)
        # What is in sight, and what keys move in, depends on sizes.
        self.call_after_refresh(self._begin)

    async def on_unmount(self) -> None:
        """Keep what was seen; wait for what still uses the store."""
        if self._has_parts:
            await self.unseen.end()
        await self.host.end()

    def compute_user(self) -> str:
        """Return whose conversations are listed."""
        return self.listed.user

    def compute_channel(self) -> str | None:
        """Return the picked channel, ``None`` for all."""
        return self.listed.channel

    # What keys do.

    def action_run(self, command: str, *arguments: object) -> None:
        """Run a command: a method of a feature, such as ``edits.rename``."""
        self.features.run(command, *arguments)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Hide what needs something that the store cannot do."""
        return action != "run" or not parameters or self.reason_against(str(parameters[0])) is None

    def reason_against(self, command: str) -> str | None:
        """Return in one sentence why the store cannot do what a command needs; ``None`` if it can."""
        needs = NEEDS.get(command)
        return self.session.store.capabilities[needs] if needs is not None else None

    def action_back(self) -> None:
        """Leave one layer: what was said, selection, find, transcript, filter, channel, machine threads."""
        if self.host.take_away_said():
            pass
        elif self.selections:
            self.clear_selection()
        elif self.list_pane.choice.leave_filter() or self.reading.leave_search():
            pass
        elif self.host.stop(FOR_PROGRAM):
            self.host.say("Stopped reading; nothing was handed over.")
        elif self.reading.view.leave_visit():
            pass
        elif self.both_panes.shows_reading or self.panes.is_reading:
            self.panes.to_list()
        elif not self.list_pane.choice.widen():
            self.host.explain("There is nothing to leave; q leaves clawback.")

    def action_copy_text(self) -> None:
        """Copy what is selected: of the transcript the stored text, also of messages that are not held."""
        if self.reading.transcript.text_selection is not None:
            self.features["message"].copy_selection()
        else:
            super().action_copy_text()

    def action_help(self) -> None:
        """Show every key."""
        from tui.modals.help import HelpScreen

        where = Scope.LIST if self.focused is self.list_pane.conversations else Scope(self.reading.reader.id)
        self.host.ask(HelpScreen(self.session.settings.keymap, where, lacking=self.session.lacking))

    # What the parts say.

    def on_conversation_list_highlighted(self, event: ConversationList.Highlighted) -> None:
        """Show the selected conversation beside the list."""
        if self.takes_keys:
            self._preview(event.conversation)

    def on_conversation_list_opened(self, event: ConversationList.Opened) -> None:
        """Read a conversation."""
        self.open(event.conversation)

    def on_list_pane_emptied(self) -> None:
        """Show nothing where nothing is listed."""
        self.reading.close()

    def on_list_pane_users_wanted(self) -> None:
        """Ask whose conversations to list."""
        self.features["users"].begin()

    def on_list_pane_counted(self, event: ListPane.Counted) -> None:
        """Show the channels."""
        self.channels = event.channels

    def on_channel_bar_picked(self, event: ChannelBar.Picked) -> None:
        """List the picked channel."""
        self.list_pane.choice.pick_channel(event.channel)

    def on_transcript_moved(self) -> None:
        """Note what is seen, and say whether the end is followed."""
        self.unseen.look()
        self.panes.place_said()
        self.list_pane.show_count(self.reading.conversation, self.reading.loader.counted)
        self.update_badges()

    def on_descendant_focus(self) -> None:
        """Note as seen what the reader turns to, and close what was left; what is read was chosen on purpose."""
        if not self._has_parts:
            return
        if self.panes.is_reading:
            self.list_pane.conversations.stays_newest = False
        self.list_pane.choice.close_left_field()
        self.unseen.look()
        self.panes.place_said()

    def on_no_effect(self, event: NoEffect) -> None:
        """Say why a key did nothing."""
        self.host.explain(event.why)

    def watch_listed(self, old: ListedView, new: ListedView) -> None:
        """Close what another user reads."""
        if old.user != new.user:
            self.reading.close()
            self.beside.change_user()

    # What the browser offers its parts.

    @property
    def view(self) -> ListedView:
        """Return what is listed: user, channel, machine threads, filter."""
        return self.listed

    @property
    def current(self) -> Conversation | None:
        """Return the conversation that keys act on: the one being read, else the selected one."""
        return self.reading.conversation if self.panes.is_reading else self.list_pane.conversations.highlighted

    def open(self, conversation: Conversation, then: Callable[[], None] | None = None) -> None:
        """Read a conversation, whether the list holds it or not, and do something once it is open."""
        self.both_panes.show_reading(is_shown=True)
        self.reading.open(conversation, then)
        self.list_pane.conversations.select(conversation.id)
        self.set_focus(self.reading.reader)

    def list_view(self, view: ListedView) -> None:
        """List what a view is about."""
        self.listed = view

    def reload(self) -> None:
        """Read again what is listed and what is open."""
        self.list_pane.reload()
        if not self.database.is_lost:
            self.reading.read_again()
            selected = self.list_pane.conversations.highlighted
            if not self.reading.is_wanted and selected is not None:
                self.reading.open(selected)

    async def renew(self, conversation_id: str) -> None:
        """Show a conversation by what is stored of it now, where it is listed or read."""
        conversation = await self.session.store.get_conversation(conversation_id, self.listed.user)
        self.list_pane.conversations.renew(conversation)
        shown = self.reading.conversation
        if shown is not None and shown.id == conversation_id:
            self.reading.renew(conversation)

    def update_badges(self) -> None:
        """Show in what mode the browser is."""
        follows = self._has_parts and self.live.is_on and self.reading.conversation is not None
        follows = follows and self.reading.view.follows and not self.database.is_lost
        self.badges = (*self.database.marks, *(("following",) if follows else ()))

    # Within.

    def _begin(self) -> None:
        """Begin with what the start asks for, now that both panes have their sizes, and take keys."""
        if selected := self.list_pane.conversations.highlighted:
            self._preview(selected)
        self.beside.begin()
        self.panes.place_said()
        self.takes_keys = True
        if isinstance(self.app, KeyQueue):
            self.app.keys_may_go()

    def _preview(self, conversation: Conversation) -> None:
        if not self.has_class("-narrow"):
            self.reading.preview.show(conversation)

    async def apply_news(self, news: News) -> None:
        """Show what was written: what is read grows before it is counted as unseen, so that what is seen is not."""
        self.list_pane.apply_news(news)
        await self.reading.apply_news(news)
        self.unseen.apply_news(news)

    def watched(self) -> list[str]:
        """Return the ids of the conversations on the screen."""
        watched, opened = self.list_pane.conversations.on_screen, self.reading.conversation
        return [*watched, opened.id] if opened is not None and opened.id not in watched else watched

    def _begin_anew(self) -> None:
        """Show another file."""
        self.reading.close()
        self.live.start()

    def _show_database(self) -> None:
        """Show what is known of the file, and only the commands that it allows."""
        self.update_badges()
        self.refresh_bindings()

    def count_unseen(self, counts: Mapping[str, int]) -> None:
        """Show how many conversations of each channel have something new."""
        self.unseen_counts = counts

    def _draw_ages(self) -> None:
        """Draw ages anew, and what was working too long."""
        self.list_pane.conversations.refresh()
        self.reading.post_message(TranscriptMoved())

"""The list: conversations as rows of two lines, drawn where they are seen, whatever their number.

Knows records and the pure ``ConversationWindow``, never the store: it asks for more with ``MoreWanted``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.message import Message

from tui.commands import Scope, bindings
from tui.model.conversation_window import ConversationWindow, End
from tui.model.row_anchor import RowAnchor
from tui.text import times
from tui.widgets.conversation_rows import PaintedRows
from tui.widgets.paint import painted_row
from tui.widgets.row_list import RowList
from tui.widgets.shared_messages import NewestMessage, NoEffect

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping
    from datetime import datetime, tzinfo

    from textual.binding import BindingType
    from textual.strip import Strip

    from store.records import Conversation, ConversationPage

NOTHING = "There is no conversation here."
ENDS = {End.NEWER: "This is the newest conversation.", End.OLDER: "This is the oldest conversation."}
"""What to say where there is no further row."""


class ConversationList(RowList, can_focus=True):
    """The conversations of one user, newest first.

    Args:
        now: The clock.
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.LIST)]
    BINDING_GROUP_TITLE = "List"
    HELP = "## The list\n\nEvery conversation, newest first. It reads on as you go down."

    @dataclass
    class Highlighted(NewestMessage):
        """The selection rests on a conversation."""

        conversation: Conversation

    @dataclass
    class Opened(Message):
        """The reader wants to read a conversation."""

        conversation: Conversation

    @dataclass
    class MoreWanted(Message):
        """What is on the screen nears an end of what is held."""

        end: End

    @dataclass
    class EndWanted(Message):
        """The reader wants the newest or the oldest conversation, which is not held."""

        end: End

    class Moved(NewestMessage):
        """Something that the line under the list says has changed."""

    def __init__(self, now: Callable[[], datetime], tz: tzinfo, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__("conversations", id=id)
        self.window = ConversationWindow()
        self.selected = 0
        """Position of the selected conversation in the whole list, from 0 at the newest."""
        self._now = now
        self._tz = tz
        self._painted = PaintedRows(self._palette)
        self._above: set[str] = set()
        self._unseen: dict[str, int] = {}
        self.marked: frozenset[str] = frozenset()
        """Ids of the conversations that the reader marked, listed or not."""
        self.stays_newest = True
        """Whether the selection stays with the newest conversation: as long as none was chosen on purpose."""
        self._row_height = 2

    # What is held.

    def start(self, page: ConversationPage, *, select: str | None = None) -> None:
        """Hold a first page, or the oldest one, and select a conversation of it, by default the one at its end.

        Args:
            page: The newest conversations, or the oldest.
            select: Id of the conversation to select if it is there.
        """
        self.window.start(page)
        self._above.clear()
        self.selected = self.window.start_of(select)
        self.stays_newest = self.stays_newest or select is None
        self.fit_rows()
        self.show_index(self.selected)
        self._announce()

    def extend(self, end: End, page: ConversationPage) -> None:
        """Append a page at one end; the rows on the screen stay where they are."""
        # The row at this end is held before and after.
        edge = self.window.edge(end)
        before = self._place(edge)
        self.window.extend(end, page)
        self._shift(self._place(edge) - before)
        self._ask()
        self.post_message(self.Moved())

    def set_total(self, total: int) -> None:
        """Take in how many conversations the whole list has."""
        before = self.window.first
        self.window.total = total
        if not self.window.reaches_newest and self.window.reaches_oldest:
            self.window.first = max(1, total - len(self.window))
        self._shift(self.window.first - before)
        self.post_message(self.Moved())

    def renew(self, conversation: Conversation) -> None:
        """Show a row, if it is held, by what is stored of it now."""
        if self.window.replace(conversation):
            self.refresh()

    def apply_news(self, changed: Collection[Conversation], gone: Iterable[str]) -> None:
        """Take in what was written meanwhile: rows go to their new places around the selected one, which stays.

        If the selected row is out of sight, the row at the top of the screen stays instead; if it is gone, the next
        one is selected. Where none was chosen on purpose, the newest one is selected.

        Args:
            changed: Conversations of this list as they are now, those that are new to it among them.
            gone: Ids of those that are no longer in it.
        """
        anchor = RowAnchor(self.window, self.selected, self._top, self.room, stays_newest=self.stays_newest)
        for conversation_id in gone:
            self.window.remove(conversation_id)
        for conversation in changed:
            self.window.put(conversation)
        self.fit_rows()
        self.selected = anchor.selected
        if rows := anchor.rows_moved:
            self.scroll_to(y=self.scroll_y + rows * self.row_height, animate=False, immediate=True)
        self._above |= {each.id for each in changed if anchor.has_moved(each) and self._place(each) < self._top}
        self._ask()
        if anchor.follows:
            self._announce()
        else:
            self.post_message(self.Moved())

    def mark_unseen(self, counts: Mapping[str, int]) -> None:
        """Mark the conversations that have something new, with how many messages."""
        if counts != self._unseen:
            self._unseen = dict(counts)
            self.refresh()

    def show_marked(self, ids: Iterable[str]) -> None:
        """Show which conversations the reader marked."""
        if (marked := frozenset(ids)) != self.marked:
            self.marked = marked
            self.refresh()
            self.post_message(self.Moved())

    def select(self, conversation_id: str) -> None:
        """Select a conversation if it is held, without a word: whoever calls shows it."""
        self.stays_newest = False
        index = self.window.index_of(conversation_id)
        if index is not None:
            self._select(index, announces=False)

    def choose(self, conversation_id: str) -> None:
        """Select a conversation that is held."""
        self.stays_newest = False
        index = self.window.index_of(conversation_id)
        if index is not None:
            self._select(index)

    def answer_failed(self) -> None:
        """Note that what was asked for will not come."""
        self.window.in_flight = None

    # What is on the screen.

    @property
    def new_above(self) -> int:
        """Return how many conversations came in above the screen."""
        return len(self._above)

    @property
    def on_screen(self) -> list[str]:
        """Return the ids of the conversations on the screen."""
        places = range(self._top, self._top + self.room + 1)
        return [row.id for place in places if (row := self.window.get(place)) is not None]

    @property
    def highlighted(self) -> Conversation | None:
        """Return the selected conversation."""
        return self.window.get(self.selected)

    # What keys do.

    def action_newest(self) -> None:
        """Select the newest conversation."""
        if self.window.reaches_newest:
            self.select_index(-1)
        else:
            self.post_message(self.EndWanted(End.NEWER))

    def action_oldest(self) -> None:
        """Select the oldest conversation."""
        if self.window.reaches_oldest:
            self.select_index(self.length)
        else:
            self.post_message(self.EndWanted(End.OLDER))

    def action_read(self) -> None:
        """Read the selected conversation."""
        if self.highlighted is not None:
            self.post_message(self.Opened(self.highlighted))
        else:
            self.post_message(NoEffect(NOTHING))

    # What a list of rows asks for.

    @property
    def length(self) -> int:
        """Return the number of rows, as far as it is known."""
        return self.window.length if self.window.rows else 0

    @property
    def index(self) -> int:
        """Return the position of the selected conversation."""
        return self.selected

    @property
    def row_height(self) -> int:
        """Return the lines of a row: one on short terminals, else two."""
        return self._row_height

    def fit_rows(self) -> None:
        """Make the scrolled area as high as all rows on a terminal of this height, and draw anew."""
        if self.is_attached:
            self._row_height = 1 if self.screen.has_class("-short") else 2
        super().fit_rows()

    def is_row(self, index: int) -> bool:
        """Tell whether the conversation at a position is held."""
        return self.window.get(index) is not None

    def select_index(self, index: int) -> None:
        """Select the conversation at a position, or the nearest one that is held; say so if that is the end."""
        before = self.selected
        self._select(index)
        if self.selected != before:
            self.stays_newest = False
        elif (end := self.window.end_beyond(index)) is not None:
            self.post_message(NoEffect(ENDS[end] if self.window.rows else NOTHING))

    def pick(self) -> None:
        """Read the selected conversation."""
        self.action_read()

    def show_index(self, index: int) -> None:
        """Bring a row into sight, and ask for what is needed around it."""
        super().show_index(index)
        self._ask()

    def notify_style_update(self) -> None:
        """Forget painted rows when the theme or the focus changed."""
        super().notify_style_update()
        self._painted.clear()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for more when the scroll position nears an end."""
        super().watch_scroll_y(old_value, new_value)
        self._ask()
        if self._above:
            self._above = {each for each in self._above if (self.window.index_of(each) or 0) < self._top}
            self.post_message(self.Moved())

    # Within.

    @property
    def _top(self) -> int:
        """Return the position of the row at the top of the screen."""
        return round(self.scroll_y) // self.row_height

    def _place(self, row: Conversation | None) -> int:
        """Return the position of a conversation, 0 if it is not held."""
        return (self.window.index_of(row.id) or 0) if row is not None else 0

    def _select(self, index: int, *, announces: bool = True) -> None:
        if not self.window.rows:
            return
        first, last = self.window.first, self.window.first + len(self.window) - 1
        index = min(max(index, first), last)
        if index == self.selected:
            return
        old, self.selected = self.selected, index
        for place in (old, index):
            self.refresh_lines(place * self.row_height, self.row_height)
        self.show_index(index)
        if announces:
            self._announce()

    def _shift(self, rows: int) -> None:
        """Move selection and scroll position along with rows whose positions changed."""
        self.selected = max(0, self.selected + rows)
        self.fit_rows()
        self.scroll_to(y=self.scroll_y + rows * self.row_height, animate=False, immediate=True)

    def _announce(self) -> None:
        self.post_message(self.Moved())
        if self.highlighted is not None:
            self.post_message(self.Highlighted(self.highlighted))

    def _ask(self) -> None:
        rows = max(1, self.room)
        end = self.window.wanted(self._top, self._top + rows, 2 * rows)
        if end is not None:
            self.window.in_flight = end
            self.post_message(self.MoreWanted(end))

    # Paint.

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen."""
        index, part = divmod(y + self.scroll_offset.y, self.row_height)
        conversation = self.window.get(index)
        width = self.size.width
        if conversation is None:
            text = "  ⋯ loading" if index < self.length and not part else ""
            return painted_row([self._palette.segment(text, "preview")], width, self._palette())
        return self._painted.line(
            conversation,
            part,
            width,
            times.relative(conversation.last_activity, self._now(), self._tz),
            self._unseen.get(conversation.id, 0),
            is_selected=index == self.selected,
            is_marked=conversation.id in self.marked,
            has_focus=self.has_focus,
        )

"""The list: conversations as rows of two lines, drawn where they are seen, whatever their number.

Knows records and the pure ``ConversationWindow``, never the store: it asks for more with ``ConversationsWanted``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.geometry import Size
from textual.reactive import var
from textual.scroll_view import ScrollView
from textual.strip import Strip

from tui.commands import Scope, bindings
from tui.model.conversation_window import ConversationWindow, End
from tui.text import times
from tui.text.wrap import pad as pad_text
from tui.widgets.conversation_rows import preview_line, title_line
from tui.widgets.messages import (
    ConversationHighlighted,
    ConversationOpened,
    ConversationsWanted,
    CopyWanted,
    ListEndWanted,
    ListMoved,
)
from tui.widgets.paint import Palette

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from datetime import datetime, tzinfo

    from textual import events
    from textual.binding import BindingType

    from store.records import Conversation, ConversationPage

STRIPS = 200
"""Painted rows kept."""


class ConversationList(ScrollView, can_focus=True):
    """The conversations of one user, newest first."""

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.LIST)]
    BINDING_GROUP_TITLE = "List"
    HELP = "## The list\n\nEvery conversation, newest first. It reads on as you go down."
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"conversations--{style}"
        for style in (
            "title",
            "channel",
            "time",
            "count",
            "preview",
            "mark",
            "selected",
            "selected-title",
            "failing",
            "unseen",
        )
    }

    selected: var[int] = var(0)
    """Position of the selected conversation in the whole list, from 0 at the newest."""

    def __init__(self, now: Callable[[], datetime], tz: tzinfo, *, id: str | None = None) -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id)
        self.window = ConversationWindow()
        self._now = now
        self._tz = tz
        self._palette = Palette(self, "conversations")
        # Each with its record, which keeps the identity in the key from being given to another one.
        self._strips: dict[tuple[object, ...], tuple[Conversation, Strip]] = {}
        self._above: set[str] = set()
        self._unseen: dict[str, int] = {}

    # What the browser screen calls.

    def start(self, page: ConversationPage, *, total: int | None = None, select: str | None = None) -> None:
        """Hold a first page, or the oldest one, and select a conversation of it, by default the one at its end.

        Args:
            page: The newest conversations, or the oldest.
            total: Conversations in the whole list, if known.
            select: Id of the conversation to select if it is there.
        """
        self.window.start(page, total=total)
        self._above.clear()
        index = self.window.index_of(select) if select is not None else None
        if index is None:
            index = self.window.first if self.window.reaches_newest else self.window.first + len(self.window) - 1
        self._resize()
        self.set_reactive(ConversationList.selected, max(0, index))
        self._show_selected()
        self._tell()

    def select(self, conversation_id: str) -> None:
        """Select a conversation if it is held, without a word: whoever calls shows it."""
        index = self.window.index_of(conversation_id)
        if index is not None:
            self._select(index, tells=False)

    def extend(self, end: End, page: ConversationPage) -> None:
        """Append a page at one end; the rows on the screen stay where they are."""
        anchor = self.window.rows[0].id if self.window.rows else None
        before = self.window.first
        offset = self.window.first
        held_before = {row.id: offset + index for index, row in enumerate(self.window.rows)}
        self.window.extend(end, page)
        shift = 0
        if anchor is not None:
            for index, row in enumerate(self.window.rows):
                if row.id in held_before:
                    shift = self.window.first + index - held_before[row.id]
                    break
        self._shift(shift)
        if before != self.window.first or shift:
            self._strips.clear()
        self._resize()
        self._ask()
        self.post_message(ListMoved())

    def set_total(self, total: int) -> None:
        """Take in how many conversations the whole list has."""
        before = self.window.first
        self.window.total = total
        if not self.window.reaches_newest and self.window.reaches_oldest:
            self.window.first = max(1, total - len(self.window))
            self._shift(self.window.first - before)
        self._resize()
        self.post_message(ListMoved())

    def renew(self, conversation: Conversation) -> None:
        """Show a row, if it is held, by what is stored of it now."""
        index = self.window.index_of(conversation.id)
        if index is not None:
            self.window.rows[index - self.window.first] = conversation
            self.refresh()

    def take_in(self, changed: Iterable[Conversation], gone: Iterable[str]) -> None:
        """Take in what was written meanwhile: rows go to their new places around the selected one, which stays.

        If the selected row is out of sight, the row at the top of the screen stays instead; if it is gone, the next
        one is selected.

        Args:
            changed: Conversations of this list as they are now, those that are new to it among them.
            gone: Ids of those that are no longer in it.
        """
        selected, before = self.highlighted, self.selected
        top = round(self.scroll_y) // self.row_height
        is_in_sight = top <= before < top + max(1, self.size.height // self.row_height)
        anchor_place = before if is_in_sight else top
        anchor = self.window.get(anchor_place)
        for conversation_id in gone:
            self.window.remove(conversation_id)
        fresh = [conversation.id for conversation in changed if self._put(conversation)]
        self._strips.clear()
        self._resize()
        self._keep_place(selected, anchor, anchor_place)
        now_top = round(self.scroll_y) // self.row_height
        self._above |= {each for each in fresh if (self.window.index_of(each) or 0) < now_top}
        self._ask()
        self.post_message(ListMoved())

    def mark_unseen(self, counts: Mapping[str, int]) -> None:
        """Mark the conversations that have something new, with how many messages."""
        self._unseen = dict(counts)
        self.refresh()

    def choose(self, conversation_id: str) -> None:
        """Select a conversation that is held."""
        index = self.window.index_of(conversation_id)
        if index is not None:
            self._select(index)

    def answer_failed(self) -> None:
        """Note that what was asked for will not come."""
        self.window.in_flight = None

    @property
    def new_above(self) -> int:
        """Return how many conversations came in above the screen."""
        return len(self._above)

    @property
    def on_screen(self) -> list[str]:
        """Return the ids of the conversations on the screen."""
        top = round(self.scroll_y) // self.row_height
        rows = range(top, top + self.size.height // self.row_height + 1)
        return [row.id for index in rows if (row := self.window.get(index)) is not None]

    @property
    def row_height(self) -> int:
        """Return the lines of a row: one on short terminals, else two."""
        return 1 if self.screen.has_class("-short") else 2

    @property
    def highlighted(self) -> Conversation | None:
        """Return the selected conversation."""
        return self.window.get(self.selected)

    # What keys do.

    def action_move(self, step: int) -> None:
        """Select the next or previous conversation."""
        self._select(self.selected + step)

    def action_half_pages(self, count: int) -> None:
        """Move the selection by half pages."""
        self._select(self.selected + count * max(1, self.size.height // self.row_height // 2))

    def action_newest(self) -> None:
        """Select the newest conversation."""
        if self.window.reaches_newest:
            self._select(0)
        else:
            self.post_message(ListEndWanted(End.NEWER))

    def action_oldest(self) -> None:
        """Select the oldest conversation."""
        if self.window.reaches_oldest:
            self._select(self.window.first + len(self.window) - 1)
        else:
            self.post_message(ListEndWanted(End.OLDER))

    def action_read(self) -> None:
        """Read the selected conversation."""
        if self.highlighted is not None:
            self.post_message(ConversationOpened(self.highlighted))

    def action_copy_title(self) -> None:
        """Ask for the title to be copied."""
        if self.highlighted is not None:
            self.post_message(CopyWanted(self.highlighted.title, "the title"))

    def action_copy_id(self) -> None:
        """Ask for the id to be copied."""
        if self.highlighted is not None:
            self.post_message(CopyWanted(self.highlighted.id, "the id"))

    def on_click(self, event: events.Click) -> None:
        """Select the clicked row; a second click reads it."""
        index = (event.y + self.scroll_offset.y) // self.row_height
        if self.window.get(index) is None:
            return
        is_again = index == self.selected
        self._select(index)
        if is_again or event.chain > 1:
            self.action_read()

    def on_resize(self) -> None:
        """Draw at the new size."""
        self._strips.clear()
        self._resize()
        self._show_selected()
        self._ask()

    def notify_style_update(self) -> None:
        """Forget painted rows when the theme or the focus changed."""
        super().notify_style_update()
        self._palette.clear()
        self._strips.clear()

    def watch_scroll_y(self, old_value: float, new_value: float) -> None:
        """Ask for more when the scroll position nears an end."""
        super().watch_scroll_y(old_value, new_value)
        self._ask()
        if self._above:
            top = round(new_value) // self.row_height
            self._above = {each for each in self._above if (self.window.index_of(each) or 0) < top}
            self.post_message(ListMoved())

    def _select(self, index: int, *, tells: bool = True) -> None:
        first, last = self.window.first, self.window.first + len(self.window) - 1
        index = min(max(index, first), last)
        if index < 0 or index == self.selected:
            return
        old = self.selected
        self.set_reactive(ConversationList.selected, index)
        for row in (old, index):
            self.refresh_lines(row * self.row_height, self.row_height)
        self._show_selected()
        if tells:
            self._tell()

    def _put(self, conversation: Conversation) -> bool:
        """Put a conversation at its place; return whether it is a message's: one that moved, or is new."""
        held = self.window.index_of(conversation.id)
        before = self.window.get(held) if held is not None else None
        self.window.put(conversation)
        return before is None or before.cursor != conversation.cursor

    def _keep_place(self, selected: Conversation | None, anchor: Conversation | None, place: int) -> None:
        """Select the same conversation as before, and scroll so that a row stays where it was."""
        last = self.window.first + len(self.window) - 1
        index = self.window.index_of(selected.id) if selected is not None else None
        index = min(self.selected, max(0, last)) if index is None else index
        self.set_reactive(ConversationList.selected, max(self.window.first, index))
        now = self.window.index_of(anchor.id) if anchor is not None else None
        if now is not None and now != place:
            self.scroll_to(y=self.scroll_y + (now - place) * self.row_height, animate=False, immediate=True)

    def _shift(self, rows: int) -> None:
        """Move selection and scroll position along with rows whose positions changed."""
        if rows:
            self.set_reactive(ConversationList.selected, max(0, self.selected + rows))
            self._resize()
            self.scroll_to(y=self.scroll_y + rows * self.row_height, animate=False)

    def _show_selected(self) -> None:
        top, height = self.selected * self.row_height, self.size.height
        if top < self.scroll_y:
            self.scroll_to(y=top, animate=False)
        elif height and top + self.row_height > self.scroll_y + height:
            self.scroll_to(y=top + self.row_height - height, animate=False)
        self._ask()

    def _resize(self) -> None:
        self.virtual_size = Size(self.size.width, self.window.length * self.row_height if self.window.rows else 0)
        self.refresh()

    def _tell(self) -> None:
        self.post_message(ListMoved())
        if self.highlighted is not None:
            self.post_message(ConversationHighlighted(self.highlighted))

    def _ask(self) -> None:
        rows = max(1, self.size.height // self.row_height)
        top = round(self.scroll_y) // self.row_height
        end = self.window.wanted(top, top + rows, 2 * rows)
        if end is not None:
            self.window.in_flight = end
            self.post_message(ConversationsWanted(end))

    # Paint.

    def render_line(self, y: int) -> Strip:
        """Return a line of the screen."""
        index, part = divmod(y + self.scroll_offset.y, self.row_height)
        conversation = self.window.get(index)
        width = self.size.width
        if conversation is None:
            is_beyond = index >= self.window.length or not self.window.rows
            text = "" if is_beyond or part else "  ⋯ loading"
            return Strip([self._palette.segment(pad_text(text, width), "preview")])
        is_selected = index == self.selected
        age = times.relative(conversation.last_activity, self._now(), self._tz)
        key = (id(conversation), part, is_selected, self.has_focus, width, age, self._unseen.get(conversation.id))
        painted = self._strips.get(key)
        if painted is None:
            if len(self._strips) >= STRIPS:
                self._strips.clear()
            under = ("selected",) if is_selected else ()
            if part:
                unseen = self._unseen.get(conversation.id, 0)
                drawn = preview_line(self._palette, conversation, width - 2, unseen, under)
            else:
                drawn = title_line(self._palette, conversation, width - 2, age, under)
            segments = [
                self._palette.segment("▌" if is_selected else " ", *under, *(["mark"] if is_selected else [])),
                *drawn,
                self._palette.segment(" ", *under),
            ]
            painted = (conversation, Strip(segments).crop_extend(0, width, self._palette(*under)))
            self._strips[key] = painted
        return painted[1]

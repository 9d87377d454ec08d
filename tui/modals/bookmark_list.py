"""The bookmarks, the one made last first: conversation, time, note, what the message says; enter goes there."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from store.domain.timestamps import moment_of
from tui.commands import Scope, binding, bindings
from tui.config.bookmarks import BookmarkedMessage
from tui.modals.bookmark_note import BookmarkNoteScreen
from tui.modals.sheet import Sheet
from tui.text import times
from tui.text.message.layout_options import ROLES
from tui.text.message.preview import preview_text
from tui.text.visible import one_line
from tui.text.wrap import fit
from tui.widgets.row_table import Column, Row, Table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from datetime import datetime, tzinfo

    from textual.binding import BindingType

    from store.records import Conversation, Message

    Known = tuple[Conversation | None, Message | None]
    """What a bookmark leads to now, ``None`` for what is gone."""

COLUMNS = (
    Column("when", 8, style="muted", align="right"),
    Column("conversation", 12, share=3),
    Column("note", 12, share=3, style="changed", from_width=40),
    Column("message", 12, share=4, style="muted", from_width=72),
)
EXCERPT = 160
"""Cells of a message that stand below the table at most."""


class BookmarksScreen(Sheet[BookmarkedMessage]):
    """A table of bookmarks; returns the one to go to.

    Args:
        bookmarks: The bookmarks, in their order.
        now: The time.
        tz: The reader's zone.
        put: Keeps a bookmark.
        remove: Keeps a bookmark no more.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.BOOKMARKS), binding("bookmarks", action="close")]

    def __init__(
        self,
        bookmarks: Sequence[BookmarkedMessage],
        now: datetime,
        tz: tzinfo,
        *,
        put: Callable[[BookmarkedMessage], None],
        remove: Callable[[BookmarkedMessage], None],
    ) -> None:
        self._bookmarks = {each.key: each for each in bookmarks}
        self._now = now
        self._tz = tz
        self._put = put
        self._remove = remove
        self._removed: set[tuple[str, str, str]] = set()
        self._known: dict[tuple[str, str, str], Known] = {}
        self.table = Table(*COLUMNS)
        hint = "{window-pick} goes there · {bookmark-note} note · {bookmark-remove} removes · {window-close} closes"
        super().__init__("bookmarks", "Bookmarks", hint, field=self.table)
        self._show()

    def describe(self, known: Mapping[tuple[str, str, str], Known]) -> None:
        """Show what some bookmarks lead to."""
        self._known |= known
        self._show()

    def action_note(self) -> None:
        """Ask for the note of the selected bookmark."""
        bookmark = self._selected
        if bookmark is not None:

            def take(note: str | None) -> None:
                if note is not None:
                    self._change(bookmark._replace(note=note))

            sheet = BookmarkNoteScreen(self._excerpt(bookmark), bookmark.note)
            self.ask(sheet, take)

    def action_take_away(self) -> None:
        """Take the selected bookmark away, or bring it back."""
        bookmark = self._selected
        if bookmark is None:
            return
        if bookmark.key in self._removed:
            self._change(bookmark)
        else:
            self._removed.add(bookmark.key)
            self._remove(bookmark)
            self._show()

    def on_table_highlighted(self) -> None:
        """Say what the selected message says."""
        bookmark = self._selected
        if bookmark is not None:
            self.say("\n".join(filter(None, (one_line(bookmark.note), self._excerpt(bookmark)))))

    def on_table_picked(self) -> None:
        """Return the picked bookmark."""
        if self._selected is not None:
            self.dismiss(self._selected)

    @property
    def _selected(self) -> BookmarkedMessage | None:
        chosen = self.table.selected_id
        return self._bookmarks.get(chosen) if isinstance(chosen, tuple) else None

    def _change(self, bookmark: BookmarkedMessage) -> None:
        self._bookmarks[bookmark.key] = bookmark
        self._removed.discard(bookmark.key)
        self._put(bookmark)
        self._show()

    def _show(self) -> None:
        self.table.show([self._row(each) for each in self._bookmarks.values()])

    def _row(self, bookmark: BookmarkedMessage) -> Row:
        key = bookmark.key
        conversation, message = self._known.get(key, (None, None))
        title = conversation.title if conversation is not None else "(gone)" if key in self._known else "…"
        note = "taken away" if key in self._removed else bookmark.note
        when = times.relative(moment_of(bookmark.cursor.instant), self._now, self._tz)
        text = preview_text(message.role, message.content) if message is not None else ""
        return Row((when, title, note, text), "muted" if key in self._removed else "", id=key)

    def _excerpt(self, bookmark: BookmarkedMessage) -> str:
        """Return who wrote the message, and how it begins."""
        if bookmark.key not in self._known:
            return "…"
        message = self._known[bookmark.key][1]
        if message is None:
            return "That message is gone."
        who = ROLES.get(message.role, message.role)
        return fit(one_line(f"{who}: {preview_text(message.role, message.content)}"), EXCERPT)

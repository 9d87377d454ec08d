"""One line to say why a message is bookmarked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tui.config.bookmarks import LONGEST_NOTE
from tui.modals.sheet import Sheet
from tui.text.visible import one_line
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from textual.widgets import Input


class BookmarkNoteScreen(Sheet[str]):
    """Asks for a note; returns it, empty to take the one there was away.

    Args:
        about: What is bookmarked.
        note: The note there is.
    """

    def __init__(self, about: str, note: str) -> None:
        entry = Entry(one_line(note), "a note")
        super().__init__("bookmark-note", "Note", "{window-pick} keeps · {window-close} leaves it", field=entry)
        entry.action_end()
        self.say(one_line(about))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Return the note."""
        self.dismiss(one_line(event.value)[:LONGEST_NOTE].strip())

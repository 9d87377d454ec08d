"""One line to give a conversation another title."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from tui.modals.question import Question
from tui.model.metadata_draft import Conflict, Failed, Saved
from tui.text.visible import one_line, visible
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult

    from tui.model.metadata_draft import Outcome

HINT = "Empty takes the title away; the first words of the conversation name it then."


class RenameScreen(ModalScreen["Saved | None"]):
    """Asks for a title; returns what was saved, ``None`` if nothing was.

    Args:
        title: The title that is stored, empty if there is none.
        shown: What the conversation is called now.
        save: Writes a title, ``None`` to take it away; called again to insist after a conflict.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape", "close", "close", show=False)]

    def __init__(self, title: str, shown: str, save: Callable[[str | None], Awaitable[Outcome]]) -> None:
        super().__init__()
        self._title_before = one_line(title)
        self._shown = shown
        self._save = save
        self._is_saving = False

    def compose(self) -> ComposeResult:
        """Lay the line out."""
        with Vertical(id="rename", classes="sheet"):
            yield Entry(self._title_before, one_line(self._shown))
            yield Static(Content(HINT), classes="facts")

    def on_mount(self) -> None:
        """Name the frame and go to the line."""
        frame = self.query_one("#rename", Vertical)
        frame.border_title = Content("Rename")
        frame.border_subtitle = Content("enter saves · esc leaves it")
        self.query_one(Entry).focus()

    def on_input_submitted(self) -> None:
        """Save the title, unless it is the one there was."""
        title = self.query_one(Entry).value.strip()
        if self._is_saving:
            return
        if title == self._title_before:
            self.dismiss(None)
        else:
            self.run_worker(self._write(title or None))

    def action_close(self) -> None:
        """Leave the title as it is; ask first if another was typed."""
        if self._is_saving:
            return
        if self.query_one(Entry).value.strip() == self._title_before:
            self.dismiss(None)
        else:
            question = Question("Unsaved title", "Leave without saving it?", yes="Throw it away", no="Go on typing")
            self.app.push_screen(question, self._leave)

    def _leave(self, is_meant: bool | None) -> None:
        if is_meant:
            self.dismiss(None)

    async def _write(self, title: str | None) -> None:
        self._is_saving = True
        self._tell("Saving …")
        try:
            outcome = await self._save(title)
        finally:
            self._is_saving = False
        match outcome:
            case Failed(sentence):
                self._tell(f"✗ {sentence}", is_error=True)
            case Conflict():
                self._tell("The agent gave it another title meanwhile. enter replaces that, esc keeps it.")
            case Saved():
                self.dismiss(outcome)

    def _tell(self, text: str, *, is_error: bool = False) -> None:
        facts = self.query_one(".facts", Static)
        facts.set_class(is_error, "-error")
        facts.update(Content(visible(text)))

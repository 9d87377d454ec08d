"""One line to give a conversation another title."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from store.editing.outcomes import Contested, Failed, Saved, Unknown
from tui.modals.question import Question
from tui.modals.sheet import Sheet
from tui.text.visible import one_line
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from store.editing.outcomes import Outcome

    SaveTitle = Callable[[str | None], Awaitable[Outcome]]

HINT = "Empty takes the title away; the first words of the conversation name it then."


class RenameScreen(Sheet[Saved]):
    """Asks for a title; returns what was saved, ``None`` if nothing was.

    Args:
        shown: What the conversation is called now.
    """

    def __init__(self, shown: str) -> None:
        self._entry = Entry(placeholder=one_line(shown))
        self._title_before = ""
        self._save: SaveTitle | None = None
        self._is_saving = False
        self._is_unknown = False
        """Whether it is not known yet what became of the save."""
        super().__init__(
            "rename", "Rename", "{window-pick} saves · {window-close} leaves it", field=self._entry, is_filled=False
        )
        self.say(HINT)

    def fill(self, title: str, save: SaveTitle) -> None:
        """Put the stored title into the line.

        Args:
            title: The title that is stored, empty if there is none.
            save: Writes a title, ``None`` to take it away; called again to insist after a conflict.
        """
        self._title_before = one_line(title)
        self._entry.value = self._title_before
        self._entry.action_end()
        self._save = save
        self.filled()

    def on_input_submitted(self) -> None:
        """Save the title, unless it is the one there was."""
        title = self._entry.value.strip()
        if self._is_saving or self._save is None:
            return
        if title == self._title_before:
            self.dismiss(None)
        else:
            self._is_saving = True
            self.set_busy(is_busy=True)
            self.say("Saving …")
            self.run_guarded(partial(self._write, self._save, title or None))

    def action_close(self) -> None:
        """Leave the title as it is; ask first if another was typed."""
        if self._is_unknown:
            self.dismiss(None)
        if self._is_saving:
            return
        if self._entry.value.strip() == self._title_before:
            self.dismiss(None)
        else:
            question = Question("Unsaved title", "Leave without saving it?", yes="Throw it away", no="Go on typing")
            self.ask(question, self._leave)

    def _leave(self, is_meant: bool | None) -> None:
        if is_meant:
            self.dismiss(None)

    async def _write(self, save: SaveTitle, title: str | None) -> None:
        try:
            outcome = await save(title)
            if isinstance(outcome, Unknown):
                self._is_unknown = True
                self.set_busy(is_busy=False)
                self.say(outcome.sentence)
                outcome = await outcome.fate
        finally:
            self._is_saving = self._is_unknown = False
            self.set_busy(is_busy=False)
        match outcome:
            case Failed(sentence):
                self.say(f"✗ {sentence}", is_error=True)
            case Contested():
                self.say("The agent gave it another title meanwhile. enter replaces that, esc keeps it.")
            case Saved():
                self.dismiss(outcome)

"""Places to type in. Textual's own hand a pasted control character to the terminal; these let none in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import Input, TextArea

from tui.text.json_text import escaped
from tui.text.visible import visible

if TYPE_CHECKING:
    from textual.widgets.text_area import Edit, EditResult


class Entry(Input):
    """One line of text; what is pasted becomes visible text.

    Args:
        value: The text to begin with, harmless already.
        placeholder: What stands there while nothing is typed.
        holds_json: Whether the text is JSON, where escapes say what is pasted without changing it.
    """

    def __init__(
        self,
        value: str = "",
        placeholder: str = "",
        *,
        holds_json: bool = False,
        id: str | None = None,  # noqa: A002 - Textual's own name
    ) -> None:
        super().__init__(value, placeholder, id=id, compact=True, select_on_focus=False)
        self.holds_json = holds_json

    def replace(self, text: str, start: int, end: int) -> None:
        """Replace a part of the value; every way of typing and pasting ends here."""
        clean = escaped(text) if self.holds_json else visible(text)
        super().replace(clean.replace("\n", " "), start, end)


class JsonArea(TextArea):
    """A JSON document to edit; what is pasted is spelled with escapes where it must be."""

    def edit(self, edit: Edit) -> EditResult:
        """Change the document; every way of typing and pasting ends here."""
        edit.text = escaped(edit.text)
        return super().edit(edit)

    def load_text(self, text: str) -> None:
        """Load a document, spelled with escapes where it must be."""
        super().load_text(escaped(text))

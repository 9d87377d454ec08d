"""A JSON document to type in; like ``entry``, it lets no control character in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.widgets import TextArea

from tui.text.json_text import escaped

if TYPE_CHECKING:
    from textual.widgets.text_area import Edit, EditResult


class JsonArea(TextArea):
    """A JSON document to edit; what is pasted is spelled with escapes where it must be."""

    def edit(self, edit: Edit) -> EditResult:
        """Change the document; every way of typing and pasting ends here."""
        edit.text = escaped(edit.text)
        return super().edit(edit)

    def load_text(self, text: str) -> None:
        """Load a document, spelled with escapes where it must be."""
        super().load_text(escaped(text))

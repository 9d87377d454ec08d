"""A line to type in. Textual's own hands a pasted control character to the terminal; this one lets none in."""

from __future__ import annotations

from textual.widgets import Input

from tui.text.json_text import escaped
from tui.text.visible import visible


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

"""The line of keys at the bottom: Textual's footer, which lets go of the keys that it showed before."""

from __future__ import annotations

from textual.widgets import Footer, Input
from textual.widgets._footer import FooterKey  # Its public module has no name for a key.


class KeyBar(Footer):
    """The keys that work now."""

    async def recompose(self) -> None:
        """Show the keys that work now, and forget those before.

        Each key of a footer listens to the footer's ``compact``; a listener that is gone is let go only when that is
        set anew (Textual 8.2).
        """
        await super().recompose()
        if not self.is_attached:
            return
        is_typing = isinstance(self.screen.focused, Input)
        for key in self.query(FooterKey):
            key.set_class(key.action.split(".")[-1].startswith("help"), "-last")
            # In a field it would be typed.
            key.display = not (is_typing and len(key.key_display) == 1 and key.key_display.isascii())
        self.mutate_reactive(Footer.compact)

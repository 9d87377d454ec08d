"""What the panes of the browser lie in."""

from __future__ import annotations

from textual.containers import Horizontal


class Panes(Horizontal):
    """The list and the transcript side by side; together they cover it, so that nothing of its own is painted."""

    BLANK = True

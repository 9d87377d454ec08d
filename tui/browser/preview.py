"""What is shown beside the list: the selected conversation, once the selection rests."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer
    from textual.widget import Widget

    from store.records import Conversation

REST_S = 0.06
"""How many seconds the selection must rest."""


class Preview:
    """Opens the last of several conversations that are selected one after the other.

    Args:
        pane: The widget whose timer it is.
        open_: Shows a conversation.
    """

    def __init__(self, pane: Widget, open_: Callable[[Conversation], None]) -> None:
        self._pane = pane
        self._open = open_
        self._timer: Timer | None = None

    @property
    def is_pending(self) -> bool:
        """Tell whether a conversation is about to be opened."""
        return self._timer is not None

    def show(self, conversation: Conversation) -> None:
        """Open a conversation unless another one is selected soon."""

        def rested() -> None:
            self._timer = None
            self._open(conversation)

        self.stop()
        self._timer = self._pane.set_timer(REST_S, rested)

    def stop(self) -> None:
        """Open nothing."""
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

"""What is shown beside the list: the selected conversation, at once or, of several, once the selection rests."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

from tui.widgets.key_queue import KeyQueue

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.timer import Timer
    from textual.widget import Widget

    from store.records import Conversation

REST_S = 0.06
"""How many seconds the selection must rest, before it moves or after."""


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
        self._selected_at = 0.0
        self._number = 0
        """The number of the newest wish; a timer of an earlier one opens nothing."""

    @property
    def is_pending(self) -> bool:
        """Tell whether a conversation is about to be opened."""
        return self._timer is not None

    def show(self, conversation: Conversation) -> None:
        """Open a conversation, unless another one was selected just now or is about to be."""
        self.stop()
        number = self._number

        def rested() -> None:
            # A timer that is stopped may have gone off: its message waits in the queue.
            if number == self._number:
                self._timer = None
                self._open(conversation)

        before, self._selected_at = self._selected_at, monotonic()
        app = self._pane.app
        if self._selected_at - before < REST_S or (isinstance(app, KeyQueue) and app.has_waiting_keys):
            self._timer = self._pane.set_timer(REST_S, rested)
        else:
            self._open(conversation)

    def stop(self) -> None:
        """Open nothing."""
        self._number += 1
        if self._timer is not None:
            self._timer.stop()
            self._timer = None

"""One queue of keys for the whole application: a key leaves it only once the key before was handled.

Textual hands a key to the focused widget's queue at once, so that the next one leaves before a binding of the first
has run. Here a message follows each key through the same queues, first in, first out; where it arrives, the key has
been. It leaves once the key came to an end: taken by the widget, or come up to the application, where bindings run.
"""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from textual import events
from textual.app import App
from textual.message import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.screen import Screen
    from textual.widget import Widget

PATIENCE_S = 0.5
"""After how many seconds to look what became of a key that was not heard of."""
HOLD_S = 2.0
"""Seconds for which keys wait at most for work that they are meant for the end of."""
PAUSE_S = 0.5
"""Seconds without a key after which typing is taken to have ended."""
IMPATIENCE_S = 1.0
"""Seconds after which escape closes a screen that still waits for what it is to show."""


class KeyHandled(Message, bubble=True):
    """Follows a key up to the application.

    Args:
        key: The key.
    """

    def __init__(self, key: KeyOut) -> None:
        super().__init__()
        self.key = key


@dataclass(eq=False, slots=True)
class KeyOut:
    """The key, or paste, that is being handled.

    Args:
        event: The key.
        target: What it was handed to.
        screen: The screen that was uppermost.
        is_followed: Whether its follower was posted.
    """

    event: events.Key | events.Paste
    target: Widget
    screen: Screen[object]
    is_followed: bool = False


def text_of(event: events.Key | events.Paste) -> str:
    """Return what a key or a paste would type, empty for a key that types nothing."""
    if isinstance(event, events.Paste):
        return event.text
    return (event.character or "") if event.is_printable else ""


class KeyQueue(App[None]):
    """An application that hands out one key, or paste, at a time, and only to a screen that takes keys.

    A screen says so by ``takes_keys``; one without it always does.
    """

    def __init__(self) -> None:
        super().__init__()
        self.own_keys: Mapping[str, str] = {}
        """Keys that were set, by the ids of their commands."""
        self._waiting_keys: deque[events.Key | events.Paste] = deque()
        self._key: KeyOut | None = None
        self._watching: asyncio.TimerHandle | None = None
        self._holds: dict[object, float] = {}
        self._takes_typing: Callable[[str], None] | None = None
        self._typed_at = 0.0
        self._input_at = 0.0

    @property
    def has_keys(self) -> bool:
        """Tell whether a key waits, or is being handled."""
        return self._key is not None or self.has_waiting_keys

    @property
    def has_waiting_keys(self) -> bool:
        """Tell whether keys wait behind the one that is being handled."""
        return bool(self._waiting_keys)

    @property
    def rest_s(self) -> float:
        """Return for how many seconds nothing was typed or pointed at, 0 while a key is being handled."""
        return 0.0 if self.has_keys else monotonic() - self._input_at

    async def on_event(self, event: events.Event) -> None:
        """Let keys wait for their turn; all else goes on. When the program leaves, keys are for nobody any more."""
        if isinstance(event, events.InputEvent):
            self._input_at = monotonic()
        is_typed = isinstance(event, events.Key | events.Paste)
        if is_typed and (self._exit or not self._screen_stack):
            self._waiting_keys.clear()
        elif isinstance(event, events.Key | events.Paste) and not event.is_forwarded:
            if self._takes_typing is not None and self._is_typing_on(event):
                self._takes_typing(text_of(event))
                return
            self._waiting_keys.append(event)
            self._let_escape_through(event)
            await self.next_key()
        else:
            await super().on_event(event)
            if self._key is not None and event is self._key.event:
                self._follow(self._key)

    async def next_key(self) -> None:
        """Hand out the next key if none is being handled; to be called from the application's own queue only."""
        if self._key is not None or not self._waiting_keys or self._is_held or not self._screen_takes_keys:
            return
        event = self._waiting_keys.popleft()
        self._key = key = KeyOut(event, self.focused or self.screen, self.screen)
        await super().on_event(event)
        if event.is_forwarded:
            key.target.call_later(self._on_taken, key)
        else:
            self._follow(key)
        self._watch(key)

    def keys_may_go(self) -> None:
        """Look again whether keys may go; for screens that begin to take keys, or go."""
        if self._waiting_keys:
            self.call_later(self.next_key)

    def hold_keys(self, holder: object) -> None:
        """Let keys wait for the end of some work, for two seconds at most."""
        until = self._holds[holder] = monotonic() + HOLD_S

        def give_up() -> None:
            # They may have gone since, and wait for the same holder again.
            if self._holds.get(holder) == until:
                self.release_keys(holder)

        self.set_timer(HOLD_S, give_up)

    def release_keys(self, holder: object) -> None:
        """Let keys go again."""
        if self._holds.pop(holder, None) is not None:
            self.keys_may_go()

    def take_waiting_text(self) -> str:
        """Drop every key that waits for a screen that is gone; return what they would have typed."""
        typed = "".join(map(text_of, self._waiting_keys))
        self._waiting_keys.clear()
        return typed

    def divert_typing(self, take: Callable[[str], None]) -> None:
        """Hand on what is typed without a pause from now on, as its field is gone; it is no command.

        Args:
            take: Takes each further text.
        """
        self._takes_typing, self._typed_at = take, monotonic()

    async def on_key_handled(self, message: KeyHandled) -> None:
        """Let the next key go."""
        message.stop()
        if message.key is self._key:
            self._end_key()

    def _is_typing_on(self, event: events.Key | events.Paste) -> bool:
        """Tell whether a key goes on with what was being typed; one that types nothing, or a pause, ends that."""
        now, before = monotonic(), self._typed_at
        self._typed_at = now
        if now - before > PAUSE_S or not text_of(event):
            self._takes_typing = None
        return self._takes_typing is not None

    @property
    def _is_held(self) -> bool:
        now = monotonic()
        return any(until > now for until in self._holds.values())

    @property
    def _screen_takes_keys(self) -> bool:
        return bool(self._screen_stack) and bool(getattr(self.screen, "takes_keys", True))

    def _let_escape_through(self, event: events.Key | events.Paste) -> None:
        """Let escape close a screen that has waited for long; what was typed for it before goes with it."""
        if not isinstance(event, events.Key) or event.key != "escape" or self._screen_takes_keys:
            return
        screen = self._screen_stack[-1] if self._screen_stack else None
        since, give_up = getattr(screen, "waits_since", None), getattr(screen, "give_up", None)
        if since is not None and give_up is not None and monotonic() - since > IMPATIENCE_S:
            self._waiting_keys.clear()
            give_up()

    def _on_taken(self, key: KeyOut) -> None:
        """Follow a key that the widget it was handed to kept for itself; any other comes up to the application."""
        if key.event._stop_propagation:
            self._follow(key)

    def _follow(self, key: KeyOut) -> None:
        """Send a message after a key, so that what the key set off comes before the next one."""
        if not key.is_followed:
            key.is_followed = True
            # A screen that the key closed takes its follower with it.
            first = key.target if key.screen in self.screen_stack else self
            if not first.post_message(KeyHandled(key)):
                self._end_key()

    def _watch(self, key: KeyOut) -> None:
        """Go on should the key, or its follower, be lost with a widget that is taken down, or in a fault."""
        # The loop's own timers: Textual's cost a task for each key.
        self._watching = asyncio.get_running_loop().call_later(PATIENCE_S, self._look_after, key)

    def _look_after(self, key: KeyOut) -> None:
        if key is not self._key:
            return
        if not (key.target.is_attached and key.target.is_running):
            self._end_key()
        else:
            self._follow(key)
            self._watch(key)

    def _end_key(self) -> None:
        """Let the next key go."""
        self._key = None
        if self._watching is not None:
            self._watching.cancel()
        self.keys_may_go()


def keys_wait_for(widget: Widget, *, waits: bool) -> None:
    """Let keys wait for what a widget asked for, or go on."""
    app = widget.app if widget.is_attached else None
    if isinstance(app, KeyQueue):
        app.hold_keys(widget) if waits else app.release_keys(widget)

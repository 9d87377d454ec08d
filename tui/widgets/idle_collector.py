"""Collects garbage while nobody waits: a collection that comes by itself falls into frames."""

from __future__ import annotations

import gc
from time import monotonic
from typing import TYPE_CHECKING

from textual._styles_cache import StylesCache

if TYPE_CHECKING:
    from collections.abc import Callable

REST_S = 0.3
"""Seconds without input after which a collection harms nobody."""
FULL_S = 15.0
"""Seconds from one collection of everything to the next."""
OVERDUE = 4
"""How many times those seconds a reader who never rests puts a collection off."""
YOUNG_S = 2.0
"""Seconds from one collection of what is young to the next."""
FEW = 700
"""New objects that are not worth a collection: those after which Python would look at the youngest."""


class IdleCollector:
    """Collects what Python's own collector would, in the pauses of the reader.

    Args:
        rest_s: Returns for how many seconds nothing was typed or pointed at.
        now: The clock, in seconds.
    """

    def __init__(self, rest_s: Callable[[], float], now: Callable[[], float] = monotonic) -> None:
        self._rest_s = rest_s
        self._now = now
        self._young_at = self._full_at = now()

    def start(self) -> None:
        """Stop Python's own collections; what is there now is not looked at again."""
        gc.disable()
        gc.freeze()

    def look(self) -> None:
        """Collect if it is time and nobody waits, everything or what is young."""
        now, is_at_rest = self._now(), self._rest_s() >= REST_S
        since_young, since_full = now - self._young_at, now - self._full_at
        if gc.get_count()[0] < FEW and not gc.get_count()[2]:
            return
        if since_full >= (FULL_S if is_at_rest else FULL_S * OVERDUE):
            # Textual keeps a thousand widgets that are gone, with all that they had drawn, for two colours each.
            StylesCache.get_inner_outer.cache_clear()
            gc.collect()
            self._young_at = self._full_at = self._now()
        elif since_young >= (YOUNG_S if is_at_rest else YOUNG_S * OVERDUE):
            gc.collect(1)
            self._young_at = self._now()

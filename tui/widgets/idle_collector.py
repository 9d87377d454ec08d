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
YOUNG_S = 2.0
"""Seconds from one collection of what is young to the next."""
FEW = 700
"""New objects that are not worth a collection: those after which Python would look at the youngest."""
MANY = 200_000
"""New objects, some twenty MB, that a reader who never rests does not put a collection off for."""


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
        now, new = self._now(), gc.get_count()[0]
        if new < FEW and not gc.get_count()[2]:
            return
        is_at_rest = self._rest_s() >= REST_S
        if is_at_rest and now - self._full_at >= FULL_S:
            # Textual keeps a thousand widgets that are gone, with all that they had drawn, for two colours each.
            StylesCache.get_inner_outer.cache_clear()
            gc.collect()
            self._young_at = self._full_at = self._now()
        elif new >= MANY or (is_at_rest and now - self._young_at >= YOUNG_S):
            gc.collect(1)
            self._young_at = self._now()

"""Lock an open file for this process alone; the lock is gone when the file is closed, also by a crash."""

from __future__ import annotations

import fcntl
import time

_PAUSE_S = 0.005


def lock_until(file: int, give_up: float) -> None:
    """Lock an open file, waiting for another process that has it locked.

    Args:
        file: Its descriptor.
        give_up: Until when to wait, in seconds of the monotonic clock.

    Raises:
        OSError: it cannot be locked; ``BlockingIOError`` if another process does not let go of it.
    """
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if time.monotonic() >= give_up:
                raise
        time.sleep(_PAUSE_S)

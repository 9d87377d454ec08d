"""A page in a web browser in place of a terminal, as ``textual serve`` has it: Textual's web driver draws on it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress

_DRIVER = "textual.drivers.web_driver:"
_READY = b"__GANGLION__\n"
"""What the server waits for, before it passes on what is drawn."""
_DATA = b"D"


def is_drawn_on() -> bool:
    """Tell whether there is a page to draw on, and no terminal."""
    return os.environ.get("TEXTUAL_DRIVER", "").startswith(_DRIVER)


def tell(sentence: str) -> None:
    """Show a sentence on the page of a program that ends before it draws: else the page would wait for ever."""
    payload = f"{sentence}\r\n".encode()
    with suppress(OSError, AttributeError):
        # Not by sys.stdout, which holds back what it is given.
        os.write(sys.__stdout__.fileno(), _READY + _DATA + len(payload).to_bytes(4, "big") + payload)  # type: ignore[union-attr]  # None is suppressed

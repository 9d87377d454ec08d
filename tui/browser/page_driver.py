"""The driver of a page in a web browser whose server may go away.

Textual's own driver (8.2) then reads no more and fails at every write, and the program goes on, seen by nobody.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

from textual.drivers.web_driver import WebDriver

if TYPE_CHECKING:
    from textual.app import App


class PageDriver(WebDriver):
    """Textual's driver, for a server that may go away.

    Args:
        app: The application.
        debug: Whether what the page sends is logged.
        mouse: Whether the mouse is reported.
        size: Columns and rows; by default those of the page.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        self._write = self._write_if_there  # type: ignore[assignment]  # a partial there, called the same

    def run_input_thread(self) -> None:
        """Read until the server is gone, then end the program."""
        super().run_input_thread()
        if not self.exit_event.is_set():
            self._app.call_from_thread(self._app.exit)

    def _write_if_there(self, data: bytes) -> int:
        try:
            return os.write(self.fileno, data)
        except OSError:
            return len(data)

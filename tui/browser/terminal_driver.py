"""The driver of a terminal that may go away: a window that is closed, a connection that is lost.

A hang-up is SIGHUP followed by SIGCONT. Textual's own driver (8.2) begins anew at every SIGCONT, and its writer ends
at the first write that fails, after which the next ones wait for ever.
"""

from __future__ import annotations

from typing import IO, TYPE_CHECKING, Any

from textual import events
from textual.drivers.linux_driver import LinuxDriver

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.app import App
    from textual.geometry import Size
    from textual.message import Message


class TerminalOutput:
    """A terminal to write to; once it is gone, what is written is dropped.

    Args:
        file: The terminal.
    """

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._is_gone = False

    def write(self, text: str) -> None:
        """Write a text."""
        self._attempt(lambda: self._file.write(text))

    def flush(self) -> None:
        """Hand over what was written."""
        self._attempt(self._file.flush)

    def fileno(self) -> int:
        """Return the number of the terminal's handle."""
        return self._file.fileno()

    def isatty(self) -> bool:
        """Tell whether it is a terminal."""
        return self._file.isatty()

    def _attempt(self, work: Callable[[], object]) -> None:
        if self._is_gone:
            return
        try:
            work()
        except (OSError, ValueError):
            self._is_gone = True


class TerminalDriver(LinuxDriver):
    """Textual's driver, for a terminal that may go away.

    Args:
        app: The application.
        debug: Whether what the terminal sends is logged.
        mouse: Whether the mouse is reported.
        size: Columns and rows; by default those of the terminal.
    """

    def __init__(
        self, app: App[Any], *, debug: bool = False, mouse: bool = True, size: tuple[int, int] | Size | None = None
    ) -> None:
        super().__init__(app, debug=debug, mouse=mouse, size=size)
        if self._file is not None:
            self._file = TerminalOutput(self._file)  # type: ignore[assignment]  # has all that is used

    def process_message(self, message: Message) -> None:
        """Hand on what the terminal sends.

        Enter that is typed before the program has the terminal arrives as a line feed: the terminal still translates.
        """
        if isinstance(message, events.Key) and message.key == "ctrl+j":
            message = events.Key("enter", "\r")
        super().process_message(message)

    def _sigcont_application(self, *_: object) -> None:
        """Go on only where ctrl+z stopped the program."""
        if self._must_signal_resume:
            super()._sigcont_application()

"""Which driver takes the place of one of Textual's that does not end well when what it draws on goes away."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.driver import Driver


def lasting(driver: type[Driver]) -> type[Driver]:
    """Return a driver of ours for the same terminal or web page; any other driver as it is."""
    match driver.__name__:
        case "LinuxDriver":
            from tui.browser.terminal_driver import TerminalDriver

            return TerminalDriver
        case "WebDriver":
            from tui.browser.page_driver import PageDriver

            return PageDriver
    return driver

"""What the owner may set: names, values, defaults, and what each is for. Loads nothing; ``config`` reads the file.

The one table of settings: checking, ``clawback config --init``, the README and the man page are made from it.
"""

from __future__ import annotations

from typing import NamedTuple


class Settings(NamedTuple):
    """The settings of a session."""

    theme: str = ""
    clock: str = "24h"
    times: str = "clock"
    list_width: str = "38%"
    page_size: int = 50
    tools: str = "folded"
    machines: str = "folded"
    channel: str = ""
    view: str = ""
    keys: tuple[tuple[str, str], ...] = ()
    """Commands by their id, each with the keys it has instead of its own."""
    markup: str = "rendered"

    @property
    def keymap(self) -> dict[str, str]:
        """Return the keys that were set, by the id of their command."""
        return dict(self.keys)


DEFAULTS = Settings()


class Setting(NamedTuple):
    """One line of the file."""

    name: str
    explanation: str
    choices: tuple[str, ...] = ()
    """The texts it may be; empty for any, or for a number."""
    least: int = 0
    most: int = 0
    """The range of a number; both 0 for a text."""

    @property
    def default(self) -> str | int:
        """Return what holds if the file says nothing."""
        value = getattr(DEFAULTS, self.name)
        assert isinstance(value, str | int)
        return value


SETTINGS = (
    Setting("theme", "A theme by its name, as the palette lists them; empty for the one last picked there."),
    Setting("clock", "Whether hours are counted to 24 or to 12.", ("24h", "12h")),
    Setting("times", "How a message's time is shown at first; T changes it.", ("clock", "full", "hidden")),
    Setting("list_width", "How wide the list is: columns, such as 48, or a part of the screen, such as 38%."),
    Setting("page_size", "How many conversations the list reads at a time.", least=10, most=500),
    Setting("tools", "How tool calls are shown at first; t changes it.", ("folded", "summary", "full")),
    Setting("markup", "Whether Markdown is rendered at first; p changes it for a message.", ("rendered", "written")),
    Setting(
        "machines",
        "How routine and heartbeat threads are listed at first; a changes it.",
        ("folded", "shown", "only"),
    ),
    Setting("channel", "The channel to show at first; empty for all. --channel comes before it."),
    Setting("view", "The saved view to show at first, by its name; empty for none. Options come before it."),
)

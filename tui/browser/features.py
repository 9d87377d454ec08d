"""The features of the browser by name: where each lies, and what it is handed."""

from __future__ import annotations

from importlib import import_module
from operator import attrgetter
from typing import Any

FEATURES: dict[str, tuple[str, tuple[str, ...]]] = {
    "away": ("away_board:AwayBoard", ("session", "host", "browser", "unseen", "seen")),
    "bookmarks": ("message_bookmarks:MessageBookmarks", ("session", "host", "browser", "reading")),
    "edits": ("metadata_edits:MetadataEdits", ("session", "host", "browser", "database")),
    "export": ("export_flow:ExportFlow", ("session", "host", "browser", "reading", "marks")),
    "facts": ("conversation_facts:ConversationFacts", ("session", "host", "browser")),
    "histories": ("history_switch:HistorySwitch", ("session", "host", "browser", "list", "reading")),
    "go_to": ("go_to_place:GoToPlace", ("session", "host", "reading")),
    "idle": ("idle_connection:IdleConnection", ("session", "host", "database", "live", "catch_up")),
    "marks": ("conversation_marks:ConversationMarks", ("session", "host", "browser", "list")),
    "message": ("message_tools:MessageTools", ("session", "host", "reading")),
    "outline": ("thread_outline:ThreadOutline", ("session", "host", "reading")),
    "palette": ("command_palette:CommandPalette", ("session", "host", "browser", "views")),
    "pipe": ("pipe_and_page:PipeAndPage", ("session", "host", "browser", "reading")),
    "search": ("global_search:GlobalSearch", ("session", "host", "browser", "reading")),
    "seen": ("mark_seen:MarkSeen", ("session", "host", "browser", "unseen", "marks")),
    "statistics": ("history_statistics:HistoryStatistics", ("session", "host", "browser", "search")),
    "threads": ("special_threads:SpecialThreads", ("session", "host", "browser")),
    "users": ("user_choice:UserChoice", ("session", "host", "browser")),
    "views": ("saved_views:SavedViews", ("session", "host", "browser")),
}
"""What is loaded and made when it is asked for first: its module and class here, and the parts that it is handed."""


PLACES = {
    "list": "list_pane",
    "view": "list_pane.choice",
    "ledger": "reading.view",
    "find": "reading.find_in_conversation",
}
"""Where parts lie that the screen has under another name."""


class Features:
    """The parts of one browser, and the features that are made of them.

    Args:
        browser: The screen, whose attributes the parts are.
    """

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._made: dict[str, Any] = {"browser": browser}

    def __getitem__(self, name: str) -> Any:
        """Return a feature, or a part."""
        if name in self._made:
            return self._made[name]
        if name not in FEATURES:
            return attrgetter(PLACES.get(name, name))(self._browser)
        path, parts = FEATURES[name]
        module, _, maker = path.partition(":")
        made = getattr(import_module(f"tui.browser.{module}"), maker)
        self._made[name] = made(*(self[part] for part in parts))
        return self._made[name]

    def run(self, command: str, *arguments: object) -> None:
        """Run a command: a method of a feature, such as ``edits.rename``."""
        name, _, method = command.partition(".")
        getattr(self[name], method)(*arguments)

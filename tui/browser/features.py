"""The features of the browser by name: where each lies, and what it is handed."""

from __future__ import annotations

from importlib import import_module
from typing import Any

FEATURES: dict[str, tuple[str, tuple[str, ...]]] = {
    "edits": ("metadata_edits:MetadataEdits", ("session", "host", "browser", "database")),
    "export": ("export_flow:ExportFlow", ("session", "host", "browser", "reading")),
    "facts": ("conversation_facts:ConversationFacts", ("session", "host", "browser")),
    "go_to": ("go_to_place:GoToPlace", ("session", "host", "reading")),
    "message": ("message_tools:MessageTools", ("session", "host", "reading")),
    "pipe": ("pipe_and_page:PipeAndPage", ("session", "host", "browser", "reading")),
    "search": ("global_search:GlobalSearch", ("session", "host", "browser", "reading")),
    "threads": ("special_threads:SpecialThreads", ("session", "host", "browser")),
    "views": ("saved_views:SavedViews", ("session", "host", "browser", "search")),
}
"""What is loaded and made when it is asked for first: its module and class here, and the parts that it is handed."""


class Features:
    """The parts of one browser, and the features that are made of them.

    Args:
        parts: What is there from the start, by name.
    """

    def __init__(self, **parts: Any) -> None:
        self._parts = parts

    def __getitem__(self, name: str) -> Any:
        """Return a feature, or a part."""
        if name == "find":
            return self._parts["reading"].find_in_conversation
        if name not in self._parts:
            path, parts = FEATURES[name]
            module, _, maker = path.partition(":")
            made = getattr(import_module(f"tui.browser.{module}"), maker)
            self._parts[name] = made(*(self[part] for part in parts))
        return self._parts[name]

    def run(self, command: str, *arguments: object) -> None:
        """Run a command: a method of a feature, such as ``edits.rename``."""
        name, _, method = command.partition(".")
        getattr(self[name], method)(*arguments)

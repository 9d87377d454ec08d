"""The browser's right hands that come when they are needed first, not before the first frame, and what they stand on.

The base of ``keys``, which says what keys ask of them. Each does one matter, in a file beside this one.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, cast

from textual.screen import Screen

if TYPE_CHECKING:
    from store.contract.store import ConversationStore
    from tui.browser.export_flow import ExportDesk
    from tui.browser.find_in_conversation import Finder
    from tui.browser.global_search import SearchDesk
    from tui.browser.message_tools import Inspector
    from tui.browser.metadata_edits import EditingDesk
    from tui.browser.pipe_and_page import Handing
    from tui.browser.screen import BrowserScreen
    from tui.browser.session import Start
    from tui.browser.special_threads import SpecialThreads
    from tui.config.settings import Settings
    from tui.config.state import State


class RightHands(Screen[None]):
    """Who does what the browser offers.

    Args:
        store: Where everything comes from; only right hands and the browser itself ask it.
        start: What to show first.
        state: What was remembered.
    """

    def __init__(self, store: ConversationStore, start: Start, state: State) -> None:
        super().__init__()
        self._store = store
        self._start = start
        self._state = state

    @property
    def _browser(self) -> BrowserScreen:
        """Return this screen as what it is: the only screen with right hands."""
        return cast("BrowserScreen", self)

    @property
    def path(self) -> str:
        """Return the database, as people write it."""
        return self._start.path

    @property
    def settings(self) -> Settings:
        """Return what the owner set."""
        return self._start.settings

    @property
    def is_read_only(self) -> bool:
        """Tell whether nothing may be written."""
        return self._store.read_only_reason is not None

    @cached_property
    def special(self) -> SpecialThreads:
        """Return who opens the threads that the assistant keeps."""
        from tui.browser.special_threads import SpecialThreads  # noqa: PLC0415 - after the first frame

        return SpecialThreads(self._store, self._browser)

    @cached_property
    def desk(self) -> EditingDesk:
        """Return who edits metadata."""
        from tui.browser.metadata_edits import EditingDesk  # noqa: PLC0415 - after the first frame

        return EditingDesk(self._store, self._state.journal, self._start.file, self._browser)

    @cached_property
    def exporter(self) -> ExportDesk:
        """Return who takes conversations along."""
        from tui.browser.export_flow import ExportDesk  # noqa: PLC0415 - after the first frame

        return ExportDesk(self._store, Path(self._start.file), self._browser)

    @cached_property
    def finder(self) -> Finder:
        """Return who finds in the open conversation."""
        from tui.browser.find_in_conversation import Finder  # noqa: PLC0415 - after the first frame

        return Finder(self._store, self._browser)

    @cached_property
    def search(self) -> SearchDesk:
        """Return who searches everything."""
        from tui.browser.global_search import SearchDesk  # noqa: PLC0415 - after the first frame

        return SearchDesk(self._store, self._browser)

    @cached_property
    def inspector(self) -> Inspector:
        """Return who looks closely at a message."""
        from tui.browser.message_tools import Inspector  # noqa: PLC0415 - after the first frame

        return Inspector(self._store, self._browser)

    @cached_property
    def handing(self) -> Handing:
        """Return who hands texts to other programs."""
        from tui.browser.pipe_and_page import Handing  # noqa: PLC0415 - after the first frame

        return Handing(self._store, self._browser, self._state)

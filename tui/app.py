"""The application: theme, palette, error boundary. The browser screen does the work."""

from __future__ import annotations

import contextlib
import gc
import signal
import sys
import traceback
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual.app import App
from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content
from textual.screen import ModalScreen

from tui.commands import COMMANDS, Scope, keys_label
from tui.config.settings import DEFAULTS
from tui.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime, tzinfo

    from textual.dom import DOMNode
    from textual.screen import Screen

    from store.contract.store import ConversationStore
    from tui.browser.session import Start
    from tui.config.state import State

GC_SECONDS = 2.0
"""How often young garbage is collected; automatic collections would fall into frames."""

VIEW_HELP = "List what was kept under this name."
FROM_TEXTUAL = ("Theme", "Screenshot")
"""Commands of Textual itself that the palette offers."""


class CommandPalette(Provider):
    """Every command of the table by its title, and Textual's own that we have no other way to."""

    @property
    def _keymap(self) -> dict[str, str]:
        app = self.app
        return app.settings.keymap if isinstance(app, ClawbackApp) else {}

    def _hits(self) -> list[tuple[str, str, Callable[[], object]]]:
        hits: list[tuple[str, str, Callable[[], object]]] = []
        for command in COMMANDS:
            if command.scope is Scope.EDITOR or not self.screen.check_action(command.action_name, ()):
                continue
            target: DOMNode = self.screen
            if command.scope is not Scope.BROWSER:
                shown = [widget for widget in self.screen.query(f"#{command.scope.value}") if widget.display]
                if not shown:
                    continue
                target = shown[0]
            run = partial(self.app.run_action, command.action, target)
            keys = keys_label(command, self._keymap)
            hits.append((f"{command.title} · {keys}", command.help, run))
        for system in self.app.get_system_commands(self.screen):
            if system.title in FROM_TEXTUAL:
                hits.append((system.title.lower(), system.help, system.callback))
        return hits

    def _views(self) -> list[tuple[str, Callable[[], object]]]:
        """Return the views that were saved; their names are never read as markup."""
        from tui.browser.keys import BrowserKeys  # noqa: PLC0415 - its screen imports us for our types

        if not isinstance(self.screen, BrowserKeys):
            return []
        views = self.screen.views
        return [(f"view: {one_line(name)}", partial(views.show, name)) for name in views.named]

    async def discover(self) -> Hits:
        """Yield every command."""
        for title, show in self._views():
            yield DiscoveryHit(Content(title), show, text=title, help=VIEW_HELP)
        for title, text, run in self._hits():
            yield DiscoveryHit(title, run, help=text)

    async def search(self, query: str) -> Hits:
        """Yield the commands whose title or help has the query."""
        matcher = self.matcher(query)
        for title, show in self._views():
            if all(word in title.casefold() for word in query.casefold().split()):
                yield Hit(1.0, Content(title), show, text=title, help=VIEW_HELP)
        for title, text, run in self._hits():
            if (score := matcher.match(title)) > 0:
                yield Hit(score, matcher.highlight(title), run, help=text)


class ClawbackApp(App[None]):
    """The browser for one store.

    Args:
        store: An open store; whoever opened it closes it.
        start: What to show first.
        state: What was remembered.
        now: The clock.
        tz: The reader's time zone.
        refresh_seconds: How often ages are drawn anew; 0 never does.
        watch_seconds: How often to look for what other programs wrote; 0 never does.
    """

    CSS_PATH = "app.tcss"
    TITLE = "clawback"
    COMMANDS = {CommandPalette}
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (72, "-normal"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]

    def __init__(
        self,
        store: ConversationStore,
        start: Start,
        state: State,
        *,
        now: Callable[[], datetime],
        tz: tzinfo,
        refresh_seconds: float = 30.0,
        watch_seconds: float = 0.0,
    ) -> None:
        super().__init__()
        self._store = store
        self._start = start
        self._state = state
        self._now = now
        self._tz = tz
        self._refresh_seconds = refresh_seconds
        self._watch_seconds = watch_seconds
        self.settings = start.settings
        """What the owner set."""
        self.set_keymap(start.settings.keymap)

    def get_default_screen(self) -> Screen[None]:
        """Return the browser."""
        from tui.browser.screen import BrowserScreen  # noqa: PLC0415 - imports us for its types

        return BrowserScreen(
            self._store,
            self._start,
            self._state,
            now=self._now,
            tz=self._tz,
            refresh_seconds=self._refresh_seconds,
            watch_seconds=self._watch_seconds,
        )

    async def action_quit(self) -> None:
        """Leave; a screen that lies over the browser is asked to close first, since it may hold what was typed."""
        if not isinstance(self.screen, ModalScreen):
            self.exit()
        elif hasattr(self.screen, "action_close"):
            self.screen.action_close()
        else:
            self.screen.dismiss()

    def action_command_palette(self) -> None:
        """Find a command by its name; over the browser only, whose commands they are."""
        if not isinstance(self.screen, ModalScreen):
            super().action_command_palette()

    def on_mount(self) -> None:
        """Take the remembered theme and leave well on signals."""
        if (width := self.settings.list_width) != DEFAULTS.list_width:
            self.stylesheet.add_source(
                f"#list-pane {{ width: {width}; max-width: 80%; }}", read_from=("settings", "")
            )
            self.refresh_css()
        theme = self.settings.theme or self._state.get("theme")
        if theme is not None and theme in self.available_themes:
            self.theme = theme
        self.theme_changed_signal.subscribe(self, lambda theme: self._state.set("theme", theme.name))
        self._leave_well_on_signals()
        if not self.is_headless:
            # Rows and strips are many small objects: collect between frames, never inside one.
            gc.disable()
            self.call_after_refresh(gc.freeze)
            self.set_interval(GC_SECONDS, lambda: gc.collect(1))

    def _leave_well_on_signals(self) -> None:
        """Restore the terminal on SIGTERM and SIGHUP, which Textual leaves to the system."""
        import asyncio  # noqa: PLC0415 - already loaded by Textual

        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGHUP):
            with contextlib.suppress(NotImplementedError, ValueError, RuntimeError):
                loop.add_signal_handler(number, self._on_signal, number)

    def _fatal_error(self) -> None:
        """Leave after a crash, telling where but no value: Textual's own report prints message texts."""
        error = sys.exc_info()[1]
        frames = traceback.extract_tb(error.__traceback__)[-6:] if error is not None else []
        where = "\n".join(f"  {Path(frame.filename).name}:{frame.lineno} in {frame.name}" for frame in frames)
        self.panic(
            Text(
                f"clawback met a fault of its own ({type(error).__name__}) and closed. Nothing was changed.\n{where}"
            )
        )

    def _on_signal(self, number: int) -> None:
        self.exit(return_code=128 + number)

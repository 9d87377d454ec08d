"""The application: one queue of keys, theme, and what becomes of a fault. The browser does the work."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import threading
from time import monotonic
from typing import TYPE_CHECKING

from rich.text import Text
from textual._context import active_message_pump
from textual.color import Color
from textual.screen import ModalScreen
from textual.worker import WorkerFailed

from store.errors import StoreError
from tui.browser.history_switch import HOLDER
from tui.browser.screen import BrowserScreen
from tui.config.settings import DEFAULTS
from tui.widgets.fault_boundary import is_of_drawing, places_of, report_of
from tui.widgets.idle_collector import IdleCollector
from tui.widgets.key_queue import KeyQueue
from tui.widgets.panes import BOTH
from tui.widgets.steady_filter import SteadyWidths

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import FrameType

    from textual.actions import ActionParseResult
    from textual.dom import DOMNode
    from textual.driver import Driver
    from textual.filter import LineFilter
    from textual.screen import Screen
    from textual.theme import Theme

    from tui.browser.session import Session
    from tui.modals.sheet import Sheet
    from tui.model.history_place import HistoryPlace
    from tui.widgets.shared_messages import HistoryWanted

LOOK_S = 1.0
"""How often to look whether it is time to collect garbage."""
LEAVE_S = 10.0
"""Seconds that leaving after a signal may take at most."""
DRAFT = "draft:"
"""What the names of kept drafts begin with in the state."""
AGAIN_S = 10.0
"""Seconds in which a fault at the same place is told once."""


class ClawbackApp(KeyQueue):
    """The browser for one store.

    Args:
        session: What the browser works with.
    """

    CSS_PATH = "app.tcss"
    TITLE = "clawback"
    ENABLE_COMMAND_PALETTE = False
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (BOTH, "-normal"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self._told: dict[str, float] = {}
        self._places: dict[str, HistoryPlace] = {}
        """Where the reader left histories, by their names."""
        self._steady = SteadyWidths()
        self._filtered: tuple[Sequence[LineFilter], str] | None = None
        self.own_keys = session.settings.keymap
        self.set_keymap(self.own_keys)

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Return what is done to every line before it is painted: one filter, the same while it does the same."""
        wanted = super().get_line_filters(), self.theme
        if wanted != self._filtered:
            self._filtered = wanted
            self._steady = SteadyWidths([*wanted[0], *self._fewer_colours()])
        return [self._steady]

    def _fewer_colours(self) -> list[LineFilter]:
        """Return what makes do with the colours that the terminal has, if they are few."""
        system = self.console.color_system
        if self.is_headless or system not in ("256", "standard"):
            return []
        from tui.widgets.fewer_colours import FewerColours

        return [FewerColours(Color.parse(self.theme_variables["background"]), has_256=system == "256")]

    def get_default_screen(self) -> Screen[None]:
        """Return the browser."""
        return BrowserScreen(self.session)

    def on_load(self) -> None:
        """Leave well on signals, from before the terminal is taken."""
        self._leave_well_on_signals()

    def on_mount(self) -> None:
        """Take the settings and the remembered theme, and collect garbage between frames."""
        settings, state = self.session.settings, self.session.state
        if settings.list_width != DEFAULTS.list_width:
            width = f"#list-pane {{ width: {settings.list_width}; max-width: 80%; }}"
            self.stylesheet.add_source(width, read_from=("settings", ""))
            self.refresh_css()
        theme = settings.theme or state.get("theme")
        if theme is not None and theme in self.available_themes:
            self.theme = theme
        self.theme_changed_signal.subscribe(self, self._remember_theme)
        if not self.is_headless:
            # Rows and strips are many small objects: collect between frames, never inside one.
            collector = IdleCollector(lambda: self.rest_s)
            self.call_after_refresh(collector.start)
            self.set_interval(LOOK_S, collector.look)

    # What keys do.

    async def run_action(
        self,
        action: str | ActionParseResult,
        default_namespace: DOMNode | None = None,
        namespaces: Mapping[str, DOMNode] | None = None,
    ) -> bool:
        """Perform an action; a fault of our own ends that action alone."""
        try:
            is_done = await super().run_action(action, default_namespace, namespaces)
            return is_done or self._explain(action, default_namespace or self, namespaces)
        except Exception as error:
            self.report_fault(default_namespace or self, error)
            return True

    def _explain(
        self, action: str | ActionParseResult, namespace: DOMNode, namespaces: Mapping[str, DOMNode] | None
    ) -> bool:
        """Say why a command does nothing, if the store cannot do it; return whether that is why."""
        where, name, arguments = self._parse_action(action, namespace, namespaces)
        if not isinstance(where, BrowserScreen) or name != "run":
            return False
        reason = where.reason_against(str(arguments[0]))
        if reason is not None:
            where.host.say(reason)
        return reason is not None

    async def action_quit(self) -> None:
        """Leave; a screen that lies over the browser is asked to close first, since it may hold what was typed."""
        if not isinstance(self.screen, ModalScreen):
            self.exit()
        elif hasattr(self.screen, "action_close"):
            self.screen.action_close()
        else:
            self.screen.dismiss()

    def action_window_keys(self) -> None:
        """Show the keys of the window that lies over the browser."""
        from tui.modals.sheet import Sheet
        from tui.modals.window_keys import WindowKeysScreen, rows_of

        window = self.screen
        if isinstance(window, Sheet):
            rows = rows_of((each.binding for each in window.active_bindings.values()), self.own_keys)
            window.ask(WindowKeysScreen(str(window.frame.border_title or ""), rows), lambda _: None)

    def on_history_wanted(self, event: HistoryWanted) -> None:
        """Show another history."""
        self.run_worker(self._show_history(event.name), group="history", exclusive=True)

    async def _show_history(self, name: str) -> None:
        """Open another history, show it on a new screen, and close the one that was open."""
        old, browser, histories = self.session, self.screen, self.session.histories
        if histories is None or not isinstance(browser, BrowserScreen):
            return
        self._places[old.name] = browser.features["histories"].place()
        try:
            self.session = await histories.open(name, self._places.get(name))
            if not browser._result_callbacks:
                # Textual gives its first screen none, but takes one away.
                browser._push_result_callback(browser, None)
            await self.switch_screen(BrowserScreen(self.session))
            await browser.host.end()
            await histories.leave(old)
        except StoreError as error:
            browser.host.say(str(error), is_error=True)
        except Exception as error:
            self.report_fault(self, error)
        finally:
            self.release_keys(HOLDER)

    def _remember_theme(self, theme: Theme) -> None:
        """Remember a theme that was picked; the one that the configuration names is not."""
        if theme.name != self.session.settings.theme:
            self.session.state.set("theme", theme.name)

    def action_pick_theme(self) -> None:
        """Choose a theme."""
        from tui.modals.picker import Picker

        def take(name: str | None) -> None:
            if name is not None:
                self.theme = name

        browser = self.screen_stack[0]
        if isinstance(browser, BrowserScreen):
            names = sorted(self.available_themes)
            browser.host.ask(Picker("Theme", [(name, name) for name in names], self.theme), take)

    def action_take_screenshot(self) -> None:
        """Write what is on the screen to a picture."""
        self.deliver_screenshot()

    # Faults.

    def report_fault(self, where: object, error: Exception) -> None:
        """Tell of a fault in one sentence, and end the sheet that it happened in, keeping what was typed there."""
        if isinstance(error, WorkerFailed) and isinstance(error.error, Exception):
            error = error.error
        is_drawn = not is_of_drawing(error)
        sheet = self._sheet_of(where if is_drawn else self.screen)
        if sheet is None and not is_drawn:
            super()._handle_exception(error)
            return
        place = str(places_of(error))
        kept = sheet.keep_typed() if sheet is not None else False
        if sheet is not None:
            sheet.give_up()
        if monotonic() - self._told.get(place, -AGAIN_S) < AGAIN_S:
            return
        self._told[place] = monotonic()
        report = self.session.state.report(report_of(error))
        what = "what was open" if sheet is not None else "what was asked for"
        typed = " What you typed is kept and offered again." if kept else ""
        lies = f" The report is {report}." if report else ""
        self.notify(
            f"clawback met a fault of its own ({type(error).__name__}) and ended {what}.{typed}{lies}",
            severity="error",
            markup=False,
            timeout=10,
        )

    def keep_draft(self, name: str, typed: str) -> None:
        """Keep what was typed where a fault ended what it was typed into; an empty text keeps nothing."""
        if typed:
            self.session.state.set(DRAFT + name, typed)

    def take_draft(self, name: str) -> str:
        """Return what was kept under a name, and keep it no more; empty if there is nothing."""
        return self.session.state.take(DRAFT + name) or ""

    def _sheet_of(self, where: object) -> Sheet[object] | None:
        """Return the sheet that something belongs to, ``None`` if it belongs to the browser."""
        from textual.dom import DOMNode

        from tui.modals.sheet import Sheet

        nodes = where.ancestors_with_self if isinstance(where, DOMNode) else []
        return next((node for node in nodes if isinstance(node, Sheet)), None)

    def _handle_exception(self, error: Exception) -> None:
        """End the program only where the browser is not there yet, or cannot be drawn.

        Textual calls this for everything that nobody else took; it has no public place for it.
        """
        browser = self.screen_stack[0] if self._screen_stack else None
        is_up = isinstance(browser, BrowserScreen) and browser.takes_keys
        if is_up:
            self.report_fault(active_message_pump.get(None), error)
        else:
            super()._handle_exception(error)

    def _fatal_error(self) -> None:
        """Leave after a screen that cannot be drawn, telling where but no value: Textual's own report has texts."""
        from tui.modals.sheet import Sheet

        error = sys.exc_info()[1]
        for screen in self.screen_stack:
            if isinstance(screen, Sheet):
                screen.keep_typed()
        where = "\n".join(f"  {place}" for place in places_of(error))
        name = type(error).__name__
        self.panic(Text(f"clawback met a fault of its own ({name}) and closed. Nothing was changed.\n{where}"))

    # The end.

    def get_driver_class(self) -> type[Driver]:
        """Return the driver: one that ends well when its terminal or its page is gone."""
        from tui.browser.lasting_driver import lasting

        return lasting(super().get_driver_class())

    def _leave_well_on_signals(self) -> None:
        """Restore the terminal on signals that Textual leaves to the system, and end whatever keeps us from it."""
        loop = asyncio.get_running_loop()

        def leave(number: int, _frame: FrameType | None) -> None:
            status = 128 + number
            last = threading.Timer(LEAVE_S, os._exit, (status,))
            last.daemon = True
            last.start()
            loop.call_soon_threadsafe(self.exit, None, status)

        # Plain handlers: those of the event loop wait for it, and it may wait for a terminal that is gone.
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
            with contextlib.suppress(ValueError):
                signal.signal(number, leave)

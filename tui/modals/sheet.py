"""The base of every modal: a frame with a title, a line that says how things stand, and a field that has the focus.

A sheet is pushed at once, in the handler of the key that asks for it, and filled when what it shows is known. It
takes keys once it is filled and its field has the focus, and it closes once.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual.await_complete import AwaitComplete
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static

from store.errors import StoreError
from tui.commands import BY_ID, Scope, bindings, keys_label
from tui.text.visible import one_line, visible
from tui.widgets.entry import Entry
from tui.widgets.fault_boundary import FaultBoundary, FaultReporter
from tui.widgets.key_queue import KeyQueue
from tui.widgets.row_list import RowList

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widget import Widget

T = TypeVar("T")
U = TypeVar("U")
_KEY = re.compile(r"\{([a-z-]+)\}")
KEPT = "What you typed before is here again."


def kept_values(typed: str) -> dict[str, str]:
    """Return what was kept of several fields as a JSON object; nothing where it is none."""
    try:
        kept = json.loads(typed)
    except ValueError:
        return {}
    return {name: value for name, value in kept.items() if isinstance(value, str)} if isinstance(kept, dict) else {}


class Sheet(FaultBoundary, ModalScreen[T]):
    """A modal.

    Subclasses make their widgets before they call this, and lay them out in ``compose`` within ``frame``.

    Args:
        name: What the style sheet calls the frame.
        title: What stands on its upper edge, as stored.
        hint: What stands on its lower edge: the keys, by the ids of their commands: ``{window-close} closes``.
        field: The widget that gets the focus.
        frame: The frame, where it is not a column.
        is_filled: Whether all that it needs is known; otherwise it takes keys only from ``filled`` on.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.SHEET)]
    CSS_PATH: ClassVar[Path] = Path(__file__).with_name("modals.tcss")
    AUTO_FOCUS = ""

    def __init__(
        self,
        name: str,
        title: str = "",
        hint: str = "",
        *,
        field: Widget | None = None,
        frame: Widget | None = None,
        is_filled: bool = True,
    ) -> None:
        super().__init__()
        self.frame = frame if frame is not None else Vertical(id=name, classes="sheet")
        self.status = Static(classes="facts")
        self.field = field
        self.takes_keys = False
        """Whether keys may be handed to it; the queue of keys asks."""
        self.waits_since: float | None = monotonic()
        """Since when, by the monotonic clock, it waits for what it is to show; ``None`` once it is filled."""
        self.subject = ""
        """What it is about, for what is kept of it: the id of a conversation."""
        self.answer: Callable[[T | None], None] | None = None
        """Takes the result, at once, when the sheet has closed."""
        self._is_filled = is_filled
        self._is_laid_out = False
        self._was_dismissed = False
        self._due: tuple[T | None] | None = None
        self._typed_at_first = field.value if isinstance(field, Entry) else ""
        self.set_title(title)
        self.set_hint(hint)

    def compose(self) -> ComposeResult:
        """Lay the sheet out: the field, and below it the line that says how things stand."""
        with self.frame:
            if self.field is not None:
                yield self.field
            yield self.status

    def on_mount(self) -> None:
        """Give the field the focus, and take keys from now on if there is nothing to wait for."""
        if self.field is not None:
            self.set_focus(self.field)
        self.set_hint(self._hint)
        self._is_laid_out = True
        self._take_keys()

    # What the browser calls.

    def filled(self) -> None:
        """Take keys from now on: all that the sheet needs is there."""
        self._is_filled = True
        if isinstance(self.field, Entry):
            self._typed_at_first = self.field.value
        self._take_keys()

    def set_busy(self, *, is_busy: bool) -> None:
        """Let keys wait for the end of some work, such as a save: they are for what comes after it."""
        self.takes_keys = not is_busy and not self._was_dismissed
        if self.takes_keys and isinstance(self.app, KeyQueue):
            self.app.keys_may_go()

    def give_up(self) -> None:
        """Close without a result, whatever was typed for it."""
        self.dismiss(None)

    @property
    def draft_name(self) -> str:
        """Return the name under which what was typed is kept after a fault."""
        return f"{self.frame.id}:{self.subject}"

    @property
    def typed(self) -> str:
        """Return what was typed and would be lost with the sheet."""
        is_typed = isinstance(self.field, Entry) and self.field.value != self._typed_at_first
        return self.field.value if is_typed and isinstance(self.field, Entry) else ""

    def put_back(self, typed: str) -> None:
        """Show again what was typed before the sheet was lost."""
        if isinstance(self.field, Entry):
            self.field.value = visible(typed).replace("\n", " ")
            self.field.action_end()
            self.say(KEPT)

    def dismiss(self, result: T | None = None) -> AwaitComplete:
        """Close once, with a result; as soon as no other screen lies above."""
        if self._was_dismissed:
            return AwaitComplete()
        if not self.is_active:
            self._due = (result,)
            return AwaitComplete()
        self._was_dismissed = True
        self.takes_keys = False
        gone = super().dismiss(result)
        if isinstance(self.app, KeyQueue):
            if not self._is_filled:
                # Keys for this sheet are no commands of what lies below; where there is no field they were no text.
                waiting = self.app.take_waiting_text()
                self._keep(waiting if isinstance(self.field, Entry) else "")
            self.app.keys_may_go()
        if self.answer is not None:
            self.answer(result)
        return gone

    @property
    def has_ended(self) -> bool:
        """Tell whether it was closed, whatever still arrives for it."""
        return self._was_dismissed

    def keep_typed(self) -> bool:
        """Keep what was and is still being typed for the next sheet of the kind; return whether anything was."""
        typed = self.typed
        if isinstance(self.app, KeyQueue) and isinstance(self.field, Entry):
            typed += self.app.take_waiting_text()
            self.app.divert_typing(self._keep_more)
        return self._keep(typed)

    def _keep_more(self, text: str) -> None:
        if isinstance(self.app, FaultReporter):
            self._keep(self.app.take_draft(self.draft_name) + text)

    # For subclasses.

    def set_title(self, title: str) -> None:
        """Put a title on the upper edge."""
        self.frame.border_title = Content(one_line(title))

    def set_hint(self, hint: str) -> None:
        """Put the keys on the lower edge, as they are set."""
        self._hint = hint
        keymap = self.app.own_keys if self.is_attached and isinstance(self.app, KeyQueue) else {}

        def key(name: re.Match[str]) -> str:
            command = BY_ID.get(name[1])
            return name[0] if command is None else keys_label(command, keymap).split()[0]

        self.frame.border_subtitle = Content(one_line(_KEY.sub(key, hint)))

    def say(self, text: str | Content, *, is_error: bool = False) -> None:
        """Say how things stand."""
        self.status.set_class(is_error, "-error")
        self.status.update(text if isinstance(text, Content) else Content(visible(text)))

    def ask(self, sheet: Sheet[U], then: Callable[[U | None], None]) -> None:
        """Show another sheet above, about the same; what it returns is handed on as soon as it has closed."""
        sheet.subject = self.subject
        sheet.answer = then
        self.app.push_screen(sheet)

    def run_guarded(self, work: Callable[[], Awaitable[object]], *, exclusive: bool = False) -> None:
        """Run work that ends with the sheet; a fault in it is reported, a failure of the store said.

        Args:
            work: Begins the work.
            exclusive: Whether it takes the place of what was begun before.
        """

        async def guarded() -> None:
            try:
                await work()
            except StoreError as error:
                self.say(f"✗ {error}", is_error=True)
            except Exception as error:
                if not isinstance(self.app, FaultReporter):
                    raise
                self.app.report_fault(self, error)

        # The function, not its coroutine: one that is cancelled before it began would be complained about.
        self.run_worker(guarded, group="guarded", exclusive=exclusive, exit_on_error=False)  # type: ignore[arg-type]

    def action_close(self) -> None:
        """Leave without a result."""
        self.dismiss(None)

    def action_pick(self) -> None:
        """Pick the selected row of the list that has the focus."""
        if isinstance(self.field, RowList):
            self.field.pick()
        elif isinstance(self.field, OptionList):
            self.field.action_select()

    def on_screen_resume(self) -> None:
        """Close if that was due while another screen lay above."""
        if self._due is not None:
            self.dismiss(self._due[0])

    def _keep(self, typed: str) -> bool:
        keeps = bool(typed) and isinstance(self.app, FaultReporter)
        if keeps and isinstance(self.app, FaultReporter):
            self.app.keep_draft(self.draft_name, typed)
        return keeps

    def _take_keys(self) -> None:
        """Take keys once all is there, what was typed before a fault first."""
        if not (self._is_filled and self._is_laid_out) or self._was_dismissed or self.takes_keys:
            return
        self.takes_keys, self.waits_since = True, None
        if isinstance(self.app, FaultReporter) and (typed := self.app.take_draft(self.draft_name)):
            self.put_back(typed)
        if isinstance(self.app, KeyQueue):
            self.app.keys_may_go()

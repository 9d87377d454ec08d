"""A form for an export: what, since when, in which format, into which file, and whether to look for secrets first."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Label, Static

from store.domain.moments import parse_time
from store.domain.timestamps import UNREADABLE, instant
from store.errors import NotUnderstood
from store.records import MessageCursor
from tui.export.file_names import file_name
from tui.export.format import Format
from tui.export.output_file import Lying
from tui.modals.question import Question
from tui.text.units import people_path
from tui.text.visible import one_line, visible
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from textual.app import ComposeResult
    from textual.widgets import Input

    from store.contract.stored_rows import Choice as Chosen

FORMATS = tuple(Format)
REVIEWS = ("ask about secrets", "do not look")
_FIRST_ROW = -(2**63)


class Scope(NamedTuple):
    """Something that can be exported."""

    word: str
    """What to call it in one word."""
    about: str
    """What it is."""
    choice: Chosen
    title: str
    """What a file of it is named after."""
    identity: str = ""


class Request(NamedTuple):
    """What shall be exported."""

    choice: Chosen
    about: str
    kind: Format
    path: Path
    replaces: bool
    """Whether the file may take the place of another one."""
    reviews: bool
    """Whether to look for secrets, and to ask about them."""


class ExportForm(ModalScreen["Request | None"]):
    """Asks what to export; returns it, or ``None`` if it was left.

    Args:
        scopes: What can be exported, the likeliest first.
        folder: Where files go.
        look: Tells what lies at a path.
        now: The time.
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "take", show=False),
        Binding("escape", "dismiss(None)", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(
        self, scopes: Sequence[Scope], folder: Path, look: Callable[[Path], Lying], now: datetime, tz: tzinfo
    ) -> None:
        super().__init__()
        self._scopes = scopes
        self._folder = folder
        self._look = look
        self._now = now
        self._tz = tz
        self._agreed = scopes[0], FORMATS[0]
        self._suggested = self._suggestion(*self._agreed)

    def compose(self) -> ComposeResult:
        """Lay the form out."""
        with Vertical(id="export", classes="sheet"):
            with Horizontal():
                yield Label("what")
                yield Choice(tuple(scope.word for scope in self._scopes), id="export-what")
            with Horizontal():
                yield Label("since")
                yield Entry(placeholder="always, or a date: 2026-01-03, 7d", id="export-since")
            with Horizontal():
                yield Label("format")
                yield Choice(tuple(each.value for each in FORMATS), id="export-format")
            with Horizontal():
                yield Label("file")
                yield Entry(self._suggested, id="export-file")
            with Horizontal():
                yield Label("secrets")
                yield Choice(REVIEWS, id="export-review")
            yield Static(classes="facts")

    def on_mount(self) -> None:
        """Name the frame and rest on what is exported."""
        frame = self.query_one("#export", Vertical)
        frame.border_title = Content("Export")
        frame.border_subtitle = Content("enter exports · tab goes on · esc leaves it")
        self.query_one("#export-what").focus()
        self._tell()

    def on_choice_picked(self) -> None:
        """Let the name of the file follow."""
        self._agree()

    def on_input_changed(self, _: Input.Changed) -> None:
        """Take the format that the name of the file says, and say what is wrong as soon as it is."""
        self._agree()

    def on_input_submitted(self, _: Input.Submitted) -> None:
        """Return what shall be exported."""
        self.action_take()

    def action_take(self) -> None:
        """Return what shall be exported; ask first if a file lies there."""
        # Somebody who types fast is ahead of what is told about it.
        self._agree()
        if self._problem():
            return
        request = self._request(replaces=False)
        lying = self._look(request.path)
        if lying is Lying.FOLDER:
            self._say("That is a folder; name a file in it.", is_error=True)
        elif lying is Lying.DATABASE:
            self._say("That is the database itself; name another file.", is_error=True)
        elif lying is Lying.SPECIAL:
            self._say("That is no regular file; name another one.", is_error=True)
        elif lying is Lying.FILE:
            text = f"{people_path(request.path)} exists. What it holds would be gone."
            question = Question("The file exists", text, yes="Replace it", no="Choose another name")
            self.app.push_screen(question, self._replace)
        else:
            self.dismiss(request)

    def _replace(self, is_meant: bool | None) -> None:
        if is_meant:
            self.dismiss(self._request(replaces=True))
        else:
            self.query_one("#export-file", Entry).focus()

    def _agree(self) -> None:
        """Make the name of the file and what is picked agree: what was changed last is followed by the other."""
        entry, kind, scope = self.query_one("#export-file", Entry), self._kind, self._scope
        if (scope, kind) == self._agreed:
            kind = Format.of(Path(entry.value)) or kind
            self.query_one("#export-format", Choice).picked = FORMATS.index(kind)
        elif entry.value == self._suggested:
            entry.value = self._suggestion(scope, kind)
        else:
            known = next((each.suffix for each in FORMATS if entry.value.endswith(each.suffix)), "")
            entry.value = entry.value.removesuffix(known) + kind.suffix if known else entry.value
        self._suggested = self._suggestion(scope, kind)
        self._agreed = scope, kind
        self._tell()

    @property
    def _scope(self) -> Scope:
        return self._scopes[self.query_one("#export-what", Choice).picked]

    @property
    def _kind(self) -> Format:
        return FORMATS[self.query_one("#export-format", Choice).picked]

    def _request(self, *, replaces: bool) -> Request:
        since = self.query_one("#export-since", Entry).value.strip()
        choice, about = self._scope.choice, self._scope.about
        if since:
            start = MessageCursor(instant(parse_time(since, self._now, self._tz).start), _FIRST_ROW)
            first = start if choice.first is None else max(start, choice.first)
            # Messages whose time cannot be read come after all others.
            choice = replace(choice, first=first, end=choice.end or MessageCursor(UNREADABLE, _FIRST_ROW))
            about = f"{about}, since {since}"
        path = Path(self.query_one("#export-file", Entry).value.strip()).expanduser()
        reviews = not self.query_one("#export-review", Choice).picked
        return Request(choice, about, self._kind, path, replaces, reviews)

    def _suggestion(self, scope: Scope, kind: Format) -> str:
        name = file_name(one_line(scope.title), scope.identity, self._now.astimezone(self._tz), kind.suffix)
        return visible(people_path(self._folder / name))

    def _tell(self) -> None:
        """Show what will be exported, or what is wrong."""
        problem = self._problem()
        self._say(problem or one_line(self._scope.about), is_error=bool(problem))

    def _say(self, text: str, *, is_error: bool) -> None:
        facts = self.query_one(".facts", Static)
        facts.set_class(is_error, "-error")
        facts.update(Content(visible(f"✗ {text}" if is_error else text)))

    def _problem(self) -> str:
        since = self.query_one("#export-since", Entry).value.strip()
        try:
            if since:
                parse_time(since, self._now, self._tz)
        except NotUnderstood as error:
            return str(error)
        name = self.query_one("#export-file", Entry).value.strip()
        try:
            Path(name).expanduser()
        except RuntimeError:
            return "There is nobody of that name; write the path in full."
        return "" if name and not name.endswith("/") else "Name a file."

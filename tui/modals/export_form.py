"""A form for an export: what, of which time, in which format, into which file, and whether secrets are looked for."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.containers import Horizontal
from textual.widgets import Label

from store.domain.moments import parse_time
from store.domain.timestamps import instant
from store.errors import NotUnderstood
from store.records import MessageCursor
from tui.commands import binding
from tui.config.date_order import date_order
from tui.export.export_format import Format
from tui.export.file_names import file_name
from tui.export.output_file import AtPath
from tui.modals.question import Question
from tui.modals.sheet import KEPT, Sheet, kept_values
from tui.text.units import people_path
from tui.text.visible import one_line, visible
from tui.widgets.choice import Choice
from tui.widgets.entry import Entry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime, tzinfo

    from textual.app import ComposeResult
    from textual.binding import BindingType

    from store.contract.stored_rows import RowSelection
    from store.domain.moments import Stretch

FORMATS = tuple(Format)
REVIEWS = ("ask about secrets", "do not look")
OBSTACLES = {
    AtPath.FOLDER: "That is a folder; name a file in it.",
    AtPath.DATABASE: "That is the database itself; name another file.",
    AtPath.SPECIAL: "That is no regular file; name another one.",
}
"""What lies at a path where no file can be written, each with what to say."""


class Target(NamedTuple):
    """Something that can be exported."""

    word: str
    """What to call it in one word."""
    about: str
    """What it is."""
    selection: RowSelection
    title: str
    """What a file of it is named after."""
    identity: str = ""


class Request(NamedTuple):
    """What shall be exported."""

    selection: RowSelection
    about: str
    kind: Format
    path: Path
    replaces: bool
    """Whether the file may take the place of another one."""
    reviews: bool
    """Whether to look for secrets, and to ask about them."""


class ExportForm(Sheet[Request]):
    """Asks what to export; returns it, or ``None`` if it was left.

    Args:
        folder: Where files go.
        look: Tells what lies at a path.
        now: The time.
        tz: The reader's zone.
    """

    BINDINGS: ClassVar[list[BindingType]] = [binding("form-next"), binding("form-previous")]

    def __init__(self, folder: Path, look: Callable[[Path], AtPath], now: datetime, tz: tzinfo) -> None:
        self._folder = folder
        self._look = look
        self._now = now
        self._tz = tz
        self._targets: Sequence[Target] = ()
        self._agreed: tuple[Target, Format] | None = None
        self._suggested = ""
        self._what = Choice((), id="export-what")
        self._since = Entry(placeholder="always, or a date: 2026-01-03, 7d", id="export-since")
        self._until = Entry(placeholder="now, or a date: yesterday, 3 Jan", id="export-until")
        self._format = Choice(tuple(each.value for each in FORMATS), id="export-format")
        self._file = Entry(id="export-file")
        self._secrets = Choice(REVIEWS, id="export-review")
        hint = "{window-pick} exports · tab goes on · {window-close} leaves it"
        super().__init__("export", "Export", hint, field=self._what, is_filled=False)

    def compose(self) -> ComposeResult:
        """Lay the form out."""
        rows = {
            "what": self._what,
            "since": self._since,
            "until": self._until,
            "format": self._format,
            "file": self._file,
            "secrets": self._secrets,
        }
        with self.frame:
            for word, widget in rows.items():
                with Horizontal():
                    yield Label(word)
                    yield widget
            yield self.status

    def fill(self, targets: Sequence[Target]) -> None:
        """Say what can be exported, the likeliest first."""
        self._targets = targets
        self._what.words = tuple(target.word for target in targets)
        self._agreed = targets[0], FORMATS[0]
        self._suggested = self._file.value = self._suggestion(*self._agreed)
        self._say_target()
        self.filled()

    @property
    def typed(self) -> str:
        """Return the times and the file, if they were typed."""
        since, until, file = self._since.value, self._until.value, self._file.value
        is_typed = since or until or file != self._suggested
        return json.dumps({"since": since, "until": until, "file": file}) if is_typed else ""

    def put_back(self, typed: str) -> None:
        """Show again what was typed before."""
        kept = kept_values(typed)
        self._since.value = visible(kept.get("since", ""))
        self._until.value = visible(kept.get("until", ""))
        self._file.value = visible(kept.get("file", self._suggested))
        self.say(KEPT)

    def on_choice_picked(self) -> None:
        """Let the name of the file follow."""
        self._agree()

    def on_input_changed(self) -> None:
        """Take the format that the name of the file says, and say what is wrong as soon as it is."""
        self._agree()

    def on_input_submitted(self) -> None:
        """Return what shall be exported."""
        self.action_pick()

    def action_pick(self) -> None:
        """Return what shall be exported; ask first if a file lies there."""
        # Somebody who types fast is ahead of what is told about it.
        self._agree()
        if self._problem() or not self._targets:
            return
        request = self._request(replaces=False)
        lying = self._look(request.path)
        if lying in OBSTACLES:
            self.say(f"✗ {OBSTACLES[lying]}", is_error=True)
        elif lying is AtPath.FILE:
            text = f"{people_path(request.path)} exists. What it holds would be gone."
            question = Question("The file exists", text, yes="Replace it", no="Choose another name")
            self.ask(question, self._replace)
        else:
            self.dismiss(request)

    def _replace(self, is_meant: bool | None) -> None:
        if is_meant:
            self.dismiss(self._request(replaces=True))
        else:
            self._file.focus()

    def _agree(self) -> None:
        """Make the name of the file and what is picked agree: what was changed last is followed by the other."""
        if not self._targets:
            return
        file, kind, target = self._file, self._kind, self._target
        if (target, kind) == self._agreed:
            kind = Format.of(Path(file.value)) or kind
            self._format.picked = FORMATS.index(kind)
        elif file.value == self._suggested:
            file.value = self._suggestion(target, kind)
        else:
            known = next((each.suffix for each in FORMATS if file.value.endswith(each.suffix)), "")
            file.value = file.value.removesuffix(known) + kind.suffix if known else file.value
        self._suggested = self._suggestion(target, kind)
        self._agreed = target, kind
        self._say_target()

    @property
    def _target(self) -> Target:
        return self._targets[self._what.picked]

    @property
    def _kind(self) -> Format:
        return FORMATS[self._format.picked]

    def _request(self, *, replaces: bool) -> Request:
        since, until = self._since.value.strip(), self._until.value.strip()
        selection, about = self._target.selection, self._target.about
        first, last = selection.first, selection.last
        if since:
            start = MessageCursor.at(instant(self._time(since).start))
            first = start if first is None else max(start, first)
            about = f"{about}, since {since}"
        if until:
            end = MessageCursor.at(instant(self._time(until).end))
            last = end if last is None else min(end, last)
            about = f"{about}, until {until}"
        if first is not None and last is None:
            # Messages whose time cannot be read come after all others.
            last = MessageCursor.end()
        path = Path(self._file.value.strip()).expanduser()
        selection = replace(selection, first=first, last=last)
        return Request(selection, about, self._kind, path, replaces, reviews=not self._secrets.picked)

    def _time(self, typed: str) -> Stretch:
        """Return the time that was typed.

        Raises:
            NotUnderstood: it is none.
        """
        return parse_time(typed, self._now, self._tz, date_order())

    def _suggestion(self, target: Target, kind: Format) -> str:
        name = file_name(one_line(target.title), target.identity, self._now.astimezone(self._tz), kind.suffix)
        return visible(people_path(self._folder / name))

    def _say_target(self) -> None:
        """Show what will be exported, or what is wrong."""
        problem = self._problem()
        self.say(f"✗ {problem}" if problem else one_line(self._target.about), is_error=bool(problem))

    def _problem(self) -> str:
        try:
            for typed in (self._since.value.strip(), self._until.value.strip()):
                if typed:
                    self._time(typed)
        except NotUnderstood as error:
            return str(error)
        name = self._file.value.strip()
        try:
            Path(name).expanduser()
        except RuntimeError:
            return "There is nobody of that name; write the path in full."
        return "" if name and not name.endswith("/") else "Name a file."

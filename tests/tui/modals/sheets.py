"""An application to open modals in, without a browser or a store, and one of each with a little to show."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual import events
from textual.keys import _character_to_key
from textual.widgets import Input

from store.contract.raw_rows import RawMessage, RawValue
from store.contract.statistics import ChannelUse, ModelWeek, RoutineUse, Statistics
from store.contract.stored_rows import RowSelection
from store.domain.metadata_json import Change, changes, merge
from store.domain.query import parse_query
from store.domain.search_results import Places
from store.editing.journal import Edit
from store.editing.outcomes import Saved
from store.records import (
    Conversation,
    ConversationCursor,
    Count,
    Kind,
    Message,
    MessageCursor,
    Metadata,
    Routine,
    User,
)
from tests.tui.waiting import until
from tui.commands import Scope
from tui.config.bookmarks import BookmarkedMessage
from tui.export.output_file import AtPath
from tui.export.secret_review import Review, Suspect
from tui.export.secrets import Secret
from tui.modals.away import AwayScreen
from tui.modals.away import Entry as AwayEntry
from tui.modals.bookmark_list import BookmarksScreen
from tui.modals.bookmark_note import BookmarkNoteScreen
from tui.modals.change_preview import PreviewScreen
from tui.modals.command_line import CommandScreen
from tui.modals.conflict import ThreeWayScreen
from tui.modals.export_form import ExportForm, Target
from tui.modals.facts import FactsScreen
from tui.modals.field_form import FieldForm
from tui.modals.go_to import GoToScreen
from tui.modals.help import HelpScreen
from tui.modals.letter_picker import LetterPicker, Offer
from tui.modals.links import LinksScreen
from tui.modals.marked_list import MarkedScreen
from tui.modals.metadata_editor import EditorScreen
from tui.modals.name_view import NameViewScreen
from tui.modals.newsroom import ArrivalsScreen
from tui.modals.outline_screen import OutlineScreen
from tui.modals.outline_screen import Progress as Read
from tui.modals.palette import PaletteEntry, PaletteSheet
from tui.modals.past_edits import EditsScreen
from tui.modals.picker import Picker
from tui.modals.progress import ProgressScreen
from tui.modals.question import Question
from tui.modals.raw_message import RawScreen
from tui.modals.rename import RenameScreen
from tui.modals.review_secrets import ReviewScreen
from tui.modals.routines_screen import RoutinesScreen
from tui.modals.run_diff import RunDiff, RunDiffScreen
from tui.modals.search_screen import SearchScreen
from tui.modals.statistics_screen import StatisticsScreen
from tui.modals.users import UsersScreen
from tui.modals.views import ViewsScreen
from tui.model.arrivals import Arrival, Arrivals
from tui.text.message.link_list import judge
from tui.text.word_diff import word_diff
from tui.widgets.key_queue import KeyQueue
from tui.widgets.question_list import QuestionRow

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable

    from textual.pilot import Pilot

    from store.editing.outcomes import Outcome
    from tui.modals.sheet import Sheet

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
LONG = "A title that is longer than the narrowest of all terminals is wide, 日本語 and all"

Input.cursor_blink = False  # type: ignore[assignment]  # a blinking cursor keeps the application from resting


class SheetApp(KeyQueue):
    """Remembers faults and drafts, and what a modal returned."""

    CSS_PATH = Path(__file__).parents[3] / "tui" / "app.tcss"
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (72, "-normal"), (120, "-wide")]
    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]

    def __init__(self) -> None:
        super().__init__()
        self.faults: list[Exception] = []
        self.drafts: dict[str, str] = {}
        self.results: list[object] = []
        self.below: list[str] = []
        """Keys that came to the screen below."""

    def report_fault(self, where: object, error: Exception) -> None:
        self.faults.append(error)
        keep, give_up = getattr(where, "keep_typed", None), getattr(where, "give_up", None)
        if keep is not None and give_up is not None:
            keep()
            give_up()

    def keep_draft(self, name: str, typed: str) -> None:
        self.drafts[name] = typed

    def take_draft(self, name: str) -> str:
        return self.drafts.pop(name, "")

    def on_key(self, event: events.Key) -> None:
        if len(self.screen_stack) == 1:
            self.below.append(event.key)

    def open(self, sheet: Sheet[Any]) -> None:
        """Show a modal as the handler of a key does."""
        sheet.answer = self.results.append
        self.push_screen(sheet)

    def type_ahead(self, *keys: str) -> None:
        """Press keys without waiting; a text of several letters is typed letter by letter."""
        for key in keys:
            if key in SPECIAL:
                self.post_message(events.Key(key, None))
                continue
            for each in key:
                self.post_message(events.Key(_character_to_key(each), each))


SPECIAL = {"enter", "escape", "down", "up", "pagedown", "pageup", "tab", "left", "right", "space", "home", "end"}


class Hands:
    """A running application and who uses it."""

    def __init__(self, app: SheetApp, pilot: Pilot[None]) -> None:
        self.app = app
        self.pilot = pilot

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait for a condition, fail loudly after a bound."""
        await until(condition)

    async def at_rest(self) -> None:
        """Wait until every key was handled and nothing is left to do."""
        for _ in range(2):
            await self.until(lambda: self._is_handled)
            await self.pilot.pause(0)

    @property
    def _is_handled(self) -> bool:
        """Whether every key arrived, and was handled unless it waits for a modal that takes none."""
        has_keys = self.app.has_keys and getattr(self.app.screen, "takes_keys", True)
        return not (self.app.message_queue_size or has_keys)

    async def opened(self, sheet: Sheet[Any]) -> None:
        """Open a modal, and wait until it takes keys."""
        self.app.open(sheet)
        await self.ready(sheet)

    async def ready(self, sheet: Sheet[Any]) -> None:
        """Wait until a modal takes keys."""
        await self.until(lambda: sheet.takes_keys)

    async def press(self, *keys: str) -> None:
        """Press keys in one go, and wait until they were handled."""
        self.app.type_ahead(*keys)
        await self.at_rest()

    def text(self) -> str:
        """What is drawn, row by row."""
        strips = self.app.screen._compositor.render_strips()
        return "\n".join("".join(segment.text for segment in strip).rstrip() for strip in strips)


@asynccontextmanager
async def hands(size: tuple[int, int] = (100, 30)) -> AsyncIterator[Hands]:
    app = SheetApp()
    app.animation_level = "none"
    async with app.run_test(size=size) as pilot:
        yield Hands(app, pilot)


def conversation(number: int = 1) -> Conversation:
    return Conversation(
        f"conversation-{number}",
        "telegram",
        "default",
        LONG,
        Kind.CHAT,
        Count(3),
        None,
        NOW,
        NOW,
        ConversationCursor(number, number),
    )


def message(number: int = 1, content: str = "Is it warm in Lisbon?\nIt is.") -> Message:
    return Message(
        f"message-{number}", "conversation-1", "user", content, NOW, MessageCursor(number, number), len(content)
    )


def arrivals(count: int) -> Arrivals:
    held = Arrivals()
    for number in range(count):
        held._held.append(Arrival(conversation(number), message(number), "It is warm."))
    held.total = count
    return held


def routine(number: int) -> Routine:
    return Routine(
        f"routine-{number}",
        f"backup {number}",
        "Looks after the disk.",
        True,
        "cron",
        '{"schedule": "0 0 3 * * *"}',
        NOW - timedelta(hours=number),
        NOW + timedelta(hours=number),
        number,
        number % 2,
        f"conversation-{number}",
    )


def edit(number: int) -> Edit:
    return Edit(f"edit-{number}", NOW, "/db", "conversation-1", "default", '{"title":"A"}', '{"title":"B"}')


def raw() -> RawMessage:
    content = RawValue("content", "text", b"Is it warm\x1b[2J in Lisbon?", 1000)
    return RawMessage(1, (RawValue("id", "text", b"message-1", 9), content))


def review() -> Review:
    gathered = Review()
    for number, kind in enumerate(Secret):
        gathered._suspects[kind, "s"] = Suspect(kind, f"sk-{number:040}", LONG, NOW, "the key is", "and so on")
    return gathered


def three_way(base: str, theirs: str, mine: str) -> ThreeWayScreen:
    return ThreeWayScreen(merge(base, theirs, mine), changes(base, theirs), changes(base, mine))


async def saved(*_: object) -> Outcome:
    return Saved()


def entries() -> list[PaletteEntry]:
    return [
        PaletteEntry("help", "help", "? F1", "Show every key."),
        PaletteEntry("rename", "rename", "R", "Give the conversation another title."),
        PaletteEntry("routines", "routines", "r", "Show the routines."),
        PaletteEntry("read-again", "read again", "ctrl+r", "Read the list again."),
        PaletteEntry("view:1", "view: holidays", "", "List what was kept under this name.", is_stored=True),
    ]


def targets() -> list[Target]:
    return [
        Target("this", f"“{LONG}”, 3 messages", RowSelection(ids=("conversation-1",)), LONG, "conversation-1"),
        Target("all", "every conversation", RowSelection(), "conversations"),
    ]


def editor(document: str = '{"title":"Lisbon","pinned":true}', save: Any = saved) -> EditorScreen:
    sheet = EditorScreen(LONG, "~/.ironclaw/ironclaw.db")
    sheet.fill(Metadata(document), save)
    return sheet


def export_form(folder: Path = Path("/tmp"), lying: AtPath = AtPath.NOTHING) -> ExportForm:
    sheet = ExportForm(folder, lambda _: lying, NOW, UTC)
    sheet.fill(targets())
    return sheet


def rename(save: Any = saved) -> RenameScreen:
    sheet = RenameScreen(LONG)
    sheet.fill("Lisbon", save)
    return sheet


def routines() -> RoutinesScreen:
    sheet = RoutinesScreen(NOW, UTC)
    sheet.fill([routine(number) for number in range(1, 30)])
    return sheet


def edits() -> EditsScreen:
    sheet = EditsScreen(NOW, UTC)
    sheet.fill([edit(1), edit(2)], {"conversation-1": LONG}, {"edit-2"})
    return sheet


def run_diff() -> RunDiffScreen:
    sheet = RunDiffScreen(UTC)
    pieces, is_whole = word_diff("It was warm and dry.", "It was cold and dry.")
    sheet.fill(RunDiff(message(1), message(2, "It was cold and dry."), pieces, is_whole))
    return sheet


def raw_message() -> RawScreen:
    async def read(_: int) -> RawMessage:
        return raw()

    sheet = RawScreen(message(), read)
    sheet.fill(raw())
    return sheet


def search() -> SearchScreen:
    return SearchScreen("lisbon", ask=_nothing, stop=lambda: False, want=_nothing, now=NOW, tz=UTC)


def outline() -> OutlineScreen:
    sheet = OutlineScreen(LONG, ask=_nothing, want=_nothing, now=NOW, tz=UTC)
    places = Places()
    places.add(MessageCursor(number, number) for number in range(30))
    sheet.show(parse_query("role:user", NOW, UTC), places, Read(60, 60, is_done=True))
    sheet.questions.describe(
        {MessageCursor(number, number): QuestionRow(LONG, NOW, number) for number in range(20, 30)}
    )
    return sheet


def progress() -> ProgressScreen:
    sheet = ProgressScreen("Writing the file", "messages")
    sheet.report(30, 100)
    return sheet


def statistics() -> StatisticsScreen:
    sheet = StatisticsScreen(NOW.date(), None, stop=lambda: False, read=_nothing)
    counts = Statistics(
        {NOW.date() - timedelta(days=back): {"telegram": back + 1, LONG: 2} for back in range(300, 0, -1)},
        3,
        (ChannelUse("telegram", 40, 45_150), ChannelUse(LONG, 2, 600)),
        (ModelWeek(2026, 10, "nearai", LONG, 12, 3_400, 560, Decimal("1.23"), 1),),
        (RoutineUse("routine-1", LONG, {"ok": 12, "failed": 3}), RoutineUse("routine-2", "idle", {})),
    )
    sheet.show(counts, 1.0, "done")
    return sheet


def _nothing(*_: object) -> None:
    pass


def _refused() -> EditorScreen:
    sheet = EditorScreen(LONG, "~/db")
    sheet.fill(Metadata('["no object"]', "It is no object, so that it must not be edited here."), saved)
    return sheet


def _no_edits() -> EditsScreen:
    sheet = EditsScreen(NOW, UTC)
    sheet.fill([], {}, ())
    return sheet


def marked() -> MarkedScreen:
    sheet = MarkedScreen(NOW, UTC, unmark=_nothing, clear=lambda: None)
    sheet.fill([each.conversation for each in arrivals(3).held])
    return sheet


def users() -> UsersScreen:
    sheet = UsersScreen(NOW, UTC, keep=_nothing)
    sheet.fill([User(f"{number} {LONG}", number, NOW) for number in range(3)], [f"1 {LONG}", f"2 {LONG}"], "")
    return sheet


def _unread() -> RawScreen:
    async def read(_: int) -> RawMessage:
        return raw()

    return RawScreen(message(), read)


LINKS = [
    judge("Lisbon", "https://example.org/" + "lisbon/" * 20),
    judge("", "javascript:alert(1)"),
    judge("paypal.com", "https://xn--pypal-4ve.com/"),
]

MODALS: dict[str, Callable[[], Sheet[Any]]] = {
    "away": lambda: AwayScreen(
        [AwayEntry("backup", "failed 3 times in a row", LONG, NOW, "conversation-1", is_failure=True)] * 3,
        NOW,
        UTC,
        mark_all=lambda: None,
    ),
    "bookmarks": lambda: BookmarksScreen(
        [
            BookmarkedMessage("ada", "c", str(number), MessageCursor(number, number), number, LONG)
            for number in range(20)
        ],
        NOW,
        UTC,
        put=_nothing,
        remove=_nothing,
    ),
    "bookmark note": lambda: BookmarkNoteScreen(LONG, "why"),
    "change preview": lambda: PreviewScreen([Change("title", '"A"', '"B"'), Change("x", "1", None)], "~/db"),
    "command line": lambda: CommandScreen("the conversation", "wc -w"),
    "conflict": lambda: three_way('{"t":"A","u":1}', '{"t":"B","u":2}', '{"t":"C","u":1}'),
    "editor": editor,
    "editor, refused": _refused,
    "export form": export_form,
    "facts": lambda: FactsScreen(LONG, [("Messages", [("in all", "3"), ("", LONG)])]),
    "field form": lambda: FieldForm({"title"}),
    "field form, changing": lambda: FieldForm((), LONG, '{"a": [1, 2]}'),
    "go to": lambda: GoToScreen(30, NOW, UTC),
    "help": lambda: HelpScreen({}, Scope.LIST),
    "links": lambda: LinksScreen(LINKS, "the message", _nothing, _nothing),
    "letter picker": lambda: LetterPicker("mark-seen", "Mark as seen", [Offer("t", LONG, "3")] * 2, "C"),
    "marked": marked,
    "newsroom": lambda: ArrivalsScreen(arrivals(20), UTC),
    "newsroom, empty": lambda: ArrivalsScreen(arrivals(0), UTC),
    "outline": outline,
    "palette": lambda: PaletteSheet(entries()),
    "past edits": edits,
    "past edits, none": _no_edits,
    "picker": lambda: Picker("User", [(str(number), f"{LONG} {number}") for number in range(20)], "3"),
    "progress": progress,
    "question": lambda: Question("Unsaved title", LONG, yes="Throw it away", no="Go on typing"),
    "raw message": raw_message,
    "rename": rename,
    "review": lambda: ReviewScreen(review(), UTC),
    "routines": routines,
    "run diff": run_diff,
    "save view": lambda: NameViewScreen("Save this view", "channel telegram", {"holidays"}),
    "search": search,
    "users": users,
    "views": lambda: ViewsScreen(lambda: {LONG: LONG, "one": "everything"}, rename=_nothing, delete=_nothing),
    "statistics": statistics,
}
"""Each of the modals, filled."""

UNFILLED: dict[str, Callable[[], Sheet[Any]]] = {
    "editor": lambda: EditorScreen(LONG, "~/db"),
    "export form": lambda: ExportForm(Path("/tmp"), lambda _: AtPath.NOTHING, NOW, UTC),
    "past edits": lambda: EditsScreen(NOW, UTC),
    "picker": lambda: Picker("User"),
    "raw message": _unread,
    "rename": lambda: RenameScreen(LONG),
    "routines": lambda: RoutinesScreen(NOW, UTC),
    "run diff": lambda: RunDiffScreen(UTC),
    "users": lambda: UsersScreen(NOW, UTC, keep=_nothing),
}
"""Those that are filled later, still empty."""

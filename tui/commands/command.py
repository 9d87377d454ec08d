"""What a command is, and where it works."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from store.contract.capability import Capability


class Scope(Enum):
    """Where a command works: in one of the panes, everywhere in the browser, or in windows that lie over it."""

    BROWSER = "browser"
    LIST = "list"
    TRANSCRIPT = "transcript"
    LEDGER = "ledger"
    EDITOR = "editor"
    SHEET = "window"
    ROWS = "rows"
    FORM = "form"
    QUESTION = "question"
    LINKS = "links"
    VIEWS = "views"
    REVIEW = "review"
    CONFLICT = "conflict"
    AWAY = "away"
    BOOKMARKS = "bookmarks"
    MARKED = "marked"
    STATISTICS = "statistics"
    CALENDAR = "calendar"
    USERS = "users"

    @property
    def within(self) -> tuple[Scope, ...]:
        """Return the places whose keys hold together with those of this one."""
        return _WITHIN.get(self, ())

    @property
    def title(self) -> str:
        """Return where that is, as a heading."""
        return _TITLES[self]


_TITLES = {
    Scope.BROWSER: "Everywhere",
    Scope.LIST: "In the list",
    Scope.TRANSCRIPT: "In the transcript",
    Scope.LEDGER: "In the ledger of a routine",
    Scope.EDITOR: "In the metadata editor",
    Scope.SHEET: "In every window",
    Scope.ROWS: "In the lists and texts of windows",
    Scope.FORM: "In the export form",
    Scope.QUESTION: "In a question",
    Scope.LINKS: "Among the links of a message",
    Scope.VIEWS: "Among the views",
    Scope.REVIEW: "In the review of secrets",
    Scope.CONFLICT: "Where two edits meet",
    Scope.AWAY: "On the board of what is new",
    Scope.BOOKMARKS: "Among the bookmarks",
    Scope.MARKED: "Among the marked conversations",
    Scope.STATISTICS: "In the statistics",
    Scope.CALENDAR: "In the calendar",
    Scope.USERS: "Among the users",
}
_LISTS = (
    Scope.QUESTION,
    Scope.LINKS,
    Scope.VIEWS,
    Scope.REVIEW,
    Scope.CONFLICT,
    Scope.AWAY,
    Scope.BOOKMARKS,
    Scope.MARKED,
    Scope.STATISTICS,
    Scope.USERS,
)
_WITHIN = {
    Scope.BROWSER: (Scope.LIST, Scope.TRANSCRIPT, Scope.LEDGER),
    Scope.SHEET: (Scope.ROWS, Scope.FORM, *_LISTS),
    Scope.ROWS: (Scope.EDITOR, *_LISTS),
    Scope.STATISTICS: (Scope.CALENDAR,),
}


class Command(NamedTuple):
    """Something the reader can do."""

    id: str
    keys: str
    """Key names, comma separated, the one to show first."""
    action: str
    """A method of a feature, such as ``edits.rename``, or an action of the screen or the widget where it works."""
    scope: Scope
    title: str
    """A few words for the footer and the palette."""
    help: str
    """One sentence."""
    show: bool = False
    """Whether the footer has room for it."""
    key_label: str | None = None
    """How the keys are written where the table's own form is clumsy."""
    needs: Capability | None = None
    """What the store must be able to; the command is hidden where it is not."""

    @property
    def works_while_typing(self) -> bool:
        """Tell whether its key is its own wherever the focus is; Textual would move the focus on with it."""
        return "tab" in self.keys.split(",")

    @property
    def target(self) -> str:
        """Return the action without its arguments."""
        return self.action.partition("(")[0]

    @property
    def textual_action(self) -> str:
        """Return the action as Textual reads it."""
        feature, dot, _ = self.target.partition(".")
        if not dot or feature == "app":
            return self.action
        arguments = self.action.removeprefix(self.target).strip("()")
        return f"screen.run({self.target!r}{f', {arguments}' if arguments else ''})"

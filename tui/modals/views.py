"""The saved views by name: one is shown, renamed or deleted."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets.option_list import Option

from tui.commands import Scope, bindings
from tui.modals.name_view import NameViewScreen
from tui.modals.options import Options
from tui.modals.question import Question
from tui.modals.sheet import Sheet
from tui.text.visible import one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import OptionList


class ViewsScreen(Sheet[str]):
    """A list of views; returns the name of the one to show.

    Args:
        read: Returns what the views are about, by their names, as stored.
        rename: Gives a view another name.
        delete: Deletes a view.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.VIEWS)]

    def __init__(
        self,
        read: Callable[[], Mapping[str, str]],
        *,
        rename: Callable[[str, str], None],
        delete: Callable[[str], None],
    ) -> None:
        self._read = read
        self._rename = rename
        self._delete = delete
        self.options = Options()
        hint = "{window-pick} shows · {view-rename} renames · {view-delete} deletes · {window-close} closes"
        super().__init__("saved-views", "Views", hint, field=self.options)
        self._fill()

    def compose(self) -> ComposeResult:
        """Lay the list out."""
        with self.frame:
            yield self.options

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Return the name of the picked view."""
        self.dismiss(event.option_id)

    def action_rename(self) -> None:
        """Ask for another name of the highlighted view."""
        named, old = self._read(), self._highlighted
        if old in named:
            others = named.keys() - {old}
            sheet = NameViewScreen("Rename this view", named[old], others, old)
            self.ask(sheet, partial(self._take_name, old))

    def action_delete(self) -> None:
        """Ask whether the highlighted view is to be deleted."""
        name = self._highlighted
        if name in self._read():
            text = f"Delete the view {one_line(name)}? No conversation is touched."
            self.ask(Question("Delete a view", text, yes="Delete it", no="Keep it"), partial(self._take_answer, name))

    @property
    def _highlighted(self) -> str:
        """Return the name of the highlighted view, empty if there is none."""
        option = self.options.highlighted_option
        return (option.id or "") if option is not None else ""

    def _take_name(self, old: str, new: str | None) -> None:
        if new is not None and new != old:
            self._rename(old, new)
            self._fill(new)

    def _take_answer(self, name: str, is_yes: bool | None) -> None:
        if is_yes:
            self._delete(name)
            self._fill()

    def _fill(self, name: str = "") -> None:
        """Show the views there are and highlight one; with none left there is nothing to show."""
        named = self._read()
        self.options.set_options(Option(Content(one_line(f"{each} · {text}")), each) for each, text in named.items())
        names = list(named)
        self.options.highlighted = names.index(name) if name in names else 0 if names else None
        if not names:
            self.dismiss(None)

"""The addresses of a message, each in full: one is opened from here, where it was read, and from nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList
from textual.widgets.option_list import Option

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult

    from tui.text.message.link_list import Link


class LinksScreen(ModalScreen[None]):
    """A list of addresses; enter opens one, y copies it.

    Args:
        links: The addresses.
        of: What they are from, in a few words.
        open_link: Opens an address, or says why not.
        copy: Copies an address.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,o", "dismiss", "close", show=False),
        Binding("j", "move(1)", show=False),
        Binding("k", "move(-1)", show=False),
        Binding("y", "copy", "copy", show=False),
    ]

    def __init__(
        self, links: Sequence[Link], of: str, open_link: Callable[[Link], None], copy: Callable[[Link], None]
    ) -> None:
        super().__init__()
        self._links = links
        self._of = of
        self._open = open_link
        self._copy = copy

    def compose(self) -> ComposeResult:
        """Lay the list out."""
        with Vertical(id="links", classes="sheet"):
            yield OptionList(*(Option(link_text(link)) for link in self._links), markup=False)

    def on_mount(self) -> None:
        """Name the frame and go to the first address."""
        frame = self.query_one("#links", Vertical)
        frame.border_title = Content(f"{len(self._links):,} link{'s' if len(self._links) != 1 else ''} of {self._of}")
        frame.border_subtitle = Content("enter opens · y copies · esc closes")
        options = self.query_one(OptionList)
        options.highlighted = 0
        options.focus()

    def action_move(self, step: int) -> None:
        """Highlight the next or previous address."""
        options = self.query_one(OptionList)
        if step > 0:
            options.action_cursor_down()
        else:
            options.action_cursor_up()

    def action_copy(self) -> None:
        """Copy the highlighted address."""
        index = self.query_one(OptionList).highlighted
        if index is not None:
            self._copy(self._links[index])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the picked address."""
        self._open(self._links[event.option_index])


def link_text(link: Link) -> Content:
    """Return an address as it is listed: its host, what it is called, the whole of it, what is odd about it."""
    parts = [(link.host or "no host", "bold" if link.url else "bold $text-muted")]
    if link.label:
        parts.append((f"  {link.label}", "$text-muted"))
    parts += [("\n  ", ""), (link.target, "underline" if link.url else "$text-muted")]
    for note in link.notes:
        parts.append((f"\n  {note}", "$text-error" if "⚠" in note else "$text-warning"))
    return Content.assemble(*parts)

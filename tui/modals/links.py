"""The addresses of a message, each in full: one is opened from here, where it was read, and from nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.content import Content
from textual.widgets.option_list import Option

from tui.commands import Scope, binding, bindings
from tui.modals.options import Options
from tui.modals.sheet import Sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.app import ComposeResult
    from textual.binding import BindingType
    from textual.widgets import OptionList

    from tui.text.message.link_list import Link


class LinksScreen(Sheet[None]):
    """A list of addresses; enter opens one, y copies it.

    Args:
        links: The addresses.
        of: What they are from, in a few words.
        open_link: Opens an address, or says why not.
        copy: Copies an address.
    """

    BINDINGS: ClassVar[list[BindingType]] = [*bindings(Scope.LINKS), binding("links", action="close")]

    def __init__(
        self, links: Sequence[Link], of: str, open_link: Callable[[Link], None], copy: Callable[[Link], None]
    ) -> None:
        self._links = {str(number): link for number, link in enumerate(links)}
        self._open = open_link
        self._copy = copy
        self.options = Options()
        title = f"{len(links):,} link{'s' if len(links) != 1 else ''} of {of}"
        super().__init__(
            "links", title, "{window-pick} opens · {link-copy} copies · {window-close} closes", field=self.options
        )
        self.options.set_options(Option(link_text(link), number) for number, link in self._links.items())
        self.options.highlighted = 0 if links else None

    def compose(self) -> ComposeResult:
        """Lay the list out."""
        with self.frame:
            yield self.options

    def action_copy(self) -> None:
        """Copy the highlighted address."""
        option = self.options.highlighted_option
        if option is not None and option.id in self._links:
            self._copy(self._links[option.id])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Open the picked address."""
        if event.option_id in self._links:
            self._open(self._links[event.option_id])


def link_text(link: Link) -> Content:
    """Return an address as it is listed: its host, what it is called, the whole of it, what is odd about it."""
    parts = [(link.host or "no host", "bold" if link.url else "bold $text-muted")]
    if link.label:
        parts.append((f"  {link.label}", "$text-muted"))
    parts += [("\n  ", ""), (link.target, "underline" if link.url else "$text-muted")]
    for note in link.notes:
        parts.append((f"\n  {note}", "$text-error" if "⚠" in note else "$text-warning"))
    return Content.assemble(*parts)

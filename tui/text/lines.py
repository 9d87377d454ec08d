"""The width-independent form of a message: logical lines with named styles, ready to be wrapped.

``prose``, ``tools`` and ``attachments`` make lines, ``wrap`` cuts them into rows, the transcript paints them. Text in
a line has been through ``visible`` and holds no line break.
"""

from __future__ import annotations

from typing import NamedTuple

STYLES = (
    "strong",  # emphasis in running text
    "em",
    "strike",
    "code",  # inline code
    "heading",  # any heading; the two highest levels carry "heading-high" on top
    "heading-high",
    "link",  # the label of a web link, or a bare URL
    "url",  # the address spelled out behind a label
    "image",  # "[image: …]"
    "quote",  # quoted text and its bar
    "bullet",  # bullets, numbers and task boxes
    "rule",  # a thematic break
    "table-head",
    "table-line",  # the lines between cells
    "muted",  # whatever may be overlooked
    "error",
    "success",
    "code-block",  # the fill and the bar of a code block
    "code-label",  # the language of a code block
    "code-keyword",
    "code-string",
    "code-number",
    "code-comment",
    "code-name",  # functions, classes, tags, attributes
    "code-operator",
)
"""Every style name that a line may use. A style sets a foreground or an attribute; only a ``fill`` paints behind."""


class Span(NamedTuple):
    """A style on ``text[start:end]`` of a line, in code points. Later spans add to the earlier ones they overlap."""

    start: int
    end: int
    style: str


class Line(NamedTuple):
    """One logical line: what is shown on a row of its own if the screen is wide enough."""

    text: str
    spans: tuple[Span, ...] = ()
    first: str = ""
    """What stands before the first row, such as a bullet."""
    rest: str = ""
    """What stands before every further row, such as the indent below that bullet."""
    fill: str = ""
    """The style that fills the row from its prefix to the right edge; empty for none."""
    wrap: bool = True
    """Whether rows end between words; code and tables are cut at the width instead."""
    prefix_style: str = ""
    """The style of ``first`` and ``rest``; empty for none."""
    source: int = -1
    """The line of the stored text that it shows, from 0; -1 if it shows none."""


BLANK = Line("")
"""The empty line between two blocks."""

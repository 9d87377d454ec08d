"""A part that is selected is copied as it is stored, whatever it looks like on the screen."""

from __future__ import annotations

from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textual.geometry import Offset
from textual.selection import Selection

from store.records import Message, MessageCursor
from tests.tui.text.markdown.test_prose import markdown
from tui.text.message.layout_options import Context, Options
from tui.text.message.message_lines import view_message
from tui.text.visible import visible
from tui.widgets.message_layout import Part, encode_line, selected_text


def part_of(text: str, role: str = "assistant") -> Part:
    message = Message("i", "c", role, text, None, MessageCursor(0, 1), len(text))
    return Part(0, message, view_message(message, Options(UTC), Context(), is_toggled=False))


def copied(part: Part, start: tuple[int, int], end: tuple[int, int]) -> str:
    """Return what is copied between two places, each a laid-out line of the body and a column."""
    view = part.view
    edges = [Offset(column, encode_line(0, view.text + line)) for line, column in (start, end)]
    return selected_text(Selection(*edges), [part])


@pytest.mark.parametrize(
    ("written", "start", "end", "expected"),
    [
        ("a **bold** word", (0, 2), (0, 6), "bold"),
        ("a **bold** word\nnext", (0, 2), (1, 2), "bold** word\nne"),
        ("- one *x*\n- two", (0, 0), (1, 2), "- one *x*\n- tw"),
        ("5. one\n9. two\n\nend", (1, 0), (2, 0), "9. two\n"),
        ("see [the bank](https://a.example/x) now", (0, 4), (0, 12), "the bank"),
        ("see [https://a.example](https://a.example) now", (0, 21), (0, 25), " now"),
        ("x &lt;b&gt; y", (0, 2), (0, 5), "&lt;b&gt;"),
        ("p\n\n```python\nx = 1\n\n  y = 2\n```\n\nq", (3, 0), (5, 3), "x = 1\n\n  y"),
        ("p\n\n```python\nx = 1\n```\n\nq", (0, 0), (5, 1), "p\n\n```python\nx = 1\n```\n\nq"),
        ("a snake\\_case and \\*x\\*\nb", (0, 2), (0, 12), "snake\\_case"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n\nend", (2, 0), (3, 0), "| 1 | 2 |\n"),
        ("# Head\n\ntext **x**.", (0, 1), (2, 7), "ead\n\ntext **x**."),
    ],
)
def test_a_part_is_copied_as_it_is_stored(
    written: str, start: tuple[int, int], end: tuple[int, int], expected: str
) -> None:
    assert copied(part_of(written), start, end) == expected.strip("\n")


def test_what_people_typed_is_copied_letter_by_letter() -> None:
    part = part_of("def f(x):\n    return 2*3*4 + __x__\n&lt;", "user")
    assert copied(part, (1, 0), (1, 16)) == "    return 2*3*4"
    assert copied(part, (1, 19), (2, 4)) == "__x__\n&lt;"


def test_a_message_that_is_selected_whole_is_copied_whole() -> None:
    written = "\n# a **b**\n\n1. x\n1. y\n"
    part = part_of(written)
    count = part.view.end - part.view.text
    assert copied(part, (0, 0), (count - 1, 10_000)) == written.strip("\n")


@given(markdown, st.data())
@settings(deadline=None)
def test_what_is_copied_is_a_stretch_of_what_is_stored(text: str, data: st.DataObject) -> None:
    part = part_of(text)
    lines = part.view.lines[part.view.text : part.view.end]
    shows = [number for number, line in enumerate(lines) if line.source >= 0]
    if not shows:
        return
    first = data.draw(st.sampled_from(shows))
    last = data.draw(st.sampled_from([number for number in shows if number >= first]))
    start = data.draw(st.integers(0, len(lines[first].text)))
    end = data.draw(st.integers(start if first == last else 0, len(lines[last].text)))
    taken = copied(part, (first, start), (last, end))
    shown = lines[first].text[start:end] if first == last else ""
    assert taken in visible(text) or taken == shown.strip("\n")

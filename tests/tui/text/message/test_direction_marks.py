"""Direction marks, which phones write into right-to-left texts, clutter none of them and are told once."""

from __future__ import annotations

from datetime import UTC

import pytest

from store.records import Message, MessageCursor
from tui.text.message.layout_options import Context, Options
from tui.text.message.message_lines import view_message
from tui.text.visible import one_line, visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\u200fשלום\u200f, מה שלומך?", "שלום, מה שלומך?"),
        ("\u200eWhatsApp\u200e של אמא", "WhatsApp של אמא"),
        ("مرحبا\u200f!\u200e 1", "مرحبا! 1"),
        ("plain\u200f", "plain<U+200F>"),
        ("\u202eשלום", "<U+202E>שלום"),
    ],
)
def test_marks_are_left_out_where_letters_run_from_right_to_left(text: str, shown: str) -> None:
    assert visible(text) == one_line(text) == shown
    assert visible(shown) == shown


def test_a_message_tells_them_once_in_its_header() -> None:
    text = "\u200fשלום\u200f\n\u200fשלום"
    message = Message("i", "c", "user", text, None, MessageCursor(0, 1), len(text))
    view = view_message(message, Options(UTC), Context(), is_toggled=False)
    texts = [line.text for line in view.lines]
    assert sum("direction marks" in shown for shown in texts) == 1
    assert not any("U+200" in shown for shown in texts)


@pytest.mark.parametrize("text", [" ", "\n\n", "\t \u3000", "\u00a0"])
@pytest.mark.parametrize("role", ["user", "assistant"])
def test_a_message_of_white_space_alone_says_so(text: str, role: str) -> None:
    message = Message("i", "c", role, text, None, MessageCursor(0, 1), len(text))
    view = view_message(message, Options(UTC), Context(), is_toggled=False)
    assert "(white space alone)" in [line.text for line in view.lines]

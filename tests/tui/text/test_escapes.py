"""Everything hidden stands there by its code, nothing is lost, and what is shown is harmless."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.text.escapes import PIECE, Pieces, escape, legend
from tui.text.visible import is_harmless


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        (b"plain [b] text", "plain [b] text"),
        (b"\x1b[2J\x00\x7f", r"\x1b[2J\x00\x7f"),
        (b"a\tb\r", r"a\tb\r"),
        ("\u202e\u00a0\U000e0041\x9b".encode(), r"\u202e\u00a0\U000e0041\u009b"),
        ("👩\u200d🚀 ❤\ufe0f".encode(), r"👩\u200d🚀 ❤\ufe0f"),
        (b"caf\xc3\xa9 \xff\xc3", r"café \xff\xc3"),
        (("e" + "\u0301" * 5).encode(), "e" + r"\u0301" * 5),
        ("e\u0301 かが\u3000".encode(), "e\u0301 かが\u3000"),
    ],
)
def test_what_hides_is_written_by_its_code(raw: bytes, shown: str) -> None:
    assert escape(Pieces(raw)[0].text)[0] == shown


def test_codes_are_told_from_the_same_letters_by_their_spans() -> None:
    shown, spans = escape("\\x1b \x1b\x00")
    assert [shown[span.start : span.end] for span in spans] == ["\\x1b\\x00"]
    assert spans[0].start == 5


@settings(max_examples=100, deadline=None)
@given(st.lists(st.one_of(st.binary(max_size=30), st.text(max_size=20).map(str.encode))).map(b"".join))
def test_any_bytes_come_back_and_are_harmless(raw: bytes) -> None:
    pieces = Pieces(raw)
    lines: list[str] = []
    for piece in (pieces[index] for index in range(len(pieces))):
        shown, spans = escape(piece.text)
        assert is_harmless(shown)
        assert "\n" not in shown
        assert all(0 <= span.start < span.end <= len(shown) for span in spans)
        assert piece.is_first == (piece.number > len(lines))
        if piece.is_first:
            lines.append("")
        lines[-1] += piece.text
    assert pieces.lines == len(lines)
    assert "\n".join(lines).encode("utf-8", "surrogateescape") == raw


def test_long_lines_come_in_parts_of_one_number() -> None:
    pieces = Pieces(b"a\n" + b"x" * (2 * PIECE + 1) + b"\n")
    assert [(piece.number, piece.is_first, len(piece.text)) for piece in (pieces[i] for i in range(len(pieces)))] == [
        (1, True, 1),
        (2, True, PIECE),
        (2, False, PIECE),
        (2, False, 1),
        (3, True, 0),
    ]


def test_half_a_character_at_the_cut_is_left_out() -> None:
    assert Pieces("añ".encode()[:2], is_whole=False).text == "a"
    assert Pieces("añ".encode()[:2]).text == "a\udcc3"


def test_the_legend_names_what_the_codes_stand_for() -> None:
    found = legend("\x1b[2J\x1b \u202ex\u202c \udcff\t\n")
    assert found == [
        (r"\x1b", "ESCAPE", 2),
        (r"\u202c", "POP DIRECTIONAL FORMATTING", 1),
        (r"\u202e", "RIGHT-TO-LEFT OVERRIDE", 1),
        (r"\x…", "BYTES THAT ARE NO UTF-8", 1),
    ]
    assert legend("plain") == []
    assert legend("".join(chr(0xE0000 + n) for n in range(64)), most=3)[-1] == ("…", "61 others", 9)

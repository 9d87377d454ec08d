"""Nothing that a message holds can harm or hide once it went through ``visible``."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text.visible import is_harmless, one_line, visible

HOSTILE = (
    "\x00\x05\x07\x08\t\n\x0b\x0c\r\x0e\x18\x1b\x1c\x7f\x85\x9b\x9c\x9d\xad\u0301\u0302\u0489\u061c\u06dd\u115f\u1160"
    "\u180e\u200b\u200c\u200d\u200e\u202e\u2028\u2029\u2066\u2069\u20e3\u3164\ud83d\ue000\ufdd0\ufe0f\ufeff\uffa0\ufffb"
    "\uffff\U0001f3fd\U0001f468\U000e0041\U000e0100\U0010ffff\u0915\u094d\u0a3f"
)
hostile_text = st.text(st.one_of(st.sampled_from(HOSTILE), st.characters(exclude_categories=())))


@given(hostile_text)
def test_the_result_is_harmless_and_a_fixed_point(text: str) -> None:
    shown = visible(text)
    assert is_harmless(shown)
    assert visible(shown) == shown
    assert is_harmless(one_line(text))
    assert "\n" not in one_line(text)


def test_no_single_character_slips_through_or_vanishes() -> None:
    for block in range(0, 0x110000, 0x100):
        text = "".join(f"{chr(code)}x" for code in range(block, block + 0x100))
        shown = visible(text)
        assert is_harmless(shown), f"block U+{block:04X}"
        assert "xx" not in shown.replace("xxx", ""), f"block U+{block:04X}"


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126)))
def test_plain_text_is_returned_as_it_is(text: str) -> None:
    assert visible(text) is text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("\tx\nab\ty", "    x\nab  y"),
        ("\x1b]52;c;aGk=\x07", "␛]52;c;aGk=␇"),
        ("\x00\x7f", "␀␡"),
        ("\x9b31m\x85", "\ufffd31m\ufffd"),
        ("\ud83d\uffff\U000e0041", "\ufffd\ufffd\ufffd"),
        ("safe\u202egnp.exe", "safe<U+202E>gnp.exe"),
        ("a\u200bb\u2028c\u3164", "a<U+200B>b<U+2028>c<U+3164>"),
        ("葛\U000e0100", "葛<U+E0100>"),
        ("a\u200db", "a<U+200D>b"),
        ("Z" + "\u0301" * 50, "Z" + "\u0301" * 3),
        ("मि" + "\u093f" * 50, "मि" + "\u093f" * 7),
    ],
)
def test_what_each_kind_becomes(text: str, shown: str) -> None:
    assert visible(text) == shown


@pytest.mark.parametrize(
    "text", ["👨‍👩‍👧‍👦 🏳️‍🌈 👩🏽‍❤️‍💋‍👨 🇱🇰 1️⃣ ❤️", "می‌خواهم", "ශ්‍රී ලංකාව", "မြို့", "नमस्ते", "é ﷺ", "x\u00a0y\u3000z"]
)
def test_real_writing_is_left_alone(text: str) -> None:
    assert visible(text) == text


def test_one_line_joins_and_trims() -> None:
    assert one_line("  a \r\n\n\tb\u00a0 c\u3000") == "a b c"

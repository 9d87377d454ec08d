"""Two texts compared word by word: exact, and bounded whatever the texts are."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tui.text.word_diff import LINES, WORDS, Piece, word_diff

texts = st.lists(st.sampled_from(["a", "b", "cc", " ", "\n", "[/]", "\x1b"]), max_size=30).map("".join)


@settings(max_examples=60)
@given(texts, texts)
def test_both_texts_can_be_read_off(before: str, after: str) -> None:
    pieces, is_whole = word_diff(before, after)
    assert is_whole
    assert "".join(each.text for each in pieces if each.sign != "+") == before
    assert "".join(each.text for each in pieces if each.sign != "−") == after


def test_what_changed_is_told_in_whole_words() -> None:
    pieces, _ = word_diff("the disk is 93 % full", "the disk is 97 % full")
    assert pieces == [Piece(" ", "the disk is "), Piece("−", "93"), Piece("+", "97"), Piece(" ", " % full")]


def changed(before: str, after: str) -> tuple[str, str]:
    """Return what went and what came."""
    pieces, is_whole = word_diff(before, after)
    assert is_whole
    gone, come = ("".join(piece.text for piece in pieces if piece.sign == sign) for sign in "−+")
    return gone, come


@pytest.mark.parametrize(
    ("before", "gone", "after", "come"),
    [
        (
            "the disk is fine and the log is fine\n" * 90 + "93 %",
            "93",
            "the disk is fine and the log is fine\n" * 90 + "97 %",
            "97",
        ),
        ("all is well and so it is " * 100 + "now", "now", "all is well and so it is " * 100 + "then", "then"),
        ("a b\n" * 300 + "one\n" + "a b\n" * 300, "one", "a b\n" * 300 + "two\n" + "a b\n" * 300, "two"),
        ("x\ny\nz\n", "y\n", "x\nz\n", ""),
        ("x\nz\n", "", "x\ny\nz\n", "y\n"),
        ("", "", "new", "new"),
    ],
)
def test_frequent_words_of_long_texts_stay(before: str, gone: str, after: str, come: str) -> None:
    assert changed(before, after) == (gone, come)


LONG = [
    ("a b " * 90_000, "b a " * 90_000),
    ("x" * 900_000, "y"),
    ("a " * 90_000, "a\t" * 90_000),
    ("a\n" * 50_000, "b\na\n" * 50_000),
    ("a b c\n" * 50_000, "b c a\nc\n" * 50_000),
    ("a b c d " * 90_000, "d b a c a " * 90_000),
]


def test_long_and_hostile_texts_are_compared_by_their_beginning_in_time() -> None:
    before = time.perf_counter()
    for one, other in LONG:
        pieces, is_whole = word_diff(one, other)
        assert not is_whole
        assert len(pieces) <= 2 * max(WORDS, LINES)
    assert time.perf_counter() - before < 5

"""Two texts compared word by word: exact, and bounded whatever the texts are."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from tui.text.word_diff import WORDS, Piece, word_diff

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


def test_long_and_hostile_texts_are_compared_by_their_beginning_in_time() -> None:
    before = time.perf_counter()
    for one, other in (("a b " * 90_000, "b a " * 90_000), ("x" * 900_000, "y"), ("a " * 90_000, "a\t" * 90_000)):
        pieces, is_whole = word_diff(one, other)
        assert not is_whole
        assert len(pieces) <= 2 * WORDS
    assert time.perf_counter() - before < 5

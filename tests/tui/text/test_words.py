"""A double click takes a word whole, with what joins its parts, and no punctuation around it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text.words import word_at


@pytest.mark.parametrize(
    ("text", "at", "word"),
    [
        ("Is it warm in Lisbon?", "isbon", "Lisbon"),
        ("open ~/notes/to-do.md, please", "notes", "notes/to-do.md"),
        ("see https://a.example/x?y=1.", "example", "https://a.example/x?y=1"),
        ("at 09:12 or 1,312.5", "312", "1,312.5"),
        ("write to ada@x.example", "@", "ada@x.example"),
        ("don’t (really)", "t", "don’t"),
        ("a — b", "—", "—"),
        ("23 °C and sunny", "°", "°"),
        ("日本語 text", "本", "日本語"),
    ],
)
def test_the_word_under_the_pointer_is_taken(text: str, at: str, word: str) -> None:
    start, end = word_at(text, text.index(at))
    assert text[start:end] == word


@given(st.text(max_size=60), st.integers(0, 70))
def test_whatever_is_under_the_pointer_lies_in_what_is_taken(text: str, place: int) -> None:
    start, end = word_at(text, place)
    assert start <= place
    assert end <= max(len(text), place)
    assert start <= end

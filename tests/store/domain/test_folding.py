"""Folding: one text, however it is written; and where in the text as it is a match lies."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.folding import folded, hides, origin, spans
from store.domain.query import Query, around, excerpt, matches, parse_query
from tests.store import naive
from tests.store.conftest import CAMPAIGN

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)
TEXTS = st.text(
    st.characters() | st.sampled_from("aeé\u0301\u0308ﬁßİK… \n😀東𝐁’“–ł\u00ad\u200b\u00b4\u2033"), max_size=60
)


def query(typed: str) -> Query:
    return parse_query(typed, NOW, UTC)


def test_every_character_folds_as_unicode_says_and_none_that_hides_ascii_goes_unnoticed() -> None:
    for start in range(0, sys.maxunicode + 1, 4096):
        if CAMPAIGN == 1 and (0x33000 <= start < 0xE0000 or start >= 0xE1000):
            continue  # nobody has a character there, or each a private one
        characters = [chr(code) for code in range(start, start + 4096)]
        folds = [naive.fold(character) for character in characters]
        # One call for many: NUL folds to itself and keeps them apart.
        assert folded("\0".join(characters)) == folded("\0".join(folds)) == "\0".join(folds)
        strange = [(each, fold) for each, fold in zip(characters, folds, strict=True) if not each.isascii()]
        for of_words in (False, True):
            disguised = [
                each
                for each, fold in strange
                if not fold or any(part.isascii() and (part.isalnum() or not of_words) for part in fold)
            ]
            assert all(hides(each, of_words=of_words) for each in disguised)
            assert not hides("".join({each for each, _ in strange} - {*disguised}), of_words=of_words)


@given(TEXTS, TEXTS)
def test_a_text_folds_piece_by_piece(one: str, other: str) -> None:
    assert folded(one + other) == folded(one) + folded(other) == naive.fold(one + other)


@given(TEXTS, TEXTS, st.text("aei .", min_size=1, max_size=3))
def test_a_text_that_hides_nothing_shows_every_word_of_ascii_plainly(one: str, other: str, word: str) -> None:
    text = one + word.upper() + other
    if not hides(text):
        for sought in (word, word + other[:1].lower(), word + word):
            if sought.isascii():
                assert (sought in folded(text)) == (sought in text.lower())


@given(TEXTS, st.integers(0, 60), st.integers(1, 5))
def test_what_is_marked_is_what_was_looked_for(text: str, start: int, length: int) -> None:
    term = " ".join(folded(text[start : start + length]).split())
    if term:
        for span in spans(text, [term]):
            assert term.split(" ")[0] in folded(text[span.start : span.end])
        assert bool(spans(text, [term])) == naive.has(naive.fold(text), term)


@given(TEXTS)
def test_every_place_of_a_fold_comes_from_the_character_that_made_it(text: str) -> None:
    seen = folded(text)
    for offset in range(len(seen)):
        assert seen[offset] in folded(text[origin(text, offset)])
    assert origin(text, len(seen)) == len(text)


@pytest.mark.parametrize(
    ("typed", "text", "marked"),
    [
        ("cafe", "A CAFÉ, a cafe\u0301 and a café.", ["CAFÉ", "cafe\u0301", "café"]),
        ("strasse", "Straße und STRASSE", ["Straße", "STRASSE"]),
        ("fine", "ﬁne", ["ﬁne"]),
        ("京タ", "東京タワー", ["京タ"]),
        ("タワ", "ﾀﾜｰ", ["ﾀﾜ"]),
        ("погода", "ПОГОДА", ["ПОГОДА"]),
        ("istanbul", "İstanbul", ["İstanbul"]),
        ('"two words"', "two\n   words, two\u00a0words", ["two\n   words", "two\u00a0words"]),
        ("ab bc", "abc", ["abc"]),
        ("bold", "𝐁𝐨𝐥𝐝", ["𝐁𝐨𝐥𝐝"]),
        ("-none any", "any none", ["any"]),
    ],
)
def test_matches_are_marked_in_the_text_as_it_is(typed: str, text: str, marked: list[str]) -> None:
    assert [text[span.start : span.end] for span in matches(text, query(typed))] == marked


def test_an_excerpt_is_one_line_of_the_asked_width_around_the_first_match() -> None:
    long = "before " * 100 + "\n\nthe   NEEDLE\n" + "after " * 100
    shown = excerpt(long, query("needle"), 60)
    assert len(shown.text) <= 60
    assert shown.text.startswith("…")
    assert shown.text.endswith("…")
    assert [shown.text[span.start : span.end] for span in shown.spans] == ["NEEDLE"]
    assert "needle" in around(long, query("needle"), 40).lower()
    assert excerpt("short", query("ort"), 60).text == "short"


@given(TEXTS, st.integers(1, 30), st.sampled_from(["a", "é", "東", '"a e"', "-a"]))
def test_an_excerpt_never_fails_and_never_is_too_wide(text: str, width: int, typed: str) -> None:
    shown = excerpt(text * 3, query(typed), width)
    assert len(shown.text) <= max(width, 3)
    assert len(around(text, query(typed), width)) <= width

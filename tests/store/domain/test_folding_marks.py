"""What is typed on a plain keyboard finds what was written with quotes, dashes and letters of other keyboards."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest

from store.domain.folding import INVISIBLE, TYPED, folded
from store.domain.query import excerpt, matches, parse_query

NOW = datetime(2026, 3, 14, 9, 30, tzinfo=UTC)

PAIRS = [
    ("don't", "they don’t know", "don’t"),
    ("don't", "they donʼt know", "donʼt"),
    ("don't", "they don´t know", "don´t"),
    ("don't", "they don＇t know", "don＇t"),
    ("rock'n'roll", "rock‘n’roll", "rock‘n’roll"),
    ("hawai'i", "Hawaiʻi", "Hawaiʻi"),
    ('5"', "a 5″ nail", "5″"),
    ('say"', "they say”", "say”"),
    ("read-only", "a read\u2011only file", "read\u2011only"),
    ("read-only", "a read\u2010only file", "read\u2010only"),
    ("10-20", "pages 10–20", "10–20"),
    ("10-20", "pages 10\u201220", "10\u201220"),
    ("a-5", "a\u22125 or 5", "a\u22125"),
    ("yes-no", "yes—no", "yes—no"),
    ("yes-no", "yes\u2015no", "yes\u2015no"),
    ("בית-ספר", "בית־ספר", "בית־ספר"),
    ("software", "our soft\u00adware", "soft\u00adware"),
    ("software", "our soft\u200bware", "soft\u200bware"),
    ("software", "our soft\u200cware", "soft\u200cware"),
    ("software", "our \ufeffsoft\u2060ware", "soft\u2060ware"),
    ("software", "our \u202asoftware\u202c", "software\u202c"),
    ("soren", "Søren", "Søren"),
    ("lodz", "w Łodzi: Łódź", "Łódź"),
    ("dakovo", "Đakovo", "Đakovo"),
    ("aether", "Æther", "Æther"),
    ("coeur", "cœur", "cœur"),
    ("strasse", "Straße, STRAẞE", "Straße"),
    ("isik", "Işık", "Işık"),
    ("thor", "Þórr: Þór", "Þór"),
    ("gudrun", "Guðrún", "Guðrún"),
    ("mhux", "mħux", "mħux"),
    ("1920x1080", "1920×1080 pixels", "1920×1080"),
    ("1/2", "½ and 1⁄2", "½"),
    ("❤", "❤\ufe0f", "❤\ufe0f"),
    ("محمد", "محـــمد", "محـــمد"),
    # What is typed with such marks finds what was written without.
    ("don’t", "they don't know", "don't"),
    ("10–20", "pages 10-20", "10-20"),
    ("Łódź", "lodz", "lodz"),
    ("“two words”", "one, two words", "two words"),
    ("„two words“", "one, two words", "two words"),
    ("“two words", "one, two words", "two words"),
]


@pytest.mark.parametrize(("typed", "text", "marked"), PAIRS)
def test_plain_words_find_what_was_written_otherwise(typed: str, text: str, marked: str) -> None:
    query = parse_query(typed, NOW, UTC)
    assert query.accepts(folded(text))
    assert marked in [text[span.start : span.end] for span in matches(text, query)]


@pytest.mark.parametrize(("typed", "text", "marked"), PAIRS)
def test_an_excerpt_marks_the_same_place_deep_in_a_text(typed: str, text: str, marked: str) -> None:
    query = parse_query(typed, NOW, UTC)
    filler = "it’s – “only” soft\u00adly said. "
    shown = excerpt(filler * 40 + " ".join(text.split()) + " " + filler * 40, query, 120)
    assert marked in [shown.text[span.start : span.end] for span in shown.spans]


@pytest.mark.parametrize(("typed", "text"), [("dont", "don’t"), ("1020", "10–20"), ("e-mail", "email")])
def test_what_is_seen_counts(typed: str, text: str) -> None:
    assert not parse_query(typed, NOW, UTC).accepts(folded(text))


def test_every_hyphen_and_dash_of_general_use_is_typed_as_one() -> None:
    dashes = [chr(code) for code in range(0x2010, 0x2016)] + ["\u2212", "\ufe58", "\ufe63", "\uff0d"]
    assert {folded(dash) for dash in dashes} == {"-"}


def test_the_table_holds_small_letters_that_unicode_does_not_take_apart() -> None:
    for typed, characters in TYPED.items():
        assert typed.isascii()
        for character in characters:
            assert unicodedata.normalize("NFKD", character) == character == character.casefold()
            assert folded(character) == typed == folded(character.upper())


def test_what_is_passed_over_cannot_be_seen() -> None:
    shapeless = {"Cf", "Mn", "Cn"}
    assert {unicodedata.category(chr(code)) for code in INVISIBLE if code != 0x0640} <= shapeless

"""What was looked for is found in what is shown of it, whatever stands in for what cannot be seen."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from store.domain.query import parse_query
from tui.text.shown_matches import end_of_match, shown_matches
from tui.text.visible import visible

NOW = datetime(2026, 3, 14, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stored", "typed", "marked"),
    [
        ("the soft\u00adware here", "software", ["soft<U+00AD>ware"]),
        ("zero\u200bwidth, \u200bword", "zerowidth word", ["zero<U+200B>width", "word"]),
        ("a word\u2060joined\ufeff twice", "wordjoined", ["word<U+2060>joined"]),
        ("e\u200dx and ex", "ex", ["e<U+200D>x", "ex"]),
        ("line one\nline two", '"one line"', ["one\nline"]),
        ("safe\u202egnp safegnp", "safegnp", ["safe<U+202E>gnp", "safegnp"]),
        ("<U+0041> stays", "a", ["a"]),
        ("نامه\u200cها", "نامهها", ["نامه\u200cها"]),
    ],
)
def test_words_are_marked_as_they_are_shown(stored: str, typed: str, marked: list[str]) -> None:
    shown = visible(stored)
    found = shown_matches(shown, parse_query(typed, NOW, UTC))
    assert [shown[start:end] for start, end in found] == marked


@pytest.mark.parametrize("pad", ["x", "é"])
def test_the_next_match_and_the_last_are_found_however_deep(pad: str) -> None:
    query = parse_query("needle", NOW, UTC)
    text = f"needle{pad * 65_530}needle{pad * 200_000}needle {pad * 9}"
    ends = [6, 6 + 65_530 + 6, 6 + 65_530 + 6 + 200_000 + 6]
    found, after = [], 0
    while (end := end_of_match(text, query, after, is_last=False)) is not None:
        found.append(end)
        after = end
    assert found == ends
    assert end_of_match(text, query, 0, is_last=True) == ends[-1]
    assert end_of_match(text, query, ends[-1], is_last=True) is None

"""What an editor shows of JSON parses back to what is stored, and drives no terminal."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.browser.test_hostile import HOSTILE
from tui.text.json_text import compact, escaped, pretty
from tui.text.visible import is_harmless

_VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(_VALUES, st.booleans())
def test_what_is_shown_parses_back_equal(value: Any, is_ascii: bool) -> None:
    shown = escaped(pretty(json.dumps(value, ensure_ascii=is_ascii)))
    assert is_harmless(shown)
    assert json.loads(shown) == value
    assert json.loads(compact(shown)) == value


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_text_is_spelled_out(text: str) -> None:
    stored = json.dumps({text: [text, "\x7f\x9b"]}, ensure_ascii=False)
    shown = escaped(pretty(stored))
    assert is_harmless(shown)
    assert json.loads(shown) == json.loads(stored)


def test_readable_text_stays_as_it_is() -> None:
    text = '{"title": "Süßes für Ilse 🌧 👩‍👧 नमस्ते", "n": 1}'
    assert escaped(text) == text


def test_numbers_keep_every_digit() -> None:
    numbers = "[0.1000000000000000055,1e400,-0.0,1E+2," + "9" * 5000 + "]"
    assert compact(pretty(numbers)) == numbers


def test_members_stand_on_lines_of_their_own() -> None:
    text = '{"a":{"b":[1,2],"c":{},"d":[]},"e : {":"x, y"}'
    assert pretty(text) == (
        '{\n  "a": {\n    "b": [\n      1,\n      2\n    ],\n    "c": {},\n    "d": []\n  },\n  "e : {": "x, y"\n}'
    )
    assert compact(pretty(text)) == text


@given(st.text())
def test_what_is_no_json_is_shown_harmless_too(text: str) -> None:
    assert is_harmless(escaped(text))
    compact(pretty(text))

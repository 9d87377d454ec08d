"""A draft changes what was changed and nothing else, whichever view it was changed in."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.metadata_json import merge
from store.domain.strict_json import DocumentError
from tui.model.metadata_draft import Draft

TEXTS = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=12)
VALUES: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)
DOCUMENTS = st.builds(
    lambda value, is_ascii, indent: json.dumps(value, ensure_ascii=is_ascii, indent=indent),
    st.dictionaries(TEXTS, VALUES, max_size=5),
    st.booleans(),
    st.sampled_from([None, 0, 2]),
)
STORED = '{"a":1.0,"b": "\\u00e9\x9b","c":[0.1000000000000000055, 1e5 ]}'


@given(DOCUMENTS)
def test_looking_at_the_whole_document_changes_nothing(stored: str) -> None:
    draft = Draft(stored)
    draft.adopt(draft.document)
    assert draft.text == stored
    assert not draft.changes


@given(DOCUMENTS, TEXTS, VALUES)
def test_taking_a_change_back_gives_what_was_stored_to_the_letter(stored: str, name: str, value: Any) -> None:
    draft = Draft(stored)
    before = {field.name: field.value_text for field in draft.fields}
    draft.put(name, json.dumps(value))
    assert {change.name for change in draft.changes} <= {name}
    draft.put(name, before.get(name))
    assert draft.text == stored


def test_what_was_not_touched_keeps_its_spelling() -> None:
    draft = Draft(STORED)
    draft.adopt(draft.document.replace("1.0,", "2.0,"))
    assert draft.text == '{"a":2.0,"b":"\\u00e9\x9b","c":[0.1000000000000000055, 1e5 ]}'


def test_what_cannot_be_stored_is_not_taken_over() -> None:
    draft = Draft(STORED)
    for typed in ("", "[]", '{"a":NaN}', '{"a":1,"a":2}', "{"):
        with pytest.raises(DocumentError):
            draft.adopt(typed)
    assert draft.text == STORED


def test_fields_keep_their_places() -> None:
    draft = Draft('{"a":1,"b":2,"c":3}')
    draft.put("d", "4")
    draft.put("b", None)
    draft.put("c", "5")
    assert [(field.name, field.state) for field in draft.fields] == [
        ("a", ""),
        ("b", "deleted"),
        ("c", "changed"),
        ("d", "new"),
    ]


def test_on_top_of_another_document_only_the_changes_count() -> None:
    draft = Draft('{"a":1,"b":2,"c":3}')
    draft.put("a", "10")
    draft.put("b", "20")
    theirs = '{"a":1,"b":7,"c":8,"e":0.10}'
    draft.rebase(theirs, merge(draft.base, theirs, draft.text), mine=())
    assert draft.base == '{"a":1,"b":7,"c":8,"e":0.10}'
    assert draft.text == '{"a":10,"b":7,"c":8,"e":0.10}'

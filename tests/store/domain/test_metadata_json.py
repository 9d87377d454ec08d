"""Documents are read strictly and changed by splices: what nobody touched keeps every character."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.metadata_json import (
    Change,
    Field,
    FieldConflict,
    Merge,
    Type,
    changes,
    fields,
    merge,
    quoted,
    respelled,
    with_field,
)
from store.domain.strict_json import DocumentError, parse, parse_value

PRETTY = """{
  "title" : "Grüße ✓",
  "n": 0.1000000000000000055,
  "deep": { "b": [1, 2.50], "a": null }
}
"""
NAMES = st.sampled_from(["title", "a.b", 'q"', "é", "", "$.x"])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text('aé\\"\n'),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
DOCUMENTS = st.dictionaries(NAMES, VALUES, max_size=6)


def test_a_document_is_spelled_like_another_where_it_says_the_same() -> None:
    like = '{ "a": 1.50, "b": [ 1,2 ], "c": "\\u00e9", "gone": 1 }'
    typed = '{"b":[1,2],"a":1.50,"c":"é","d":2,"e":{}}'
    assert respelled(typed, like) == '{"b":[ 1,2 ],"a":1.50,"c":"\\u00e9","d":2,"e":{}}'
    assert respelled('{"a":1.5}', like) == '{"a":1.5}', "digits are kept as they are typed"
    assert respelled("{}", like) == "{}"


def test_fields_are_named_typed_and_quoted_character_for_character() -> None:
    text = '{"a":"x","b":-1.50e2,"c":true,"d":null,"e":{ "f": 1 },"g":[ ] , "\\u0068":false}'
    assert fields(text) == [
        Field("a", Type.TEXT, '"x"'),
        Field("b", Type.NUMBER, "-1.50e2"),
        Field("c", Type.TRUTH, "true"),
        Field("d", Type.NULL, "null"),
        Field("e", Type.OBJECT, '{ "f": 1 }'),
        Field("g", Type.LIST, "[ ]"),
        Field("h", Type.TRUTH, "false"),
    ]
    assert fields(" { } ") == []


@pytest.mark.parametrize(
    ("text", "row", "column", "said"),
    [
        ("", 1, 1, "value"),
        ('{"a":1,}', 1, 8, ""),
        ('{"a" 1}', 1, 6, "colon"),
        ('{"a":1\n "b":2}', 2, 2, "comma"),
        ("{a:1}", 1, 2, "name"),
        ("{'a':1}", 1, 2, "name"),
        ('{"a":1} x', 1, 9, "ended"),
        ('{"a":"x', 1, 6, "quote"),
        ('{"a":"x\ny"}', 1, 8, "line break"),
        ('{"a":1}/* c */', 1, 8, "ended"),
        ('\ufeff{"a":1}', 1, 1, ""),
        ('{"a":0x10}', 1, 7, "comma"),
        ('{"a":+1}', 1, 6, "value"),
        ('{"a":.5}', 1, 6, "value"),
        ("\n  [1]", 2, 3, "object"),
        ('"s"', 1, 1, "object"),
        ('{\n "a": NaN}', 2, 7, "number"),
        ('{"a":[1,-Infinity]}', 1, 9, "number"),
        ('{"a":1e400}', 1, 6, "number"),
        ('{"a":' + "1" * 5000 + "}", 1, 6, "number"),
        ('{"a":1,\n\n "a":2}', 3, 2, "same name"),
        ('{"a":[{"b":1,"\\u0062":2}]}', 1, 14, "same name"),
        ('{"a":"x\\u0000"}', 1, 6, "NUL"),
        ('{"a\\u0000":1}', 1, 2, "NUL"),
        ('{"a":"\\ud800"}', 1, 6, "half"),
        ('{"a":"\ud800"}', 1, 6, "half"),
        ('{"a":' * 101 + "1" + "}" * 101, 1, 501, "deeper"),
        ("[" * 100_000, 1, 101, "deeper"),
    ],
)
def test_what_is_no_strict_json_is_refused_at_its_place(text: str, row: int, column: int, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        parse(text)
    assert (caught.value.row, caught.value.column) == (row, column)
    assert said in caught.value.sentence
    assert caught.value.sentence.endswith(".")


def test_what_every_reader_bears_is_taken() -> None:
    assert parse('{"a":' * 100 + "1" + "}" * 100)
    assert parse('{"a":"\\ud83d\\ude00 \\u2028","b":1E+2,"c":-0.0}') == {"a": "😀 \u2028", "b": 100, "c": 0}
    assert parse_value(" [1, true] ") == [1, True]


def test_a_complaint_carries_nothing_of_the_text() -> None:
    for text in (
        '{"SECRET":1,"SECRET":2}',
        '{"a":SECRET}',
        '{"a":"SECRET',
        '{"a":"SECRET\\x"}',
        '{"SECRET" "SECRET"}',
    ):
        with pytest.raises(DocumentError) as caught:
            parse(text)
        assert "SECRET" not in str(caught.value)


def test_a_change_leaves_every_other_character() -> None:
    assert with_field(PRETTY, "title", '"New"') == PRETTY.replace('"Grüße ✓"', '"New"')
    assert with_field(PRETTY, "n", " [1] ") == PRETTY.replace("0.1000000000000000055", "[1]")
    assert with_field(PRETTY, "new", "1") == PRETTY.replace("null }\n", 'null },\n  "new": 1\n')
    assert with_field(PRETTY, "title", None) == PRETTY.replace('"title" : "Grüße ✓",\n  ', "")
    assert with_field(PRETTY, "deep", None) == PRETTY.replace(',\n  "deep": { "b": [1, 2.50], "a": null }', "")
    assert with_field(PRETTY, "unknown", None) == PRETTY


def test_fields_of_a_compact_document_come_and_go() -> None:
    assert with_field("{}", "a", "1") == '{"a":1}'
    assert with_field(" { } ", "a", "1") == '{"a":1}'
    assert with_field('{"a":1}', 'é"', '"ü"') == '{"a":1,"é\\"":"ü"}'
    assert with_field('{"a":1}', "a", None) == "{}"


@pytest.mark.parametrize(
    ("name", "value"), [("a", "{"), ("a", ""), ("a", "1,2"), ("a", "NaN"), ("\ud800", "1"), ("\0", "1")]
)
def test_no_change_makes_a_document_that_is_none(name: str, value: str) -> None:
    with pytest.raises(DocumentError):
        with_field('{"a":1}', name, value)


def test_changes_are_told_field_by_field() -> None:
    before = '{"same":{"x":[1,2]},"number":1,"gone":true,"title":"é"}'
    after = '{"new":null,"title":"\\u00e9","number":1.0, "same" : {"x": [1, 2]}}'
    assert changes(before, after) == [
        Change("number", "1", "1.0"),
        Change("gone", "true", None),
        Change("new", None, "null"),
    ]
    assert changes('{"a":true,"b":0}', '{"a":1,"b":false}') == [Change("a", "true", "1"), Change("b", "0", "false")]


BASE = '{"title":"old","n":0.1000000000000000055,"state":{"turn":1}}'


def test_changes_to_different_fields_go_together() -> None:
    theirs = '{"title":"old","n":0.1000000000000000055,"state":{"turn":2},"extra":1}'
    mine = '{"title":"new","n":0.1000000000000000055,"state":{"turn":1}}'
    assert merge(BASE, theirs, mine) == Merge(theirs.replace("old", "new"))
    assert merge(BASE, BASE, mine) == Merge(mine)
    assert merge(BASE, theirs, BASE) == Merge(theirs)


def test_the_same_change_is_no_conflict() -> None:
    both = with_field(BASE, "title", '"new"')
    assert merge(BASE, with_field(both, "n", None), with_field(both, "n", None)) == Merge(with_field(both, "n", None))


def test_the_same_field_is_a_conflict_and_keeps_theirs_until_somebody_chooses() -> None:
    theirs = '{"title":"theirs","state":{"turn":1},"added":2}'
    mine = '{"title":"mine","n":5,"added":3}'
    merged = merge(BASE, theirs, mine)
    assert merged.text == '{"title":"theirs","added":2}'
    assert merged.conflicts == (
        FieldConflict("title", '"old"', '"theirs"', '"mine"'),
        FieldConflict("n", "0.1000000000000000055", None, "5"),
        FieldConflict("added", None, "2", "3"),
    )
    assert merged.resolved(["title", "n"]) == '{"title":"mine","added":2,"n":5}'
    assert merged.resolved([]) == merged.text


@given(DOCUMENTS, NAMES, st.none() | VALUES.map(json.dumps), st.sampled_from([None, 1, "\t"]), st.booleans())
def test_a_splice_does_what_a_dictionary_does(
    document: dict[str, Any], name: str, value: str | None, indent: Any, escaped: bool
) -> None:
    text = json.dumps(document, indent=indent, ensure_ascii=escaped)
    changed = with_field(text, name, value)
    if value is None:
        document.pop(name, None)
    else:
        document[name] = json.loads(value)
    assert parse(changed) == document
    assert [field.name for field in fields(changed)] == list(document)


@given(DOCUMENTS, DOCUMENTS, DOCUMENTS)
def test_a_merge_loses_nobodys_change(base: dict[str, Any], theirs: dict[str, Any], mine: dict[str, Any]) -> None:
    merged = merge(*map(json.dumps, (base, theirs, mine)))
    result = parse(merged.text)
    disputed = {conflict.name for conflict in merged.conflicts}
    absent = object()
    for name in base | theirs | mine:
        was, there, here = (json.dumps(side[name]) if name in side else absent for side in (base, theirs, mine))
        expected = there if name in disputed or here == was else here
        assert (json.dumps(result[name]) if name in result else absent) == expected
    chosen = parse(merged.resolved(disputed))
    assert all(json.dumps(chosen.get(name)) == json.dumps(mine.get(name)) for name in disputed)


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_quoted_text_is_that_text(text: str) -> None:
    assert parse_value(quoted(text)) == text

"""What is searched of tool calls is what is shown of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st

from store.domain.folding import folded
from store.domain.pictures import without_pictures
from store.domain.tool_calls import (
    USUALLY_HIDDEN,
    hidden_text,
    parse_tool_calls,
    plainly_show,
    results_of,
    searched_text,
)
from store.domain.turns import TOOL_CALLS
from tests.store.conftest import CAMPAIGN

if TYPE_CHECKING:
    from collections.abc import Iterator

PICTURE = "data:image/png;base64," + "iVBORw0KGgo" * 8
VALUES = st.sampled_from(
    [
        None, "", " ", "tomato", "toma...", "tomato soup", "tomato soup...",
        'say "hi"', "a/b\\c", "é\u0130\ud83d\ude00",
        '<tool_output name="x" sanitized="true">\ntomato\n</tool_output>', "<\u200b/tool_output>", "<b>", PICTURE,
        '{"type": "image_generated", "media_type": "image/png", "data": "aGk="}', 5, 1.5, True, [1, "x"], {"a": None},
    ]
)  # fmt: skip
CALLS = st.fixed_dictionaries(
    {}, optional=dict.fromkeys(("name", "rationale", "error", "result", "result_preview", "call_id"), VALUES)
)
ROWS = st.one_of(
    st.lists(CALLS | st.just("no call"), max_size=3),
    st.fixed_dictionaries({"calls": st.lists(CALLS, max_size=3)}, optional={"narrative": VALUES}),
    VALUES,
)


def shown(content: str) -> Iterator[str]:
    """Yield every text that is shown of tool calls; what is none, as it is."""
    calls = parse_tool_calls(content)
    if calls is None:
        yield without_pictures(content)
        return
    yield calls.narrative or ""
    for call in calls.calls:
        yield call.name
        yield call.rationale or ""
        yield call.error or ""
        yield from results_of(call)


@settings(max_examples=300 * CAMPAIGN)
@given(ROWS, st.booleans())
def test_what_is_searched_is_what_is_shown(row: object, is_ascii: bool) -> None:
    content = json.dumps(row, ensure_ascii=is_ascii)
    assert searched_text(TOOL_CALLS, content) == "\n".join(filter(None, shown(content)))


def test_what_is_no_json_is_searched_as_it_is() -> None:
    for content in ("", "[", '{"calls": 5}', "[" * 100_000, '["text"]'):
        assert searched_text(TOOL_CALLS, content) == content
    assert PICTURE not in searched_text(TOOL_CALLS, f"no JSON: {PICTURE}")
    assert searched_text("user", '[{"name": "shell"}]') == '[{"name": "shell"}]'


@settings(max_examples=300 * CAMPAIGN)
@given(ROWS, st.booleans(), st.sets(st.sampled_from(["tomato", "soup", "toma", "name", "5", "x"]), max_size=2))
def test_what_plainly_shows_words_is_found_by_them(row: object, is_ascii: bool, words: set[str]) -> None:
    content = json.dumps(row, ensure_ascii=is_ascii)
    seen = folded(searched_text(TOOL_CALLS, content))
    assert not plainly_show(content, [*words]) or all(word in seen for word in words)
    assert plainly_show('{"calls":[{"name":"Tomato"},{"result":"a soup"}]}', ["tomato", "soup"])


@settings(max_examples=300 * CAMPAIGN)
@given(ROWS, st.sampled_from(["tomato", "soup", "toma", "x", "sanitized", "hi", "ntomato", "output", "zip"]))
def test_a_word_of_tool_calls_that_is_not_hidden_is_shown(row: object, word: str) -> None:
    content = json.dumps(row)
    hidden = hidden_text(content)
    if hidden is not None and word in content and not any(word in text for text in (hidden, *USUALLY_HIDDEN)):
        assert word in searched_text(TOOL_CALLS, content)


def test_what_tool_calls_do_not_show_is_hidden() -> None:
    assert hidden_text('{"calls":[{"name":"a","result":"b","error":null}],"narrative":"c"}') == ""
    assert hidden_text('[{"call_id":"Call_7"},{"ok":true}]') == "call_7\nok"
    assert hidden_text(r'[{"name":"a\nb"}]') == "nb"
    assert hidden_text(r'[{"result":"<tool_output name=\"sh\">c</tool_output>"}]') == '<tool_output name="sh">'


def test_what_is_lost_when_tool_calls_are_read_is_not_known() -> None:
    for content in ('[{"name":"a","name":"b"}]', '[{"result":1e3}]', '[{"result":{"a":1}}]', '["a"]', "[", '"calls"'):
        assert hidden_text(content) is None

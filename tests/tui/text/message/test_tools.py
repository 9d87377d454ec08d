"""Tool calls are read in every shape that was ever stored, and shown without trusting them."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.domain.tool_calls import ToolCall, ToolCalls, parse_tool_calls, unwrapped
from tests.tui.text.test_visible import hostile_text
from tui.text.lines import STYLES
from tui.text.message.tool_call_lines import summary_line, summary_lines, tool_lines
from tui.text.visible import is_harmless

values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), hostile_text),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=5,
)
FIELDS = ["name", "call_id", "result_preview", "result", "error", "rationale", "tool_call_id"]
calls = st.lists(st.dictionaries(st.sampled_from(FIELDS), values), max_size=8)
documents = st.one_of(values, calls, st.fixed_dictionaries({"calls": calls}, optional={"narrative": values}))


@given(st.one_of(documents.map(json.dumps), hostile_text))
def test_any_content_is_calls_or_nothing(content: str) -> None:
    parsed = parse_tool_calls(content)
    if parsed is None:
        return
    assert is_harmless(summary_line(parsed))
    assert "\n" not in summary_line(parsed)
    for line in (*tool_lines(parsed), *summary_lines(parsed, 60)):
        assert is_harmless(line.text)
        assert "\n" not in line.text
        assert {span.style for span in line.spans} <= set(STYLES)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "3",
        '"x"',
        "null",
        "[1]",
        '{"calls": 3}',
        "{}",
        "[" * 100_000,
        "1" * 5_000,
        '[{"result": ' + "[" * 980,
    ],
)
def test_what_is_no_list_of_calls_is_none(content: str) -> None:
    assert parse_tool_calls(content) is None


def test_deep_results_do_not_overflow() -> None:
    for depth in range(900, 1_000, 5):
        content = '[{"name": "x", "result": ' + "[" * depth + "]" * depth + "}]"
        parsed = parse_tool_calls(content)
        assert parsed is None or parsed.calls[0].name == "x"


def test_the_old_array() -> None:
    content = (
        '[{"name": "http", "result_preview": "200", "call_id": "turn1_0"}, {"name": "weather", "error": "timeout"}]'
    )
    assert parse_tool_calls(content) == ToolCalls(
        (
            ToolCall("http", ok=True, preview="200", call_id="turn1_0"),
            ToolCall("weather", ok=False, error="timeout"),
        )
    )


def test_the_object_with_a_narrative() -> None:
    content = (
        '{"calls": [{"name": "http", "result": {"a": 1}, "error": null, "rationale": "why"}], "narrative": "so"}'
    )
    assert parse_tool_calls(content) == ToolCalls(
        (ToolCall("http", ok=True, result='{"a": 1}', rationale="why"),), narrative="so"
    )


@pytest.mark.parametrize("name", [None, 3, "", " ", ["x"]])
def test_a_call_without_a_name_is_unknown(name: object) -> None:
    parsed = parse_tool_calls(json.dumps([{"name": name}]))
    assert parsed is not None
    assert parsed.calls[0].name == "unknown"


@pytest.mark.parametrize("opening", ['<tool_output name="x">', '<tool_output name="x" sanitized="true">'])
def test_the_wrapper_is_taken_off(opening: str) -> None:
    assert unwrapped(f"{opening}\na <\u200b/tool_output> b\n</tool_output>") == "a </tool_output> b"


def test_text_without_a_wrapper_stays() -> None:
    assert unwrapped("a </tool_output> b") == "a </tool_output> b"


@pytest.mark.parametrize(
    ("image", "shown"),
    [
        (
            {"type": "image_generated", "media_type": "image/png", "data": "data:image/png;base64," + "A" * 40_960},
            "30 KB",
        ),
        ({"data": "A" * 600_000, "mime_type": "image/png", "type": "image_generated"}, "439 KB"),
        (
            {"type": "image_generated", "mime_type": "image/png", "data_omitted": True, "omitted_reason": "too big"},
            "too big",
        ),
    ],
)
def test_an_image_is_named_not_printed(image: dict[str, object], shown: str) -> None:
    parsed = parse_tool_calls(json.dumps([{"name": "draw", "result": json.dumps(image)}]))
    assert parsed is not None
    assert parsed.calls[0].result == f"image (image/png, {shown})"


def test_the_folded_line() -> None:
    parsed = ToolCalls((ToolCall("http", ok=True), ToolCall("weather", ok=False, error="timeout")))
    assert summary_line(parsed) == "2 tools: http ✓ weather ✗ timeout"
    many = ToolCalls(tuple(ToolCall(f"t{number}" * 30, ok=True) for number in range(9)))
    assert summary_line(many).endswith("… ✓ +3")
    assert summary_line(ToolCalls(())) == "no tools"


def test_the_opened_view() -> None:
    call = ToolCall(
        "weather", ok=False, error="timeout", rationale="asked", call_id="turn1_0", preview="p", result="r\ns"
    )
    lines = [line.first + line.text for line in tool_lines(ToolCalls((call,), narrative="so"))]
    assert lines == ["  so", "  ✗ weather  turn1_0", "    asked", "    timeout", "    p", "    r", "    s"]


def test_a_preview_that_only_begins_the_result_is_not_shown_twice() -> None:
    call = ToolCall("http", ok=True, preview="200 O...", result="200 OK")
    assert [line.text for line in tool_lines(ToolCalls((call,)))] == ["✓ http", "200 OK"]


def test_a_line_for_each_call() -> None:
    parsed = ToolCalls((ToolCall("http", ok=True, preview="200\nOK"), ToolCall("weather", ok=False, error="timeout")))
    assert [line.text for line in summary_lines(parsed, 60)] == ["✓ http  200 OK", "✗ weather  timeout"]


def test_a_result_of_many_lines_is_cut() -> None:
    lines = tool_lines(ToolCalls((ToolCall("x", ok=True, result="a\n" * 1_000),)))
    assert len(lines) < 250
    assert lines[-1].text == "… 801 more lines"


def test_a_line_for_each_call_is_one_row_however_narrow() -> None:
    parsed = ToolCalls((ToolCall("http", ok=False, error="the server said no " * 9),))
    (line,) = summary_lines(parsed, 20)
    assert len(line.first + line.text) <= 20
    assert line.text.endswith("…")
    assert all(span.end <= len(line.text) for span in line.spans)

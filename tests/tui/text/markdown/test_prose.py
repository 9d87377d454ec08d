"""Markdown becomes lines that say what was written, hostile or not, within a bounded time."""

import time
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.tui.text.test_visible import hostile_text
from tui.text.budget import LIMIT, estimate, is_affordable
from tui.text.lines import BLANK, STYLES, Line, Span
from tui.text.markdown.blocks import plain, prose
from tui.text.visible import is_harmless

MARKS = """
# |- |1. |> |```|```python↵|~~~|↵|↵↵|¦|¦-¦-¦↵|**|*|_|~~|`|[|](|)|<http://a.b>|<b>|&#27;|&#x202e;|&#x301;|![|  ↵|---↵|
    |https://а.com/x|a|x = 1|你|$|- [ ] |===↵|\\|\u0301\u0301\u0301
"""
marks = st.sampled_from([mark.replace("↵", "\n").replace("¦", "|") for mark in MARKS.replace("\n", "").split("|")])
markdown = st.lists(st.one_of(marks, hostile_text), max_size=30).map("".join)

BOMBS = {
    "fences": "```\n" * 5_000,
    "autolinks": "<http://a.b> " * 7_000,
    "table": "|a|b|\n|-|-|\n" + "|x|y|\n" * 2_000,
    "wide table": "|a" * 1_300 + "|\n" + "|-" * 1_300 + "|\n",
    "short rows": "|a" * 900 + "|\n" + "|-" * 900 + "|\n" + "x\n" * 10_000,
    "headings": "# h\n" * 3_000,
    "quotes": ">" * 20_000 + "a\n" + ">>a\n" * 9_000,
    "lists": "- a\n" * 16_000,
    "nested lists": "".join(" " * depth * 2 + "- a\n" for depth in range(240)),
    "brackets": "[" * 30_000,
    "links": "[a](" * 15_000,
    "stars": "*a " * 20_000,
    "strikes": "a~~b" * 16_000,
    "ticks": "`a" * 30_000,
    "entities": "&amp;" * 12_000,
    "lines": "a\n" * 32_000,
    "urls": "http://" * 9_000,
    "a fence that hides no text": "~~~\n```\n~~~\n" + "- a\n" * 15_000 + "```\n",
    "a fence that a list ends": "- a\n  ```\n" + "- a\n" * 15_000,
    "code": "```c\n" + "a::" * 2_600 + "\n```\n",
    "code in many lines": ("```js\n" + "x = '\\\"'\n" * 700 + "```\n") * 8,
    "tokens": "```python\n" + ("(" * 300 + "\n") * 26 + "```\n",
    "invisible": "\u200b" * 20_000,
}


def texts(lines: list[Line]) -> list[str]:
    return [line.first + line.text for line in lines]


def styled(line: Line, style: str) -> list[str]:
    return [line.text[span.start : span.end] for span in line.spans if span.style == style]


@settings(deadline=None)  # the first one loads the parser
@given(markdown)
def test_any_text_becomes_harmless_lines(text: str) -> None:
    for lines in (prose(text), plain(text)):
        for line in lines:
            assert is_harmless(line.text)
            assert "\n" not in line.text + line.first + line.rest
            for start, end, style in line.spans:
                assert 0 <= start < end <= len(line.text)
                assert style in STYLES
            assert {line.fill, line.prefix_style} <= {"", *STYLES}


@given(markdown)
def test_blank_lines_stand_between_blocks_only(text: str) -> None:
    lines = prose(text)
    if is_affordable(text) and lines:
        assert lines[-1] is not BLANK
        assert not any(one is BLANK and other is BLANK for one, other in pairwise(lines))


@pytest.mark.parametrize("name", BOMBS)
def test_no_bomb_holds_the_reader_up(name: str) -> None:
    prose("warm `up`\n\n```python\nx\n```")
    started = time.process_time()
    assert prose(BOMBS[name])
    assert time.process_time() - started < 1, "the bombs took 5 to 20 seconds"


def test_the_estimate_lets_ordinary_messages_through() -> None:
    message = "Some **bold** words with `code` and a [link](https://example.org).\n\n- a point\n- another\n\n"
    assert estimate(message) < LIMIT / 50
    assert is_affordable(message * 40)
    assert is_affordable("```rust\n" + "let x: Vec<Option<u8>> = vec![None; 3];\n" * 1_000 + "```\n")


def test_a_text_beyond_the_budget_is_shown_as_it_is() -> None:
    assert texts(prose("# h\n" * 20_000))[:2] == ["# h", "# h"]


def test_paragraphs_keep_their_line_breaks() -> None:
    assert texts(prose("one\ntwo  \nthree\n\nfour")) == ["one", "two", "three", "", "four"]


def test_emphasis_becomes_styles() -> None:
    (line,) = prose("a **b** *c* ~~d~~ `e`")
    assert line.text == "a b c d e"
    assert [styled(line, style) for style in ("strong", "em", "strike", "code")] == [["b"], ["c"], ["d"], ["e"]]


def test_headings_carry_their_rank_as_styles() -> None:
    high, _, low = prose("# A\n\n### B")
    assert (high.text, low.text) == ("A", "B")
    assert [span.style for span in high.spans] == ["heading", "heading-high"]
    assert [span.style for span in low.spans] == ["heading"]


def test_lists_nest_count_and_tick() -> None:
    lines = prose("3. a\n4. b\n   - c\n   - [x] d\n   - [ ] e")
    assert texts(lines) == ["3. a", "4. b", "   • c", "   ☑ d", "   ☐ e"]
    assert lines[2].rest == "     "


def test_quotes_have_a_bar_on_every_row() -> None:
    (line,) = prose("> said")
    assert (line.first, line.rest, line.text, line.prefix_style) == ("▎ ", "▎ ", "said", "quote")


def test_code_is_labelled_filled_coloured_and_never_reflowed() -> None:
    label, code = prose("```python\nx = 'a'  # note\n```")
    assert label.text == "python"
    assert code.text == "x = 'a'  # note"
    assert (code.fill, code.wrap) == ("code-block", False)
    assert styled(code, "code-comment") == ["# note"]
    assert "".join(styled(code, "code-string")) == "'a'"


@pytest.mark.parametrize("language", ["nonsense", "", "../../etc", "\u202e"])
def test_an_unknown_language_stays_plain(language: str) -> None:
    assert prose(f"```{language}\nx = 1\n```")[-1].spans == ()


def test_a_table_has_columns_that_stand_still() -> None:
    lines = prose("| a | n |\n|---|--:|\n| 你好 | 1 |\n| x | 23 |")
    assert texts(lines) == ["a    │  n", "─────┼───", "你好 │  1", "x    │ 23"]
    assert not any(line.wrap for line in lines)


def test_html_is_text() -> None:
    assert texts(prose("<script>alert(1)</script>")) == ["<script>alert(1)</script>"]


def test_entities_cannot_smuggle_controls() -> None:
    assert texts(prose("a&#27;[2J &#x202e;b &#x9b;")) == ["a\ufffd[2J <U+202E>b \ufffd"]


def test_a_definition_does_not_vanish() -> None:
    assert texts(prose("[note]: https://example.org")) == ["[note]: https://example.org"]


def test_a_link_shows_where_it_leads() -> None:
    (line,) = prose("[the bank](https://evil.example/x)")
    assert line.text == "the bank (https://evil.example/x)"
    assert styled(line, "link") == ["the bank"]
    assert styled(line, "url") == [" (https://evil.example/x)"]


def test_a_link_may_span_lines() -> None:
    one, two = prose("[a\nb](https://x.example)")
    assert (one.text, two.text) == ("a", "b (https://x.example)")
    assert (styled(one, "link"), styled(two, "link")) == (["a"], ["b"])


@pytest.mark.parametrize("text", ["https://аpple.com/x", "see [https://аpple.com/x](https://аpple.com/x)"])
def test_a_look_alike_host_is_spelled_out(text: str) -> None:
    assert prose(text)[0].text.endswith("(https://xn--pple-43d.com/x)")
    assert plain("https://аpple.com")[0].text.endswith("(https://xn--pple-43d.com)")


@pytest.mark.parametrize("url", ["ssh://host/x", "mailto:a@b.c", "https://good.example@evil.example/", "tel:1"])
def test_only_web_addresses_are_links(url: str) -> None:
    (line,) = prose(f"[x]({url})")
    assert line.text == f"x ({url})"
    assert line.spans == ()


def test_bare_addresses_are_links_without_the_full_stop() -> None:
    assert styled(prose("See https://example.org/a_b?c=d.")[0], "link") == ["https://example.org/a_b?c=d"]


def test_images_are_named_and_long_data_is_cut() -> None:
    assert prose("![a cat](https://x.example/c.png)")[0].text == "[image: a cat] (https://x.example/c.png)"
    assert len(prose(f"![]({'data:image/png;base64,' + 'A' * 9_000})")[0].text) < 120


def test_nothing_is_nothing() -> None:
    assert prose("") == prose(" \n\n") == []
    assert texts(plain("")) == [""]


def test_overlapping_styles_are_named_from_the_outside_in() -> None:
    (line,) = prose("# a **b**")
    assert line.spans == (Span(0, 3, "heading"), Span(0, 3, "heading-high"), Span(2, 3, "strong"))

"""A Markdown export: messages as they were written, and none that reaches beyond its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tests.store.conftest import CAMPAIGN, add_conversation, add_message, make_database, plain
from tests.tui.export.conftest import exported
from tui.export.export_format import Format
from tui.export.fences import fenced
from tui.export.markdown_writer import body, escaped

if TYPE_CHECKING:
    from pathlib import Path

PIECES = (
    "```", "````", "~~~", "```py", "<!--", "-->", "<script>", "<details>", "</details>", "<pre>", "<?", "<![CDATA[",
    "- ", "  ", "    ", "> ", "1. ", "\n", "\n\n", "word", "[a]: http://a.example", "[a]", "| a | b |", "|---|---|",
    "`", "``", "*", "**", "# ", "===", "---", "\\", "<b>", "&#27;", "<http://a.example>", "\t", "\x1b", "![x](y)",
)  # fmt: skip


@pytest.mark.campaign
@settings(max_examples=300 * CAMPAIGN, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
def test_what_comes_after_a_message_is_read_as_if_it_were_alone(text: str) -> None:
    environment: dict[str, object] = {}
    reader = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    tokens = reader.parse(f"#### you\n\n{body(text)}\n#### END\n", environment)
    assert not environment.get("references")
    assert [token.type for token in tokens[-3:]] == ["heading_open", "inline", "heading_close"]
    assert (tokens[-3].level, tokens[-2].content) == (0, "END")
    assert not [token for token in tokens if token.type == "html_block"]
    assert not [token for token in tokens[3:-3] if token.type == "heading_open" and token.tag < "h5"]


@pytest.mark.parametrize(
    "text",
    [
        "plain",
        "##### heading\n\n- list\n- of two",
        "```py\nclosed = True\n```",
        "a\n\n    # code",
        "a `<b>` in code, 1 < 2, <http://a.example>",
    ],
)
def test_what_stays_in_its_place_is_as_it_was_written(text: str) -> None:
    assert body(text) == f"{text}\n"


@pytest.mark.parametrize(
    "text", ["```\nx\n    ```", "~~~\nx\n\t~~~", "- a\n\n```\nx\n     ```", "- ```\n  x\n      ```"]
)
def test_a_fence_that_is_indented_too_far_closes_no_code_block(text: str) -> None:
    tokens = MarkdownIt("commonmark").parse(f"{body(text)}\n#### END\n")
    assert [token.content for token in tokens if token.type == "inline"][-1] == "END"
    assert (tokens[-3].type, tokens[-3].level) == ("heading_open", 0)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# X", "##### X"),
        ("#### assistant · Sat 3 Jan 2026", "###### assistant · Sat 3 Jan 2026"),
        ("- a\n  > ## b # c", "- a\n  > ###### b # c"),
        ("a\nb\n===\n# c", "a\nb\n\\===\n##### c"),
        ("> a-b\n> ---", "> a-b\n> \\---"),
    ],
)
def test_only_clawback_writes_headings_of_its_levels(text: str, shown: str) -> None:
    assert body(text) == f"{shown}\n"


@given(st.text("`~\n a"))
def test_nothing_closes_a_fence(text: str) -> None:
    (token,) = MarkdownIt("commonmark").parse(fenced(text))
    assert token.type == "fence"
    assert token.content == f"{text}\n"


@given(st.text(PIECES[0] + "<>[]()*_~|\\!&#ab :/"))
def test_an_escaped_line_reads_as_that_line(line: str) -> None:
    text = " ".join(line.split())
    tokens = MarkdownIt("commonmark").parse(f"x {escaped(text)}")
    assert "".join(token.content for token in tokens[1].children or []) == f"x {text}".rstrip()


async def test_titles_days_roles_and_tools_are_told(tmp_path: Path) -> None:
    path = make_database(tmp_path / "a.db")
    with plain(path) as db:
        conversation = add_conversation(db, metadata='{"title": "A *bold* title"}')
        add_message(db, conversation, "asks", created_at="2026-01-03T09:12:41.000Z")
        calls = '{"calls": [{"name": "http", "result": "``` 200 ```"}]}'
        add_message(db, conversation, calls, role="tool_calls", created_at="2026-01-03T09:12:42.000Z")
        add_message(db, conversation, "- says", role="assistant", created_at="2026-01-04T09:12:41.000Z")
    text = await exported(path, Format.MARKDOWN)
    assert "\n# A \\*bold\\* title\n" in text
    assert "\n## Sat 3 Jan 2026\n\n#### you · Sat 3 Jan 2026 09:12:41 +00:00\n\nasks\n" in text
    assert "1 tool: http ✓\n\n````text\n  ✓ http\n    ``` 200 ```\n````\n" in text
    assert text.endswith("- says\n\n---\n\n_1 conversation, 3 messages_\n")

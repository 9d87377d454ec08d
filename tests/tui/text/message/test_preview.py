"""A preview is one harmless line that says what the message says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.tui.text.markdown.test_prose import markdown
from tui.text.message.preview import LENGTH, preview_text
from tui.text.visible import is_harmless


@given(st.sampled_from(["user", "assistant", "tool_calls", "x"]), markdown)
def test_any_message_has_a_preview(role: str, head: str) -> None:
    shown = preview_text(role, head)
    assert is_harmless(shown)
    assert "\n" not in shown
    assert cell_len(shown) <= LENGTH


@pytest.mark.parametrize(
    ("role", "head", "shown"),
    [
        (
            "assistant",
            "## It is **23 °C**\n\n- and `sunny`\n> until _Thursday_",
            "It is 23 °C and sunny until Thursday",
        ),
        ("assistant", "see [the *docs*](https://x.example) ![cat](c.png)", "see the docs cat"),
        ("assistant", "2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("assistant", "```python\nx = 1\n```", "x = 1"),
        (
            "user",
            'Look\n\n<attachments>\n<attachment type="image" filename="a.png">\nx\n</attachment>\n</attachments>',
            "Look ▣ a.png · image",
        ),
        ("tool_calls", '{"calls": [{"name": "http"}, {"name": "x", "error": "no"}]}', "2 tools: http ✓ x ✗ no"),
        ("tool_calls", '{"calls": [{"name": "http", "result": "cut o', "tools: http …"),
        ("tool_calls", "not JSON", "not JSON"),
        ("assistant", "\n" * 5_000 + "late", "late"),
        ("assistant", "", ""),
    ],
)
def test_what_is_left(role: str, head: str, shown: str) -> None:
    assert preview_text(role, head) == shown


def test_a_joined_emoji_is_not_cut_in_two() -> None:
    assert preview_text("user", "👨‍👩‍👧" * 200).rstrip("…").endswith("👨‍👩‍👧")

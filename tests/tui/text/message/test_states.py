"""What became of a message is told beside who spoke; what was replaced or deleted is folded until it is asked for."""

from __future__ import annotations

from datetime import UTC

import pytest

from store.records import Message, MessageCursor
from tui.export.wording import role
from tui.text.message.layout_options import Context, Options
from tui.text.message.message_lines import view_message


def shown(state: str, content: str = "One\nTwo", *, is_toggled: bool = False) -> str:
    message = Message("1", "c", "user", content, None, MessageCursor(0, 1), len(content), state=state)
    view = view_message(message, Options(UTC), Context(), is_toggled=is_toggled)
    return "\n".join(line.text for line in view.lines)


@pytest.mark.parametrize("state", ["waiting", "not accepted (busy)", "unfinished", "of tomorrow"])
def test_a_state_stands_beside_who_spoke(state: str) -> None:
    head, *body = shown(state).splitlines()
    assert f"you · no time · {state}" in head
    assert body[:2] == ["One", "Two"]


@pytest.mark.parametrize("state", ["superseded", "deleted"])
def test_what_no_longer_counts_is_folded_until_asked_for(state: str) -> None:
    assert "▸ 2 lines folded" in shown(state)
    assert "Two" not in shown(state)
    assert "Two" in shown(state, is_toggled=True)


def test_what_was_taken_back_is_not_called_empty() -> None:
    assert "(empty message)" in shown("", "")
    assert "(empty message)" not in shown("redacted", "")
    assert "redacted" in shown("redacted", "")


def test_an_export_tells_the_state_too() -> None:
    message = Message("1", "c", "assistant", "x", None, MessageCursor(0, 1), state="unfinished")
    assert role(message) == "assistant (unfinished)"

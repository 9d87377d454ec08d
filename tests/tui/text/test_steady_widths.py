"""No sign is painted whose width depends on the terminal, and what is painted takes the cells that were counted."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tui.text.steady_widths import steady
from tui.text.visible import visible

UNCERTAIN = re.compile("\ufe0f|(?<=.)[\U0001f3fb-\U0001f3ff]")


@pytest.mark.parametrize(
    ("stored", "painted"),
    [
        ("⚠\ufe0f", "⚠ "),
        ("❤\ufe0f", "❤ "),
        ("✔\ufe0f done", "✔  done"),
        ("ℹ\ufe0f", "ℹ "),
        ("1\ufe0f\u20e3", "1\u20e3 "),
        ("#\ufe0f\u20e3", "#\u20e3 "),
        ("👍\U0001f3fd", "👍"),
        ("☝\U0001f3fd", "☝"),
        ("🏳\ufe0f\u200d🌈", "🏳 "),
        ("👩\u200d👩\u200d👧", "👩"),
        ("🧑\U0001f3fb\u200d💻 x", "🧑 x"),
        ("🇩🇪", "🇩🇪"),
        ("plain", "plain"),
        ("naïve 日本", "naïve 日本"),
        ("क्\u200dष", "क्\u200dष"),
    ],
)
def test_what_is_painted(stored: str, painted: str) -> None:
    assert steady(stored) == painted
    assert cell_len(steady(stored)) == cell_len(stored)


@given(st.text(st.sampled_from("a1# ⚠❤👍👩🏳日\ufe0f\ufe0e\u200d\u20e3\U0001f3fd\U0001f1e9\u0301"), max_size=20))
def test_any_line_that_is_fit_to_be_painted_keeps_its_cells(text: str) -> None:
    line = visible(text)
    assert not UNCERTAIN.search(steady(line))
    assert cell_len(steady(line)) == cell_len(line)

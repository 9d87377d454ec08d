"""What is made without the parser is what the parser would have made, to the last byte."""

from __future__ import annotations

from typing import NoReturn

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.store.conftest import CAMPAIGN
from tui.export.html_prose import _parsed, html
from tui.export.quick_markdown import quick_html
from tui.text.visible import visible

SIMPLE = """Good morning. The **backup** ran, `rsync -a` took (**four**) minutes.
A second line, with "quotes" and it's > 3.

- **One** thing
- another, `two`

And then

3. third
4. fourth

```sh
ls

cat
```

Done: **all** of it.
- a list at once
"""
PIECES = [
    *["word", "two words", "**bold**", "** bold **", "`code`", "``", "`a*b`", "*it*", "_u_", "~~s~~", "é", "a\u0301"],
    *["- ", "* ", "+ ", "1. ", "2) ", "10. ", "> ", "# ", "---", "===", "| a | b |", "|---|", "[x](y)", "!", "["],
    *["\n", "\n\n", "\n\n\n", " ", "  ", "    ", "\t", "end  ", "```", "```py", "~~~", "\n```\n", "]", "*", "_"],
    *["http://a.b", "://", "&amp;", "&", "<b>", "\\", "\\*", "(", ")", ".", ":", "'q'", '"q"', "--", "-", "**"],
    *["x**y**", "**a**b", "**a** b", "**a b**,", "(**a**)", "**a**.b", "`x` y", "\n- a", "\n- b", "\n\n- c", "`"],
    *["\n```\ncode\n```\n", "\n\npara", "\n1. x", "\u200d", "ü", "/", "٣. "],
]


@given(st.lists(st.sampled_from(PIECES), max_size=14).map("".join))
@example("~~~(ü```- **`x` y\n```\ncode\n```\n\n\n- c\n\n- c")
@example("a\n\n```\n```    ```")
@example("- a\n\n- b\n\nc\n\n- d\n\n  e")
@example("1. a\n2. b\n\n7. c")
@example("٣. a")
@settings(max_examples=150 * CAMPAIGN, deadline=None)
def test_any_text_reads_as_the_parser_reads_it(text: str) -> None:
    assert html(text) == _parsed(visible(text).strip("\n"))


def test_simple_markdown_needs_no_parser() -> None:
    def refuse(text: str) -> NoReturn:
        pytest.fail(f"parsed: {text}")

    shown = SIMPLE.strip("\n")
    assert quick_html(shown, refuse) == _parsed(shown)

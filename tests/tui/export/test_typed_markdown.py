"""What people typed is read as they typed it by every reader of Markdown; fenced code and addresses apply."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tui.export.typed_markdown import typed_markdown

READERS = {
    "commonmark": MarkdownIt("commonmark", {"html": True}),
    "gfm": MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]),
}
SIGNS = "ab1*_`~|\\<>[]()#+-=.!:&;{}$^ \n"
ADDRESS = "https://w.example/pkg/__init__.py?a=1&b=*c"


def shown(markdown: str, reader: MarkdownIt) -> str:
    """Return what a reader shows, a line a line; nothing but paragraphs, code and links may be there."""
    page = reader.render(markdown)
    assert not set(re.findall(r"<(\w+)", page)) - {"p", "br", "pre", "code", "a"}, page
    page = re.sub(r"<pre><code[^>]*>(.*?)\n</code></pre>\n", r"\1\n\n", page, flags=re.DOTALL)
    page = page.replace("<br />\n", "\n").replace("<br>\n", "\n").replace("</p>\n", "\n\n")
    text = html.unescape(re.sub(r"<[^>]*>", "", page)).replace("\xa0", " ")
    return re.sub(r"(?m) +$", "", text).strip("\n")


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "typed",
    [
        "2*3*4",
        r"C:\tmp\*.bak",
        r"\\server\share",
        "__init__ and ~~no~~ and `tick",
        "&lt;b&gt; <b>bold</b> &amp; &#64;",
        "def f():\n    return 1\n\n    # comment\nf()",
        "a: 1\nb:\n  - c",
        " /\\_/\\\n( o.o )",
        "1, 1, 5\n5. five\n6. six\n9) nine",
        "***\n---\n===\n* a\n+ b\n- c",
        "title\n=====\nother\n-----",
        "| a | b |\n|---|---|\n| 1 | 2 |",
        "> quoted\n# heading",
        "[a]: http://a.example\n[a] ![x](y)",
        "end.  Two spaces",
        "one\n\n\n\nfar below",
        "name     value\nlong     1",
        "<!-- gone? -->\n<script>\n<details>",
        "a line\nand another\n\na paragraph",
    ],
)
def test_every_reader_shows_what_was_typed(typed: str, reader: str) -> None:
    expected = "\n".join(line.rstrip() for line in typed.split("\n"))
    found = shown(typed_markdown(typed), READERS[reader])
    assert re.sub(r"\n{3,}", "\n\n", found) == re.sub(r"\n{3,}", "\n\n", expected)
    assert found.strip("\n ").count("\n") >= expected.count("\n")


@pytest.mark.parametrize("reader", READERS)
@given(typed=st.text(SIGNS, max_size=40))
def test_no_sign_is_lost_and_none_means_anything(typed: str, reader: str) -> None:
    text = re.sub(r"[`~]{3,}", "``", typed)
    found = shown(typed_markdown(text), READERS[reader])
    assert "".join(found.split()) == "".join(text.split())
    assert [line.strip() for line in found.split("\n") if line.strip()] == [
        " ".join(line.split(" ")).strip() for line in text.split("\n") if line.strip()
    ]


def test_fenced_code_and_addresses_apply() -> None:
    markdown = typed_markdown(f"see {ADDRESS}.\n```py\nx = *y\n```\n*done*")
    assert markdown == f"see <{ADDRESS}>.\n\n```py\nx = *y\n```\n\n\\*done\\*\n"
    page = READERS["commonmark"].render(markdown)
    assert '<a href="https://w.example/pkg/__init__.py?a=1&amp;b=*c">' in page
    assert '<code class="language-py">x = *y' in page

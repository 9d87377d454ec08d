"""What people typed is shown as they typed it; what the assistant wrote keeps the marks that are no markup."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings

from store.records import Message, MessageCursor
from tests.tui.text.markdown.test_prose import markdown
from tui.export import html_prose
from tui.text.markdown.blocks import prose, typed
from tui.text.message.link_list import links_in
from tui.text.message.preview import preview_text
from tui.text.visible import visible

if TYPE_CHECKING:
    from tui.text.lines import Line

TYPED = (
    "2*3*4",
    "C:\\tmp\\*.bak",
    "\\\\server\\share",
    "__init__",
    "&lt;b&gt; &amp; &#27;",
    "<b>not bold</b> <!-- nor gone -->",
    "***",
    "---",
    "# no heading\n===\n---",
    "1, 1, 5\n1. a\n1. b\n5. c",
    "5) five\n6) six\n9) nine",
    "def f(x):\n    if x:\n        return x ** 2\n\n\n    return None",
    "a:\n  - b\n  - c: |\n      d\n",
    "  /\\_/\\\n ( o.o )\n  > ^ <",
    "> quoted\n>> twice",
    "- [ ] a box\n* a star\n+ a plus",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "[label](https://a.example/x) ![image](https://a.example/y.png) [r]: https://a.example/z",
    "a  \nb\\\nc",
    "``` not a fence ```",
    "```\nleft open *x*",
    "\n\nblank lines before",
    "`code` ~~struck~~ _em_ **strong**",
    "\ttab",
)
"""What people write, none of which is markup."""

KEPT = (
    "pkg/__init__.py", "__init__", "(__init__)", "__name__ == __main__", "obj.__class__.__name__", "__tests__/a.py",
    "__FILE__ and __LINE__", "__next_data__", "node_modules/_private_/x", "_config_.yml and _data_/x",
    "src/**/*.py", "src/**/*.py and lib/**/*.ts", "**/*.ts, *.py and foo*", "*.py and *.js or foo*",
    "test_*.py or foo_*", "*_test.go and data_*", "dist/*, build/*", "/tmp/* and /var/*",
    "**/node_modules and src/**", "*.{js,ts} and x*",
    "a.x*b.y > 2*3", "2*3*4", "a*b*c", "x**2 + y**2", "2**10 and 3**10", "(a+b)*(c+d)*e", "n*(n+1)*2", "2*-3*4",
    "^\\d+\\.\\w*$", "(.*)/(.*)", "^.*$ or .*?x.*", "[a-z]* and [0-9]*", "\\bword\\b \\$100 \\@x \\%",
    "foo\\|bar\\|baz",
    "C:\\tmp\\*.bak", "\\\\server\\share\\_x_", "D:\\__pycache__\\*", "%TEMP%\\*.log", "dir\\sub\\#1",
    "count(*), sum(*)", "SELECT *, t.* FROM t", "java.util.* and java.io.*", "/* a */ b /* c */", '"*" and "*"',
    "'**' and '**'", "*/5 * * * * and */2", "****1234 and ****5678", "f(*args, **kwargs)", "int *a, *b = *c",
    "_.map(_, _)", "_foo_bar_", "snake_case_name", "f**k and s**t", "\\( x^2 \\) and \\[ y \\]", "a \\\\ b",
    "5 * 3 * 2", "* * * is no rule".replace("* * * ", "a * * * "), "http*s*", "R&D &c", "AT&T;",
)  # fmt: skip
"""What the assistant writes and is no markup, though it holds marks."""

RENDERED = (
    ("**bold** and *em*, _em_ and __Strong words__", "bold and em, em and Strong words"),
    ("the **API**s and **two words**ly", "the APIs and two wordsly"),
    ("**Option A**(recommended)", "Option A(recommended)"),
    ("这是**重点**内容", "这是重点内容"),
    ('**"Quoted"** and "**bold**" (*em*)', '"Quoted" and "bold" (em)'),
    ("**„Wort“** «*mot*» “**word**”", "„Wort“ «mot» “word”"),
    ("_**both**_ and ***three***", "both and three"),
    ("*He waited...* **Note:** x", "He waited... Note: x"),
    ("*and*/*or* **and**/**or**", "and/or and/or"),
    ("**/etc/hosts** and **/etc/nginx/x file**", "/etc/hosts and /etc/nginx/x file"),
    ("*well*-known", "well-known"),
    ("\\*not em\\* \\_no\\_ \\`no\\`", "*not em* _no_ `no`"),
    ("snake\\_case and 2\\*3", "snake_case and 2*3"),
    ("1986\\. A great year", "1986. A great year"),
    ("\\# no heading", "# no heading"),
    ("\\[t\\](u)", "[t](u)"),
    ("`__init__` and `a*b*c`", "__init__ and a*b*c"),
    ("&lt;b&gt;", "<b>"),
)
"""What is markup, and what stays without it."""


def shown(lines: list[Line]) -> str:
    return "\n".join(line.first + line.text for line in lines)


class Text(HTMLParser):
    """The text of a page, line breaks and blocks as LF."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            self.parts.append("")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)


def text_of(page: str) -> str:
    parser = Text()
    parser.feed(page)
    parser.close()
    return "".join(parser.parts)


@pytest.mark.parametrize("text", TYPED)
def test_what_people_typed_is_shown_as_they_typed_it(text: str) -> None:
    expected = visible(text).rstrip("\n")
    assert shown(typed(text)) == expected
    assert text_of(html_prose.typed(text)).rstrip("\n") == expected
    assert preview_text("user", text) == " ".join(expected.split())


def test_fenced_code_of_people_is_set_apart_with_all_that_stands_behind_its_fence() -> None:
    lines = typed("see\n```python title=x\n  x = '__a__'\n```\nand\n~~~~\n```\n~~~~\n")
    assert [(line.text, line.fill) for line in lines] == [
        ("see", ""), ("python title=x", "code-block"), ("  x = '__a__'", "code-block"), ("and", ""),
        ("```", "code-block"),
    ]  # fmt: skip
    page = html_prose.typed("```python title=x\n  x = '__a__'\n```")
    assert page == '<p class="info">python title=x</p>\n<pre><code>  x = &#x27;__a__&#x27;\n</code></pre>\n'


@given(markdown)
def test_every_line_of_what_people_typed_is_a_line_of_the_text(text: str) -> None:
    stored = visible(text).split("\n")
    for line in typed(text):
        if "code-label" not in {span.style for span in line.spans} and "(https://xn--" not in line.text:
            assert line.text == stored[line.source]


@pytest.mark.parametrize("text", KEPT)
def test_marks_of_words_stay(text: str) -> None:
    for around in ("{}", "It is {} here.", "- {}", "> {}", "Use **bold** and {} then", "({})"):
        written = around.format(text)
        lines = prose(written)
        assert text in shown(lines), around
        assert text in text_of(html_prose.html(written)), around


@pytest.mark.parametrize(("written", "expected"), RENDERED)
def test_markup_is_still_markup(written: str, expected: str) -> None:
    assert shown(prose(written)) == expected
    assert text_of(html_prose.html(written)).strip() == expected


@pytest.mark.parametrize(
    "written",
    [
        "1. a\n1. b\n5. c",
        "5) a\n6) b\n9) c",
        "007. a\n008. b",
        "0. a\n1. b",
        "3. a\n\n3. b",
        "10. a\n   1. b\n   1. c",
    ],
)
def test_numbers_of_lists_stay_as_written(written: str) -> None:
    numbers = [line.split()[0] for line in written.split("\n") if line]
    assert [line.split()[0] for line in shown(prose(written)).split("\n") if line] == numbers
    page = html_prose.html(written)
    assert [part.partition("<")[0] for part in page.split('class="number">')[1:]] == numbers


def test_a_preview_keeps_marks_of_words() -> None:
    assert preview_text("assistant", "**Run** `x` on pkg/__init__.py and src/**/*.py") == (
        "Run x on pkg/__init__.py and src/**/*.py"
    )


@pytest.mark.parametrize("text", ["#", ">", "&nbsp;", "[]()", "<!-- x -->"])
def test_what_renders_to_nothing_is_shown_as_written(text: str) -> None:
    assert shown(prose(text)).strip()


def test_cells_beyond_the_head_are_shown_and_br_breaks_a_line() -> None:
    written = "| a |\n|---|\n| 1<br>2 | beyond | `<br>` |"
    assert shown(prose(written)).split("\n") == [
        "a │        │     ",
        "──┼────────┼─────",
        "1 │ beyond │ <br>",
        "2 │        │     ",
    ]
    page = html_prose.html(written)
    assert "1<br>\n2" in page
    assert "beyond" in page
    assert "<code>&lt;br&gt;</code>" in page


@pytest.mark.parametrize("columns", [3, 13, 30, 60])
@pytest.mark.parametrize("width", [30, 94])
def test_no_cell_of_a_wide_table_is_cut(columns: int, width: int) -> None:
    cells = [f"value-number-{number}" for number in range(columns)]
    written = "\n".join(
        (
            "|" + "|".join(f"head{number}" for number in range(columns)) + "|",
            "|-" * columns + "|",
            "|" + "|".join(cells),
        )
    )
    text = shown(prose(written, width))
    assert all(cell in text for cell in cells) or columns * 6 + 3 * (columns - 1) <= width


def test_a_cell_that_takes_many_lines_is_shown_whole() -> None:
    text = shown(prose(f"| a | b |\n|---|---|\n| {'word ' * 400}end | x |", 40))
    assert text.count("word") == 400
    assert "end" in text


@given(markdown)
@settings(deadline=None)
def test_a_line_names_a_line_of_the_text(text: str) -> None:
    count = visible(text).count("\n") + 1
    assert all(-1 <= line.source < count for line in prose(text))


def test_the_word_is_looked_at_in_bounded_time() -> None:
    prose("warm *up*")
    for text in (
        "a*" * 1_500,
        "_a" * 1_500,
        "\\." * 3_000,
        "https://a.example/" * 1_200,
        "(" * 9_000 + "https://" + "(" * 9_000,
    ):
        started = time.process_time()
        prose(text)
        links_in(Message("i", "c", "assistant", text, None, MessageCursor(0, 1), len(text)))
        assert time.process_time() - started < 1

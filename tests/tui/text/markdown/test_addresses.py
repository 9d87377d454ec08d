"""A bare address ends where the sentence goes on, and leads where a Markdown link of the same address leads."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from store.records import Message, MessageCursor
from tui.export import html_prose
from tui.text.markdown.blocks import plain, prose
from tui.text.markdown.hosts import ascii_host, unicode_host
from tui.text.markdown.urls import bare_addresses
from tui.text.message.link_list import judge, links_in

if TYPE_CHECKING:
    from tui.text.lines import Line

WHOLE = (
    "https://w.example/wiki/X_(album)",
    "https://w.example/wiki/X_(a_(b))_c",
    "https://w.example/pkg/__init__.py",
    "https://w.example/pkg/__init__",
    "https://w.example/a*b*c",
    "https://w.example/a[0]{x}",
    "https://w.example/_a_/b_c_d",
    "https://w.example/wiki/Schindler's_List",
    "https://w.example/wiki/Bose–Einstein",
    "https://w.example/wiki/スティーブ・ジョブズ",
    "https://w.example/?a=1&b=(2)&c=[3]#x~y",
    "https://w.example/a,b;c:d!e",
    "https://w.example:8080/~user/",
    "http://[::1]:8080/x",
    "http://w.example",
)
BEHIND = (
    "", ".", ",", "!", "?", ";", ":", "...", ")", "]", "}", ").", "**", "*", "'", '"', "|", ">",
    "，", "。", "、", "！", "？", "：", "；", "）", "」", "』", "】", "》", "〉", "］", "”", "’", "»", "›", "“", "„",
    "’s", "…", "—then", "—", "،", "؛", "؟", "۔", "।", "॥", "։", "።", "។", "။", "（see）", "「x」", "→", "✓", "👍",
)  # fmt: skip
HOSTS = (
    ("straße.de", "xn--strae-oqa.de"),
    ("faß.de", "xn--fa-hia.de"),
    ("FAß.de", "xn--fa-hia.de"),
    ("βόλος.example", "xn--nxasmm1c.example"),
    ("ශ්‍රී.example", "xn--10cl1a0b660p.example"),
    ("münchen.example", "xn--mnchen-3ya.example"),
    ("MÜNCHEN.example", "xn--mnchen-3ya.example"),
    ("日本語.example", "xn--wgv71a119e.example"),
    ("a_b.é.example", "a_b.xn--9ca.example"),
    ("i❤.example", "xn--i-7iq.example"),
)


def links(lines: list[Line]) -> list[str]:
    return [line.text[span.start : span.end] for line in lines for span in line.spans if span.style == "link"]


def hrefs(page: str) -> list[str]:
    return [unescape(href) for href in re.findall(r'href="([^"]*)"', page)]


@pytest.mark.parametrize("address", WHOLE)
@pytest.mark.parametrize("before", ["", "see ", "(", "“", "（", "‘", "「", "**"])
def test_an_address_is_taken_whole_and_nothing_behind_it(address: str, before: str) -> None:
    for behind in BEHIND:
        text = f"{before}{address}{behind}"
        assert [found.address for found in bare_addresses(text)] == [address], behind
        assert links(plain(text)) == [address], behind


@pytest.mark.parametrize("address", WHOLE)
def test_the_transcript_the_list_and_the_export_agree_on_it(address: str) -> None:
    for behind in ("", ".", "，", "。", ") x", "’s", "…", "—then"):
        text = f"at {address}{behind} and on"
        assert links(prose(text)) == [address], behind
        assert links(plain(text)) == [address], behind
        assert hrefs(html_prose.html(text)) == hrefs(html_prose.plain(text)) == [address], behind
        listed = links_in(Message("i", "c", "assistant", text, None, MessageCursor(0, 1), len(text)))
        assert [link.target for link in listed] == [address], behind


@pytest.mark.parametrize(("host", "name"), HOSTS)
def test_a_host_in_another_script_is_the_one_that_browsers_go_to(host: str, name: str) -> None:
    url = f"https://{name}/x"
    assert ascii_host(host) == name
    assert ascii_host(unicode_host(name)) == name
    link = judge("", f"https://{host}/x")
    assert (link.url, link.host) == (url, name)
    bare, named = f"https://{host}/x", f"[here](https://{host}/x)"
    assert hrefs(html_prose.html(bare)) == hrefs(html_prose.plain(bare)) == hrefs(html_prose.html(named)) == [url]
    assert prose(bare)[0].text.endswith(f"({url})")
    assert prose(named)[0].text == f"here ({url})"


@pytest.mark.parametrize("host", ["\u202eа.example", "xn--\xfc.example", "а" * 64 + ".example", "-ü-.example"])
def test_no_valid_host_is_no_link(host: str) -> None:
    assert ascii_host(host) is None
    assert judge("", f"https://{host}/").url is None


def test_escapes_of_markdown_are_undone_in_an_address() -> None:
    assert links(prose("https://w.example/a\\_b?x=1&amp;y=2 &lt;https://w.example/z&gt;")) == [
        "https://w.example/a_b?x=1&y=2",
        "https://w.example/z",
    ]

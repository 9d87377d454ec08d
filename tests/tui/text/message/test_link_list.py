"""Every address is listed with where it really leads; only plain web addresses can be opened."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.records import Message, MessageCursor
from tui.text.message.link_list import LONGEST, judge, links_in
from tui.text.visible import is_harmless


def message(content: str, role: str = "assistant") -> Message:
    return Message("id", "conversation", role, content, None, MessageCursor(0, 1), len(content))


def test_every_kind_of_address_is_found_once_in_order() -> None:
    text = (
        "[docs](https://a.example/x_(y)) and https://b.example/z. Again https://b.example/z!\n\n"
        "![a cat](https://c.example/cat.png) <https://d.example> `https://e.example`\n\n"
        "```\ncurl https://f.example/get\n```\n\n| a |\n|---|\n| https://g.example |\n"
    )
    links = links_in(message(text))
    assert [link.host[0] for link in links] == list("abcdefg")
    assert [link.label for link in links] == ["docs", "", "image: a cat", "", "", "", ""]
    assert links[0].url == "https://a.example/x_(y)"
    assert all(link.url == link.target and not link.notes for link in links)


@pytest.mark.parametrize(
    ("address", "host", "reason"),
    [
        ("https://google.com@evil.example/x", "evil.example", "google.com is but a user name"),
        ("https://a:b@c.example", "c.example", "it leads to c.example"),
        ("javascript:alert(1)", "", "only http and https"),
        ("file:///etc/passwd", "", "only http and https"),
        ("ssh://host.example", "host.example", "only http and https"),
        ("data:text/html,x", "", "only http and https"),
        ("https://evil.example\\@google.com", "", "⚠"),
        ("https://evil.example\\.google.com", "", "no valid name"),
        ("https://a.example/\u202egpj.exe", "a.example", "hidden characters"),
        ("https://a.example/ b", "a.example", "spaces"),
        ("https://[::1", "", "no valid address"),
        ("https:///path", "", "no valid name"),
        ("https://a.example/" + "x" * LONGEST, "a.example", "longer than 2,000"),
    ],
)
def test_what_is_no_plain_web_address_is_listed_and_not_opened(address: str, host: str, reason: str) -> None:
    link = judge("click me", address)
    assert link.url is None
    assert link.notes[0].startswith("not opened: ")
    assert reason in link.notes[0]
    assert not host or link.host == host


def test_refused_targets_are_listed_as_markdown_wrote_them() -> None:
    (link, image) = links_in(message("[x](javascript:alert(1)) ![y](file:///etc/passwd)"))
    assert (link.label, link.target, link.url) == ("x", "javascript:alert(1)", None)
    assert (image.target, image.url) == ("file:///etc/passwd", None)


@pytest.mark.parametrize("host", ["аррӏе.com", "xn--80ak6aa92e.com"])
def test_a_look_alike_name_is_told_in_both_writings(host: str) -> None:
    link = judge("", f"https://{host}/login")
    assert link.host == "xn--80ak6aa92e.com"
    assert link.url == "https://xn--80ak6aa92e.com/login"
    assert link.notes == ("the name is written аррӏе.com", "⚠ looks like apple.com, and is another site")


def test_a_name_in_another_script_is_no_alarm() -> None:
    assert judge("", "https://münchen.example").notes == ("the name is written münchen.example",)


def test_a_label_that_names_another_site_is_told() -> None:
    assert judge("https://www.bank.example/in", "https://evil.example").notes == (
        "⚠ is called www.bank.example, and is another site",
    )
    assert judge("bank.example", "https://www.bank.example/in").notes == ()


def test_links_in_tool_calls_are_found_in_what_they_say() -> None:
    calls = [
        {"name": "http", "result": 'see https://a.example/\u2026 "https://b.example"'},
        {"name": "x", "error": "no"},
    ]
    assert [link.host for link in links_in(message(json.dumps(calls), "tool_calls"))] == ["a.example", "b.example"]


@settings(max_examples=60, deadline=None)
@given(st.text(st.one_of(st.characters(codec="utf-8"), st.sampled_from("[]()<>:/@\\.\x1b\u202eа"))), st.text())
def test_what_is_listed_is_harmless_and_what_is_opened_is_ascii_host_and_http(address: str, label: str) -> None:
    for text in (address, f"https://{address}"):
        link = judge(label, text)
        assert all(map(is_harmless, (link.label, link.target, link.host, *link.notes)))
        if link.url is not None:
            assert link.url.startswith(("http://", "https://"))
            assert link.host.isascii()
            assert not any(one.isspace() or one < " " for one in link.url)

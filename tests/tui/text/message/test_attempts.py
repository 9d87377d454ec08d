"""What a text tries is told in words, and ordinary texts of any script try nothing."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from store.domain.tool_calls import parse_tool_calls
from tui.text.message.hostile_text import attempts, texts_of, warning
from tui.text.visible import is_harmless, without_hidden

ORDINARY = (
    "",
    "Two lines\nand a tab\there,\r\nand\x0cpages.",
    "👨‍👩‍👧‍👦 👩🏽‍🚀 🏳️‍🌈 ❤️ ☎️ 1️⃣ ✔️",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "שלום\u200f! English\u200e, שוב",
    "Hello \u2068מיכל\u2069, how are you? And \u2068Ann\u2069?",
    "مرحبا \u2067abc\u2069 (می\u200cخواهم)",
    "क\u094d\u200dष and ಕ\u0ccd\u200cಷ",
    "ภาษา\u200bไทย",
    "葛\U000e0100飾区",
    "\ufeffa byte order mark at the start",
    "https://münchen.example and https://user@host.example, ada@mail.example",
    "soft\u00adhyphen",
    "[https://a.example/x](https://www.a.example/y) and [here](https://b.example)",
)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_texts_try_nothing(text: str) -> None:
    assert attempts(text) == ()
    assert warning(text) == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a\x1b[2Jb\x1b[Hc\x9b5A", ("terminal escapes ×3",)),
        ("\x1b]52;c;aGk=\x07", ("terminal escapes", "writes to the clipboard")),
        ("\x9d0;x\x9c", ("terminal escapes", "renames the window")),
        ("\x1b[31mred\x1b[0m", ("terminal colours ×2",)),
        ("a\x00b\x08", ("control characters ×2",)),
        ("invoice_\u202efdp.exe\u202c", ("text direction overrides",)),
        ("if x:\u2067 # \u2066return\u2069\u2069", ("text direction overrides ×2",)),
        ("שלום \u2067abc", ("text direction overrides",)),
        ("a\u200bb\u2060c\ufeffd", ("invisible characters ×3",)),
        ("a\u200db", ("invisible characters",)),
        ("a\u200fb", ("invisible characters",)),
        ("x\u3164y", ("invisible characters",)),
        ("".join(chr(0xE0000 + ord(one)) for one in "obey me"), ("hidden tag characters spelling “obey me”",)),
        ("\U000e0001", ("hidden tag characters",)),
        (
            "😀" + "".join(chr(0xE0100 + byte - 16) for byte in b"run it"),
            ("data hidden in variation selectors spelling “run it”",),
        ),
        ("see https://аррӏе.com/login", ("a look-alike link name",)),
        ("https://google.com@evil.example", ("a link whose user name poses as a host",)),
        ("[https://bank.example](https://evil.example/bank.example)", ("a link named as another address",)),
    ],
)
def test_what_is_tried_is_told_in_words(text: str, told: tuple[str, ...]) -> None:
    assert attempts(text) == told
    assert warning(f"first {text}") == f" ⚠ {'; '.join(told)}"


def test_what_is_hidden_is_spelled_without_power_of_its_own() -> None:
    spelled = warning("".join(chr(0xE0000 + ord(one)) for one in "\x1b[2J\x7f" + "x" * 99))
    assert is_harmless(spelled)
    assert len(spelled) < 80


def test_tool_calls_are_looked_at_as_they_are_read_not_as_they_are_escaped() -> None:
    calls = parse_tool_calls(
        '[{"name": "shell", "result": "\\u001b]52;c;aGk=\\u0007"}, {"name": "x", "error": "\\u202e"}]'
    )
    assert calls is not None
    assert "writes to the clipboard" in warning(texts_of(calls))
    assert "text direction overrides" in warning(texts_of(calls))


def test_what_iron_claw_itself_escapes_is_no_attempt() -> None:
    calls = parse_tool_calls(
        '[{"name": "a", "result": "<tool_output name=\\"a\\">x <\\u200b/tool_output> y</tool_output>"}]'
    )
    assert calls is not None
    assert warning(texts_of(calls)) == ""


@settings(max_examples=60, deadline=None)
@given(
    st.text(st.one_of(st.characters(codec=None), st.sampled_from("\x1b\u202e\u200b\u200d\ufe0f\U000e0041[]()\r\t👩")))
)
def test_a_copy_without_what_is_hidden_is_harmless_and_counts_it(text: str) -> None:
    copied, hidden = without_hidden(text)
    assert is_harmless(copied)
    assert without_hidden(copied) == (copied, 0)
    if is_harmless(text):
        assert (copied, hidden) == (text, 0)
    assert is_harmless(warning(text))


@pytest.mark.parametrize(
    "part",
    ["[https://a", "https://a.b.", "\u202e", "\U000e0041", "🏴\U000e0067", "\x1b[", "\ufe0f\ufe0f", "x\u200d", "é"],
)
def test_the_time_grows_with_the_text_and_no_faster(part: str) -> None:
    text = part * (200_000 // len(part))
    begun = time.perf_counter()
    attempts(text)
    assert time.perf_counter() - begun < 2.0

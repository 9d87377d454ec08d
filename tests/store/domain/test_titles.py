"""A title is one line that tells a conversation from the others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store import Kind
from store.domain.titles import LONGEST, cleaned, conversation_title, shortened

VOICE = (
    '<attachments>\n<attachment index="1" type="audio" filename="a.ogg" mime="audio/ogg">\n'
    "Transcript: hi\n</attachment>\n</attachments>"
)
PHOTO = (
    '<attachments><attachment index="1" type="image" filename="photo.jpg" /><attachment type="image" /></attachments>'
)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("Is it warm?", "Is it warm?"),
        ("  Is\n\n it \t warm?  ", "Is it warm?"),
        ("@bot Is it warm?", "Is it warm?"),
        ("<@U123> @bot: Is it warm?", "Is it warm?"),
        ("mail me@home.org", "mail me@home.org"),
        ("@bot", ""),
        ("# Plan\n\n- one\n- two", "Plan one two"),
        ("> quoted\n1. first", "quoted first"),
        ("**bold**, _kept_, `code`, *soft*, ~~gone~~", "bold, _kept_, code, soft, gone"),
        ("***both***", "both"),
        ("2 * 3 * 4 and snake_case_name", "2 * 3 * 4 and snake_case_name"),
        ("fix __main__.py and `__init__`, __all of it__", "fix __main__.py and __init__, all of it"),
        ("2**3**4, src/**/a and b/**/c, args[0](x)", "2**3**4, src/**/a and b/**/c, args[0](x)"),
        ("見て**太字**です", "見て太字です"),
        ("see [the page](https://example.org) ![pic](x.png)", "see the page pic"),
        ("```python\nprint(1)\n```", "print(1)"),
        (f"Look at this\n\n{PHOTO}", "Look at this"),
        (VOICE, "Voice message"),
        (PHOTO, "photo.jpg, Picture"),
        ('<attachments><attachment type="document" filename="', "Document"),
        ("<attachments>", ""),
        ("", ""),
        ("a\0b", "a b"),
    ],
)
def test_a_message_becomes_one_line(text: str, title: str) -> None:
    assert cleaned(text) == title


def test_the_order_of_preference() -> None:
    everything = {"own_title": " My\ntitle ", "first_user_text": "@bot hello", "routine_name": "Backup"}
    for expected in ("My title", "hello", "Backup"):
        assert conversation_title(channel="slack", kind=Kind.CHAT, **everything) == expected
        everything.pop(next(iter(everything)))


@pytest.mark.parametrize(
    ("kind", "channel", "title"),
    [
        (Kind.HEARTBEAT, "heartbeat", "Heartbeat"),
        (Kind.ASSISTANT, "gateway", "Assistant"),
        (Kind.ROUTINE, "routine", "Routine"),
        (Kind.CHAT, "slack", "New slack conversation"),
        (Kind.CHAT, "", "New conversation"),
    ],
)
def test_without_a_word_it_is_called_by_what_it_is_for(kind: Kind, channel: str, title: str) -> None:
    assert conversation_title(channel=channel, kind=kind, own_title="", first_user_text=" ") == title


@given(st.text(max_size=400), st.text("*_`~#>-[]()@<attachmens =\"'\n 1.", max_size=400))
def test_any_text_gives_one_short_line(plain: str, marked: str) -> None:
    for text in (plain, marked):
        whole = conversation_title(channel="x", kind=Kind.CHAT, first_user_text=text)
        title = shortened(whole)
        assert 0 < len(title) <= LONGEST
        assert whole.startswith(title.removesuffix("…"))
        assert title == " ".join(title.split())

"""Attachments are split off whatever stands in their elements."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.tui.text.test_visible import hostile_text
from tui.text.message.attachments import Attachment, card, split_attachments
from tui.text.visible import is_harmless

PIECES = """<attachments>|</attachments>|<attachment |</attachment>|/>|>|"|'|=| filename=|type="audio"|size='1'|
|&quot;|&#27;|hello"""
pieces = st.sampled_from(PIECES.split("|"))


@given(st.lists(st.one_of(pieces, hostile_text), max_size=20).map("".join))
def test_any_content_splits_into_text_and_cards(content: str) -> None:
    text, attachments = split_attachments(content)
    assert content.startswith(text)
    for attachment in attachments:
        assert is_harmless(card(attachment))
        assert "\n" not in card(attachment)


def test_what_ironclaw_writes() -> None:
    content = (
        "Read these\n\n<attachments>\n"
        '<attachment index="1" type="document" filename="report.pdf" mime="application/pdf" size="122880">\n'
        "a &lt;b&gt;\n</attachment>\n"
        '<attachment index="2" type="audio" filename="note.ogg" mime="audio/ogg" duration="12s">\n'
        "Transcript: hello\n</attachment>\n</attachments>"
    )
    text, (document, audio) = split_attachments(content)
    assert text == "Read these"
    assert document == Attachment("document", "report.pdf", "application/pdf", "120 KB", "", "a <b>")
    assert card(document) == "▤ report.pdf · document · 120 KB"
    assert card(audio) == "♪ note.ogg · audio · 12s"
    assert audio.body == "Transcript: hello"


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("<attachment size='3' filename='a\"b' type='image'/>", '▣ a"b · image · 3 bytes'),
        ('<attachment filename="a > b.txt" type="document">x</attachment>', "▤ a > b.txt · document"),
        ('<attachment\nTYPE = "audio">', "♪ audio"),
        ("<attachment>x</attachment>", "▫ file"),
        ('<attachment filename="x.bin" mime="a/b">', "▫ x.bin · file"),
        ('<attachment filename="&#x202e;gpj.exe" type="image">', "▣ <U+202E>gpj.exe · image"),
        ('<attachment filename="open', "▫ file"),
    ],
)
def test_elements_may_be_of_any_form(element: str, expected: str) -> None:
    _, (attachment,) = split_attachments(f"<attachments>{element}</attachments>")
    assert card(attachment) == expected


@pytest.mark.parametrize(
    "content", ["", "none", "<attachments></attachments>", "<attachments> are <attachment x> fun </attachments> ok"]
)
def test_text_that_only_looks_like_a_block_stays(content: str) -> None:
    assert split_attachments(content) == (content, [])


def test_a_block_that_was_cut_off_still_counts() -> None:
    text, (attachment,) = split_attachments('a\n\n<attachments>\n<attachment type="document" filename="x">\nlong te')
    assert (text, attachment.body) == ("a", "long te")


@pytest.mark.parametrize(
    "unit", ['<attachment a="', "<attachment '", "<attachments>", "<attachment =", '<attachment a="b" ', "&#x"]
)
def test_no_content_takes_long(unit: str) -> None:
    content = "<attachments>" + unit * (200_000 // len(unit))
    started = time.process_time()
    split_attachments(content)
    assert time.process_time() - started < 2

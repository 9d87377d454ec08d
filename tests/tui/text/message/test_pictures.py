"""A picture as base64 is told in a few words, what stands behind it is shown, and it can be saved as it is."""

from __future__ import annotations

import base64
import json
import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from store.domain.pictures import ends_in_picture, pictures_in, pictures_of_calls, without_pictures
from store.records import Message, MessageCursor
from tui.export import wording
from tui.export.picture_file import save_picture
from tui.text.message.layout_options import Context, Options, Tools
from tui.text.message.link_list import links_in
from tui.text.message.message_lines import view_message
from tui.text.message.preview import preview_text

if TYPE_CHECKING:
    from pathlib import Path

BYTES = random.Random(1).randbytes(1_258_291)
LETTERS = base64.b64encode(BYTES).decode()
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + BYTES[:2000]).decode()
JPEG = base64.b64encode(b"\xff\xd8\xff\xe0\0\x10JFIF" + BYTES[:2000]).decode()
GIF = base64.b64encode(b"GIF89a" + BYTES[:3000]).decode()
WEBP = base64.b64encode(b"RIFF\x10\x20\0\0WEBPVP8 " + BYTES[:3000]).decode()


def lines_of(letters: str) -> str:
    return "\n".join(letters[start : start + 76] for start in range(0, len(letters), 76))


def message(content: str, role: str = "assistant") -> Message:
    return Message("m1", "c", role, content, None, MessageCursor(0, 1), len(content))


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        (f"data:image/png;base64,{LETTERS}", "[picture, PNG, 1.2 MB]"),
        (f"a ![cat](data:image/png;base64,{LETTERS}) b", "a [picture, PNG, 1.2 MB: cat] b"),
        (f'![cat](<data:image/jpeg;base64,{LETTERS}> "title").', "[picture, JPEG, 1.2 MB: cat]."),
        (f'<img src="data:image/svg+xml;charset=utf-8;base64,{LETTERS}">', '<img src="[picture, SVG, 1.2 MB]">'),
        (f"data:image/webp;base64,{LETTERS}\nThanks", "[picture, WEBP, 1.2 MB]\nThanks"),
        (f"data:image/gif;base64,{lines_of(GIF)}\n\nnext", "[picture, GIF, 3 KB]\n\nnext"),
        (f"data:audio/mpeg;base64,{LETTERS} x", "[sound, MP3, 1.2 MB] x"),
        (f"data:application/pdf;base64,{LETTERS}", "[file, PDF, 1.2 MB]"),
        (f"it: {PNG} and", "it: [picture, PNG, 2 KB] and"),
        (f'{{"image": "{JPEG}", "n": 1}}', '{"image": "[picture, JPEG, 2 KB]", "n": 1}'),
        (GIF, "[picture, GIF, 3 KB]"),
        (f"{WEBP}\n", "[picture, WEBP, 3 KB]\n"),
        (f"url(data:image/png;base64,{LETTERS[:3000].replace('+', '%2B')})", "url([picture, PNG, 2 KB])"),
    ],
)
def test_a_picture_is_told_in_words(stored: str, shown: str) -> None:
    assert without_pictures(stored) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example/picture.png ![x](https://a.example/y.jpg)",
        "data:image/png;base64,AAAA",
        "data:text/html,<b>",
        LETTERS[:4000],
        "/9j/ is how JPEG begins, iVBORw0KGgo is how PNG does; base64, they say",
    ],
)
def test_what_is_no_picture_stays(text: str) -> None:
    assert without_pictures(text) == text


def test_it_is_one_line_everywhere_people_read() -> None:
    stored = f"Look:\n\n![cat](data:image/png;base64,{LETTERS})\n\nand **after**"
    view = view_message(message(stored), Options(UTC), Context(), is_toggled=False)
    texts = [line.text for line in view.lines[view.text : view.end]]
    assert texts == ["Look:", "", "[picture, PNG, 1.2 MB: cat]", "", "and after"]
    assert wording.taken_apart(message(stored)).text == "Look:\n\n[picture, PNG, 1.2 MB: cat]\n\nand **after**"
    assert preview_text("user", stored) == "Look: [picture, PNG, 1.2 MB: cat] and **after**"
    assert links_in(message(stored)) == []


def test_results_of_tools_tell_pictures_in_words_and_give_them_up() -> None:
    results = [f"data:image/png;base64,{LETTERS}", json.dumps({"type": "image", "data": PNG}), "words"]
    content = json.dumps({"calls": [{"name": "shot", "result": result} for result in results]})
    view = view_message(message(content, "tool_calls"), Options(UTC, tools=Tools.FULL), Context(), is_toggled=False)
    text = "\n".join(line.text for line in view.lines)
    assert "[picture, PNG, 1.2 MB]" in text
    assert '"data": "[picture, PNG, 2 KB]"' in text
    assert LETTERS[:80] not in text
    assert [picture.size for picture in pictures_of_calls(content)] == [len(BYTES), 2016]


def test_a_head_that_ends_in_a_picture_is_known_and_told_as_larger() -> None:
    head = f"see data:image/png;base64,{LETTERS[:60_000]}"
    assert ends_in_picture(head)
    assert not ends_in_picture(head + " end")
    assert without_pictures(head, is_whole=False) == "see [picture, PNG, 44 KB or more]"
    named = head.replace("see ", "see ![a cat](", 1)
    assert without_pictures(named, is_whole=False) == "see [picture, PNG, 44 KB or more: a cat]"
    assert preview_text("assistant", named) == "see [picture, PNG, 44 KB or more: a cat]"


def test_a_picture_is_saved_private_named_and_over_nothing(tmp_path: Path) -> None:
    at = datetime(2026, 1, 5, 9, 12, tzinfo=UTC)
    (picture,) = pictures_in(f"![My cat/../x](data:image/jpeg;base64,{LETTERS})")
    paths = [save_picture(picture, tmp_path, "0f3a91c2-xyz", at) for _ in range(3)]
    assert [path.name for path in paths] == [
        "my-cat-x-0f3a91c2-2026-01-05.jpg",
        "my-cat-x-0f3a91c2-2026-01-05-2.jpg",
        "my-cat-x-0f3a91c2-2026-01-05-3.jpg",
    ]
    assert all(path.read_bytes() == BYTES for path in paths)
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in paths)


def test_what_is_no_base64_leaves_no_file(tmp_path: Path) -> None:
    (picture,) = pictures_in(f"data:image/png;base64,{LETTERS[:4001]}")
    with pytest.raises(ValueError, match=r"."):
        save_picture(picture, tmp_path, "id", datetime(2026, 1, 5, tzinfo=UTC))
    assert list(tmp_path.iterdir()) == []

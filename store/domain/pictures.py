"""Pictures, and other files, that stand in a text as base64: told in a few words instead of a wall of letters.

Pure, and linear in the text. Found are ``data:`` addresses of any kind of file, and what PNG, JPEG, GIF and WebP
begin with, on one line or on many. Text around them stays as it is.
"""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, NamedTuple

from store.domain.sizes import people_size
from store.lazy_pattern import lazy_pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

LEAST = 64
"""Letters of base64 that are told in words; fewer are shown."""

_LETTERS = r"A-Za-z0-9+/_\-"
_NEXT = r"(?:\r?\n|\\n)"
_LINES = (
    rf"(?:(?:{_NEXT}[{_LETTERS}]{{60,}}+)++(?:{_NEXT}[{_LETTERS}]{{16,}}+(?=[=\s\"'\\)]|\Z))?)?"
    rf"(?:{_NEXT}[{_LETTERS}]{{2,}}+={{1,2}}(?=[\s\"'\\)]|\Z))?"
)
_DATA = (
    rf"data:([a-z]+/[A-Za-z0-9_.+-]{{1,80}})(?:;[\w=.-]{{1,80}}){{0,4}};base64,"
    rf"([{_LETTERS}%]{{{LEAST},}}+{_LINES}(?:=|%3[Dd]){{0,2}})"
)
_BARE = (
    rf"(?<![{_LETTERS}=])((?:iVBORw0KGgo|/9j/[24]|R0lGOD[dl]h|UklGR[{_LETTERS}]{{6}}XRUJQ)"
    rf"[{_LETTERS}]{{{LEAST},}}+{_LINES}={{0,2}})"
)
_MARKDOWN = rf"!\[([^\]\n]{{0,400}})\]\(\s{{0,9}}<?{_DATA}>?(?:\s{{1,9}}\"[^\"\n]{{0,400}}\")?\s{{0,9}}(?:\)|\Z)"
_FOUND = lazy_pattern(f"{_MARKDOWN}|{_DATA}|{_BARE}")
_KINDS = {"iVBO": "image/png", "/9j/": "image/jpeg", "R0lG": "image/gif", "UklG": "image/webp"}
_NAMES = {"svg+xml": "SVG", "vnd.microsoft.icon": "ICO", "x-icon": "ICO", "mpeg": "MP3", "plain": "text"}
_WORDS = {"image": "picture", "audio": "sound", "video": "video"}
_SUFFIXES = {"jpeg": ".jpg", "text": ".txt"}
_LETTERS_AT_END = lazy_pattern(rf"[{_LETTERS}\r\n]{{{LEAST}}}\Z")


class Picture(NamedTuple):
    """A file that stands in a text."""

    kind: str
    """Its media type, such as ``image/png``."""
    letters: str
    """It, as base64."""
    label: str = ""
    """What it is called there; empty for nothing."""

    @property
    def size(self) -> int:
        """Return how many bytes it has."""
        return len(_plain(self.letters).rstrip("=")) * 3 // 4

    @property
    def name(self) -> str:
        """Return what people call such a file, such as ``PNG``."""
        subtype = self.kind.partition("/")[2]
        return _NAMES.get(subtype) or subtype.removeprefix("x-").upper()

    @property
    def suffix(self) -> str:
        """Return how the name of such a file ends, with its dot."""
        letters = re.sub(r"[^a-z0-9]", "", self.name.lower())[:8] or "bin"
        return _SUFFIXES.get(letters, f".{letters}")

    @property
    def words(self) -> str:
        """Return it in words, such as ``picture, PNG, 1.2 MB``."""
        word = _WORDS.get(self.kind.partition("/")[0], "file")
        return f"{word}, {self.name}, {people_size(self.size)}"

    def decoded(self) -> bytes:
        """Return its bytes.

        Raises:
            ValueError: it is no base64.
        """
        letters = _plain(self.letters).rstrip("=").replace("-", "+").replace("_", "/")
        try:
            return base64.b64decode(letters + "=" * (-len(letters) % 4), validate=True)
        except binascii.Error as error:
            raise ValueError(str(error)) from error


def pictures_in(text: str) -> Iterator[Picture]:
    """Yield the pictures in a text, in order."""
    if may_hold_picture(text):
        for match in _FOUND.finditer(text):
            yield _picture(match)


def pictures_of_calls(content: str) -> Iterator[Picture]:
    """Yield the pictures in a row of tool calls, whatever is JSON within JSON."""
    try:
        document = json.loads(content)
    except (ValueError, RecursionError):
        yield from pictures_in(content)
        return
    found: dict[str, Picture] = {}
    waiting: list[object] = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            waiting += reversed(value.values())
        elif isinstance(value, list):
            waiting += reversed(value)
        elif isinstance(value, str):
            found |= {picture.letters: picture for picture in pictures_in(value)}
    yield from found.values()


def without_pictures(text: str, *, is_whole: bool = True) -> str:
    """Return a text with every picture in it as a few words in brackets.

    Args:
        text: The text.
        is_whole: Whether it goes to its end; else a picture at its end is larger than what is there.
    """
    if not may_hold_picture(text):
        return text

    def words(match: re.Match[str]) -> str:
        picture = _picture(match)
        goes_on = " or more" if not is_whole and match.end() == len(text) else ""
        label = f": {picture.label}" if picture.label else ""
        return f"[{picture.words}{goes_on}{label}]"

    return _FOUND.sub(words, text)


def ends_in_picture(text: str) -> bool:
    """Tell whether the beginning of a text ends within a picture."""
    return _LETTERS_AT_END.search(text, max(0, len(text) - 2 * LEAST)) is not None and may_hold_picture(text)


def may_hold_picture(text: str) -> bool:
    """Tell whether it is worth looking for pictures in a text."""
    if len(text) <= LEAST:
        return False
    # A search asks this of many texts: a single letter is looked for ten times as fast as a mark.
    return (
        (";" in text and ";base64," in text)
        or ("/" in text and "/9j/" in text)
        or ("G" in text and ("iVBORw0KGgo" in text or "R0lGOD" in text or "UklGR" in text))
    )


def _picture(match: re.Match[str]) -> Picture:
    label, named, letters_named, kind, letters, bare = match.groups()
    if bare:
        return Picture(_KINDS[bare[:4]], bare)
    return Picture(named or kind, letters_named or letters, label or "")


def _plain(letters: str) -> str:
    """Return base64 without line breaks and without the escapes of addresses."""
    if not any(mark in letters for mark in "%\\\n"):
        return letters
    letters = re.sub(r"\\n|\s", "", letters)
    for code, letter in (("%2b", "+"), ("%2f", "/"), ("%3d", "=")):
        letters = letters.replace(code, letter).replace(code.upper(), letter)
    return letters

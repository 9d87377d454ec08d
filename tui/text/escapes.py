r"""Write stored bytes out so that every one of them can be told: what cannot be seen stands there by its code.

Pure. ``\x1b`` is a control character, ``\u202e`` any other character that hides, ``\xff`` a byte that is no UTF-8;
all of them are marked, since a stored text may hold the same letters. Line feeds stay line breaks.
"""

from __future__ import annotations

import codecs
import unicodedata
from array import array
from typing import NamedTuple

from tui.text.lines import Span
from tui.text.visible import is_harmless

PIECE = 1_000
"""Characters of a line that are laid out at once."""
ESCAPE = "escape"
"""Style of what stands for something else."""

_FILLERS = "\u115f\u1160\u17b4\u17b5\u3164\uffa0\ufe0e\ufe0f"
_SHORT = {"\t": "\\t", "\r": "\\r"}
_CONTROLS = (
    "NULL", "START OF HEADING", "START OF TEXT", "END OF TEXT", "END OF TRANSMISSION", "ENQUIRY", "ACKNOWLEDGE",
    "BELL", "BACKSPACE", "TABULATION", "LINE FEED", "LINE TABULATION", "FORM FEED", "CARRIAGE RETURN", "SHIFT OUT",
    "SHIFT IN", "DATA LINK ESCAPE", "DEVICE CONTROL ONE", "DEVICE CONTROL TWO", "DEVICE CONTROL THREE",
    "DEVICE CONTROL FOUR", "NEGATIVE ACKNOWLEDGE", "SYNCHRONOUS IDLE", "END OF TRANSMISSION BLOCK", "CANCEL",
    "END OF MEDIUM", "SUBSTITUTE", "ESCAPE", "FILE SEPARATOR", "GROUP SEPARATOR", "RECORD SEPARATOR",
    "UNIT SEPARATOR",
)  # fmt: skip


class Piece(NamedTuple):
    """A line of a text, or a part of a long one."""

    number: int
    """The line's number, from 1."""
    is_first: bool
    """Whether the line begins here."""
    text: str


class Pieces:
    """A text as numbered lines, long ones in parts; knows where each begins, and holds no copy of it.

    Args:
        raw: Stored bytes.
        is_whole: Whether they end where the stored value ends; if not, half a character at the end is left out.
    """

    def __init__(self, raw: bytes, *, is_whole: bool = True) -> None:
        decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self.text = decoder.decode(raw, final=is_whole)
        self._starts, self._numbers = array("Q"), array("Q")
        start, number = 0, 1
        while True:
            end = self.text.find("\n", start)
            stop = len(self.text) if end < 0 else end
            for at in range(start, max(stop, start + 1), PIECE):
                self._starts.append(at)
                self._numbers.append(number)
            if end < 0:
                break
            start, number = end + 1, number + 1
        self.lines = number
        """How many lines there are."""

    def __len__(self) -> int:
        return len(self._starts)

    def __getitem__(self, index: int) -> Piece:
        """Return a piece by its position."""
        start, number = self._starts[index], self._numbers[index]
        stop = self._starts[index + 1] if index + 1 < len(self) else len(self.text)
        is_first = index == 0 or self._numbers[index - 1] != number
        return Piece(number, is_first, self.text[start:stop].removesuffix("\n"))


def escape(text: str) -> tuple[str, tuple[Span, ...]]:
    """Return one line with everything that cannot be seen by its code, and where the codes stand.

    Args:
        text: A line; lone surrogates U+DC80 to U+DCFF stand for bytes that are no UTF-8.
    """
    if text.isascii() and text.isprintable():
        return text, ()
    shown, spans = _escaped(text, with_marks=False)
    if not is_harmless(shown):
        # Accents pile up, or a joiner stands where none belongs.
        shown, spans = _escaped(text, with_marks=True)
    return shown, spans


def legend(text: str, most: int = 12) -> list[tuple[str, str, int]]:
    """Return what the codes in a text stand for: code, name, how often; those that come first in Unicode first.

    Args:
        text: A text as ``escape`` takes it, of any number of lines.
        most: How many at most; the rest is one entry.
    """
    if text.isascii() and text.isprintable():
        return []
    hidden = sorted(one for one in set(text) if one not in "\n\t\r" and _is_hidden(one))
    bytes_ = [one for one in hidden if _is_byte(one)]
    others = [one for one in hidden if not _is_byte(one)]
    found = [(_code(one), _name(one), text.count(one)) for one in others[:most]]
    if others[most:]:
        found.append(("…", f"{len(others) - most:,} others", sum(text.count(one) for one in others[most : 4 * most])))
    if bytes_:
        found.append(("\\x…", "BYTES THAT ARE NO UTF-8", sum(text.count(one) for one in bytes_)))
    return found


def _escaped(text: str, *, with_marks: bool) -> tuple[str, tuple[Span, ...]]:
    parts: list[str] = []
    spans: list[Span] = []
    at = 0
    for character in text:
        part = character
        if _is_hidden(character) or (with_marks and unicodedata.category(character) in ("Mn", "Me", "Mc", "Sk")):
            part = _code(character)
            if spans and spans[-1].end == at:
                spans[-1] = Span(spans[-1].start, at + len(part), ESCAPE)
            else:
                spans.append(Span(at, at + len(part), ESCAPE))
        parts.append(part)
        at += len(part)
    return "".join(parts), tuple(spans)


def _is_hidden(character: str) -> bool:
    if " " <= character <= "~" or "\u00a1" <= character <= "\u00ac":
        return False
    category = unicodedata.category(character)
    if category[0] in "CZ":
        return character not in " \u3000"
    return character in _FILLERS or "\ufe00" <= character <= "\ufe0f" or "\U000e0000" <= character <= "\U000e0fff"


def _is_byte(character: str) -> bool:
    return "\udc80" <= character <= "\udcff"


def _code(character: str) -> str:
    code = ord(character)
    if _is_byte(character):
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x80:
        return _SHORT.get(character) or f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _name(character: str) -> str:
    code = ord(character)
    if code < len(_CONTROLS):
        return _CONTROLS[code]
    return unicodedata.name(character, "DELETE" if code == 0x7F else "CONTROL" if code < 0xA0 else "NO CHARACTER")

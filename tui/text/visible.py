"""Make stored text safe to show: the one place where hostile characters lose their power.

Everything that reaches the screen, the clipboard or a terminal pipe passes through ``visible``: message bodies,
titles, ids, file names, error texts. Afterwards no character moves the cursor, reorders its neighbours or hides from
the eye.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

ACCENTS = 3
"""How many general accents (U+0300 and the like) may stack on one character."""
WEIGHTLESS = 8
"""How many characters without a width of their own may follow one another; Burmese needs five."""

# The patterns are texts: ``re`` compiles and keeps them at first use, which plain ASCII never comes to.
_DROP_CONTROLS = dict.fromkeys([*range(10), *range(11, 32), 127])

_BIDI = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
_FILLERS = "\u115f\u1160\u17b4\u17b5\u3164\uffa0"
_INVISIBLE = "\u00ad\u180b-\u180f\u200b\u2028\u2029\u2060-\u2065\u206a-\u206f\ufeff\ufff0-\ufffb"
_HIGH_INVISIBLE = "\U00013430-\U00013455\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0080-\U000e0fff"
_TAGS = "\U000e0000-\U000e007f"
_HIGH_NONCHARACTERS = "".join(f"{chr(end)}-{chr(end + 1)}" for end in range(0x1FFFE, 0x110000, 0x10000))
_REPLACED = f"[\x80-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff{_TAGS}{_HIGH_NONCHARACTERS}]"
# The high planes are one range to the scan, and looked at closely only where it stops: twenty times the speed.
_UNSEEN = (
    f"[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff{_BIDI}{_FILLERS}{_INVISIBLE}"
    "\U00010000-\U0010ffff]"
    f"(?<![^\x00-\uffff{_HIGH_INVISIBLE}{_TAGS}{_HIGH_NONCHARACTERS}])"
)

_PICTOGRAPHS = "\u00a9\u00ae\u2190-\u21ff\u2300-\u23ff\u2460-\u27bf\u2900-\u297f\u2b00-\u2bff\U0001f000-\U0001faff"
_SHAPED = "\u0590-\u10ff\u1780-\u1cff\ua840-\uabff"
DIRECTION_MARKS = "[\u200e\u200f]"
"""Pattern of the marks that phones put into right-to-left texts, where they do no harm."""
RIGHT_TO_LEFT = "[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]"
"""Pattern of a letter that is written from right to left."""
STRAY_JOINER = (
    "(?!"
    f"(?<=[{_PICTOGRAPHS}])\u200d(?=[{_PICTOGRAPHS}])"
    f"|(?<=[{_PICTOGRAPHS}]\ufe0f)\u200d(?=[{_PICTOGRAPHS}])"
    f"|(?<=[{_SHAPED}])[\u200c\u200d](?=[{_SHAPED}])"
    ")[\u200c\u200d]"
)
"""Pattern of a joiner that neither an emoji nor a script needs where it stands."""

_GENERAL_ACCENTS = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_TALL_ACCENTS = f"([{_GENERAL_ACCENTS}]{{{ACCENTS}}})[{_GENERAL_ACCENTS}]+"
# No table of all marks: a run of what is neither letter, space nor common symbol is looked at sign by sign.
_MAYBE_WEIGHTLESS = (
    rf"[^\w\s\x00-\u02ff\u2010-\u205f\u2100-\u2bff\u3000-\u3029\uff00-\uffef\U0001f000-\U0001f3fa\U0001f400-\U0001ffff]"
    rf"{{{ACCENTS + 1},}}"
)
_SKIN_TONES = "\U0001f3fb\U0001f3fc\U0001f3fd\U0001f3fe\U0001f3ff"
# Format characters that do have a shape, such as the Arabic number sign.
_SHAPELY_FORMATS = "\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2\U000110bd\U000110cd"


def visible(text: str) -> str:
    """Return the text with every character that could harm or hide replaced by something to see.

    Line breaks become LF and tabs spaces (stops of 4). Control characters become their Unicode pictures or U+FFFD;
    bidi controls and invisible characters become ``<U+202E>``; accents piled too high are cut. Joiners and variation
    selectors stay where scripts and emoji need them; direction marks in right-to-left texts are left out. The result
    is a fixed point of this function.

    Args:
        text: Any text, lone surrogates included.
    """
    is_ascii = text.isascii()
    if is_ascii and len(text.translate(_DROP_CONTROLS)) == len(text):
        return text
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    if has_direction_marks(text):
        text = re.sub(DIRECTION_MARKS, "", text)
    text = re.sub(_UNSEEN, _stand_in_of_match, text)
    if is_ascii:
        return text
    text = re.sub(_MAYBE_WEIGHTLESS, _cut_weightless, text)
    if "\u200d" in text or "\u200c" in text:
        text = re.sub(STRAY_JOINER, _stand_in_of_match, text)
    return text


def has_direction_marks(text: str) -> bool:
    """Tell whether a right-to-left text holds direction marks, which are not shown."""
    return ("\u200f" in text or "\u200e" in text) and re.search(RIGHT_TO_LEFT, text) is not None


def one_line(text: str) -> str:
    """Return the text made visible, with every run of white space as one space and none at the ends."""
    return " ".join(visible(text).split())


def without_hidden(text: str) -> tuple[str, int]:
    """Return the text without the characters that ``visible`` has a stand-in for, and how many were left out.

    For what leaves the program: a stand-in would be in the way there.
    """
    if text.isascii() and len(text.translate(_DROP_CONTROLS)) == len(text):
        return text, 0
    text = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    text, unseen = re.subn(_UNSEEN, "", text)
    text, joiners = re.subn(STRAY_JOINER, "", text)
    return visible(text), unseen + joiners


def is_harmless(text: str) -> bool:
    """Tell whether a text holds nothing but LF and characters that can be seen; the promise of ``visible``.

    It asks the Unicode database instead of sharing tables with ``visible``, so that tests can trust it.
    """
    run = 0
    for character in text:
        category = unicodedata.category(character)
        weightless = category[0] == "M" or character in "\u200c\u200d" or character in _SKIN_TONES
        run = run + 1 if weightless else 0
        if run > WEIGHTLESS:
            return False
        if category in {"Cc", "Cs", "Zl", "Zp"} and character != "\n":
            return False
        if category == "Cf" and character not in "\u200c\u200d" and character not in _SHAPELY_FORMATS:
            return False
        code = ord(character)
        if code & 0xFFFE == 0xFFFE or 0xFDD0 <= code <= 0xFDEF or 0xE0000 <= code <= 0xE0FFF or character in _FILLERS:
            return False
    return re.search(_TALL_ACCENTS, text) is None and re.search(STRAY_JOINER, text) is None


@cache
def _stand_in(character: str) -> str:
    code = ord(character)
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "\u2421"
    return "\ufffd" if re.match(_REPLACED, character) else f"<U+{code:04X}>"


def _stand_in_of_match(match: re.Match[str]) -> str:
    return _stand_in(match[0])


def _cut_weightless(match: re.Match[str]) -> str:
    kept: list[str] = []
    run = 0
    for character in re.sub(_TALL_ACCENTS, r"\1", match[0]):
        weightless = unicodedata.category(character)[0] == "M" or character in "\u200c\u200d" + _SKIN_TONES
        run = run + 1 if weightless else 0
        if run <= WEIGHTLESS:
            kept.append(character)
    return "".join(kept)

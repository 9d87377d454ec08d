"""Tell what a stored text tries: what would drive a terminal, hide from the eye or mislead it.

Pure, and linear in the text. ``visible`` makes all of it harmless; this says in words that it was there. What writing
systems and emoji need (joiners, variation selectors, direction marks in right-to-left texts, flags made of tags) is
no attempt. The transcript says the words in a message's header.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from tui.text.markdown.urls import looks_like
from tui.text.visible import DIRECTION_MARKS, RIGHT_TO_LEFT, STRAY_JOINER, one_line
from tui.text.wrap import fit

if TYPE_CHECKING:
    from store.domain.tool_calls import ToolCalls

SPELLED = 32
"""Columns of what hidden characters spell."""

# The patterns are texts: ``re`` compiles and keeps them at first use, which most texts never come to.
_ORDINARY_CONTROLS = "\t\n\x0b\x0c\r"
_DROP_CONTROLS = {code: None for code in (*range(32), 127) if chr(code) not in _ORDINARY_CONTROLS}
_SUSPECT = (
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff"
    "\uffa0\ufff0-\ufffb\U00013430-\U00013455\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
)
_COLOURS = "\x1b\\[[0-9;:]*m"
_CLIPBOARD = "(?:\x1b\\]|\x9d)52;"
_TITLE = "(?:\x1b\\]|\x9d)[012];"
_ESCAPES = "\x1b|[\x90\x98\x9b\x9d\x9e\x9f]"
_CONTROLS = "[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f-\x8f\x91-\x97\x99\x9a\x9c]"
_TERMINATORS = "[\x07\x9c]"
_OVERRIDES = "[\u202d\u202e]"
_EMBEDDINGS = "[\u202a\u202b\u2066-\u2068]"
_ENDS = "[\u202c\u2069]"
# Thai, Lao, Tibetan, Burmese, old Hangul, Khmer and Mongolian are written with format characters.
_BUT_IN_THEIR_SCRIPTS = "(?<![\u0e00-\u0fff\u1000-\u11ff\u1780-\u18af])"
_INVISIBLE = (
    f"{_BUT_IN_THEIR_SCRIPTS}[\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b]"
    "|[\u2028\u2029\u2060-\u2065\u206a-\u206f\u3164\uffa0\ufff0-\ufffb"
    "\U00013430-\U00013455\U0001bca0-\U0001bca3\U0001d173-\U0001d17a]"
    "|(?<!\\A)\ufeff"
)
_FLAG = "\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{1,6}\U000e007f"
_TAGS = "[\U000e0000-\U000e007f]"
_SELECTORS = "[\ufe00-\ufe0f\U000e0100-\U000e01ef]"
_OTHER_HIGH = "[\U000e0080-\U000e00ff\U000e01f0-\U000e0fff]"
_SELECTOR_RUNS = f"{_SELECTORS}{{2,}}"
_LINK_HOST = r"https?://([^\s/?#:@]{1,255})"
_POSING_USER = r"https?://[^\s/?#@]{1,255}\.[a-zA-Z]{2,24}(?::[^\s/?#@]{0,99})?@"
_NAMED_LINK = r"\[\s*https?://([^\s\[\]()/?#]{1,255})[^\[\]]{0,300}\]\(\s*<?https?://([^\s\[\]()/?#>]{1,255})"


def attempts(text: str) -> tuple[str, ...]:
    """Return what a text tries, each in a few words such as ``terminal escapes ×3``; nothing for ordinary texts."""
    found: list[str] = []
    if text.isascii():
        is_plain = len(text.translate(_DROP_CONTROLS)) == len(text)
    else:
        is_plain = re.search(_SUSPECT, text) is None
    if not is_plain:
        found += _of_terminal(text)
        if not text.isascii():
            found += [*_of_direction(text), *_of_hiding(text)]
    if "://" in text:
        found += _of_links(text)
    return tuple(found)


def texts_of(calls: ToolCalls) -> str:
    """Return everything that tool calls say, to be looked at as one text."""
    parts = [calls.narrative]
    for call in calls.calls:
        parts += [call.name, call.call_id, call.rationale, call.error, call.result or call.preview]
    return "\n".join(part for part in parts if part)


def warning(text: str) -> str:
    """Return what a text tries as the end of a line, empty if it tries nothing."""
    found = attempts(text)
    return f" ⚠ {'; '.join(found)}" if found else ""


def _of_terminal(text: str) -> list[str]:
    """Return what would drive a terminal."""
    rest, colours = re.subn(_COLOURS, "", text)
    found = []
    if escapes := len(re.findall(_ESCAPES, rest)):
        found.append(f"terminal escapes{_times(escapes)}")
        rest = re.sub(_TERMINATORS, "", rest)
        if re.search(_CLIPBOARD, rest):
            found.append("writes to the clipboard")
        if re.search(_TITLE, rest):
            found.append("renames the window")
    if colours:
        found.append(f"terminal colours{_times(colours)}")
    if controls := len(re.findall(_CONTROLS, rest)):
        found.append(f"control characters{_times(controls)}")
    return found


def _of_direction(text: str) -> list[str]:
    """Return what would show a text in another order; closed insertions of right-to-left texts are ordinary."""
    overrides = len(re.findall(_OVERRIDES, text))
    insertions = re.findall(_EMBEDDINGS, text)
    if insertions:
        is_closed = len(insertions) + overrides <= len(re.findall(_ENDS, text))
        is_ordinary = set(insertions) == {"\u2068"} or re.search(RIGHT_TO_LEFT, text) is not None
        if not (is_closed and is_ordinary):
            overrides += len(insertions)
    return [f"text direction overrides{_times(overrides)}"] if overrides else []


def _of_hiding(text: str) -> list[str]:
    """Return what cannot be seen, and what it spells where it spells something."""
    found = []
    hidden = len(re.findall(_INVISIBLE, text)) + len(re.findall(_OTHER_HIGH, text))
    if "\u200c" in text or "\u200d" in text:
        hidden += len(re.findall(STRAY_JOINER, text))
    if re.search(DIRECTION_MARKS, text) and not re.search(RIGHT_TO_LEFT, text):
        hidden += len(re.findall(DIRECTION_MARKS, text))
    if hidden:
        found.append(f"invisible characters{_times(hidden)}")
    tags = re.findall(_TAGS, re.sub(_FLAG, "", text))
    if tags:
        found.append("hidden tag characters" + _spelling("".join(chr(ord(tag) - 0xE0000) for tag in tags)))
    runs = "".join(re.findall(_SELECTOR_RUNS, text))
    if runs:
        hidden_bytes = bytes(ord(one) - (0xFE00 if one < "\ufe10" else 0xE0100 - 16) for one in runs)
        found.append("data hidden in variation selectors" + _spelling(hidden_bytes.decode("utf-8", "replace")))
    return found


def _of_links(text: str) -> list[str]:
    """Return what would lead somewhere else than it seems."""
    found = []
    if "](" in text and _misnamed_links(text):
        found.append("a link named as another address")
    if not text.isascii() and any(looks_like(host) for host in re.findall(_LINK_HOST, text)):
        found.append("a look-alike link name")
    if "@" in text and re.search(_POSING_USER, text):
        found.append("a link whose user name poses as a host")
    return found


def _misnamed_links(text: str) -> bool:
    """Tell whether a Markdown link's name is an address of another host than its target."""
    found = re.findall(_NAMED_LINK, text.lower())
    return any(name.removeprefix("www.") != target.removeprefix("www.") for name, target in found)


def _spelling(text: str) -> str:
    shown = "".join(one for one in text if unicodedata.category(one)[0] not in "CM" and one != "\ufffd")
    shown = fit(one_line(shown), SPELLED)
    return f" spelling “{shown}”" if shown else ""


def _times(count: int) -> str:
    return f" ×{count:,}" if count > 1 else ""

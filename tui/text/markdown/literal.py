r"""Tell which marks in running text stand for themselves, though CommonMark would take them for markup.

Its flanking rules read ``pkg/__init__.py``, ``src/**/*.py`` and ``a.x*b.y`` as emphasis and drop the marks. Here the
word decides: paths, globs, dunder names, patterns, and names or numbers joined by ``*`` keep theirs, and a
backslash stays before whatever is no markup in that place. In doubt a mark stays: then nothing that was said is lost.
"""

from __future__ import annotations

import re

from store.lazy_pattern import lazy_pattern

REACH = 120
"""Characters of a word that are looked at on each side of a mark."""
SENTENCE = 400
"""Characters before a mark in which the mark that it closes is looked for."""

_DUNDER = lazy_pattern(r"(?<![^\W_])__([^\W_](?:\w*?[^\W_])??)__(?![^\W_])")
_INNER_UNDERSCORE = lazy_pattern(r"_[A-Za-z0-9]+(?:_[A-Za-z0-9]+)+_")
_WINDOWS_PATH = lazy_pattern(r"(?<![A-Za-z0-9])[A-Za-z]:\\|(?<![\\\w])\\\\\w|\w\\[A-Za-z0-9]|\\\*\.\w|%\w+%\\|~\\\w")
_PATTERN = lazy_pattern(
    r"\\[wdsbWDSB](?![A-Za-z])|\\\.|\(\?[:=!<]|(?<![\w.])\.[*+]|\[\^?[\w.]{0,9}(?:a-z|A-Z|0-9|a-f|A-F)[^\]\s]*\]"
)
_DOTTED_STAR = lazy_pattern(r"\w+(?:\.\w+)+\.\*")
_ALTERNATIVES = lazy_pattern(r"[^\w*]*(?:([*_])[^\W_](?:[^*_/]*[^\W_])?\1/)+([*_])[^\W_](?:[^*_/]*[^\W_])?\2[^\w*]*")
_OPENS = lazy_pattern(r"(?:\A|[\s(\[{\"'“‘„«>|_~])\*{2,3}(?=[^\s*])(?:(?!\*\*).)*\Z", re.DOTALL)
_BOLD_PATH = lazy_pattern(r"/[^*]*[\w).:!?]\*\*")
_TAG_OPENS = lazy_pattern(r"\\<[^\\\s]*\Z")
_ENTITY = lazy_pattern(r"&#?[A-Za-z0-9]{1,31};")
_LINE_START = lazy_pattern(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*\Z")
_NUMBER_START = lazy_pattern(r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*\d{1,9}\Z")
# Scripts that put spaces between words; the others do emphasise inside what looks like a word.
_SPACED_LETTER = lazy_pattern(r"[0-9A-Za-z\u00aa\u00b5\u00ba\u00c0-\u02af\u0370-\u058f\u1e00-\u1fff]")
_PAIRS = frozenset({'""', "''", "``", "“”", "‘’", "«»", "»«", "„“", "()", "[]", "{}", "<>"})
_LONG_RUN = 4


def stands_for_itself(text: str, start: int, end: int) -> bool:
    """Tell whether a run of stars or underscores is part of a word and no markup.

    Args:
        text: The paragraph.
        start: Where the run begins.
        end: Where it ends.
    """
    before, after = text[start - 1 : start] if start else "", text[end : end + 1]
    if before + after in _PAIRS or _stands_alone(text, end, before, after):
        return True
    word, at = _word(text, start, end)
    if text[start] == "_":
        return _is_underscore_of(word, at, end - start, before, after)
    if end - start == 1:
        return _is_star_of(word, at, before, after)
    return _are_stars_of(text, start, end, before, after)


def backslash_stays(text: str, place: int) -> bool:
    """Tell whether the backslash at a place of a paragraph is one, and escapes nothing."""
    escaped = text[place + 1 : place + 2]
    word, at = _word(text, place, place + 1)
    line = text[max(text.rfind("\n", 0, place) + 1, place - REACH) : place]
    if _is_windows_path(word, at):
        return True
    if escaped in ("", "\n"):
        return not line or line[-1].isspace()
    if escaped in "*_`~":
        return escaped != "`" and _PATTERN.search(word) is not None
    if escaped == "\\":
        following = text[place + 2 : place + 3]
        return not following or following.isalnum() or following.isspace()
    if escaped in "[]":
        return not _is_link_around(text, place)
    if escaped == "<":
        return re.match(r"[A-Za-z/!?]", text[place + 2 : place + 3]) is None
    if escaped == "&":
        return _ENTITY.match(text, place + 1) is None
    if escaped in "#-+>=":
        return _LINE_START.match(line) is None and not (escaped == ">" and _TAG_OPENS.search(line))
    if escaped in ".)":
        return _NUMBER_START.match(line) is None
    return not (escaped == "!" and text[place + 2 : place + 3] == "[")


def _stands_alone(text: str, end: int, before: str, after: str) -> bool:
    """Tell whether a run has nothing beside it that it could open onto or close."""
    is_full_stop = after != "" and after in ".:!?" and not text[end + 1 : end + 2].isalnum()
    opens = not (not after or after.isspace() or after in ",;)]}”’»" or is_full_stop)
    closes = not (not before or before.isspace() or before in "([{¿¡")
    return not opens and not closes


def _is_underscore_of(word: str, at: int, length: int, before: str, after: str) -> bool:
    for match in _DUNDER.finditer(word):
        if (match.start() == at or match.end() == at + length) and _is_identifier(match[1]):
            return True
    following, preceding = word[at + length + 1 : at + length + 2], word[at - 2 : at - 1] if at > 1 else ""
    if before in ("/", "\\") or after in ("/", "\\"):
        return _ALTERNATIVES.fullmatch(word) is None
    if (after == "." and following.isalnum()) or (before == "." and _is_word(after) and preceding.isalnum()):
        return True
    if length == 1 and (
        (before == "*" and _is_stem(word, at - 1, word[at - 2 : at - 1] if at > 1 else "", "_"))
        or (after == "*" and _is_stem(word, at + 1, "_", following))
    ):
        return True
    if any(match.start() <= at < match.end() for match in _INNER_UNDERSCORE.finditer(word)):
        return True
    return _PATTERN.search(word) is not None


def _is_star_of(word: str, at: int, before: str, after: str) -> bool:
    following, preceding = word[at + 2 : at + 3], word[at - 2 : at - 1] if at > 1 else ""
    if _joins(word, at + 1, before, after):
        return not (word.startswith("*") and after in ("-", "+", ".", "&", "(", "["))
    if "/" in (before, after) or (before == "\\" and _is_windows_path(word, at)):
        return _ALTERNATIVES.fullmatch(word) is None
    if after == "." and following and (following.isalnum() or following in "{*["):
        return True
    if before == "." and _is_word(after) and preceding.isalnum():
        return True
    if _is_stem(word, at, before, after):
        return True
    is_dotted = any(match.end() == at + 1 for match in _DOTTED_STAR.finditer(word))
    return is_dotted or _PATTERN.search(word) is not None


def _are_stars_of(text: str, start: int, end: int, before: str, after: str) -> bool:
    """Tell whether two or more stars are an operator, as in ``x**2``, or a part of a path, as in ``src/**``."""
    if end - start >= _LONG_RUN:
        return True
    if _joins(text, end, before, after):
        return _OPENS.search(text[max(0, start - SENTENCE) : start]) is None
    if after == "/" and not _is_word(before):
        return _BOLD_PATH.match(text, end, end + SENTENCE) is None
    return before in ("/", "\\") and not _is_word(after)


def _joins(text: str, end: int, before: str, after: str) -> bool:
    """Tell whether names, numbers or brackets stand on both sides of stars, as in ``2*3`` and ``(a+b)*c``."""
    if not before or not after:
        return False
    if before in ")]":
        return after in "([" or after.isdigit() or not re.match(r"[^\s*]*\*", text[end : end + REACH])
    if not _SPACED_LETTER.match(before):
        return False
    if after in "-+.&":
        return text[end + 1 : end + 2].isalnum()
    return after in "([_$" or _SPACED_LETTER.match(after) is not None


def _is_stem(word: str, at: int, before: str, after: str) -> bool:
    """Tell whether a star goes on from the beginning of a name, as in ``test_*``, or comes before its end."""
    ahead, behind = word[at + 2 : at + 3], word[at - 2 : at - 1] if at > 1 else ""
    is_behind = (before == "_" and behind.isalnum()) or (before == "-" and behind.isalpha())
    is_ahead = (after == "_" and ahead.isalnum()) or (after == "-" and ahead.isalpha())
    return (is_behind or is_ahead) and not re.fullmatch(r"[^\w*]*\*_[^*]*_\*[^\w*]*", word)


def _is_identifier(name: str) -> bool:
    """Tell whether what stands between two pairs of underscores is a name of code and no word in bold."""
    return name.isascii() and not (name[0].isupper() and name[1:].islower())


def _is_windows_path(word: str, at: int) -> bool:
    """Tell whether a word is a path with backslashes, from somewhere up to a place in it."""
    return "\\" in word and any(match.start() <= at for match in _WINDOWS_PATH.finditer(word))


def _is_link_around(text: str, place: int) -> bool:
    """Tell whether an escaped bracket would otherwise make a link."""
    if text[place + 1] == "[":
        return "](" in text[place : place + SENTENCE]
    return text[place + 2 : place + 3] == "(" and "[" in text[max(0, place - SENTENCE) : place]


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _word(text: str, start: int, end: int) -> tuple[str, int]:
    """Return the word around a place, as far as ``REACH``, and where the place lies in it."""
    behind, ahead = text[max(0, start - REACH) : start], text[end : end + REACH]
    head = "" if not behind or behind[-1].isspace() else behind.split()[-1]
    tail = "" if not ahead or ahead[0].isspace() else ahead.split(None, 1)[0]
    return head + text[start:end] + tail, len(head)

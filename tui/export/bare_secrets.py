"""Find what is known by its shape and sum alone: cards, bank accounts, keys of AWS and of wallets. Pure, linear."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_AWS = re.compile(r"[A-Za-z0-9/+]{40}")
_WALLET = re.compile(r"(?:5[HJK][1-9A-HJ-NP-Za-km-z]{49}|[KLc][1-9A-HJ-NP-Za-km-z]{51}|9[1-9A-HJ-NP-Za-km-z]{50})")
_RUN = re.compile(r"[A-Za-z0-9/+=_-]{40,}+")
_LEAST = 40
# A pattern that begins with a class is searched four times as fast as one that looks behind first.
_CARD = re.compile(
    r"[2-6](?<![\w.+/#-].)(?<!\d[ -].)(?:"
    r"\d{3}([ -]?)\d{4}\1\d{4}\1\d{4}"
    r"|(?<=3)[47]\d{2}([ -]?)\d{6}\2\d{5}"
    r"|(?<=3)[0689]\d{2}([ -]?)\d{6}\3\d{4}"
    r")(?![\w-]|[.,]\d|[ ]\d)",
    re.ASCII,
)
_CARD_RANGES = re.compile(
    r"4\d{15}|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3(?:0[0-5]|[689]\d)\d{11}|(?:6011|64[4-9]|65|62)\d+|35\d{14}|6[37]\d{14}"
)
_IBAN = re.compile(r"[A-Z](?<!\w.)[A-Z]\d\d(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?!\w)", re.ASCII)
_IBAN_LENGTHS = {
    "AD": 24, "AE": 23, "AL": 28, "AT": 20, "AZ": 28, "BA": 20, "BE": 16, "BG": 22, "BH": 22, "BI": 27, "BR": 29,
    "BY": 28, "CH": 21, "CR": 22, "CY": 28, "CZ": 24, "DE": 22, "DJ": 27, "DK": 18, "DO": 28, "EE": 20, "EG": 29,
    "ES": 24, "FI": 18, "FK": 18, "FO": 18, "FR": 27, "GB": 22, "GE": 22, "GI": 23, "GL": 18, "GR": 27, "GT": 28,
    "HN": 28, "HR": 21, "HU": 28, "IE": 22, "IL": 23, "IQ": 23, "IS": 26, "IT": 27, "JO": 30, "KW": 30, "KZ": 20,
    "LB": 28, "LC": 32, "LI": 21, "LT": 20, "LU": 20, "LV": 21, "LY": 25, "MC": 27, "MD": 24, "ME": 22, "MK": 19,
    "MN": 20, "MR": 27, "MT": 31, "MU": 30, "NI": 28, "NL": 18, "NO": 15, "OM": 23, "PK": 24, "PL": 28, "PS": 29,
    "PT": 25, "QA": 29, "RO": 24, "RS": 22, "RU": 33, "SA": 24, "SC": 31, "SD": 18, "SE": 24, "SI": 19, "SK": 24,
    "SM": 27, "SO": 23, "ST": 25, "SV": 28, "TL": 23, "TN": 24, "TR": 26, "UA": 29, "VA": 22, "VG": 24, "XK": 20,
    "YE": 30,
}  # fmt: skip
"""Characters of an IBAN by its country (SWIFT's IBAN registry)."""


def mixed_keys(text: str, words: Iterable[str]) -> Iterator[tuple[int, int, bool]]:
    """Yield where keys are that only chance could have mixed, and whether it is one of a wallet, not of AWS.

    Args:
        text: Where to look.
        words: What stands between white space in it, in order.
    """
    at = 0
    for word in words:
        if len(word) < _LEAST:
            continue
        at = text.index(word, at)
        for run in _RUN.finditer(text, at, at + len(word)):
            start = run.end() - _LEAST if "=" in run[0] else run.start()
            for pattern in (_AWS, _WALLET):
                if pattern.fullmatch(text, start, run.end()) and _is_random(text[start : run.end()]):
                    yield start, run.end(), pattern is _WALLET
        at += len(word)


def cards(text: str) -> Iterator[tuple[int, int]]:
    """Yield where card numbers are: a range that is given out, and Luhn's sum (ISO/IEC 7812)."""
    for match in _CARD.finditer(text):
        digits = "".join(filter(str.isdigit, match[0]))
        if _CARD_RANGES.fullmatch(digits) and _luhn(digits) and len({*digits}) > 1:
            yield match.span()


def ibans(text: str) -> Iterator[tuple[int, int]]:
    """Yield where account numbers are: a country, its length, and the sum of ISO 13616."""
    for match in _IBAN.finditer(text):
        signs = match[0].replace(" ", "").replace("-", "")
        length = _IBAN_LENGTHS.get(signs[:2])
        if length is not None and len(signs) >= length:
            end = match.start() + _width(match[0], length)
            if (end == match.end() or not text[end].isalnum()) and _remainder(signs[:length]) == 1:
                yield match.start(), end


def _is_random(written: str) -> bool:
    """Tell whether letters, digits and signs take turns as they do by chance, not as in paths and names."""
    sorts = ["a" if sign.islower() else "A" if sign.isupper() else "0" if sign.isdigit() else "/" for sign in written]
    turns = sum(before != after for before, after in pairwise(sorts))
    return {"a", "A", "0"} <= {*sorts} and turns * 5 >= len(written) * 2


def _luhn(digits: str) -> bool:
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(map(int, digits[-1::-2]))) % 10 == 0


def _width(written: str, length: int) -> int:
    """Return how far the first so many letters and digits reach."""
    for place, sign in enumerate(written, 1):
        length -= sign.isalnum()
        if not length:
            return place
    return len(written)


def _remainder(signs: str) -> int:
    return int("".join(str(int(sign, 36)) for sign in signs[4:] + signs[:4])) % 97

"""Find what looks like a secret in a text: keys, tokens, passwords, addresses. Pure; linear time whatever the text.

Every repetition in a pattern is bounded, and every pattern begins where a run of its characters begins, so that no
text is gone over again and again. What is found is a guess: a person decides.
"""

from __future__ import annotations

import re
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator


class Secret(StrEnum):
    """A kind of secret; the value is its name on the command line."""

    API_KEY = "api-key"
    JWT = "jwt"
    PRIVATE_KEY = "private-key"
    PASSWORD = "password"
    EMAIL = "e-mail"
    PHONE = "phone"

    @property
    def label(self) -> str:
        """Return what people call it."""
        return _LABELS[self]


_LABELS = {
    Secret.API_KEY: "API key",
    Secret.JWT: "JWT",
    Secret.PRIVATE_KEY: "private key",
    Secret.PASSWORD: "password",
    Secret.EMAIL: "e-mail",
    Secret.PHONE: "phone number",
}


class Find(NamedTuple):
    """Where something is that looks like a secret."""

    start: int
    end: int
    kind: Secret


_BEGIN = r"(?<![A-Za-z0-9_-])"
_PREFIXES = (
    "sk-", "sk_", "rk_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "AKIA", "ASIA", "AIza",
    "xox", "xapp-", "hf_", "npm_",
)  # fmt: skip
_KEYS = re.compile(
    _BEGIN + r"(?:"
    r"sk-[A-Za-z0-9_-]{20,250}"  # OpenAI, Anthropic, OpenRouter
    r"|[sr]k_(?:live|test)_[A-Za-z0-9]{16,250}"  # Stripe
    r"|gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255}|glpat-[A-Za-z0-9_-]{20,64}"
    r"|A[KS]IA[A-Z0-9]{16}(?![A-Za-z0-9])|AIza[A-Za-z0-9_-]{35}"  # AWS, Google
    r"|xox[abeoprs]-[A-Za-z0-9-]{10,250}|xapp-[A-Za-z0-9-]{10,250}"  # Slack
    r"|hf_[A-Za-z0-9]{30,64}|npm_[A-Za-z0-9]{36}"
    r")"
)
_TELEGRAM = re.compile(_BEGIN + r"\d{8,10}:[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])", re.ASCII)
_BEARER = re.compile(r"\bbearer\s{1,4}([A-Za-z0-9._~+/=-]{16,4000})", re.ASCII | re.IGNORECASE)
_JWT = re.compile(_BEGIN + r"eyJ[A-Za-z0-9_-]{8,4000}\.eyJ[A-Za-z0-9_-]{8,8000}\.[A-Za-z0-9_-]{0,4000}")
_PEM = r"[A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----"
_PRIVATE = re.compile(rf"-----BEGIN {_PEM}(?:[^-]|-(?!----)){{0,20000}}(?:-----END {_PEM})?")
_WORDS = r"(?:pass(?:word|wd|phrase|code)|pwd|secret|api[_-]?key|(?:access|auth|refresh)[_-]?token)"
_PASSWORD = re.compile(
    rf"{_WORDS}\\?[\"']?\s{{0,3}}[:=]\s{{0,3}}\\?[\"']?([^\s\"'<>,;\\{{}}\[\]()]{{6,200}})", re.IGNORECASE
)
_JSON_PASSWORD = re.compile(rf'{_WORDS}"\s{{0,3}}:\s{{0,3}}"(?!\[masked: )([^"\\]{{4,400}})"', re.IGNORECASE)
_EMAIL = re.compile(r"(?<![\w.+%-])[\w.+%-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,6}(?![\w@-])")
_PHONE = re.compile(
    r"(?<![\w.+:/-])(?:"
    r"\+\d{1,3}(?:[ .-]?\(\d{1,4}\))?(?:[ ./-]?\d{1,5}){2,6}"
    r"|(?:\(\d{3}\) ?|\d{3}[.-])\d{3}[.-]\d{4}"
    r")(?![\w-])",
    re.ASCII,
)
_LEAST_DIGITS, _MOST_DIGITS = 8, 15  # ITU-T E.164


def finds(text: str) -> list[Find]:
    """Return what looks like a secret, in order and apart; where two overlap, the one that begins first."""
    found = sorted(_all(text), key=lambda find: (find.start, -find.end))
    apart: list[Find] = []
    for find in found:
        if not apart or find.start >= apart[-1].end:
            apart.append(find)
    return apart


def finds_between_quotes(text: str) -> list[Find]:
    """Return the passwords of a JSON text, whose names and values are strings of their own."""
    if '"' not in text or ":" not in text:
        return []
    return [Find(*match.span(1), Secret.PASSWORD) for match in _JSON_PASSWORD.finditer(text)]


def _all(text: str) -> Iterator[Find]:
    # Looking for a few letters is a hundred times as fast as a pattern.
    if any(prefix in text for prefix in _PREFIXES):
        yield from (Find(*match.span(), Secret.API_KEY) for match in _KEYS.finditer(text))
    if "eyJ" in text:
        yield from (Find(*match.span(), Secret.JWT) for match in _JWT.finditer(text))
    if "PRIVATE KEY" in text:
        yield from (Find(*match.span(), Secret.PRIVATE_KEY) for match in _PRIVATE.finditer(text))
    if "@" in text:
        yield from (Find(*match.span(), Secret.EMAIL) for match in _EMAIL.finditer(text))
    if ":" in text or "=" in text:
        yield from (Find(*match.span(1), Secret.PASSWORD) for match in _PASSWORD.finditer(text))
        yield from (Find(*match.span(), Secret.API_KEY) for match in _TELEGRAM.finditer(text))
    if "earer" in text or "EARER" in text:
        yield from (Find(*match.span(1), Secret.API_KEY) for match in _BEARER.finditer(text))
    for match in _PHONE.finditer(text):
        if _LEAST_DIGITS <= sum(map(str.isdigit, match[0])) <= _MOST_DIGITS:
            yield Find(*match.span(), Secret.PHONE)

"""Cut folded texts into the tokens of the full-text index, and searched terms into what tokens must hold. Pure.

A token is a run of ASCII letters and digits and of whatever is not ASCII, which is what FTS5's tokenizer ``ascii``
makes of it, too. Scripts that are written without spaces give one token a character.
"""

from __future__ import annotations

import re
from typing import NamedTuple

LONGEST = 256
"""Characters of a token. A longer run is cut into pieces that overlap by half."""
LEAST = 3
"""Characters of a run that the index can find inside tokens."""

_RUN = re.compile("[0-9a-z\x80-\U0010ffff]+")
_UNSPACED = re.compile(
    "[\u0e00-\u109f\u1780-\u17ff\u3040-\u312f\u31f0-\u31ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"
)
"""Thai to Burmese, Khmer, kana and Bopomofo, Han."""


class Part(NamedTuple):
    """A piece of a searched term: a whole token, or a run that some token contains."""

    text: str
    is_token: bool


def tokens(seen: str) -> set[str]:
    """Return the tokens of a folded text."""
    found = set(_runs(seen))
    for run in [run for run in found if len(run) > LONGEST]:
        found.remove(run)
        found.update(run[start : start + LONGEST] for start in range(0, len(run), LONGEST // 2))
    return found


def parts(term: str) -> list[Part]:
    """Return what the tokens of a text hold if a folded term occurs in it."""
    return [Part(run[: LONGEST // 2], _UNSPACED.fullmatch(run) is not None) for run in dict.fromkeys(_runs(term))]


def _runs(seen: str) -> list[str]:
    return _RUN.findall(seen if seen.isascii() else _UNSPACED.sub(r" \g<0> ", seen))

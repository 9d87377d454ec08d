"""Let a few plays say many things: slots to fill, and a deck that does not repeat itself soon.

``{plant}`` stands for one of the words in ``SLOTS["plant"]``, ``{3-9}`` for a number, ``{warm|cold}`` for either; any
of them may stand inside another. What is written the same means the same throughout an exchange: ``{plant'}`` is
another plant. A word may bring a partner, as in ``"lagom = just enough"``: ``{word}`` says the first, ``{word:2}``
the second.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from store.demo.script import Line, lines_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from random import Random

_SLOT = re.compile(r"\{([^{}\n]+)\}")
_OPENING = re.compile(r"\A(?:\*\*)?[a-z]")
_RANGE = re.compile(r"(\d+)-(\d+)")


def expand(text: str, slots: Mapping[str, Sequence[str]], rng: Random) -> str:
    """Return the text with every slot filled, from the innermost outwards.

    Raises:
        KeyError: a slot that has no words.
    """
    chosen: dict[str, str] = {}

    def choose(slot: str) -> str:
        if span := _RANGE.fullmatch(slot):
            return str(rng.randint(int(span[1]), int(span[2])))
        words = slot.split("|") if "|" in slot else slots[slot.rstrip("'")]
        return rng.choice([word for word in words if word not in chosen.values()])

    def fill(match: re.Match[str]) -> str:
        slot, is_choice = match[1], "|" in match[1]
        name, _, second = (slot, "", "") if is_choice else slot.partition(":")
        if name not in chosen:
            chosen[name] = choose(name)
        word, _, partner = (chosen[name], "", "") if is_choice else chosen[name].partition(" = ")
        return partner if second else word

    while _SLOT.search(text):
        text = _SLOT.sub(fill, text)
    return text


class Deck:
    """Exchanges dealt at random, each again only after most of the others."""

    def __init__(self, plays: str, slots: Mapping[str, Sequence[str]], rng: Random) -> None:
        self._exchanges = [part.strip("\n") for part in plays.split("\n---\n") if part.strip()]
        self._slots = slots
        self._rng = rng
        self._waiting = list(self._exchanges)
        rng.shuffle(self._waiting)

    def deal(self) -> list[Line]:
        """Return the lines of the next exchange, its slots filled."""
        taken = self._waiting.pop(self._rng.randrange(max(1, len(self._waiting) // 4)))
        self._waiting.append(taken)
        lines = lines_of(expand(taken, self._slots, self._rng))
        return [replace(line, text=_sentence(line.text)) if line.role == "assistant" else line for line in lines]


def _sentence(text: str) -> str:
    """Return the text with a capital letter where a slot began it."""
    return _OPENING.sub(lambda match: match[0].upper(), text, count=1)

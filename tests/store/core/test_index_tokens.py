"""The tokens of an index: none is missing for whatever part of a text is looked for."""

from __future__ import annotations

import random

from store.core.index_tokens import parts, tokens
from tests.store import histories, naive
from tests.store.conftest import CAMPAIGN


def test_whatever_part_of_a_text_is_looked_for_one_of_its_tokens_holds_it() -> None:
    chance = random.Random(3)
    for _ in range(300 * CAMPAIGN):
        seen = naive.fold(histories.text(chance) * chance.choice((1, 1, 9)))
        have = tokens(seen)
        start = chance.randrange(len(seen) + 1)
        term = " ".join(seen[start : start + chance.choice((1, 3, 20, 400))].split())
        for part in parts(term):
            assert part.text in have if part.is_token else any(part.text in token for token in have)

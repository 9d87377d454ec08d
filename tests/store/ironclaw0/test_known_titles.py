"""Known titles are found by a term as they would be one by one."""

from __future__ import annotations

import random

from store.domain.folding import occurs
from store.ironclaw0.known_titles import Titles


def test_a_term_is_found_in_all_titles_at_once_as_in_each() -> None:
    chance = random.Random(3)
    words = ("", "rain", "in rain", "ra", "in", "  ", "a\nb", "train in")
    for _ in range(100):
        titles: Titles[int] = Titles()
        known = titles.of("ada")
        for key in chance.sample(range(100), chance.randint(0, 12)):
            known[key] = " ".join(chance.choices(words, k=chance.randint(0, 3)))
            for term in ("rain", "in", "in rain", "n r", "a b"):
                expected = [each for each, title in known.items() if occurs(term, title)]
                assert titles.holding("ada", term) == expected
        assert titles.holding("bob", "rain") == []

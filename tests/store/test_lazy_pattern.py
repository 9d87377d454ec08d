"""Patterns that are compiled when they are first used."""

from __future__ import annotations

import re

import pytest

from store.lazy_pattern import lazy_pattern


def test_it_finds_what_a_compiled_pattern_finds() -> None:
    lazy, compiled = lazy_pattern(r"(\w)(\d+)", re.ASCII), re.compile(r"(\w)(\d+)", re.ASCII)
    text = "a1 b22 é3"
    assert lazy.findall(text) == compiled.findall(text)
    assert lazy.sub(r"\2", text) == compiled.sub(r"\2", text)
    assert [match.span() for match in lazy.finditer(text)] == [match.span() for match in compiled.finditer(text)]
    assert lazy.fullmatch("a1 b22") is None
    assert (lazy.pattern, lazy.flags) == (compiled.pattern, compiled.flags)


def test_nothing_is_compiled_before_it_is_used() -> None:
    wrong = lazy_pattern("(")
    with pytest.raises(re.error):
        wrong.search("")


def test_what_was_used_once_is_there_at_once() -> None:
    lazy = lazy_pattern("a+")
    search = lazy.search
    assert lazy.search is search

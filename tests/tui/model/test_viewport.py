"""The line being read never moves, whatever loads, grows, folds or changes size around it."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tui.model.viewport import LAST_ROW, Place, Viewport

TALLEST = 30
"""Rows of the tallest screen: no message farther away than so many can be on it."""


class Reader(RuleBasedStateMachine):
    """A reader of messages of random heights, of which some are held."""

    @initialize(
        rows=st.lists(st.integers(1, 20), min_size=1, max_size=150), height=st.integers(1, TALLEST), data=st.data()
    )
    def open(self, rows: list[int], height: int, data: st.DataObject) -> None:
        self.rows = rows
        self.held = set(range(data.draw(st.integers(0, len(rows) - 1)), len(rows)))
        self.view = Viewport(lambda ordinal: self.rows[ordinal] if ordinal in self.held else None)
        self.view.height = height
        self.view.reset(len(rows))
        self.view.settle()

    def shown(self) -> list[Place]:
        return list(self.view.places())

    @rule(delta=st.integers(-40, 40))
    def walks_row_by_row(self, delta: int) -> None:
        before = self.shown()
        self.view.move(delta)
        after = self.shown()
        if before and after and delta and before[0].row != LAST_ROW and after[0].row != LAST_ROW:
            flat = [Place(o, r) for o in range(len(self.rows)) for r in range(self.rows[o])]
            distance = flat.index(after[0]) - flat.index(before[0])
            assert 0 <= distance <= delta if delta > 0 else delta <= distance <= 0

    @precondition(lambda self: len(self.held) < len(self.rows))
    @rule(data=st.data())
    def loads_older(self, data: st.DataObject) -> None:
        first = self.shown()[0] if self.shown() else None
        missing = sorted(set(range(len(self.rows))) - self.held)
        self.held.update(missing[-data.draw(st.integers(1, len(missing))) :])
        self.view.settle()
        after = self.shown()
        if first is not None and first.row != LAST_ROW and not self.view.follows:
            assert after[0] <= first
            if after[0] != first:
                assert self.view.is_at_end, "moved only to leave no room below the end"

    @rule(data=st.data())
    def drops_what_is_far(self, data: st.DataObject) -> None:
        before, anchor = self.shown(), self.view.anchor
        seen = {place.ordinal for place in before}
        far = sorted(one for one in self.held if one < min(seen) - TALLEST or max(seen) + TALLEST < one)
        if self.view.follows or not far:
            return
        self.held -= set(data.draw(st.lists(st.sampled_from(far))))
        self.view.settle()
        assert self.view.anchor == anchor
        assert self.shown() == before

    @precondition(lambda self: len(self.held) < len(self.rows))
    @rule(data=st.data())
    def loads_newer(self, data: st.DataObject) -> None:
        before = self.shown()
        last = max(place.ordinal for place in before)
        missing = [ordinal for ordinal in range(last + 1, len(self.rows)) if ordinal not in self.held]
        self.held.update(missing[: data.draw(st.integers(0, 2 * TALLEST))])
        self.view.settle()
        if before[0].row != LAST_ROW and not self.view.follows and self.shown()[0] != before[0]:
            assert self.view.is_at_end, "moved only to leave no room below the end"

    @rule(rows=st.lists(st.integers(1, 20), min_size=1, max_size=5))
    def grows_at_the_end(self, rows: list[int]) -> None:
        first, follows = self.view.anchor, self.view.follows
        self.held.update(range(len(self.rows), len(self.rows) + len(rows)))
        self.rows = self.rows + rows
        self.view.heights.extend(len(rows))
        self.view.settle()
        if follows:
            assert self.view.is_at_end
        elif first.row != LAST_ROW:
            assert self.view.anchor == first

    @rule(height=st.integers(1, TALLEST))
    def changes_height(self, height: int) -> None:
        first = self.view.anchor
        self.view.height = height
        self.view.settle()
        if not self.view.follows and first.row != LAST_ROW and self.view.anchor != first:
            assert self.view.is_at_end

    @rule(data=st.data())
    def seeks(self, data: st.DataObject) -> None:
        ordinal = data.draw(st.sampled_from(sorted(self.held)))
        self.view.seek(ordinal)
        assert ordinal in {place.ordinal for place in self.shown()}

    @rule()
    def goes_to_the_end(self) -> None:
        self.held.update(range(max(0, len(self.rows) - TALLEST), len(self.rows)))
        self.view.to_end()
        assert self.view.is_at_end

    @invariant()
    def shows_neighbouring_rows_only(self) -> None:
        places = self.shown()
        assert len(places) <= self.view.height
        assert places
        for before, after in pairwise(places):
            if before.row == LAST_ROW:
                assert after == Place(before.ordinal + 1, 0)
            elif before.row + 1 < self.rows[before.ordinal]:
                assert after == Place(before.ordinal, before.row + 1)
            else:
                assert after in (Place(before.ordinal + 1, 0), Place(before.ordinal + 1, LAST_ROW))

    @invariant()
    def fills_the_screen_if_it_can(self) -> None:
        places = self.shown()
        held_all = len(self.held) == len(self.rows)
        if held_all:
            assert len(places) == min(self.view.height, sum(self.rows))


Reader.TestCase.settings = settings(max_examples=150, stateful_step_count=30, deadline=None)
TestReader = Reader.TestCase


def test_nothing_is_measured_before_there_is_a_size_and_what_was_sought_is_found_then() -> None:
    measured: list[int] = []

    def measure(ordinal: int) -> int:
        measured.append(ordinal)
        return 7

    view = Viewport(measure)
    view.reset(50)
    view.settle()
    assert not measured
    view.height = 10
    view.settle()
    assert list(view.places()) == [*(Place(48, row) for row in range(4, 7)), *(Place(49, row) for row in range(7))]
    view.height = 0
    view.seek(20, 5)
    view.height = 10
    view.settle()
    assert next(iter(view.places())) == Place(20, 5)

"""The ledger's state: folding, silences and details, however the runs were loaded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from store.contract.usage import RoutineRun
from store.domain.timestamps import instant
from store.records import Message, MessageCursor, MessageSlice
from tui.model import run_window as ledger
from tui.model.run_window import Detail, Fold, RunWindow, Silence, details, run_of
from tui.text.routine.schedule import schedule_of

START = datetime(2026, 6, 1, tzinfo=UTC)
EVERY = timedelta(minutes=5)
TEXTS = ("[cron] ok", "[cron] failed: no", "[cron] attention: disk", "[manual] ok", "All quiet.")
FIVE = '{"schedule":"0 */5 * * * *"}'


def messages(texts: list[str], moments: list[datetime] | None = None) -> tuple[Message, ...]:
    found = []
    for index, text in enumerate(texts):
        at = moments[index] if moments else START + index * EVERY
        found.append(
            Message(f"m{index}", "c", "assistant", text, at, MessageCursor(instant(at), index + 1), len(text))
        )
    return tuple(found)


def part(held: tuple[Message, ...], start: int, stop: int, revision: int = 0) -> MessageSlice:
    return MessageSlice("c", start, len(held), revision, held[start:stop])


def whole(held: tuple[Message, ...]) -> RunWindow:
    window = RunWindow()
    window.replace(part(held, 0, len(held)))
    return window


def counts(window: RunWindow) -> list[object]:
    return [each.runs if isinstance(each, Fold) else each.length for each in window.entries]


def test_identical_neighbours_fold_and_failures_never_do() -> None:
    held = messages(["[cron] ok"] * 3 + ["[cron] failed: no"] * 3 + ["[manual] ok"] + ["[cron] ok"] * 2)
    assert counts(whole(held)) == [3, 1, 1, 1, 1, 2]


def test_rows_of_another_role_do_not_fold_with_the_assistants() -> None:
    one, other = messages(["same", "same"])
    window = whole((one, Message("x", "c", "user", "same", other.created_at, other.cursor, 4)))
    assert counts(window) == [1, 1]


def test_long_texts_that_differ_beyond_what_is_kept_do_not_fold() -> None:
    long = "x" * (2 * ledger.SHOWN)
    assert counts(whole(messages([f"[cron] ok: {long}1", f"[cron] ok: {long}2"]))) == [1, 1]


def unfolded(window: RunWindow) -> list[int]:
    """Return the positions of the runs that a window's entries stand for."""
    return [at for each in window.entries if isinstance(each, Fold) for at in range(each.first, each.last + 1)]


@settings(max_examples=60)
@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=40), st.data())
def test_folding_does_not_depend_on_how_the_runs_were_loaded(texts: list[str], data: st.DataObject) -> None:
    held = messages(texts)
    first = data.draw(st.integers(0, len(held) - 1))
    window = RunWindow()
    window.replace(part(held, first, data.draw(st.integers(first + 1, len(held)))))
    while not (window.reaches_start and window.reaches_end):
        size = data.draw(st.integers(1, 7))
        older = not window.reaches_start and (window.reaches_end or data.draw(st.booleans()))
        edge = window.start if older else window.stop
        assert window.extend(part(held, max(0, edge - size), min(len(held), edge + size)))
        window.entries  # noqa: B018 - folds what is held so far
    assert window.entries == whole(held).entries
    assert unfolded(window) == list(range(len(held)))


@settings(max_examples=40)
@given(st.lists(st.sampled_from(TEXTS), min_size=1, max_size=30), st.data())
def test_opening_folds_gives_the_rows_back(texts: list[str], data: st.DataObject) -> None:
    window = whole(messages(texts))
    entry = data.draw(st.sampled_from([each for each in window.entries if isinstance(each, Fold)]))
    window.open_fold(entry)
    assert unfolded(window) == list(range(len(texts)))
    assert {Fold(at, at) for at in range(entry.first, entry.last + 1)} <= set(window.entries)
    window.set_folds(folds=False)
    assert counts(window) == [1] * len(texts)
    window.set_folds(folds=True)
    assert window.entries == whole(messages(texts)).entries


def test_what_is_let_go_at_one_end_is_asked_for_again() -> None:
    held = messages(["[cron] ok", "[cron] failed: no"] * ledger.HELD)
    window = RunWindow()
    window.replace(part(held, len(held) - 64, len(held)))
    while not window.reaches_start:
        assert window.extend(part(held, max(0, window.start - ledger.STEP), window.start))
        assert len(window.runs) <= ledger.HELD
    assert not window.reaches_end
    assert window.extend(part(held, window.stop, window.stop + ledger.STEP))
    assert window.start == ledger.STEP
    assert window.recent == ["ok", "failed"] * (ledger.RECENT // 2)


def test_what_does_not_adjoin_or_belongs_to_another_order_is_refused() -> None:
    held = messages(["[cron] ok"] * 20)
    window = RunWindow()
    window.replace(part(held, 10, 15))
    assert not window.extend(part(held, 0, 9))
    assert not window.extend(part(held, 16, 20))
    assert not window.extend(part(held, 5, 10, revision=1))
    assert (window.start, window.stop) == (10, 15)


def test_a_silence_against_the_schedule_is_an_entry_and_parts_a_fold() -> None:
    moments = [START + each * EVERY for each in (0, 1, 2, 40, 41)]
    window = RunWindow(schedule_of("cron", FIVE))
    held = messages(["[cron] ok"] * 5, moments)
    window.replace(part(held, 0, 5))
    assert window.entries == [Fold(0, 2), Silence(3, 38 * EVERY), Fold(3, 4)]


def test_without_a_schedule_the_usual_interval_tells() -> None:
    moments = [START + each * EVERY for each in (*range(12), 40, 41)]
    window = RunWindow()
    window.replace(part(messages(["[cron] ok"] * 14, moments), 0, 14))
    assert window.expected is not None
    assert window.expected.words == "about every 5 min"
    assert counts(window) == [12, 29 * EVERY, 2]


def test_where_nothing_is_regular_nothing_is_missed() -> None:
    doubled = [START + timedelta(minutes=2**each) for each in range(12)]
    window = RunWindow()
    window.replace(part(messages(["[cron] ok"] * 12, doubled), 0, 12))
    assert counts(window) == [12]
    moments = [START + each * EVERY for each in (*range(12), 99, 100)]
    window = RunWindow(keeps_habit=False)
    window.replace(part(messages(["[cron] ok"] * 14, moments), 0, 14))
    assert counts(window) == [14]


def test_a_run_gets_the_record_nearest_in_time_within_a_minute() -> None:
    runs = [run_of(message) for message in messages(["[cron] ok"] * 3)]

    def record(at: timedelta, tokens: int) -> RoutineRun:
        return RoutineRun("cron", "ok", START + at, START + at + timedelta(seconds=4), tokens)

    took = timedelta(seconds=4)
    records = [record(timedelta(seconds=-3), 1), record(timedelta(seconds=-30), 2), record(EVERY * 2.5, 3)]
    assert details(runs, records) == {runs[0].cursor: Detail(took, 1)}
    assert details(runs, []) == {}

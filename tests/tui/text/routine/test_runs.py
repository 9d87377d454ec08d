"""What a run's row says: IronClaw's form read exactly, everything else left as it is."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tui.text.routine.run_reports import STATUSES, TRIGGERS, Report, report, sparkline


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[cron] ok", Report("cron", "ok", "")),
        ("[cron] ok:", Report("cron", "ok", "")),
        ("[manual] failed: disk full", Report("manual", "failed", "disk full")),
        ("[system_event] attention: one\n\ntwo: three", Report("system_event", "attention", "one\n\ntwo: three")),
        ("[dispatched] running", Report("dispatched", "running", "")),
        ("[webhook] ok: [cron] failed: no", Report("webhook", "ok", "[cron] failed: no")),
    ],
)
def test_a_report_is_read(text: str, expected: Report) -> None:
    assert report("assistant", text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", "[", "[]", "[cron]", "[cron]ok", "[cron] okay", "[cron] ok then", "[cron] done: x", "[CRON] ok",
        "[sun] ok", " [cron] ok", "[cron]  ok", "All quiet.", "[x](http://example.org)",
    ],
)  # fmt: skip
def test_what_is_no_report_stays_text(text: str) -> None:
    assert report("assistant", text) == Report("", "", text)


@pytest.mark.parametrize("role", ["user", "tool_calls", "system"])
def test_only_the_assistant_reports(role: str) -> None:
    assert not report(role, "[cron] ok").status


@given(st.sampled_from(sorted(TRIGGERS)), st.sampled_from(STATUSES), st.text())
def test_what_ironclaw_writes_is_read_back(trigger: str, status: str, summary: str) -> None:
    summary = summary.strip()
    text = f"[{trigger}] {status}: {summary}" if summary else f"[{trigger}] {status}"
    assert report("assistant", text) == Report(trigger, status, summary)


def test_a_hostile_row_is_read_in_no_time() -> None:
    before = time.perf_counter()
    for text in ("[" * 1_000_000, "[cron] ok" * 100_000, "[cron] ok: " + " \n" * 500_000, "[cron" + "]" * 1_000_000):
        report("assistant", text)
    assert time.perf_counter() - before < 1


def test_a_sparkline_tells_statuses_apart_by_height() -> None:
    assert sparkline(["ok", "attention", "failed", "running", ""]) == "▁▄█▂·"

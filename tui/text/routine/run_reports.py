"""Read what a run of a routine left in its thread. Pure, linear in the text, which is as stored.

IronClaw 0.24 writes ``[<trigger>] <status>: <summary>`` or ``[<trigger>] <status>``; a summary may have many lines.
Whatever is not of that form (a heartbeat, a person's word) is a run's text without a status.
"""

from __future__ import annotations

from typing import NamedTuple

TRIGGERS = frozenset({"cron", "event", "system_event", "webhook", "manual", "dispatched"})
STATUSES = ("ok", "attention", "failed", "running")
SIGNS = {"ok": "✓", "attention": "!", "failed": "✗", "running": "…"}
"""The sign of each status; no two are told apart by colour alone."""
LEVELS = {"ok": "▁", "attention": "▄", "failed": "█", "running": "▂"}
"""The bar of each status in a sparkline."""
NO_LEVEL = "·"
"""What stands in a sparkline for a row that is no run's report."""
_LONGEST_HEAD = 40


class Report(NamedTuple):
    """What one row says of a run; an empty status if it is no report."""

    trigger: str
    status: str
    summary: str
    """As stored, or the whole text if the row is no report."""


def report(role: str, text: str) -> Report:
    """Return what a row says; only the assistant's own rows are reports."""
    found = _parse(text) if role == "assistant" else None
    return found or Report("", "", text)


def _parse(text: str) -> Report | None:
    end = text.find("]", 0, _LONGEST_HEAD)
    if not text.startswith("[") or end < 0 or text[1:end] not in TRIGGERS or text[end + 1 : end + 2] != " ":
        return None
    start = end + 2
    for status in STATUSES:
        if text.startswith(status, start):
            rest = text[start + len(status) :]
            if not rest.strip():
                return Report(text[1:end], status, "")
            if rest.startswith(":"):
                return Report(text[1:end], status, rest[1:].strip())
    return None


def sparkline(statuses: list[str]) -> str:
    """Return a bar for each status, an empty one being a row that is no report."""
    return "".join(LEVELS.get(status, NO_LEVEL) for status in statuses)

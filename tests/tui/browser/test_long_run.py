"""A browser open beside a busy agent is as small later as after a minute, and no frame waits for a collection.

It takes minutes, so a campaign runs it (``CLAWBACK_CAMPAIGN=10``: 15 of them), or ``CLAWBACK_MINUTES=3`` asks for it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from itertools import cycle
from statistics import fmean
from typing import TYPE_CHECKING, NamedTuple

import pytest

from tests.store.conftest import CAMPAIGN, ROOT
from tests.tui.terminal import Terminal

if TYPE_CHECKING:
    from pathlib import Path

MINUTES = float(os.environ.get("CLAWBACK_MINUTES", "15" if CAMPAIGN > 1 else "0"))
TURNS_A_SECOND = 20
GROWTH = 1.2
"""How much larger it may be at the end than after the first minute."""
FRAME_MS = 16

_WATCHED = """
import gc, json, os, sys, threading, time

begun, longest, app, told = time.monotonic(), [0.0, 0.0], [], sys.argv.pop()

def note(phase, info):
    if phase == "start":
        note.at, note.rest = time.monotonic(), app[0].rest_s if app else 9
    else:
        ms = (time.monotonic() - note.at) * 1000
        longest[note.rest >= 0.3] = max(longest[note.rest >= 0.3], ms)

def sample():
    page = os.sysconf("SC_PAGE_SIZE")
    with open(told, "w", buffering=1) as file:
        while True:
            time.sleep(1)
            with open("/proc/self/statm") as statm:
                mb = int(statm.read().split()[1]) * page / 1e6
            print(json.dumps([time.monotonic() - begun, mb, sys.getallocatedblocks(), *longest]), file=file)
            longest[:] = [0.0, 0.0]

gc.callbacks.append(note)
threading.Thread(target=sample, daemon=True).start()
from tui.app import ClawbackApp
ready = ClawbackApp.on_mount
ClawbackApp.on_mount = lambda self: (app.append(self), ready(self))[1]
from tui.__main__ import main
main()
"""
_AGENT = """
import itertools, sqlite3, sys, time, uuid
from datetime import UTC, datetime

db = sqlite3.connect(sys.argv[1], isolation_level=None, timeout=5)
ids = [row[0] for row in db.execute(
    "SELECT id FROM conversations WHERE user_id = 'default' ORDER BY last_activity DESC LIMIT 3")]
for number in itertools.count():
    for role, text in (("user", f"Question {number}"), ("assistant", f"Answer **{number}**, " + "word " * 40)):
        now = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        db.execute("BEGIN IMMEDIATE")
        db.execute("INSERT INTO conversation_messages (id, conversation_id, role, content, created_at)"
                   " VALUES (?, ?, ?, ?, ?)", (str(uuid.uuid4()), ids[number % 3], role, text, now))
        db.execute("UPDATE conversations SET last_activity = ? WHERE id = ?", (now, ids[number % 3]))
        db.execute("COMMIT")
    time.sleep(1 / float(sys.argv[2]))
"""
KEYS = ("j", "\t", "\x1b[5~", "\x1b[5~", "K", "G", "?", "\x1b", "t", "i", "\x1b", "h", "k", "r", "\x1b")


class Sample(NamedTuple):
    """What the browser was like at a second."""

    seconds: float
    mb: float
    blocks: int
    """Blocks of memory that objects have."""
    busy_ms: float
    """The longest collection of that second while somebody typed."""
    idle_ms: float
    """The longest one while nobody did."""


def run_beside_an_agent(folder: Path, path: Path, minutes: float) -> list[Sample]:
    """Press a key a second beside a busy agent; return what the browser was like, second by second."""
    told = folder / "samples.jsonl"
    agent = subprocess.Popen([sys.executable, "-c", _AGENT, str(path), str(TURNS_A_SECOND)], cwd=ROOT)
    try:
        arguments = ("--db", str(path), "--user", "default", str(told))
        with Terminal(folder, *arguments, code=_WATCHED) as terminal:
            terminal.until("✗")
            keys, end = cycle(KEYS), time.monotonic() + minutes * 60
            while time.monotonic() < end:
                terminal.type(next(keys))
                due = time.monotonic() + 1
                while (left := due - time.monotonic()) > 0:
                    terminal._read(left)
                terminal.written = b""
                assert terminal.process.poll() is None
    finally:
        agent.kill()
        agent.wait()
    return [Sample(*json.loads(line)) for line in told.read_text().splitlines()]


@pytest.mark.skipif(not MINUTES, reason="takes minutes: CLAWBACK_CAMPAIGN=10, or CLAWBACK_MINUTES=3")
def test_memory_is_flat_and_no_collection_falls_into_a_frame(tmp_path: Path, sample_copy: Path) -> None:
    samples = run_beside_an_agent(tmp_path, sample_copy, MINUTES)
    first = [each for each in samples if 50 <= each.seconds < 75]
    last = [each for each in samples if each.seconds >= samples[-1].seconds - 25]
    for name in ("mb", "blocks"):
        early, late = (fmean(getattr(each, name) for each in some) for some in (first, last))
        print(f"{name}: {early:,.0f} after a minute, {late:,.0f} after {samples[-1].seconds / 60:.1f} minutes")
        assert late <= GROWTH * early
    busy, idle = (max(getattr(each, name) for each in samples[10:]) for name in ("busy_ms", "idle_ms"))
    print(f"longest collection: {busy:.1f} ms while somebody typed, {idle:.1f} ms while nobody did")
    assert busy <= FRAME_MS

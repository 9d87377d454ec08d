"""What the screen costs: the whole program in a pseudo-terminal, and frames by a driver that really paints.

Called by ``tests.bench``. Every figure stands beside that of a bare Textual application measured in the same run.
"""

from __future__ import annotations

import fcntl
import json
import os
import pty
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.bench.data import USER
from tests.bench.measure import Result, median, percentile

if TYPE_CHECKING:
    from collections.abc import Sequence

ROOT = Path(__file__).parents[2]
STARTS = 9
COLUMNS, ROWS = 140, 40
BOUND_S = 30.0
SELECTED = "▌".encode()
"""Drawn with the rows of the list, so with the first frame that is full."""
BARE = "import runpy; runpy.run_path('tests/bench/bare.py', run_name='__main__')"
OURS = "from tui.__main__ import main; main()"


class Program:
    """A program on a pseudo-terminal, timed from before it is spawned."""

    def __init__(self, code: str, *arguments: str) -> None:
        self._master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        home = tempfile.gettempdir()
        environment = os.environ | {"TERM": "xterm-256color", "PYTHONPATH": str(ROOT), "XDG_STATE_HOME": home}
        self._written = b""
        self._begun = time.perf_counter()
        self.process = subprocess.Popen(
            [sys.executable, "-c", code, *arguments],
            stdin=slave,
            stdout=slave,
            stderr=slave,
            cwd=ROOT,
            env=environment,
            start_new_session=True,
        )
        os.close(slave)

    def until(self, text: bytes) -> float:
        """Read until the program wrote a text; return ms since it was spawned."""
        while text not in self._written:
            if time.perf_counter() - self._begun > BOUND_S:
                raise TimeoutError(f"{text!r} was never written")
            if select.select([self._master], [], [], 0.5)[0]:
                self._written += os.read(self._master, 65536)
        return (time.perf_counter() - self._begun) * 1000

    def cpu_ms(self) -> float:
        """Return the processor time of all its threads so far."""
        tasks = Path(f"/proc/{self.process.pid}/task").glob("*/schedstat")
        return sum(int(task.read_text(encoding="ascii").split()[0]) for task in tasks) / 1e6

    def rest(self, seconds: float) -> None:
        """Read on until nothing was written for a while."""
        while select.select([self._master], [], [], seconds)[0]:
            self._written += os.read(self._master, 65536)

    def press(self, keys: str) -> None:
        """Type."""
        os.write(self._master, keys.encode())

    def rss_mb(self) -> float:
        """Return the memory that the program holds."""
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024

    def end(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.wait()
        os.close(self._master)


def run(path: Path) -> list[Result]:
    """Measure the screen on a file."""
    frames = {name: _paint(name, path) for name in ("bare", "keys", "opening", "dear", "paging", "idle")}
    return [*_start(path), *_keys(frames), *_transcript(frames), *_rest(frames)]


def _paint(name: str, path: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.bench.paint", name, str(path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=900, check=False)
    if done.returncode or not done.stdout.strip():
        raise RuntimeError(f"{name}: {done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _start(path: Path) -> list[Result]:
    """Start both programs in turn, and look what they hold at rest and after opening the newest conversation."""
    bare, ours, bare_cpu, cpu, bare_mb, start_mb, open_mb = [], [], [], [], [], [], []
    for _ in range(STARTS):
        program = Program(BARE)
        bare.append(program.until(b"option 20"))
        bare_cpu.append(program.cpu_ms())
        program.rest(0.3)
        bare_mb.append(program.rss_mb())
        program.end()
        program = Program(OURS, "--db", str(path), "--user", USER)
        ours.append(program.until(SELECTED))
        cpu.append(program.cpu_ms())
        program.rest(0.3)
        start_mb.append(program.rss_mb())
        program.press("\r")
        program.rest(1.5)
        open_mb.append(program.rss_mb())
        program.end()
    ratio = median([mine / least for mine, least in zip(ours, bare, strict=True)])
    share = median([mine / least for mine, least in zip(cpu, bare_cpu, strict=True)])
    most = 1.3 * median(bare_mb) + 10
    return [
        Result("whole process to first full frame", median(ours), "≤ 1.3× bare", ratio <= 1.3, floor=median(bare)),
        Result("the same, CPU of all threads", median(cpu), "≤ 1.5× bare", share <= 1.5, floor=median(bare_cpu)),
        Result("memory, list shown", median(start_mb), "", None, floor=median(bare_mb), unit="MB"),
        Result(
            "memory, conversation opened",
            median(open_mb),
            "≤ 1.3× bare + 10 MB",
            median(open_mb) <= most,
            floor=median(bare_mb),
            unit="MB",
        ),
    ]


def _keys(frames: dict[str, dict[str, Any]]) -> list[Result]:
    results = []
    pairs = {"list j": "down", "transcript k": "down", "transcript j": "down", "transcript pageup": "pagedown"}
    for name, bare in pairs.items():
        wall, cpu = _columns(frames["keys"][name])
        _, least = _columns(frames["bare"][bare])
        results.append(
            Result(
                f"key to painted frame, {name}, p95",
                percentile(wall, 95),
                "≤ 16 ms, CPU ≤ 2× bare",
                percentile(wall, 95) <= 16 and median(cpu) <= 2 * median(least),
                note=f"CPU p50 {median(cpu):.1f} against {median(least):.1f}",
            )
        )
    return results


def _transcript(frames: dict[str, dict[str, Any]]) -> list[Result]:
    giant, small = frames["opening"]["giant"], frames["opening"]["small"]
    routine, paging = frames["opening"]["routine"], frames["paging"]
    held, resizes = paging["times"], paging["resizes"]
    return [
        Result(
            "enter on the giant to newest page painted, p95",
            percentile(giant, 95),
            "≤ 100 ms, ≤ 1.3× a small one's",
            percentile(giant, 95) <= 100 and median(giant) <= 1.3 * median(small),
            note=f"p50 {median(giant):.0f}, 50 messages {median(small):.0f}",
        ),
        Result(
            "enter on a routine to its ledger painted, p95",
            percentile(routine, 95),
            "≤ 100 ms, ≤ 1.3× a small one's",
            percentile(routine, 95) <= 100 and median(routine) <= 1.3 * median(small),
            note=f"p50 {median(routine):.0f}, 50 messages {median(small):.0f}",
        ),
        Result(
            "holding PageUp through 5,000 messages, p95",
            percentile(held, 95),
            "≤ 20 ms, none > 100, no jump",
            percentile(held, 95) <= 20 and max(held) <= 100 and not paging["jumps"],
            note=f"p50 {median(held):.1f}, worst {max(held):.0f}, jumps {paging['jumps']}",
        ),
        Result(
            "resize, 100,000 messages behind, worst",
            max(resizes),
            "≤ 100 ms",
            max(resizes) <= 100,
            note=f"{paging['behind']:,} behind",
        ),
        Result(
            "memory added by paging back 100,000",
            paging["deep_mb"] - paging["opened_mb"],
            "≤ 40 MB",
            paging["deep_mb"] - paging["opened_mb"] <= 40,
            unit="MB",
        ),
    ]


def _rest(frames: dict[str, dict[str, Any]]) -> list[Result]:
    dear, share = frames["dear"]["times"], frames["idle"]["share"] * 100
    return [
        Result("show a Markdown bomb of 20 kB, or a message of 5 MB, worst", max(dear), "≤ 300 ms", max(dear) <= 300),
        Result("idle", share, "≤ 0.5 % of a core", share <= 0.5, unit="%"),
    ]


def _columns(pairs: Sequence[Sequence[float]]) -> tuple[list[float], list[float]]:
    return [wall for wall, _ in pairs], [cpu for _, cpu in pairs]

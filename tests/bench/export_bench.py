"""What it takes to export everything, beside exporting fifty messages: memory must not grow with what the file holds.

Called by ``tests.bench``. Each export is a process of its own, as it is for whoever types the command.
"""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.bench.data import SMALL, USER
from tests.bench.measure import Result

if TYPE_CHECKING:
    from pathlib import Path

MOST_MB = 60
"""Ten messages of up to 5 MB lie in the file; one of them is held in a few forms at a time."""
_CODE = """
import json, resource, subprocess, sys, time
before = time.perf_counter()
subprocess.run([sys.executable, "-m", "tui", *sys.argv[1:]], check=True, stdout=subprocess.DEVNULL)
taken = time.perf_counter() - before
print(json.dumps([taken, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024]))
"""


async def run(path: Path) -> list[Result]:
    """Measure exports of a file."""
    _, least = _export(path, SMALL, "jsonl")
    results = []
    for kind in ("jsonl", "html"):
        taken, most = _export(path, "--all", kind)
        added = most - least
        note = f"{taken:.0f} s; {most:.0f} MB in all"
        target = f"≤ {MOST_MB} MB"
        results.append(Result(f"memory added: all as {kind}", added, target, added <= MOST_MB, note=note, unit="MB"))
    return results


def _export(path: Path, what: str, kind: str) -> tuple[float, float]:
    """Return how long an export took, in seconds, and the most memory that it had, in MB."""
    arguments = ("--db", str(path), "--user", USER, "export", what, "--no-review", "--format", kind, "-o", "-")
    done = subprocess.run([sys.executable, "-c", _CODE, *arguments], capture_output=True, check=True)
    taken, most = json.loads(done.stdout)
    return taken, most

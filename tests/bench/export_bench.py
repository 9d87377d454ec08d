"""What it takes to export everything, and to import it again: time, and memory that must not grow with the file.

Called by ``tests.bench``. Each is a process of its own, as it is for whoever types the command, and runs once. What
several processes export is compared with what one does.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.bench.data import SMALL, USER
from tests.bench.measure import Result

MOST_MB = 60
"""Ten messages of up to 5 MB lie in the file; one of them is held in a few forms at a time."""
MOST_S = {"jsonl": 12, "html": 50}
MOST_IMPORT_S = 20
_CODE = """
import json, os, resource, subprocess, sys, time
if sys.argv[1] == "alone":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
before = time.perf_counter()
subprocess.run([sys.executable, "-m", "tui", *sys.argv[2:]], check=True, stdout=subprocess.DEVNULL)
taken = time.perf_counter() - before
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([taken, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024]))
"""
_WHEN = re.compile(rb"\d{4}-\d\d-\d\dT[\d:.]+Z|exported [^<]*")
_HEAD = 16_384


class Cost(NamedTuple):
    """What a command took: seconds, seconds of all processors, and the memory of its largest process in MB."""

    taken: float
    cpu: float
    memory: float


async def run(path: Path) -> list[Result]:
    """Measure exports of a file, and the import of one."""
    results = []
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        out = Path(folder)
        least = _export(path, SMALL, out / "small.jsonl")
        for kind, most in MOST_S.items():
            cost = _export(path, "--all", out / f"all.{kind}")
            alone = _export(path, "--all", out / f"one.{kind}", "alone")
            is_same = _digest(out / f"all.{kind}") == _digest(out / f"one.{kind}")
            same = "the same bytes" if is_same else "OTHER BYTES"
            note = f"CPU {cost.cpu:.0f} s; one process {alone.taken:.0f} s, {same}"
            is_met = is_same and cost.taken <= most
            results.append(Result(f"export all as {kind}", cost.taken, f"≤ {most} s", is_met, note=note, unit="s"))
            added = max(cost.memory, alone.memory) - least.memory
            note = f"{max(cost.memory, alone.memory):.0f} MB in the largest process"
            target = f"≤ {MOST_MB} MB"
            results.append(
                Result(f"memory added: all as {kind}", added, target, added <= MOST_MB, note=note, unit="MB")
            )
        cost = _command("import", str(out / "all.jsonl"), str(out / "new.db"))
        is_same = _digest(out / "all.jsonl") == _digest_of_export(out)
        note = f"CPU {cost.cpu:.0f} s; {cost.memory:.0f} MB; exports the {'same' if is_same else 'OTHER'} bytes"
        is_met = is_same and cost.taken <= MOST_IMPORT_S
        results.append(Result("import of the jsonl", cost.taken, f"≤ {MOST_IMPORT_S} s", is_met, note=note, unit="s"))
    return results


def _export(path: Path, what: str, output: Path, how: str = "") -> Cost:
    arguments = ("--db", str(path), "--user", USER, "export", what, "--no-review", "-o", str(output))
    return _command(*arguments, how=how)


def _command(*arguments: str, how: str = "") -> Cost:
    done = subprocess.run([sys.executable, "-c", _CODE, how, *arguments], stdout=subprocess.PIPE, check=True)
    return Cost(*json.loads(done.stdout))


def _digest_of_export(folder: Path) -> str:
    _export(folder / "new.db", "--all", folder / "again.jsonl")
    return _digest(folder / "again.jsonl")


def _digest(path: Path) -> str:
    """Return what tells files apart, but for when they were made."""
    with path.open("rb") as file:
        found = hashlib.md5(_WHEN.sub(b"", file.read(_HEAD), count=1), usedforsecurity=False)
        while some := file.read(1 << 20):
            found.update(some)
    return found.hexdigest()

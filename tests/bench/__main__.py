"""Run the benchmark: ``python -m tests.bench``; ``--help`` tells what can be measured beside."""

from __future__ import annotations

import argparse
import asyncio
import json
import platform
from dataclasses import replace
from pathlib import Path

from tests.bench import (
    export_bench,
    screen_bench,
    search_bench,
    statistics_bench,
    store_bench,
    thread_bench,
    write_bench,
)
from tests.bench.data import SIZES, data_file
from tests.bench.measure import table
from tests.bench.thread_data import thread_file


def main() -> None:
    """Make the data if need be, measure, and print one table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--size", choices=SIZES, default="M", help="how much the file holds (default M: a million)")
    parser.add_argument("--ui", action="store_true", help="measure the screen, too")
    parser.add_argument("--threads", action="store_true", help="measure the same history as 1.x keeps it, too")
    parser.add_argument(
        "--exports", action="store_true", help="measure exporting and importing all of it, too: some minutes"
    )
    parser.add_argument("--postgres", action="store_true", help="measure a server, too")
    parser.add_argument("--json", action="store_true", help="print one JSON object a line")
    parser.add_argument("--data", type=Path, help="keep the data in this folder")
    chosen = parser.parse_args()
    path = data_file(SIZES[chosen.size], chosen.data)
    results = [
        result for bench in (store_bench, search_bench, statistics_bench) for result in asyncio.run(bench.run(path))
    ]
    results += asyncio.run(write_bench.run())
    if chosen.threads:
        results += asyncio.run(thread_bench.run(thread_file(path)))
    if chosen.exports:
        results += asyncio.run(export_bench.run(path))
    if chosen.postgres:
        from tests.bench import postgres_bench

        results += asyncio.run(postgres_bench.run(SIZES[chosen.size].messages))
    if chosen.ui:
        results += screen_bench.run(path)
    if chosen.size == "S":
        # The reference has little to lose on a small file; the targets are those of a million messages.
        results = [replace(each, target="", is_met=None) for each in results]
    if chosen.json:
        for each in results:
            print(json.dumps(each.as_json()))
        return
    print(f"{chosen.size}: {SIZES[chosen.size].messages:,} messages, {path.stat().st_size / 1e6:,.0f} MB")
    print(f"{platform.machine()}, Python {platform.python_version()}\n")
    print(table(results))


if __name__ == "__main__":
    main()

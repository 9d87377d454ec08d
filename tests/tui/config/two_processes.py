"""One of two processes that share a state folder: takes random steps and prints what it kept, a line each.

Called with the folder, its name, a seed and the number of steps; waits for a line on stdin before it begins.
"""

from __future__ import annotations

import json
import random
import sys
from datetime import UTC, datetime
from pathlib import Path

from store.editing.journal import Edit, Journal
from store.records import MessageCursor
from tui.config.seen import Seen
from tui.config.state import State

CONVERSATIONS = {f"c{number}": 1000 + number for number in range(40)}
"""Each with the instant of its one message."""
READ_BY = {"A": [f"c{number}" for number in range(15)], "B": [f"c{number}" for number in range(10, 25)]}
"""What each process may read; the rest stays new."""
OWN = {"A": {f"c{number}" for number in range(10)}, "B": {f"c{number}" for number in range(15, 25)}}
"""Those of them that only this process reads, and may make new again."""
DATABASE, USER = "/db", "ada"


def keep(seen: Seen) -> None:
    """Write what was seen down, again while the other process is writing."""
    while not seen.save():
        pass


def look(path: Path) -> Seen:
    """Return what was seen as a browser that starts has it."""
    seen = Seen(path, DATABASE, USER)
    unseen = [name for name, at in CONVERSATIONS.items() if seen.place(name) <= MessageCursor(at, 1)]
    seen.settle(max(CONVERSATIONS.values()), unseen)
    keep(seen)
    return seen


def main(folder: Path, name: str, seed: int, steps: int) -> None:
    """Take the steps."""
    chance = random.Random(seed)
    state, journal = State(folder / "state.json"), Journal(folder / "edits.jsonl")
    seen = look(folder / "seen.json")
    kept: dict[str, dict[str, str]] = {"views": {}, "edits": {}, "read": {}}
    print("ready", flush=True)
    sys.stdin.readline()
    for step in range(steps):
        match chance.choice(["view", "edit", "read", "back", "restart", "others"]):
            case "view":
                view = f"view:{name}{chance.randrange(20)}"
                state.set(view, str(step))
                kept["views"][view] = str(step)
            case "edit":
                edit = Edit(f"{name}{step}", datetime.now(UTC), DATABASE, "c", USER, "{}", '{"a":1}')
                journal.begin(edit)
                journal.confirm(edit.id)
                kept["edits"][edit.id] = "confirmed"
            case "read":
                conversation = chance.choice(READ_BY[name])
                seen.see(conversation, MessageCursor(CONVERSATIONS[conversation] + 1, 1))
                keep(seen)
                kept["read"][conversation] = "read"
            case "back":
                for conversation in sorted(OWN[name] & kept["read"].keys())[:1]:
                    at = CONVERSATIONS[conversation]
                    assert seen.put_back(conversation, MessageCursor.at(at), MessageCursor(at + 1, 1))
                    keep(seen)
                    del kept["read"][conversation]
            case "restart":
                state, seen = State(folder / "state.json"), look(folder / "seen.json")
            case "others":
                for edit in journal.edits(DATABASE):
                    if not edit.is_confirmed and not edit.id.startswith(name):
                        journal.withdraw(edit.id)
    print(json.dumps(kept), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))

"""Write ``KEYS.md``, the table of all keys."""

from pathlib import Path

from tui.commands.command import Scope
from tui.commands.labels import listed

_FIRST = (Scope.LIST, Scope.TRANSCRIPT, Scope.LEDGER, Scope.BROWSER, Scope.EDITOR)
_HEAD = """\
# Keys

Every key, by where it works. `clawback config --init` writes a file in which each can be changed; `?` shows them in
the program, with what you changed. Made by `python -m tui.commands`.

Type as fast as you like: a key that opens a field holds back the letters behind it until the field is there, and no
letter is a command on the way. Arrows, PgUp, PgDn, Home, End and the mouse work too. Dragging selects text in the
transcript, scrolling on at the edges; `ctrl+c` copies it: of whole messages the stored text, of a part what is shown.
The clipboard is reached through the terminal (OSC 52); a terminal that does not know it copies nothing.
"""


def key_tables() -> str:
    """Return the page of all keys, as Markdown."""
    rows = [_HEAD.rstrip("\n")]
    for scope in (*_FIRST, *(scope for scope in Scope if scope not in _FIRST)):
        rows += ["", f"## {scope.title}", "", "| key | what it does |", "|---|---|"]
        for label, text in listed(scope):
            keys = " ".join(key if key == "…" else f"`{key}`".replace("|", "\\|") for key in label.split(" "))
            rows.append(f"| {keys} | {text} |")
    return "\n".join(rows) + "\n"


if __name__ == "__main__":
    (Path(__file__).parents[2] / "KEYS.md").write_text(key_tables(), encoding="utf-8")

"""Write the table of keys into the README."""

from pathlib import Path

from tui.commands.command import Scope
from tui.commands.labels import listed

FIRST = (Scope.LIST, Scope.TRANSCRIPT, Scope.LEDGER, Scope.BROWSER, Scope.EDITOR)


def key_table() -> str:
    """Return the README's table of keys."""
    rows = []
    for scope in (*FIRST, *(scope for scope in Scope if scope not in FIRST)):
        rows += ["", f"| {scope.title} | |", "|---|---|"]
        for label, text in listed(scope):
            keys = " ".join(key if key == "…" else f"`{key}`".replace("|", "\\|") for key in label.split(" "))
            rows.append(f"| {keys} | {text} |")
    return "\n".join(rows[1:]) + "\n"


def write_key_table(readme: str) -> str:
    """Return the README with its table of keys made anew."""
    head, _, rest = readme.partition("`python -m tui.commands` -->\n")
    _, _, tail = rest.partition("<!-- /keys -->")
    return f"{head}`python -m tui.commands` -->\n\n{key_table()}\n<!-- /keys -->{tail}"


if __name__ == "__main__":
    path = Path(__file__).parents[2] / "README.md"
    path.write_text(write_key_table(path.read_text(encoding="utf-8")), encoding="utf-8")

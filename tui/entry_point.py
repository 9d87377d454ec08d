"""The command ``clawback``, installed as a module of that name outside of ``store`` and ``tui``.

Other projects have packages of these two names, too. Where one of theirs is found in place of ours, it is told, and
nothing of it is run.
"""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import NoReturn

PACKAGES = ("store", "tui")
MARK = "clawback"
"""What the first line of our packages names."""
REFUSED = 2


def main() -> None:
    """Run the command line, or say in one sentence why it cannot."""
    for name in PACKAGES:
        if (place := foreign_place(name)) is not None:
            _refuse(f"{place} is another project's {name}, found in place of clawback's; {_way_out(name, place)}.")
    try:
        from tui.__main__ import main as run

        run()
    except ImportError as error:
        _refuse(f"its installation is not whole ({error}); {_way_out('clawback', Path())}.")


def foreign_place(name: str) -> Path | None:
    """Return where another project's package of a name lies, if that is what is found; runs nothing of it."""
    spec = find_spec(name)
    read = getattr(spec.loader, "get_source", None) if spec is not None else None
    if spec is None or read is None or spec.origin is None:
        # Nothing is found, or nothing that can be read: importing it tells.
        return None
    first_line = (read(name) or MARK).partition("\n")[0]
    return None if MARK in first_line else Path(spec.origin)


def _way_out(name: str, place: Path) -> str:
    """Return what to do about a package that lies at a place."""
    for folder in filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep)):
        if place.is_relative_to(folder):
            return f"take {folder} out of PYTHONPATH"
    return f"'pip uninstall {name}', then install clawback where it is alone, by 'uv tool install' or 'pipx install'"


def _refuse(sentence: str) -> NoReturn:
    shown = "".join(each if each.isprintable() else "?" for each in sentence)
    print(f"clawback: {shown}", file=sys.stderr)
    sys.exit(REFUSED)


if __name__ == "__main__":
    main()

"""Where the program starts: ``clawback``, or ``python -m tui``.

Garbage is not collected while modules load: they only allocate, and a tenth of the time until the first frame went
into looking through them again.
"""

from __future__ import annotations

import gc


def main() -> None:
    """Run the command line."""
    gc.disable()
    from tui.cli.main import main as run

    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()

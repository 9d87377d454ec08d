"""Where the program starts: ``clawback``, or ``python -m tui``.

Garbage is not collected while modules load: they only allocate, and a tenth of the time until the first frame went
into looking through them again.
"""

from __future__ import annotations

import gc
import signal


def main() -> None:
    """Run the command line."""
    gc.disable()
    # Nothing is to be put right yet: ctrl+c ends what is loading without a traceback.
    handler = signal.getsignal(signal.SIGINT)
    if handler is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    from tui.cli.main import main as run

    signal.signal(signal.SIGINT, handler)
    gc.freeze()
    gc.enable()
    run()


if __name__ == "__main__":
    main()

"""Loads what clawback loads, once, and becomes it for every request: a process of its own, a second of CPU cheaper.

Run by ``tests.tui.program`` with the number of a socket. A request is the arguments, the working directory, the
environment and the program's text, with the handles of a socket to answer on and of the three standard streams.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import select
import socket
import sys
import time
from typing import Any

ROOMS = ("tui.cli", "tui.config", "tui.export", "tui.browser", "tui.modals", "tui.widgets", "tui.text", "tui.model")
FURTHER = ("tui.app", "tui.__main__", "store.ironclaw0.sqlite.store", "store.editing.journal", "store.demo")


def load() -> None:
    """Load the program, and let no process look through it for garbage."""
    gc.disable()
    for room in map(importlib.import_module, ROOMS):
        for found in pkgutil.walk_packages(room.__path__, f"{room.__name__}."):
            importlib.import_module(found.name)
    for name in FURTHER:
        importlib.import_module(name)
    gc.freeze()
    gc.enable()


def serve(server: socket.socket) -> tuple[Any, list[int]] | None:
    """Fork for every request and tell how each process ended; return the request in such a process, else ``None``."""
    running: dict[int, tuple[int, socket.socket]] = {}
    while True:
        for ready in select.select([server.fileno(), *running], [], [])[0]:
            if ready == server.fileno():
                request, handles, _, _ = socket.recv_fds(server, 1 << 16, 4)
                if not request:
                    return None
                pid = os.fork()
                if pid == 0:
                    return json.loads(request), handles[1:]
                for handle in handles[1:]:
                    os.close(handle)
                answer = socket.socket(fileno=handles[0])
                answer.send(str(pid).encode())
                running[os.pidfd_open(pid)] = pid, answer
            else:
                pid, answer = running.pop(ready)
                _, status = os.waitpid(pid, 0)
                os.close(ready)
                answer.send(str(os.waitstatus_to_exitcode(status)).encode())
                answer.close()


def become(request: Any, handles: list[int]) -> str:
    """Take on what a new process would be given; return the text of the program."""
    os.setsid()
    for number, handle in zip(request["streams"], handles, strict=True):
        os.dup2(handle, number)
    os.closerange(3, 256)
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    sys.argv = ["-c", *request["arguments"]]
    sys.path[0] = ""
    encoding = os.environ.get("PYTHONIOENCODING")
    for number, (name, mode) in enumerate({"stdin": "r", "stdout": "w", "stderr": "w"}.items()):
        old, new = getattr(sys, name), None
        if number in request["streams"]:
            buffered = 1 if number == 2 or os.isatty(number) else -1
            errors = "backslashreplace" if number == 2 else "strict" if encoding else old.errors
            new = os.fdopen(number, mode, buffered, encoding or old.encoding, errors, closefd=False)
        else:
            os.close(number)
        setattr(sys, name, new)
        setattr(sys, f"__{name}__", new)
    return str(request["code"])


if __name__ == "__main__":
    load()
    if (asked := serve(socket.socket(fileno=int(sys.argv[1])))) is not None:
        exec(become(*asked), {"__name__": "__main__"})

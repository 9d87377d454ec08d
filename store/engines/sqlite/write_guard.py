"""Decide whether a file may be written at all."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path

from store.files.paths import shown

_REPLICA_FILES = ("-info", "-client_wal_index")
_SHARED = re.compile(r"nfs\d?|cifs|smb\w*|9p|afs|ceph|glusterfs|lustre|fuse(\..+)?|virtiofs|davfs\w*")
_ESCAPE = re.compile(r"\\([0-7]{3})")


def reason_not_to_write(path: Path, *, asked: bool) -> str | None:
    """Return one sentence that says why this file must not be written; ``None`` if it may be.

    Args:
        path: The database file.
        asked: The caller wants to read only.
    """
    file = shown(path)
    real = Path(os.path.realpath(path))
    if asked:
        return f"{file} was opened for reading only."
    if not is_writable(path):
        return f"The system does not let us write to {file}."
    if os.stat(path).st_nlink > 1:
        return f"{file} has a second name (a hard link), so that writing could damage it."
    if not may_leave_files(path):
        return f"{file} is another user's, or lies where no file may be made: what we wrote would lock others out."
    if any(Path(f"{real}{suffix}").exists() for suffix in _REPLICA_FILES):
        return f"{file} is a replica of a remote database; edit the original."
    if file_system := _file_system(real):
        return f"{file} lies on a shared file system ({file_system}), where writing is not safe."
    return None


def is_writable(path: Path) -> bool:
    """Tell whether a file's permissions let us write; root may always, but keeps to a file that nobody may write."""
    return bool(os.stat(path).st_mode & 0o222) and os.access(path, os.W_OK)


def may_leave_files(path: Path) -> bool:
    """Tell whether SQLite may make files beside a database: they would be ours, and others could not write to them.

    Root's are given to the owner of the database by SQLite itself.
    """
    real = os.path.realpath(path)
    is_ours = os.geteuid() in (0, os.stat(real).st_uid)
    return is_ours and os.access(os.path.dirname(real), os.W_OK)


def _file_system(real: Path) -> str | None:
    """Return the kind of file system a file lies on if it is a shared one. Knows Linux only."""
    if not sys.platform.startswith("linux"):
        return None
    try:
        lines = Path("/proc/self/mountinfo").read_text("utf-8", "surrogateescape").splitlines()
    except OSError:
        return None
    return shared_file_system(lines, real)


def shared_file_system(mounts: list[str], real: Path) -> str | None:
    """Return the kind of the mount that holds a path, by lines of ``mountinfo``, if machines may share it."""
    longest, kind = -1, ""
    for line in mounts:
        left, _, right = line.partition(" - ")
        fields, described = left.split(" "), right.split(" ")
        if len(fields) < 5 or not described[0]:
            continue
        point = _ESCAPE.sub(lambda octal: chr(int(octal[1], 8)), fields[4])
        if real.is_relative_to(point) and len(point) >= longest:
            longest, kind = len(point), described[0]
    return kind if _SHARED.fullmatch(kind) else None

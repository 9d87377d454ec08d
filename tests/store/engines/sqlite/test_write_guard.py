"""File systems on which SQLite's locks do not hold are told from those on which they do."""

from __future__ import annotations

from pathlib import Path

from store.engines.sqlite.write_guard import shared_file_system


def test_shared_file_systems_are_told_by_their_mount() -> None:
    mounts = [
        "22 1 0:21 / / rw,relatime - ext4 /dev/sda1 rw",
        "30 22 0:30 / /home rw - nfs4 server:/home rw",
        "31 30 0:31 / /home/ada/my\\040disk rw shared:1 - ext4 /dev/sdb1 rw",
        "32 22 0:32 / /win rw - 9p drvfs rw",
        "33 22 0:33 / /ssh rw - fuse.sshfs host: rw",
        "not a mount",
    ]
    assert shared_file_system(mounts, Path("/var/lib/db")) is None
    assert shared_file_system(mounts, Path("/home/ada/db")) == "nfs4"
    assert shared_file_system(mounts, Path("/home/ada/my disk/db")) is None
    assert shared_file_system(mounts, Path("/win/db")) == "9p"
    assert shared_file_system(mounts, Path("/ssh/db")) == "fuse.sshfs"
    assert shared_file_system(mounts, Path("/homes/db")) is None

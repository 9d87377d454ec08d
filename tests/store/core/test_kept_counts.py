"""Counts are kept in bounds: of each file, and of all files of a folder."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from store.core import kept_counts
from store.core.kept_counts import KeptCounts

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_what_was_kept_is_read_by_whoever_counts_the_same(tmp_path: Path) -> None:
    KeptCounts(tmp_path, "file 1", "default").write({"a": [1]})
    assert KeptCounts(tmp_path, "file 1", "default").read() == {"a": [1]}
    for other in (("file 2", "default"), ("file 1", "other")):
        assert KeptCounts(tmp_path, *other).read() == {}
    assert KeptCounts(tmp_path, "file 1", "default", anew=True).read() == {}
    assert KeptCounts(None, "file 1", "default").read() == {}


def test_a_file_that_would_be_too_large_is_not_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = KeptCounts(tmp_path, "file", "default")
    kept.write({"a": 1})
    monkeypatch.setattr(kept_counts, "LARGEST", 200)
    kept.write({"a": "x" * 300})
    assert list(tmp_path.iterdir()) == []


def test_the_oldest_files_go_when_a_folder_is_full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_counts, "LARGEST_FOLDER", 1000)
    for number in range(6):
        KeptCounts(tmp_path, f"file {number}", "default").write({"a": "x" * 300})
        for path in tmp_path.iterdir():
            age = path.stat().st_mtime_ns - 1_000_000_000
            os.utime(path, ns=(age, age))
    assert [bool(KeptCounts(tmp_path, f"file {number}", "default").read()) for number in range(6)] == [
        *[False] * 4,
        *[True] * 2,
    ]


def test_what_is_no_file_is_neither_read_nor_waited_for(tmp_path: Path) -> None:
    kept = KeptCounts(tmp_path, "file", "default")
    kept.write({"a": 1})
    (path,) = tmp_path.iterdir()
    path.unlink()
    os.mkfifo(path)
    assert kept.read() == {}
    kept.write({"a": 2})
    assert kept.read() == {"a": 2}
